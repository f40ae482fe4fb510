// The widget's own types; the host page's are in widget.d.ts.

export interface Citation { id: number; url: string | null; title: string; quote?: string }

export interface Message {
  key: string;
  id: string | null;
  role: 'user' | 'assistant' | 'human-agent';
  text: string;
  /** null while the answer is still being written */
  citations: Citation[] | null;
  phase: 'sending' | 'streaming' | 'done' | 'failed' | 'stopped';
  clientId?: string;
  rating?: 'good' | 'bad';
  /** the answer as replayed after a cut, until it is longer than what was already shown */
  replay?: string;
  error?: Problem;
  low?: boolean;
}

export interface Problem { code: string; message?: string; until?: number; renewId?: boolean; fields?: Record<string, string[]> }
export interface Handoff { status: 'bot' | 'waiting' | 'human' | 'offline'; operator: string | null; typing: boolean; opensAt?: string }
export interface Field { name: string; label?: string; type?: string; required?: boolean; max_length?: number; options?: (string | { value: string; label: string })[] }
export interface LeadForm { fields: Field[]; before_chat?: boolean; consent?: { text: string; url?: string; version?: string } | null }
export interface Button { label: string; do: 'link' | 'message' | 'lead' | 'human' | 'dismiss'; url?: string; text?: string }
export interface Card { key: string; ruleId?: string; title?: string; text: string; buttons: Button[] }
export interface Agent {
  id: string; name: string; persona?: { name?: string; tone?: string; greeting?: string };
  theme?: Theme; starter_prompts?: string[]; language_default?: string; lead_form?: LeadForm; restricted_paths?: string[];
}
export interface Theme { primary?: string; accent?: string; radius?: number; position?: string; scheme?: string; avatar_url?: string | null; launcher_label?: string; launcher_icon_url?: string | null }
export interface Branding { show?: boolean; label?: string; url?: string; logo_url?: string | null; display_mode?: string }

export interface State {
  phase: 'new' | 'loading' | 'ready' | 'failed';
  open: boolean;
  agent: Agent | null;
  branding: Branding | null;
  messages: Message[];
  draft: string;
  /** the client id of the question being answered */
  turn: string | null;
  suggestions: string[];
  handoff: Handoff;
  notice: Problem | null;
  lead: { phase: 'none' | 'open' | 'sending' | 'done'; before: boolean; asked: boolean; values: Record<string, string | boolean>; errors: Record<string, string>; why: string };
  card: Card | null;
  teaser: Card | null;
  unread: number;
  expanded: boolean;
  sound: boolean;
  menu: boolean;
  online: boolean;
  listening: boolean;
}

/** What stays in the browser (store.js). */
export interface Kept {
  anon?: string;
  /** load the chat by itself on the next page: it was open, or a person is at the other end */
  resume?: boolean;
  open?: boolean;
  draft?: string;
  sound?: boolean;
  expanded?: boolean;
  lead?: Record<string, string | boolean>;
  leadDone?: boolean;
  leadAsked?: boolean;
  dismissed?: boolean;
  rules?: Record<string, { count: number; at: number }>;
  visits?: number;
  visitAt?: number;
}

export interface Frame { event: string; [key: string]: any }

/** What the loader (widget.js) hands to the modules. */
export interface Desk {
  agentId: string; base: string; api: string; mode: 'bubble' | 'inline' | 'page';
  host: HTMLElement; data: DOMStringMap; launcher: HTMLButtonElement; badge: HTMLElement;
  config: { agent: Agent; branding: Branding; behavior_rules: any[]; strings: Record<string, string> };
  /** what was asked on this page */ questions: string[];
  context: Record<string, any>; consent: boolean; identity?: Record<string, any>;
  log(...words: any[]): void;
  emit(name: string, detail?: any): void;
  on(name: string, hear: (detail: any) => void, options?: AddEventListenerOptions): () => void;
  styled(root: ShadowRoot, css: string): void;
  locale(): string;
  load(): Promise<any>;
}
