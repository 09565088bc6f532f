import { randomBytes } from 'node:crypto';
import { Kysely } from 'kysely';
import { type Clock, systemClock } from '../util/clock.js';
import { HeimdallError } from '../util/errors.js';
import * as actions from './actions.js';
import * as cases from './cases.js';
import { type Connections, connectPostgres, connectSqlite, type DialectSql, type Synchronous } from './dialect.js';
import { migrate } from './migrate.js';
import { type ComposedMail, mailsOf, noteMail, getOrComposeMail } from './outbox.js';
import { protectionRows } from './protections.js';
import { prune } from './retention.js';
import { toAuditEntry } from './rows.js';
import * as scans from './scans.js';
import type { Tables } from './schema.js';
import { SerialQueue } from './serial.js';
import { SqlTransaction } from './transaction.js';
import type {
  ActionRecord,
  ActionState,
  AuditEntry,
  CaseFilter,
  CaseRecord,
  FindingRecord,
  Ledger,
  LedgerTransaction,
  NewAction,
  OutboxRecord,
  ProtectionRow,
  ScanFind,
  ScanSummary,
  SubjectKind,
} from './types.js';

export interface LedgerOptions {
  /** folder of `ledger.sqlite`; made when it is not there */
  dataDir: string;
  /** `postgres://…`, or null for SQLite in `dataDir` */
  databaseUrl?: string | null;
  clock?: Clock;
  /**
   * SQLite only. NORMAL (default): a power cut can lose the last moments; FULL: it cannot, and each commit waits for
   * the disk.
   */
  synchronous?: Synchronous;
}

/**
 * Opens the ledger and brings its schema up to date.
 *
 * @throws HeimdallError `HEIMDALL_E_DATABASE` when the database is out of reach, `HEIMDALL_E_SCHEMA_NEWER` when a newer
 * Heimdall wrote it
 */
export async function openLedger(options: LedgerOptions): Promise<SqlLedger> {
  const connections = options.databaseUrl
    ? connectPostgres(options.databaseUrl)
    : connectSqlite(options.dataDir, options.synchronous ?? 'NORMAL');
  const ledger = new SqlLedger(connections, options.clock ?? systemClock);
  try {
    await migrate(ledger.writer, connections.words);
  } catch (error) {
    await ledger.close().catch(() => undefined);
    throw error;
  }
  return ledger;
}

/** The ledger over either database. Only files of this room may use its Kysely handles. */
export class SqlLedger implements Ledger {
  readonly #writer: Kysely<Tables>;
  readonly #reader: Kysely<Tables>;
  #closed = false;
  readonly words: DialectSql;
  readonly #clock: Clock;
  /**
   * Commits go one after another, on PostgreSQL too: two of them that touch the same cases in different order would
   * block each other, and one process has no use for more.
   */
  readonly #commits = new SerialQueue();

  constructor(connections: Connections, clock: Clock) {
    this.#writer = new Kysely<Tables>({ dialect: connections.writer });
    this.#reader = connections.reader ? new Kysely<Tables>({ dialect: connections.reader }) : this.#writer;
    this.words = connections.words;
    this.#clock = clock;
  }

  /** The handle that changes the database. */
  get writer(): Kysely<Tables> {
    return this.#open(this.#writer);
  }

  /** The handle that only looks: it never waits for a commit, and sees what stood before one that is at work. */
  get reader(): Kysely<Tables> {
    return this.#open(this.#reader);
  }

  #open(handle: Kysely<Tables>): Kysely<Tables> {
    if (this.#closed) throw new HeimdallError('HEIMDALL_E_DATABASE', 'The ledger was closed: Heimdall is stopping.');
    return handle;
  }

  commit<T>(work: (tx: LedgerTransaction) => Promise<T>): Promise<T> {
    return this.#transaction((tx) => work(new SqlTransaction(tx, this.words, this.#clock)));
  }

  #transaction<T>(work: (tx: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.#commits.run(async () => this.writer.transaction().execute(work));
  }

  async dueActions(
    now: number,
    busyLanes: ReadonlySet<string>,
    limit: number,
    exceptKinds: readonly string[] = [],
  ): Promise<ActionRecord[]> {
    return actions.dueActions(this.reader, now, busyLanes, limit, exceptKinds);
  }

  async nextDueAt(busyLanes: ReadonlySet<string>, exceptKinds: readonly string[] = []): Promise<number | null> {
    return actions.nextDueAt(this.reader, busyLanes, exceptKinds);
  }

  async endAction(id: number, end: actions.ActionEnd & { follow?: readonly NewAction[] }): Promise<void> {
    const { follow } = end;
    if (!follow || follow.length === 0) {
      await actions.endAction(this.writer, id, end);
      return;
    }
    await this.#transaction(async (tx) => {
      if (await actions.endAction(tx, id, end)) await actions.insertActions(tx, follow, this.#clock());
    });
  }

  async retryAction(id: number, retry: { nextTryAt: number; error: string }): Promise<void> {
    return actions.retryAction(this.writer, id, retry);
  }

  async cancelActions(caseId: number, kinds: readonly string[], at: number): Promise<number> {
    return actions.cancelActions(this.writer, caseId, kinds, at);
  }

  async countDueActions(): Promise<number> {
    return actions.countDueActions(this.reader);
  }

  async actionsByKey(keys: readonly string[]): Promise<ActionRecord[]> {
    return actions.actionsByKey(this.reader, keys);
  }

  async actionsOfKind(
    kinds: readonly string[],
    state: ActionState,
    page: { afterId: number; limit: number },
  ): Promise<ActionRecord[]> {
    return actions.actionsOfKind(this.reader, kinds, state, page);
  }

  async doneOfKind(kind: string, lane: string): Promise<ActionRecord[]> {
    return actions.doneOfKind(this.reader, kind, lane);
  }

  async latestOfKind(kind: string): Promise<ActionRecord[]> {
    return actions.latestOfKind(this.reader, kind);
  }

  async caseById(id: number): Promise<CaseRecord | undefined> {
    return cases.caseById(this.reader, id);
  }

  async caseOfSubject(kind: SubjectKind, subject: string): Promise<CaseRecord | undefined> {
    return cases.caseOfSubject(this.reader, kind, subject);
  }

  async cases(filter: CaseFilter): Promise<CaseRecord[]> {
    return cases.listCases(this.reader, filter);
  }

  async findingsOf(caseId: number, limit?: number): Promise<FindingRecord[]> {
    return cases.findingsOf(this.reader, caseId, limit);
  }

  async actionsOf(caseId: number): Promise<ActionRecord[]> {
    return actions.actionsOfCase(this.reader, caseId);
  }

  async auditOf(caseId: number): Promise<AuditEntry[]> {
    const rows = await this.reader
      .selectFrom('audit')
      .selectAll()
      .where('case_id', '=', caseId)
      .orderBy('id')
      .execute();
    return rows.map(toAuditEntry);
  }

  async outboxOf(actionId: number, compose: () => Promise<ComposedMail>): Promise<OutboxRecord> {
    return getOrComposeMail(this.writer, actionId, compose);
  }

  async noteMail(outboxId: number, note: { sentAt: number | null; response: string }): Promise<void> {
    return noteMail(this.writer, outboxId, note);
  }

  async mailsOf(caseId: number): Promise<OutboxRecord[]> {
    return mailsOf(this.reader, caseId);
  }

  async meta(key: string): Promise<string | undefined> {
    const row = await this.reader.selectFrom('meta').select('value').where('name', '=', key).executeTakeFirst();
    return row?.value;
  }

  async scanHits(scan: string, page: { afterCaseId: number; limit: number; onlyNew?: boolean }): Promise<ScanFind[]> {
    return scans.scanHits(this.reader, scan, page);
  }

  async worstOfScan(scan: string, limit: number, onlyNew = false): Promise<ScanFind[]> {
    return scans.worstOfScan(this.reader, scan, limit, onlyNew);
  }

  async scanSummary(scan: string): Promise<ScanSummary> {
    return scans.scanSummary(this.reader, scan);
  }

  async protectionRows(now: number): Promise<ProtectionRow[]> {
    return protectionRows(this.reader, now);
  }

  async secret(name: string): Promise<string> {
    const stored = await this.#secret(name);
    if (stored !== undefined) return stored;
    // Whoever stores first wins; the other takes over that one.
    await this.writer
      .insertInto('secrets')
      .values({ name, value: randomBytes(32).toString('hex') })
      .onConflict((c) => c.column('name').doNothing())
      .execute();
    const made = await this.#secret(name);
    if (made === undefined) throw new Error('heimdall: a secret that was just stored is gone');
    return made;
  }

  async #secret(name: string): Promise<string | undefined> {
    const row = await this.writer.selectFrom('secrets').select('value').where('name', '=', name).executeTakeFirst();
    return row?.value;
  }

  async prune(now: number): Promise<number> {
    return prune(this.writer, now);
  }

  /** Really writes: a full disk or a read-only database answers every read. */
  async ping(): Promise<void> {
    const value = String(this.#clock());
    await this.writer
      .insertInto('meta')
      .values({ name: 'ledger.ping', value })
      .onConflict((c) => c.column('name').doUpdateSet({ value }))
      .execute();
  }

  /** Waits for commits that were handed in, then closes. */
  async close(): Promise<void> {
    await this.#commits.idle();
    if (this.#closed) return;
    this.#closed = true;
    if (this.#reader !== this.#writer) await this.#reader.destroy();
    await this.#writer.destroy();
  }
}
