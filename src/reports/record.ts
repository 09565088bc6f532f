import { actionsOfReport, type ResponseCapabilities } from '../cases/decide.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { findingOfReport, transactionKey, type OnReport } from './report.js';

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
  return async (report, note) => {
    const finding = findingOfReport(report);
    await ledger.commit(async (tx) => {
      const { transaction } = report;
      if (transaction !== undefined && !(await tx.markEventSeen(transactionKey(report.reporter, transaction), clock())))
        return;
      const recorded = await tx.recordFinding(finding);
      await tx.addActions(actionsOfReport(recorded, finding.key, means()));
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
