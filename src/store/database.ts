import { Kysely } from 'kysely';
import { AtOnce, type EventActions } from './at-once.js';
import { type Clock } from '../util/clock.js';
import { HeimdallError } from '../util/errors.js';
import { type Connections, type DialectSql } from './dialect.js';
import { checkFence } from './lease-row.js';
import type { Tables } from './schema.js';
import { SerialQueue } from '../util/serial-queue.js';
import { SqlTransaction } from './transaction.js';
import type { NewWork } from './records/actions.js';
import type { ProtectionRow } from './records/protections.js';
import type { LedgerTransaction } from './types.js';
import { storeTexts } from './texts.js';

/** A write that receives its handle from the ledger. */
type Write<T> = (db: Kysely<Tables>) => Promise<T>;

/**
 * The ledger's database: its handles, serialised commits, and writes guarded by the lease. Only files of this module
 * may use the Kysely handles.
 */
export abstract class LedgerDatabase {
  readonly #writer: Kysely<Tables>;
  readonly #reader: Kysely<Tables>;
  #closed = false;
  readonly words: DialectSql;
  protected readonly clock: Clock;
  readonly #fence: number | undefined;
  readonly #atOnce: AtOnce | undefined;
  /**
   * Commits are serialised, on PostgreSQL too: two that touch the same cases in different order would deadlock, and one
   * process gains nothing from more.
   */
  readonly #commits = new SerialQueue();
  /** other writes in progress */
  readonly #writes = new Set<Promise<void>>();
  /** see `ActionQueue` */
  dueRevision = 0;
  #onWork: (work: NewWork) => void = () => undefined;
  protected tellEnd: (id: number | undefined) => void = () => undefined;

  constructor(connections: Connections, clock: Clock, fence?: number) {
    this.#writer = new Kysely<Tables>({ dialect: connections.writer });
    this.#reader = connections.reader ? new Kysely<Tables>({ dialect: connections.reader }) : this.#writer;
    this.words = connections.words;
    this.clock = clock;
    this.#fence = fence;
    this.#atOnce = connections.direct && new AtOnce(connections.direct, fence);
  }

  /** What needs no turn of the event loop to be written; undefined on PostgreSQL. */
  protected get atOnce(): AtOnce | undefined {
    return this.#closed ? undefined : this.#atOnce;
  }

  /** The handle for writing. */
  get writer(): Kysely<Tables> {
    return this.#open(this.#writer);
  }

  /** The handle for reading: it never waits for a commit, and sees the state before a running one. */
  get reader(): Kysely<Tables> {
    return this.#open(this.#reader);
  }

  #open(handle: Kysely<Tables>): Kysely<Tables> {
    if (this.#closed) throw new HeimdallError('HEIMDALL_E_DATABASE', storeTexts.closed);
    return handle;
  }

  async commit<T>(work: (tx: LedgerTransaction) => Promise<T>): Promise<T> {
    let brought: NewWork | undefined;
    let changedLanes = false;
    const result = await this.transaction(async (tx) => {
      const transaction = new SqlTransaction(tx, this.words, this.clock);
      const done = await work(transaction);
      brought = transaction.work.get();
      changedLanes = transaction.work.changedLanes;
      return done;
    });
    if (changedLanes) this.dueRevision += 1;
    if (brought !== undefined) this.#onWork(brought);
    return result;
  }

  /** See `Ledger`. */
  commitAtOnce(
    decided: readonly EventActions[],
    people: Iterable<string>,
    remembered: readonly ProtectionRow[] = [],
  ): boolean {
    const brought = this.atOnce?.commit(decided, people, remembered, this.clock());
    if (brought === undefined) return false;
    if (brought.firsts.length > 0 || brought.more) this.#onWork(brought);
    return true;
  }

  onWork(listener: (work: NewWork) => void): void {
    this.#onWork = listener;
  }

  onEnd(listener: (id: number | undefined) => void): void {
    this.tellEnd = listener;
  }

  protected transaction<T>(work: (tx: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.#commits.run(() => this.#fenced(work));
  }

  /** Runs outside a transaction and without the lease, but never beside a commit. For what changes no row. */
  protected betweenCommits<T>(work: Write<T>): Promise<T> {
    return this.#commits.run(() => work(this.writer));
  }

  async #fenced<T>(work: (tx: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.writer.transaction().execute(async (tx) => {
      if (this.#fence !== undefined) await checkFence(tx, this.words, this.#fence);
      return work(tx);
    });
  }

  /** A single writing statement, refused if another process is acting by now. It does not wait for commits. */
  async write<T>(work: Write<T>): Promise<T> {
    return this.#tracked(this.#fence === undefined ? work(this.writer) : this.#fenced(work));
  }

  /** The same for several statements, all or none. */
  protected async writeTogether<T>(work: Write<T>): Promise<T> {
    return this.#tracked(this.#fenced(work));
  }

  async #tracked<T>(written: Promise<T>): Promise<T> {
    const ended = written.then(
      () => undefined,
      () => undefined,
    );
    this.#writes.add(ended);
    await ended;
    this.#writes.delete(ended);
    return written;
  }

  /** Waits for submitted commits and writes, then closes. */
  async close(): Promise<void> {
    await this.#commits.idle();
    await Promise.all(this.#writes);
    if (this.#closed) return;
    this.#closed = true;
    if (this.#reader !== this.#writer) await this.#reader.destroy();
    await this.#writer.destroy();
  }
}
