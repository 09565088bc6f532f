import type { ActionRecord } from '../store/records/actions.js';
import type { ActionHandler } from './types.js';

/** What the executor has to know of each kind of action, and how many of each are running. */
export class Kinds {
  readonly #handlers: ReadonlyMap<string, ActionHandler>;
  /** kinds that go before everything else that is due */
  readonly urgent: readonly string[];
  /** kinds that need not stay in order with everything in their lane */
  readonly inPartOrder: readonly string[];
  readonly #running = new Map<string, number>();

  constructor(handlers: readonly ActionHandler[]) {
    this.#handlers = new Map(handlers.map((handler) => [handler.kind, handler]));
    this.urgent = handlers.filter(({ urgent }) => urgent === true).map(({ kind }) => kind);
    this.inPartOrder = handlers.filter(({ inOrderWith }) => inOrderWith !== undefined).map(({ kind }) => kind);
  }

  /** Whether the next in its lane begins without a query for all lanes in between. */
  flows(kind: string): boolean {
    const handler = this.#handlers.get(kind);
    return handler?.urgent === true && handler.pipelined === true;
  }

  /** What an action that hangs must stay in order with; undefined: everything in its lane. */
  orderOf(action: ActionRecord): string | undefined {
    try {
      return this.#handlers.get(action.kind)?.inOrderWith?.(action);
    } catch {
      // its payload is malformed, which is its outcome when it is carried out; until then nothing passes it
      return undefined;
    }
  }

  /** Kinds whose remote end may hang are limited; otherwise an unresponsive mail server would delay bans. */
  hasPlaceFor(kind: string): boolean {
    return (this.#running.get(kind) ?? 0) < (this.#handlers.get(kind)?.maxConcurrent ?? Infinity);
  }

  /** The kinds of which no more may run now. */
  full(): string[] {
    return [...this.#running.keys()].filter((kind) => !this.hasPlaceFor(kind));
  }

  isUrgentRunning(): boolean {
    return this.urgent.some((kind) => (this.#running.get(kind) ?? 0) > 0);
  }

  begun(kind: string): void {
    this.#running.set(kind, (this.#running.get(kind) ?? 0) + 1);
  }

  ended(kind: string): void {
    this.#running.set(kind, (this.#running.get(kind) ?? 1) - 1);
  }
}
