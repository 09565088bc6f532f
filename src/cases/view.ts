import {
  protectionFindingSchema,
  reportFindingSchema,
  verdictFindingSchema,
  type ProtectionFinding,
  type ReportFinding,
  type VerdictFinding,
} from '../store/findings.js';
import type { ActionRecord, ActionSummary } from '../store/records/actions.js';
import type { CaseRecord } from '../store/records/cases.js';
import type { FindingRecord } from '../store/records/findings.js';
import type { Ledger } from '../store/types.js';

/** A case with its findings and actions, as notices and pages show it. Bounded in size, however much the case holds. */
export interface CaseView {
  case: CaseRecord;
  /** the finding behind the case's verdict; undefined when its current round has reports only */
  strongest: VerdictFinding | undefined;
  /** the newest reports, oldest first; `case.reports` says how many there are */
  reports: ReportFinding[];
  /** the latest offences that protections found, oldest first */
  offences: ProtectionFinding[];
  /** how many findings there were in all */
  findings: number;
  /** the newest actions, oldest first */
  actions: ActionRecord[];
  /** counts of all actions by kind and state, ordered by the latest of each */
  done: ActionSummary[];
}

const REPORTS_READ = 5;
const OFFENCES_READ = 3;
const ACTIONS_READ = 100;

/** Reads a case with its findings and actions; undefined when there is no such case. */
export async function caseView(ledger: Ledger, caseId: number): Promise<CaseView | undefined> {
  const record = await ledger.caseById(caseId);
  if (record === undefined) return undefined;
  const [strongest, reports, offences, actions, done] = await Promise.all([
    record.verdict === null ? undefined : ledger.strongestFinding(caseId),
    ledger.newestFindings(caseId, 'report', REPORTS_READ),
    ledger.newestFindings(caseId, 'protection', OFFENCES_READ),
    ledger.actionsOf(caseId, ACTIONS_READ),
    ledger.actionSummary(caseId),
  ]);
  return {
    case: record,
    strongest: verdictFindingSchema.safeParse(strongest?.data).data,
    reports: reports.reverse().flatMap(reportOf),
    offences: offences.reverse().flatMap(offenceOf),
    findings: record.sightings + record.reports,
    actions,
    done,
  };
}

export function reportOf(finding: FindingRecord): ReportFinding[] {
  const parsed = reportFindingSchema.safeParse(finding.data);
  return parsed.success ? [parsed.data] : [];
}

function offenceOf(finding: FindingRecord): ProtectionFinding[] {
  const parsed = protectionFindingSchema.safeParse(finding.data);
  return parsed.success ? [parsed.data] : [];
}
