import type { ResponseCapabilities } from '../cases/decide.js';
import { recordReport } from '../cases/record.js';
import type { NewAction } from '../store/records/actions.js';
import type { Ledger, LedgerTransaction } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { looksOf, showEvidence } from './evidence.js';
import { findingOfReport, transactionKey, type IncomingReport, type OnReport, type RoomNames } from './report.js';
import { BoundedMap } from '../util/bounded-map.js';

/** How many reported messages of one account are shown in its case's thread; the case holds them all. */
const MOST_NOTES = 10;
const SUBJECTS_REMEMBERED = 10_000;

export interface ReportRecorderOptions {
  ledger: Pick<Ledger, 'commit'>;
  means: () => ResponseCapabilities;
  /** how many cases one person may open in 24 hours */
  casesPerReporter: number;
  /** false when it is a local account that does not exist; absent: all are assumed to exist */
  accountExists?: (userId: string) => Promise<boolean>;
  /** a room's name; absent: unknown */
  roomNames?: (roomId: string, isReported: boolean) => Promise<RoomNames>;
  /** actions that tell the reporter that a report was taken */
  receipt?: (report: IncomingReport) => NewAction[];
  /** further actions that follow from a new report, in the same commit */
  alsoAsked?: (tx: LedgerTransaction, report: IncomingReport) => Promise<NewAction[]>;
  clock: Clock;
}

/**
 * Records reports from all sources: a report opens or joins its subject's case and triggers its actions, in one commit.
 * A report about a local account that does not exist opens nothing.
 */
export function createReportRecorder({
  ledger,
  means,
  casesPerReporter,
  accountExists,
  roomNames,
  receipt = () => [],
  alsoAsked,
  clock,
}: ReportRecorderOptions): OnReport {
  const aboutNobody = async ({ subjectKind, subject, eventId }: IncomingReport): Promise<boolean> =>
    // the sender of an event exists, or did
    subjectKind === 'user' && eventId === undefined && (await accountExists?.(subject)) === false;
  /** number of messages in each subject's thread since the start */
  const notes = new BoundedMap<string, number>(SUBJECTS_REMEMBERED);
  const evidence = ({ subjectKind, subject, eventId, event, key }: IncomingReport): NewAction[] => {
    const count = notes.get(subject) ?? 0;
    if (event === undefined || count >= MOST_NOTES) return [];
    notes.set(subject, count + 1);
    return [showEvidence.create({ subjectKind, subject, findingKey: key }, { key: `evidence:${eventId ?? key}` })];
  };
  return async (complaint, note) => {
    const nobody = await aboutNobody(complaint);
    if (nobody && note === undefined) return;
    const { subjectKind, subject } = complaint;
    const roomId = complaint.roomId ?? (subjectKind === 'room' ? subject : undefined);
    const names = nobody || roomId === undefined ? {} : await roomNames?.(roomId, roomId === subject);
    const report = { ...complaint, ...names };
    await ledger.commit(async (tx) => {
      const { transaction } = report;
      if (transaction !== undefined && !(await tx.markEventSeen(transactionKey(report.reporter, transaction), clock())))
        return;
      if (note !== undefined) await tx.setMeta(note.key, note.value);
      if (nobody) return;
      const { reporter, source } = report;
      const recorded = { finding: findingOfReport(report), reporter, audited: { source } };
      const asked = await recordReport(tx, recorded, means(), { casesPerReporter }, clock());
      // a report that exists already triggers nothing
      await tx.addActions(
        asked.length === 0 ? [] : [...asked, ...looksOf(report), ...evidence(report), ...receipt(report)],
      );
      if (asked.length > 0 && alsoAsked !== undefined) await tx.addActions(await alsoAsked(tx, report));
    });
  };
}
