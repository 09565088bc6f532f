import type { Complaint } from '../mail/complaint.js';
import type { Clock } from '../util/clock.js';
import { incomingReport, type OnReport } from './report.js';

/** Turns a complaint by mail into reports, one about each account that it names. */
export function complaintTaker(onReport: OnReport, clock: Clock): (complaint: Complaint) => Promise<void> {
  return async ({ sender, accounts, reason }) => {
    for (const subject of accounts)
      await onReport(
        incomingReport({
          // only for moderators, as everywhere
          reporter: sender === '' ? 'mail' : `mailto:${sender}`,
          subjectKind: 'user',
          subject,
          reason,
          source: 'mail',
          at: clock(),
        }),
      );
  };
}
