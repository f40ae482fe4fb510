// Types of window.FrontDesk for the site that embeds the widget:
//   <script src="https://desk.example/widget/widget.js" data-agent-id="01…" async></script>
// To call it before it is there:
//   <script>window.FrontDesk = window.FrontDesk || function () { (FrontDesk.q = FrontDesk.q || []).push(arguments) }</script>
//   <script>FrontDesk('ask', 'Do you ship to Norway?')</script>
//
// Attributes of the tag: data-agent-id (the only one needed), data-locale, data-position (bottom-right, bottom-left),
// data-offset-x and data-offset-y (pixels), data-launcher ("none" hides it), data-open ("true"), data-mode (bubble,
// inline, page), data-target (a selector, for inline), data-hide-on (paths with *, comma separated), data-scheme (light,
// dark, auto), data-consent ("required": nothing is stored before consent(true)), data-storage (local, session, none),
// data-page-context (off, full), data-rules ("off"), data-debug. A nonce on the tag is used where one is needed.
// href="#frontdesk" and [data-frontdesk-open] open the chat.

export interface FrontDeskCitation { id: number; url: string | null; title: string; quote?: string }
export interface FrontDeskProblem { code: string; message?: string; /** ms since 1970 */ until?: number }

/** Each is also a bubbling DOM event: `document.addEventListener('frontdesk:open', (event) => event.detail)`. */
export interface FrontDeskEvents {
  ready: undefined;
  open: undefined;
  close: undefined;
  'message:sent': { text: string };
  'message:received': { id: string; text: string };
  'citation:click': FrontDeskCitation;
  'lead:submitted': { id: string; status: 'created' | 'updated' };
  'rule:matched': { id: string; name?: string };
  'cta:click': { ruleId?: string; label: string; do: string; url?: string; text?: string };
  handoff: { status: 'bot' | 'waiting' | 'human' | 'offline' };
  unread: { count: number };
  /** too many messages, or a conversation or month that is used up */
  limit: FrontDeskProblem;
  error: FrontDeskProblem;
}

export interface FrontDeskTheme {
  primary?: string;
  accent?: string;
  /** pixels, 0 to 24 */
  radius?: number;
  scheme?: 'light' | 'dark' | 'auto';
}

/** `token`: a JWT that the site signed with the agent's identity secret, at most 10 minutes old: the person's conversation
 *  goes on in every browser. Traits beside it are kept, marked as not verified. */
export interface FrontDeskIdentity { token?: string; name?: string; email?: string; [trait: string]: unknown }

/** What the assistant may know of the page, over what it finds there by itself. */
export interface FrontDeskContext {
  title?: string; description?: string; canonical?: string; headings?: string[]; text?: string; json_ld?: unknown; og?: Record<string, string>;
}

export interface FrontDeskApi {
  /** `FrontDesk('open')` is `FrontDesk.open()`, and works before the script has loaded. */
  <Name extends keyof FrontDeskMethods>(name: Name, ...values: Parameters<FrontDeskMethods[Name]>): ReturnType<FrontDeskMethods[Name]> | undefined;
}

export interface FrontDeskMethods {
  open(): Promise<void>;
  close(): Promise<void>;
  toggle(): Promise<void>;
  /** The launcher, and with it everything else, comes back. */
  show(): void;
  hide(): void;
  /** Opens, asks and resolves with the answer; '' when there was none. */
  ask(question: string): Promise<string>;
  send(question: string): Promise<string>;
  /** Opens with a text in the input. */
  prefill(text: string): Promise<void>;
  newConversation(): Promise<void>;
  /** On each page, as early as may be: `FrontDesk('identify', { token })`. `null` when the visitor signs out. A token that
   *  does not hold is an `error` with the code `identity_invalid` or `identity_expired`; the chat goes on without it. */
  identify(identity: FrontDeskIdentity | null): void;
  setContext(context: FrontDeskContext): void;
  setLocale(locale: string): void;
  setTheme(theme: FrontDeskTheme | 'light' | 'dark' | 'auto'): void;
  /** An event of the site's own: letters, digits, `_` and `.`. */
  track(event: string, metadata?: Record<string, unknown>): void;
  /** Shows the lead form; with values submits them and tells whether the server has them. */
  lead(values?: { email: string; name?: string; phone?: string; consent?: boolean; [field: string]: unknown }): Promise<boolean | void>;
  /** Asks for a person. */
  handoff(): Promise<void>;
  consent(given: boolean): void;
  /** Erases all that this visitor left, here and on the server. */
  forget(): Promise<void>;
  /** Takes everything away, the name FrontDesk too. */
  destroy(): void;
  /** Returns what ends it. */
  on<Name extends keyof FrontDeskEvents>(name: Name, hear: (detail: FrontDeskEvents[Name]) => void): () => void;
  once<Name extends keyof FrontDeskEvents>(name: Name, hear: (detail: FrontDeskEvents[Name]) => void): () => void;
  off<Name extends keyof FrontDeskEvents>(name: Name, hear: (detail: FrontDeskEvents[Name]) => void): void;
  ready(hear?: (desk: FrontDeskApi & FrontDeskMethods) => void): Promise<void>;
}

declare global {
  var FrontDesk: FrontDeskApi & FrontDeskMethods & { readonly version: string };
  interface DocumentEventMap extends FrontDeskDocumentEvents {}
}
type FrontDeskDocumentEvents = { [Name in keyof FrontDeskEvents as `frontdesk:${Name}`]: CustomEvent<FrontDeskEvents[Name]> };
