// Types of the vendored module (htm 3.1.1, htm/preact/standalone.module.js), as far as this project uses it.
export type VNode = { type: unknown; props: Record<string, any>; key: unknown };
export type Node_ = VNode | string | number | boolean | null | undefined | Node_[];
export function h(type: unknown, props?: Record<string, any> | null, ...children: Node_[]): VNode;
export function html(strings: TemplateStringsArray, ...values: any[]): any;
export function render(node: Node_, parent: Element | ShadowRoot): void;
export class Component<P = any, S = any> {
  constructor(props?: P);
  props: P;
  state: S;
  base: HTMLElement;
  setState(change: Partial<S>): void;
  shouldComponentUpdate?(next: P, state: S): boolean;
  componentDidMount?(): void;
  componentDidUpdate?(): void;
  componentWillUnmount?(): void;
  render(props: P, state: S): Node_;
}
export function useState<T>(initial: T | (() => T)): [T, (next: T | ((old: T) => T)) => void];
export function useEffect(effect: () => void | (() => void), inputs?: unknown[]): void;
export function useLayoutEffect(effect: () => void | (() => void), inputs?: unknown[]): void;
export function useRef<T>(initial: T): { current: T };
