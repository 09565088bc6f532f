import { actionsOfReport, type ResponseCapabilities } from '../cases/decide.js';
import type { Ledger, NewAction } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { looksOf, showEvidence } from './evidence.js';
import { findingOfReport, transactionKey, type IncomingReport, type OnReport } from './report.js';

/** Reported messages shown in one case's thread: the case itself holds them all. */
const MOST_NOTES = 10;
const CASES_REMEMBERED = 10_000;

export interface ReportRecorderOptions {
  ledger: Pick<Ledger, 'commit'>;
  means: () => ResponseCapabilities;
  clock: Clock;
  /** called after each commit */
  committed: () => void;
}

/**
 * Where all ways in end: a report opens or joins its subject's case, and asks for what a report asks for, in one
 * commit.
 */
export function createReportRecorder({ ledger, means, clock, committed }: ReportRecorderOptions): OnReport {
  /** how many notes each case's thread got since the start */
  const notes = new Map<number, number>();
  const evidence = (report: IncomingReport, caseId: number): NewAction[] => {
    const count = notes.get(caseId) ?? 0;
    if (report.event === undefined || count >= MOST_NOTES) return [];
    if (notes.size >= CASES_REMEMBERED) notes.clear();
    notes.set(caseId, count + 1);
    return [
      showEvidence.create(
        { findingKey: report.key },
        { key: `evidence:${caseId}:${report.eventId ?? report.key}`, caseId },
      ),
    ];
  };
  return async (report, note) => {
    const finding = findingOfReport(report);
    await ledger.commit(async (tx) => {
      const { transaction } = report;
      if (transaction !== undefined && !(await tx.markEventSeen(transactionKey(report.reporter, transaction), clock())))
        return;
      const recorded = await tx.recordFinding(finding);
      await tx.addActions(actionsOfReport(recorded, finding.key, means()));
      if (recorded.fresh) await tx.addActions([...looksOf(report), ...evidence(report, recorded.case.id)]);
      // The reporter stands in the finding, which can be erased; the audit names nobody.
      if (recorded.opened)
        await tx.audit({
          at: clock(),
          actor: 'heimdall',
          what: 'case.opened',
          caseId: recorded.case.id,
          data: { source: report.source },
        });
      if (note !== undefined) await tx.setMeta(note.key, note.value);
    });
    committed();
  };
}
