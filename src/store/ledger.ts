import { randomBytes } from 'node:crypto';
import * as lives from './case-lives.js';
import * as cases from './cases.js';
import { monthlyFigures } from './figures.js';
import type { MonthFigures, ProblemServer } from './records/pages.js';
import * as pages from './pages.js';
import { type ComposedMail, mailsOf, noteMail, getOrComposeMail } from './outbox.js';
import { problemServers } from './problem-servers.js';
import { protectionRows } from './protections.js';
import { erasePerson, exportPerson } from './privacy.js';
import { questions } from './questions.js';
import type { ActionRecord, ActionState, ActionSummary, LaneEffects, NewAction } from './records/actions.js';
import type { AuditEntry, AuditFilter } from './records/audit.js';
import type { CaseFilter, CaseRecord, CaseState, RaidRecord, SubjectKind } from './records/cases.js';
import type { FindingRecord } from './records/findings.js';
import type { OutboxRecord } from './records/mails.js';
import type { ProtectionRow } from './records/protections.js';
import type { QuestionRecord } from './records/questions.js';
import type { Erasure, PersonalData } from './records/retention.js';
import type { ScanFind, ScanSummary } from './records/scans.js';
import * as related from './related.js';
import { prune, type PruneOptions } from './retention.js';
import { toAuditEntry } from './rows.js';
import * as scans from './scans.js';
import type { Ledger } from './types.js';
import { LedgerDatabase } from './database.js';
import { insertActions } from './actions/add.js';
import * as due from './actions/due.js';
import * as ends from './actions/ends.js';
import * as actions from './actions/find.js';
import { actionsOfCase, actionSummary } from './actions/of-case.js';
import type { CaseQuery, JudgedFinding, MailQuery, MailRow, SavedFilter, WebToken } from './records/pages.js';

/** The ledger over either database. */
export class SqlLedger extends LedgerDatabase implements Ledger {
  async dueActions(
    now: number,
    busyLanes: ReadonlySet<string>,
    limit: number,
    exceptKinds: readonly string[] = [],
    onlyKinds: readonly string[] = [],
  ): Promise<ActionRecord[]> {
    return due.dueActions(this.reader, now, busyLanes, limit, exceptKinds, onlyKinds);
  }

  async nextDueAt(now: number): Promise<number | null> {
    return due.nextDueAt(this.reader, now);
  }

  async endAction(id: number, end: ends.ActionEnd & { follow?: readonly NewAction[] }): Promise<void> {
    const { follow = [] } = end;
    if (follow.length === 0) await this.write((tx) => ends.endAction(tx, id, end));
    else
      await this.transaction(async (tx) => {
        if (await ends.endAction(tx, id, end)) await insertActions(tx, follow, this.clock());
      });
    this.tellEnd(id);
  }

  async retryAction(id: number, retry: { nextTryAt: number; error: string }): Promise<void> {
    return this.write((tx) => ends.retryAction(tx, id, retry));
  }

  async cancelActions(caseId: number, kinds: readonly string[], at: number): Promise<number> {
    const cancelled = await this.write((tx) => ends.cancelActions(tx, caseId, kinds, at));
    if (cancelled > 0) this.tellEnd(undefined);
    return cancelled;
  }

  async cancelByKey(keys: readonly string[], at: number): Promise<number> {
    const cancelled = await this.write((tx) => ends.cancelByKey(tx, keys, at));
    if (cancelled > 0) this.tellEnd(undefined);
    return cancelled;
  }

  async simulatedActions(): Promise<{ kind: string; count: number }[]> {
    return actions.simulatedActions(this.reader);
  }

  async countDueActions(): Promise<number> {
    return due.countDueActions(this.reader);
  }

  async countWorkable(now: number, exceptKinds: readonly string[], limit: number): Promise<number> {
    return due.countWorkable(this.reader, now, exceptKinds, limit);
  }

  async dueInLane(lane: string, limit: number): Promise<ActionRecord[]> {
    return due.dueInLane(this.reader, lane, limit);
  }

  async endLane(lane: string, end: ends.ActionEnd): Promise<void> {
    await this.write((db) => ends.endLane(db, lane, end));
    this.tellEnd(undefined);
  }

  async troubleOf(kind: string): Promise<{ count: number; since: number | null; lastError: string | null }> {
    return due.troubleOf(this.reader, kind);
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

  async effectsByLane(
    kinds: readonly string[],
    page: { afterId: number; limit: number },
  ): Promise<{ lanes: LaneEffects[]; lastId: number; isLast: boolean }> {
    return actions.effectsByLane(this.reader, kinds, page);
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
    return actionsOfCase(this.reader, caseId, limit);
  }

  async actionSummary(caseId: number): Promise<ActionSummary[]> {
    return actionSummary(this.reader, caseId);
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

  async casePage(query: CaseQuery): Promise<{ cases: CaseRecord[]; total: number }> {
    return pages.casePage(this.reader, query);
  }

  async auditPage(page: { before?: number; limit: number }): Promise<(AuditEntry & { id: number })[]> {
    return pages.auditPage(this.reader, page);
  }

  async mailPage(query: MailQuery): Promise<MailRow[]> {
    return pages.mailPage(this.reader, query);
  }

  async monthlyFigures(from: number, to: number): Promise<MonthFigures[]> {
    return monthlyFigures(this.reader, from, to);
  }

  async problemServers(since: number): Promise<ProblemServer[]> {
    return problemServers(this.reader, since);
  }

  async casesAudited(what: string, from: number, to: number): Promise<number[]> {
    return pages.casesAudited(this.reader, what, from, to);
  }

  async savedFilters(userId: string): Promise<SavedFilter[]> {
    return pages.savedFilters(this.reader, userId);
  }

  async recentVerdicts(since: number, limit: number): Promise<FindingRecord[]> {
    return pages.recentVerdicts(this.reader, since, limit);
  }

  async relatedCases(caseId: number, limit: number): Promise<CaseRecord[]> {
    return related.relatedCases(this.reader, caseId, limit);
  }

  async judgedFindings(since: number, limit: number): Promise<JudgedFinding[]> {
    return related.judgedFindings(this.reader, since, limit);
  }

  async webTokensOf(caseId: number, now: number): Promise<WebToken[]> {
    return pages.webTokensOf(this.reader, caseId, now);
  }

  async webToken(hash: string, now: number): Promise<WebToken | undefined> {
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
    return exportPerson(this.reader, userId, this.clock());
  }

  async erasePerson(userId: string, actor: string): Promise<Erasure> {
    return this.transaction((tx) => erasePerson(tx, userId, { actor, at: this.clock() }));
  }

  /** Really writes: a full disk or a read-only database answers every read. */
  async ping(): Promise<void> {
    const value = String(this.clock());
    await this.write((db) =>
      db
        .insertInto('meta')
        .values({ name: 'ledger.ping', value })
        .onConflict((c) => c.column('name').doUpdateSet({ value }))
        .execute(),
    );
  }
}
