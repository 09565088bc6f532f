import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Match } from '../impersonation/match.js';
import type { MatrixEvent } from '../matrix/types.js';
import { actOnScan } from '../scan/act.js';
import { recordScanHit } from '../scan/record.js';
import type { Ledger, LedgerTransaction } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { Rounds } from '../util/rounds.js';

/** Our own first event: clients do not show it, and whatever follows it in the stream is not history. */
export const MARKER_TYPE = 'io.heimdall.started';
const META_KEY = 'history';
/** A homeserver that has sent nothing for this long has no more of its past to send. */
const QUIET_MS = 30_000;
const LOOK_MS = 5_000;

const stateSchema = z.object({
  open: z.boolean(),
  /** identifies the hits of the past in the ledger, and is part of the marker */
  id: z.string(),
});

export interface HistoryOptions {
  ledger: Pick<Ledger, 'commit' | 'meta'>;
  clock: Clock;
  logger: Logger;
}

/**
 * The homeserver's past. A homeserver that never had an application service sends all its events from the beginning, in
 * order, in the first minutes. They are judged as a scan would: within its limits, and announced in one message at the
 * end. The past ends where an event of our own comes back; the timestamps of events are the senders' claims and decide
 * nothing. Events missed during later downtime are not part of the past.
 */
export class History {
  readonly #options: HistoryOptions;
  #state = { open: false, id: '' };
  #markedAt: number | undefined;
  #lastEventAt = -Infinity;
  /** the last transaction was refused: the homeserver is silent because it is waiting */
  #failed = false;
  readonly #rounds = new Rounds({
    work: () => this.#endWhenQuiet(),
    everyMs: () => (this.#state.open ? LOOK_MS : undefined),
    failed: (error) =>
      this.#options.logger.warn({ error: messageOf(error) }, 'the end of the past could not be written down'),
  });
  #ended!: () => void;
  /** resolves when the past has ended; at once when there is none */
  readonly over = new Promise<void>((resolve) => {
    this.#ended = resolve;
  });

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** @param first nothing is known about this homeserver yet: it is our first start */
  async load(first: boolean): Promise<void> {
    const stored = await this.#options.ledger.meta(META_KEY);
    const read = stored === undefined ? undefined : stateSchema.safeParse(JSON.parse(stored)).data;
    this.#state = read ?? { open: first, id: randomUUID() };
    if (this.#state.open && read === undefined)
      await this.#options.ledger.commit((tx) => tx.setMeta(META_KEY, JSON.stringify(this.#state)));
    if (!this.#state.open) this.#ended();
  }

  get isOpen(): boolean {
    return this.#state.open;
  }

  /** Sends our own first event with the given content; to be called once there is a room to send it to. */
  async mark(send: (type: string, txnId: string, content: Record<string, unknown>) => Promise<unknown>): Promise<void> {
    if (!this.#state.open) return;
    try {
      await send(MARKER_TYPE, `${this.#state.id}${this.#options.clock()}`, { id: this.#state.id });
    } catch (error) {
      this.#options.logger.warn(
        { error: messageOf(error) },
        'the event that ends the past could not be sent; the past ends when the homeserver is quiet',
      );
    }
    this.#markedAt = this.#options.clock();
    this.#rounds.later(LOOK_MS);
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Whether this event, sent by the bot, is our own first one. */
  isMarker(event: MatrixEvent): boolean {
    return this.#state.open && event.type === MARKER_TYPE && event.content.id === this.#state.id;
  }

  /** A transaction was accepted or refused. */
  noteTransaction(taken: boolean): void {
    this.#lastEventAt = this.#options.clock();
    this.#failed = !taken;
  }

  /** Records a hit of the past; no response follows. */
  async record(tx: LedgerTransaction, hit: Match): Promise<void> {
    await recordScanHit(tx, `past:${this.#state.id}`, hit, this.#options.clock);
  }

  /** Ends the past in the same commit as the event that ends it. */
  async end(tx: LedgerTransaction): Promise<void> {
    await tx.setMeta(META_KEY, JSON.stringify({ ...this.#state, open: false }));
    await tx.addActions([actOnScan(`past:${this.#state.id}`, 'end', 'past')]);
  }

  /** The end has been committed. */
  noteEnd(): void {
    this.#state = { ...this.#state, open: false };
    this.#ended();
  }

  async #endWhenQuiet(): Promise<void> {
    const since = Math.max(this.#lastEventAt, this.#markedAt ?? Infinity);
    if (!this.#state.open || this.#failed || this.#options.clock() - since < QUIET_MS) return;
    await this.#options.ledger.commit((tx) => this.end(tx));
    this.noteEnd();
  }
}
