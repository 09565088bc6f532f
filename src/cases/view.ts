import {
  protectionFindingSchema,
  reportFindingSchema,
  verdictFindingSchema,
  type ProtectionFinding,
  type ReportFinding,
  type VerdictFinding,
} from '../store/findings.js';
import type { ActionRecord, CaseRecord, FindingRecord, Ledger } from '../store/types.js';

/** A case with what belongs to it, as notices and pages show it. */
export interface CaseView {
  case: CaseRecord;
  /** the finding with the strongest verdict; the newest among equals */
  strongest: VerdictFinding | undefined;
  reports: ReportFinding[];
  /** what protections found, oldest first */
  offences: ProtectionFinding[];
  /** how many findings there are in all */
  findings: number;
  actions: ActionRecord[];
}

/** How many findings of a case are looked at; the first ones opened it, so they are always among them. */
const FINDINGS_SHOWN = 200;

/** Reads a case with its findings and actions; undefined when there is no such case. */
export async function caseView(ledger: Ledger, caseId: number): Promise<CaseView | undefined> {
  const record = await ledger.caseById(caseId);
  if (record === undefined) return undefined;
  const [findings, actions] = await Promise.all([ledger.findingsOf(caseId, FINDINGS_SHOWN), ledger.actionsOf(caseId)]);
  return {
    case: record,
    strongest: strongestOf(findings),
    reports: findings.flatMap(reportOf),
    offences: findings.flatMap(offenceOf),
    findings: findings.length,
    actions,
  };
}

function strongestOf(findings: readonly FindingRecord[]): VerdictFinding | undefined {
  let best: VerdictFinding | undefined;
  for (const finding of findings) {
    if (finding.kind !== 'verdict') continue;
    const parsed = verdictFindingSchema.safeParse(finding.data);
    if (parsed.success && (best === undefined || parsed.data.verdict.score >= best.verdict.score)) best = parsed.data;
  }
  return best;
}

function reportOf(finding: FindingRecord): ReportFinding[] {
  if (finding.kind !== 'report') return [];
  const parsed = reportFindingSchema.safeParse(finding.data);
  return parsed.success ? [parsed.data] : [];
}

function offenceOf(finding: FindingRecord): ProtectionFinding[] {
  if (finding.kind !== 'protection') return [];
  const parsed = protectionFindingSchema.safeParse(finding.data);
  return parsed.success ? [parsed.data] : [];
}
