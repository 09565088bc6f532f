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
 * What the ledger keeps, and what can be asked of it. The records of each table stand in `records/`, with the questions
 * about them. The same tables stand in SQLite (embedded) and PostgreSQL.
 */

/** Reads and writes inside one commit. All methods of one `LedgerTransaction` stand or fall together. */
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
   * Notes that this event was decided upon; false when it was before: then its decisions stand already and must not be
   * written again.
   */
  markEventSeen(eventId: string, at: number): Promise<boolean>;
  setMeta(key: string, value: string): Promise<void>;
  /** The value as it stands, '' when there was none; until the commit ends no other process can lock or change it. */
  lockMeta(key: string): Promise<string>;
}

/** The ledger: what happened. Every method rejects with a HeimdallError when the database is out of reach. */
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
   * Runs the work in one transaction; commits when it resolves, rolls back when it rejects. Commits are carried out one
   * after another: the work must not wait for another commit, `endAction` with `follow`, or any other write outside of
   * `tx`. Reads of the ledger are fine in it, and show what stood before.
   */
  commit<T>(work: (tx: LedgerTransaction) => Promise<T>): Promise<T>;
  /** Calls the listener after each commit that added actions: who carries them out need not look for them. */
  onWork(listener: (work: NewWork) => void): void;
  /**
   * Calls the listener after each end of an action that this process wrote, with its id; without one when several ended
   * at once. What has ended may be due again since (`renew`).
   */
  onEnd(listener: (id: number | undefined) => void): void;
  meta(key: string): Promise<string | undefined>;
  /** A stored secret (hex), made at the first call: keys for Reply-To tokens and the like. */
  secret(name: string): Promise<string>;
  /** Rejects when the database cannot be written to. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
