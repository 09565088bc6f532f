import type { EventActions } from './at-once.js';
import type { ProtectionRow } from './records/protections.js';
import type { ActionWrites, ActionQueue, NewWork } from './records/actions.js';
import type { AuditWrites, AuditReads } from './records/audit.js';
import type { CaseWrites, CaseReads } from './records/cases.js';
import type { FindingWrites, FindingReads } from './records/findings.js';
import type { MailThread } from './records/mails.js';
import type { PageWrites, PageReads } from './records/pages.js';
import type { ProtectionWrites, ProtectionReads } from './records/protections.js';
import type { QuestionWrites, QuestionReads } from './records/questions.js';
import type { PersonalRecords } from './records/retention.js';
import type { ScanWrites, ScanReads } from './records/scans.js';

/**
 * The ledger's content and queries. The records of each table are in `records/`, with their queries. SQLite (embedded)
 * and PostgreSQL have the same tables.
 */

/** Reads and writes inside one commit. All changes through one `LedgerTransaction` succeed or fail together. */
export interface LedgerTransaction
  extends
    ActionWrites,
    CaseWrites,
    FindingWrites,
    AuditWrites,
    QuestionWrites,
    ScanWrites,
    ProtectionWrites,
    PageWrites {
  /**
   * Records that this event was decided; false if it was decided before, in which case its decisions are stored already
   * and must not be written again.
   */
  markEventSeen(eventId: string, at: number): Promise<boolean>;
  setMeta(key: string, value: string): Promise<void>;
  /** The current value, '' if there is none; no other process can lock or change it until the commit ends. */
  lockMeta(key: string): Promise<string>;
}

/** The ledger: what happened. Every method rejects with a HeimdallError when the database is unavailable. */
export interface Ledger
  extends
    ActionQueue,
    CaseReads,
    FindingReads,
    AuditReads,
    MailThread,
    QuestionReads,
    ScanReads,
    ProtectionReads,
    PageReads,
    PersonalRecords {
  /**
   * Runs the work in one transaction; commits when it resolves, rolls back when it rejects. Commits are serialised: the
   * work must not wait for another commit, `endAction` with `follow`, or any other write outside of `tx`. Reads of the
   * ledger are fine in it, and show the state before.
   */
  commit<T>(work: (tx: LedgerTransaction) => Promise<T>): Promise<T>;
  /**
   * Commits what follows from events before it returns, in the same way as `commit`, where nothing stands in the way:
   * the database is embedded, nobody else is writing, and none of these people has a case that would have to be told.
   * False: nothing was changed, and `commit` is to do it.
   */
  commitAtOnce(
    decided: readonly EventActions[],
    people: Iterable<string>,
    remembered?: readonly ProtectionRow[],
  ): boolean;
  /** Calls the listener after each commit that added actions, so that the executor need not search for them. */
  onWork(listener: (work: NewWork) => void): void;
  /**
   * Calls the listener after each end of an action written by this process, with its id; without one when several ended
   * at once. An ended action may be due again since (`renew`).
   */
  onEnd(listener: (id: number | undefined) => void): void;
  meta(key: string): Promise<string | undefined>;
  /** A stored secret (hex), created at the first call: keys for Reply-To tokens and the like. */
  secret(name: string): Promise<string>;
  /** Rejects when the database cannot be written to. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
