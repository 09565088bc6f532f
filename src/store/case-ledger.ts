import * as lives from './case-lives.js';
import * as cases from './cases.js';
import { monthlyFigures } from './figures.js';
import type { MonthFigures, ProblemServer } from './records/pages.js';
import * as pages from './pages.js';
import { problemServers } from './problem-servers.js';
import { questions } from './questions.js';
import type { AuditEntry, AuditFilter } from './records/audit.js';
import type { CaseFilter, CaseRecord, CaseState, RaidRecord, SubjectKind } from './records/cases.js';
import type { FindingRecord } from './records/findings.js';
import type { QuestionRecord } from './records/questions.js';
import * as related from './related.js';
import { toAuditEntry } from './rows.js';
import type { CaseQuery, JudgedFinding } from './records/pages.js';
import { ActionLedger } from './actions/ledger.js';
/** The ledger's cases: findings, raids, pages, figures, and who did what. */
export class CaseLedger extends ActionLedger {
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

  async casePage(query: CaseQuery): Promise<{ cases: CaseRecord[]; total: number }> {
    return pages.casePage(this.reader, query);
  }

  async auditPage(page: { before?: number; limit: number }): Promise<(AuditEntry & { id: number })[]> {
    return pages.auditPage(this.reader, page);
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

  async recentVerdicts(since: number, limit: number): Promise<FindingRecord[]> {
    return pages.recentVerdicts(this.reader, since, limit);
  }

  async relatedCases(caseId: number, limit: number): Promise<CaseRecord[]> {
    return related.relatedCases(this.reader, caseId, limit);
  }

  async judgedFindings(since: number, limit: number): Promise<JudgedFinding[]> {
    return related.judgedFindings(this.reader, since, limit);
  }
}
