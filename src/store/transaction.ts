import { sql, type Kysely } from 'kysely';
import type { Clock } from '../util/clock.js';
import { insertActions } from './actions.js';
import { recordFinding, setCaseNotice, setCaseState } from './cases.js';
import type { DialectSql } from './dialect.js';
import { indexKey, clampTimestamp } from './keys.js';
import { toJson } from './rows.js';
import { forgetOffences, keepProtectionRows, noteOffence, standingOffences } from './protections.js';
import { forgetScan, noteScanHit } from './scans.js';
import type { Tables } from './schema.js';
import type {
  ActionRecord,
  AuditEntry,
  CaseState,
  LedgerTransaction,
  NewAction,
  NewFinding,
  NewOffence,
  ProtectionRow,
  RecordedFinding,
  ScanHit,
} from './types.js';

/** The writes of one commit. */
export class SqlTransaction implements LedgerTransaction {
  constructor(
    private readonly tx: Kysely<Tables>,
    private readonly words: DialectSql,
    private readonly clock: Clock,
  ) {}

  async markEventSeen(eventId: string, at: number): Promise<boolean> {
    const done = await this.tx
      .insertInto('seen_events')
      .values({ event_id: indexKey(eventId), seen_at: clampTimestamp(at) })
      .onConflict((c) => c.column('event_id').doNothing())
      .executeTakeFirst();
    return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  recordFinding(finding: NewFinding): Promise<RecordedFinding> {
    return recordFinding(this.tx, this.words, finding, this.clock());
  }

  addActions(actions: readonly NewAction[]): Promise<ActionRecord[]> {
    return insertActions(this.tx, actions, this.clock());
  }

  setCaseState(caseId: number, state: CaseState, at: number): Promise<void> {
    return setCaseState(this.tx, caseId, state, at);
  }

  setCaseNotice(caseId: number, eventId: string): Promise<void> {
    return setCaseNotice(this.tx, caseId, eventId);
  }

  async audit(entry: AuditEntry): Promise<void> {
    await this.tx
      .insertInto('audit')
      .values({
        at: clampTimestamp(entry.at),
        actor: entry.actor,
        what: entry.what,
        case_id: entry.caseId,
        data: toJson(entry.data),
      })
      .execute();
  }

  async setMeta(key: string, value: string): Promise<void> {
    await this.tx
      .insertInto('meta')
      .values({ name: key, value })
      .onConflict((c) => c.column('name').doUpdateSet({ value }))
      .execute();
  }

  async lockMeta(key: string): Promise<string> {
    // a row that is not there can not be locked: two processes would both find nothing
    await this.tx
      .insertInto('meta')
      .values({ name: key, value: '' })
      .onConflict((c) => c.column('name').doNothing())
      .execute();
    const { rows } = await sql<{
      value: string;
    }>`select value from meta where name = ${key} ${this.words.lockRows}`.execute(this.tx);
    return rows[0]?.value ?? '';
  }

  noteScanHit(scan: string, hit: ScanHit): Promise<boolean> {
    return noteScanHit(this.tx, scan, hit);
  }

  forgetScan(scan: string): Promise<void> {
    return forgetScan(this.tx, scan);
  }

  keepProtectionRows(rows: readonly ProtectionRow[]): Promise<void> {
    return keepProtectionRows(this.tx, rows);
  }

  noteOffence(offence: NewOffence, since: number): Promise<number> {
    return noteOffence(this.tx, offence, since);
  }

  standingOffences(
    of: Pick<NewOffence, 'protection' | 'subject'>,
    since: number,
  ): Promise<{ count: number; caseId: number | null }> {
    return standingOffences(this.tx, of, since);
  }

  forgetOffences(caseId: number): Promise<void> {
    return forgetOffences(this.tx, caseId);
  }
}
