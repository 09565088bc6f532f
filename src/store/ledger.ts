import { randomBytes } from 'node:crypto';
import { Kysely } from 'kysely';
import { type Clock, systemClock } from '../util/clock.js';
import { HeimdallError } from '../util/errors.js';
import * as actions from './actions.js';
import * as lives from './case-lives.js';
import * as cases from './cases.js';
import { monthlyFigures, type MonthFigures } from './figures.js';
import * as pages from './pages.js';
import { type Connections, connectLedger, connectMigrations, type DialectSql, type LedgerPlace } from './dialect.js';
import { checkFence, prepareLease } from './lease.js';
import { migrate } from './migrate.js';
import { type ComposedMail, mailsOf, noteMail, getOrComposeMail } from './outbox.js';
import { protectionRows } from './protections.js';
import { erasePerson, exportPerson } from './privacy.js';
import { questions } from './questions.js';
import * as related from './related.js';
import { prune, type PruneOptions } from './retention.js';
import { toAuditEntry } from './rows.js';
import * as scans from './scans.js';
import type { Tables } from './schema.js';
import { SerialQueue } from './serial.js';
import { SqlTransaction } from './transaction.js';
import type {
  ActionRecord,
  ActionState,
  ActionSummary,
  AuditEntry,
  AuditFilter,
  CaseFilter,
  CaseRecord,
  CaseState,
  Erasure,
  PersonalData,
  FindingRecord,
  Ledger,
  LedgerTransaction,
  NewAction,
  OutboxRecord,
  ProtectionRow,
  QuestionRecord,
  RaidRecord,
  ScanFind,
  ScanSummary,
  SubjectKind,
} from './types.js';

export interface LedgerOptions extends LedgerPlace {
  clock?: Clock;
  /**
   * The number of the lease under which this process acts (lease.ts): every write is refused once another process acts.
   * Without it nothing is asked: for tools that only add to what the acting process does.
   */
  fence?: number;
}

/**
 * Opens the ledger and brings its schema up to date.
 *
 * @throws HeimdallError `HEIMDALL_E_DATABASE` when the database is out of reach, `HEIMDALL_E_SCHEMA_NEWER` when a newer
 * Heimdall wrote it
 */
export async function openLedger(options: LedgerOptions): Promise<SqlLedger> {
  const ledger = new SqlLedger(connectLedger(options), options.clock ?? systemClock, options.fence);
  try {
    await bringUpToDate(ledger, options);
  } catch (error) {
    await ledger.close().catch(() => undefined);
    throw error;
  }
  return ledger;
}

async function bringUpToDate(ledger: SqlLedger, options: LedgerOptions): Promise<void> {
  const patient = connectMigrations(options);
  const db = patient === undefined ? ledger.writer : new Kysely<Tables>({ dialect: patient.writer });
  try {
    await prepareLease(db, ledger.words);
    await migrate(db, ledger.words);
  } finally {
    if (patient !== undefined) await db.destroy();
  }
}

/** A write that gets its handle from the ledger. */
type Write<T> = (db: Kysely<Tables>) => Promise<T>;

/** The ledger over either database. Only files of this room may use its Kysely handles. */
export class SqlLedger implements Ledger {
  readonly #writer: Kysely<Tables>;
  readonly #reader: Kysely<Tables>;
  #closed = false;
  readonly words: DialectSql;
  readonly #clock: Clock;
  readonly #fence: number | undefined;
  /**
   * Commits go one after another, on PostgreSQL too: two of them that touch the same cases in different order would
   * block each other, and one process has no use for more.
   */
  readonly #commits = new SerialQueue();
  /** other writes that are on their way */
  readonly #writes = new Set<Promise<void>>();
  #onWork: () => void = () => undefined;

  constructor(connections: Connections, clock: Clock, fence?: number) {
    this.#writer = new Kysely<Tables>({ dialect: connections.writer });
    this.#reader = connections.reader ? new Kysely<Tables>({ dialect: connections.reader }) : this.#writer;
    this.words = connections.words;
    this.#clock = clock;
    this.#fence = fence;
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

  async commit<T>(work: (tx: LedgerTransaction) => Promise<T>): Promise<T> {
    let bringsWork = false;
    const result = await this.#transaction(async (tx) => {
      const transaction = new SqlTransaction(tx, this.words, this.#clock);
      const done = await work(transaction);
      bringsWork = transaction.bringsWork;
      return done;
    });
    if (bringsWork) this.#onWork();
    return result;
  }

  onWork(listener: () => void): void {
    this.#onWork = listener;
  }

  #transaction<T>(work: (tx: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.#commits.run(() => this.#fenced(work));
  }

  async #fenced<T>(work: (tx: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.writer.transaction().execute(async (tx) => {
      if (this.#fence !== undefined) await checkFence(tx, this.words, this.#fence);
      return work(tx);
    });
  }

  /** One statement that writes, refused when another process acts by now. It waits for no commit. */
  async write<T>(work: Write<T>): Promise<T> {
    const written = this.#fence === undefined ? work(this.writer) : this.#fenced(work);
    const ended = written.then(
      () => undefined,
      () => undefined,
    );
    this.#writes.add(ended);
    await ended;
    this.#writes.delete(ended);
    return written;
  }

  async dueActions(
    now: number,
    busyLanes: ReadonlySet<string>,
    limit: number,
    exceptKinds: readonly string[] = [],
  ): Promise<ActionRecord[]> {
    return actions.dueActions(this.reader, now, busyLanes, limit, exceptKinds);
  }

  async nextDueAt(now: number): Promise<number | null> {
    return actions.nextDueAt(this.reader, now);
  }

  async endAction(id: number, end: actions.ActionEnd & { follow?: readonly NewAction[] }): Promise<void> {
    const { follow } = end;
    if (!follow || follow.length === 0) {
      await this.write((tx) => actions.endAction(tx, id, end));
      return;
    }
    await this.#transaction(async (tx) => {
      if (await actions.endAction(tx, id, end)) await actions.insertActions(tx, follow, this.#clock());
    });
  }

  async retryAction(id: number, retry: { nextTryAt: number; error: string }): Promise<void> {
    return this.write((tx) => actions.retryAction(tx, id, retry));
  }

  async cancelActions(caseId: number, kinds: readonly string[], at: number): Promise<number> {
    return this.write((tx) => actions.cancelActions(tx, caseId, kinds, at));
  }

  async simulatedActions(): Promise<{ kind: string; count: number }[]> {
    return actions.simulatedActions(this.reader);
  }

  async countDueActions(): Promise<number> {
    return actions.countDueActions(this.reader);
  }

  async countWorkable(now: number, exceptKinds: readonly string[], limit: number): Promise<number> {
    return actions.countWorkable(this.reader, now, exceptKinds, limit);
  }

  async dueInLane(lane: string, limit: number): Promise<ActionRecord[]> {
    return actions.dueInLane(this.reader, lane, limit);
  }

  async endLane(lane: string, end: actions.ActionEnd): Promise<void> {
    return this.write((db) => actions.endLane(db, lane, end));
  }

  async troubleOf(kind: string): Promise<{ count: number; since: number | null; lastError: string | null }> {
    return actions.troubleOf(this.reader, kind);
  }

  async lastActionId(): Promise<number> {
    return actions.lastActionId(this.reader);
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

  async countCases(states: readonly CaseState[]): Promise<number> {
    return cases.countCases(this.reader, states);
  }

  async caseByNotice(eventId: string): Promise<CaseRecord | undefined> {
    return cases.caseByNotice(this.reader, eventId);
  }

  async questions(since: number): Promise<QuestionRecord[]> {
    return questions(this.reader, since);
  }

  async auditLog(filter: AuditFilter): Promise<AuditEntry[]> {
    let query = this.reader.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(filter.limit);
    if (filter.actor !== undefined) query = query.where('actor', '=', filter.actor);
    if (filter.since !== undefined) query = query.where('at', '>=', filter.since);
    const { what } = filter;
    if (what !== undefined) query = query.where((e) => e.or([e('what', '=', what), e('what', 'like', `${what}.%`)]));
    return (await query.execute()).map(toAuditEntry);
  }

  async actionsByKeyPrefix(prefix: string): Promise<ActionRecord[]> {
    return actions.actionsByKeyPrefix(this.reader, prefix);
  }

  async findingsOf(caseId: number, limit?: number): Promise<FindingRecord[]> {
    return cases.findingsOf(this.reader, caseId, limit);
  }

  async strongestFinding(caseId: number): Promise<FindingRecord | undefined> {
    return cases.strongestFinding(this.reader, caseId);
  }

  async newestFindings(caseId: number, kind: string, limit: number): Promise<FindingRecord[]> {
    return cases.newestFindings(this.reader, caseId, kind, limit);
  }

  async findingByKey(caseId: number, key: string): Promise<FindingRecord | undefined> {
    return cases.findingByKey(this.reader, caseId, key);
  }

  async actionsOf(caseId: number, limit?: number): Promise<ActionRecord[]> {
    return actions.actionsOfCase(this.reader, caseId, limit);
  }

  async actionSummary(caseId: number): Promise<ActionSummary[]> {
    return actions.actionSummary(this.reader, caseId);
  }

  async raid(id: number): Promise<RaidRecord | undefined> {
    return lives.raidById(this.reader, id);
  }

  async casesOfRaid(id: number, filter: { untold?: boolean; limit: number; offset?: number }): Promise<CaseRecord[]> {
    return lives.casesOfRaid(this.reader, id, filter);
  }

  async casesWaiting(kinds: readonly string[], page: { afterId: number; limit: number }): Promise<CaseRecord[]> {
    return lives.casesWaiting(this.reader, kinds, page);
  }

  async countCasesWaiting(kinds: readonly string[]): Promise<number> {
    return lives.countCasesWaiting(this.reader, kinds);
  }

  async auditOf(caseId: number, limit?: number): Promise<AuditEntry[]> {
    let query = this.reader.selectFrom('audit').selectAll().where('case_id', '=', caseId).orderBy('id', 'desc');
    if (limit !== undefined) query = query.limit(limit);
    return (await query.execute()).reverse().map(toAuditEntry);
  }

  async outboxOf(actionId: number, compose: () => Promise<ComposedMail>): Promise<OutboxRecord> {
    return getOrComposeMail(this, actionId, compose);
  }

  async noteMail(outboxId: number, note: { sentAt: number | null; response: string }): Promise<void> {
    return this.write((tx) => noteMail(tx, outboxId, note));
  }

  async mailsOf(caseId: number): Promise<OutboxRecord[]> {
    return mailsOf(this.reader, caseId);
  }

  async casePage(query: pages.CaseQuery): Promise<{ cases: CaseRecord[]; total: number }> {
    return pages.casePage(this.reader, query);
  }

  async auditPage(page: { before?: number; limit: number }): Promise<(AuditEntry & { id: number })[]> {
    return pages.auditPage(this.reader, page);
  }

  async mailPage(query: pages.MailQuery): Promise<pages.MailRow[]> {
    return pages.mailPage(this.reader, query);
  }

  async monthlyFigures(from: number, to: number): Promise<MonthFigures[]> {
    return monthlyFigures(this.reader, from, to);
  }

  async casesAudited(what: string, from: number, to: number): Promise<number[]> {
    return pages.casesAudited(this.reader, what, from, to);
  }

  async savedFilters(userId: string): Promise<pages.SavedFilter[]> {
    return pages.savedFilters(this.reader, userId);
  }

  async recentVerdicts(since: number, limit: number): Promise<FindingRecord[]> {
    return pages.recentVerdicts(this.reader, since, limit);
  }

  async relatedCases(caseId: number, limit: number): Promise<CaseRecord[]> {
    return related.relatedCases(this.reader, caseId, limit);
  }

  async judgedFindings(since: number, limit: number): Promise<related.JudgedFinding[]> {
    return related.judgedFindings(this.reader, since, limit);
  }

  async webTokensOf(caseId: number, now: number): Promise<pages.WebToken[]> {
    return pages.webTokensOf(this.reader, caseId, now);
  }

  async webToken(hash: string, now: number): Promise<pages.WebToken | undefined> {
    return pages.webToken(this.reader, hash, now);
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
    const value = randomBytes(32).toString('hex');
    await this.write((db) =>
      db
        .insertInto('secrets')
        .values({ name, value })
        .onConflict((c) => c.column('name').doNothing())
        .execute(),
    );
    const made = await this.#secret(name);
    if (made === undefined) throw new Error('heimdall: a secret that was just stored is gone');
    return made;
  }

  async #secret(name: string): Promise<string | undefined> {
    const row = await this.writer.selectFrom('secrets').select('value').where('name', '=', name).executeTakeFirst();
    return row?.value;
  }

  async prune(now: number, options?: PruneOptions): Promise<number> {
    return prune(this, now, options);
  }

  async exportPerson(userId: string): Promise<PersonalData> {
    return exportPerson(this.reader, userId, this.#clock());
  }

  async erasePerson(userId: string, actor: string): Promise<Erasure> {
    return this.#transaction((tx) => erasePerson(tx, userId, { actor, at: this.#clock() }));
  }

  /** Really writes: a full disk or a read-only database answers every read. */
  async ping(): Promise<void> {
    const value = String(this.#clock());
    await this.write((db) =>
      db
        .insertInto('meta')
        .values({ name: 'ledger.ping', value })
        .onConflict((c) => c.column('name').doUpdateSet({ value }))
        .execute(),
    );
  }

  /** Waits for commits and writes that were handed in, then closes. */
  async close(): Promise<void> {
    await this.#commits.idle();
    await Promise.all(this.#writes);
    if (this.#closed) return;
    this.#closed = true;
    if (this.#reader !== this.#writer) await this.#reader.destroy();
    await this.#writer.destroy();
  }
}
