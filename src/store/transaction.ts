import { sql, type Kysely } from 'kysely';
import type { Clock } from '../util/clock.js';
import { insertActions } from './actions/add.js';
import { moveLane } from './actions/ends.js';
import { WorkOfCommit } from './actions/new-work.js';
import { effectsOfCase } from './actions/of-case.js';
import * as lives from './case-lives.js';
import { recordFinding, setCaseNotice, setCaseState } from './cases.js';
import { compiledOnce } from './compiled.js';
import type { DialectSql } from './dialect.js';
import { indexKey, clampTimestamp } from './keys.js';
import { dropFilter, dropWebToken, putWebToken, saveFilter } from './pages.js';
import type { SavedFilter, WebToken } from './records/pages.js';
import type { ActionRecord, NewAction } from './records/actions.js';
import type { AuditEntry } from './records/audit.js';
import type { CaseRecord, CaseState, RaidKind, RaidRecord } from './records/cases.js';
import type { NewFinding, RecordedFinding } from './records/findings.js';
import type { NewOffence, ProtectionRow } from './records/protections.js';
import type { NewQuestion } from './records/questions.js';
import type { ScanHit } from './records/scans.js';
import { toJson } from './rows.js';
import { forgetOffences, keepProtectionRows, noteOffence, standingOffences } from './protections.js';
import { answerQuestion, askQuestion } from './questions.js';
import { forgetScan, noteScanHit } from './scans.js';
import type { Tables } from './schema.js';
import type { LedgerTransaction } from './types.js';

const markSeen = compiledOnce(
  (db, event: { event_id: string; seen_at: number }) =>
    db
      .insertInto('seen_events')
      .values(event)
      .onConflict((c) => c.column('event_id').doNothing()),
  ['event_id', 'seen_at'],
);

/** The writes of one commit. */
export class SqlTransaction implements LedgerTransaction {
  /** the work to carry out once it is committed */
  readonly work = new WorkOfCommit();

  constructor(
    private readonly tx: Kysely<Tables>,
    private readonly words: DialectSql,
    private readonly clock: Clock,
  ) {}

  async markEventSeen(eventId: string, at: number): Promise<boolean> {
    const done = await markSeen(this.tx, { event_id: indexKey(eventId), seen_at: clampTimestamp(at) });
    return (done.numAffectedRows ?? 0n) > 0n;
  }

  recordFinding(finding: NewFinding): Promise<RecordedFinding> {
    return recordFinding(this.tx, this.words, finding, this.clock());
  }

  async addActions(actions: readonly NewAction[]): Promise<ActionRecord[]> {
    const added = await insertActions(this.tx, actions, this.clock());
    this.work.add(actions.length, added);
    return added.map(({ action }) => action);
  }

  effectsOf(caseId: number, kinds: readonly string[]): Promise<ActionRecord[]> {
    return effectsOfCase(this.tx, caseId, kinds);
  }

  noteLooks(caseId: number, looks: readonly string[]): Promise<boolean> {
    return lives.noteLooks(this.tx, caseId, looks);
  }

  reopenCase(caseId: number, at: number, verdict?: NewFinding['verdict']): Promise<CaseRecord> {
    return lives.reopenCase(this.tx, caseId, at, verdict);
  }

  uncoverCase(caseId: number): Promise<void> {
    return lives.uncoverCase(this.tx, caseId);
  }

  announcedBetween(since: number, until: number, limit: number): Promise<number> {
    return lives.announcedBetween(this.tx, since, until, limit);
  }

  announceCase(caseId: number, at: number): Promise<void> {
    return lives.announceCase(this.tx, caseId, at);
  }

  joinRaid(caseId: number, kind: RaidKind, at: number, since: number, by: 'last' | 'first'): Promise<RaidRecord> {
    return lives.joinRaid(this.tx, caseId, kind, at, since, by);
  }

  noteRaidTold(raidId: number, caseIds: readonly number[], at: number): Promise<number> {
    return lives.noteRaidTold(this.tx, raidId, caseIds, at);
  }

  openingsSince(reporter: string, since: number): Promise<number> {
    return lives.openingsSince(this.tx, reporter, since);
  }

  outcomesOf(reporter: string): Promise<{ decided: number; dismissed: number }> {
    return lives.outcomesOf(this.tx, reporter);
  }

  noteOpening(reporter: string, caseId: number, at: number, forgetBefore: number): Promise<void> {
    return lives.noteOpening(this.tx, reporter, caseId, at, forgetBefore);
  }

  moveLane(from: string, to: string, limit: number): Promise<number> {
    this.work.addUnknown();
    return moveLane(this.tx, from, to, limit);
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

  saveFilter(filter: SavedFilter): Promise<void> {
    return saveFilter(this.tx, filter);
  }

  dropFilter(userId: string, name: string): Promise<void> {
    return dropFilter(this.tx, userId, name);
  }

  putWebToken(token: WebToken): Promise<void> {
    return putWebToken(this.tx, token);
  }

  dropWebToken(hash: string): Promise<boolean> {
    return dropWebToken(this.tx, hash);
  }

  async setMeta(key: string, value: string): Promise<void> {
    await this.tx
      .insertInto('meta')
      .values({ name: key, value })
      .onConflict((c) => c.column('name').doUpdateSet({ value }))
      .execute();
  }

  async lockMeta(key: string): Promise<string> {
    // a missing row cannot be locked: two processes would both find nothing
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

  askQuestion(question: NewQuestion): Promise<void> {
    return askQuestion(this.tx, question);
  }

  answerQuestion(key: string, state: 'yes' | 'no', by: string): Promise<boolean> {
    return answerQuestion(this.tx, key, state, by);
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

  forgetOffences(caseId: number): Promise<number> {
    return forgetOffences(this.tx, caseId);
  }
}
