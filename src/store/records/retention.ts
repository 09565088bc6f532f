import type { ActionRecord } from './actions.js';

/** Everything stored about and by a person, by table. */
export interface PersonalData {
  user_id: string;
  exported_at: string;
  data: Record<string, Record<string, unknown>[]>;
}

/** The result of an erasure. */
export interface Erasure {
  /** number of cases that stay as numbers and dates */
  cases: number;
  /** number of deleted rows */
  removed: number;
  /** number of rows from which the person was removed */
  blanked: number;
  /** what had to stay: rules in force, and bans in force that can be lifted */
  kept: Record<string, unknown>[];
}

/** How many days each class of records is kept. */
export interface RetentionDays {
  /** inactive cases with their findings, and everything without a class of its own */
  cases: number;
  reports: number;
  /** ended ones without a case */
  actions: number;
  mails: number;
  audit: number;
  seen_events: number;
}

/** Retention, and requests by data subjects. */
export interface PersonalRecords {
  /**
   * Removes expired records. `isStanding` says whether an ended action's effect is in force and ours to undo: that is
   * kept, without its dates. Returns the number of rows.
   */
  prune(
    now: number,
    options?: { days?: RetentionDays; isStanding?: (action: ActionRecord) => boolean },
  ): Promise<number>;
  /** Everything stored about and by a person. */
  exportPerson(userId: string): Promise<PersonalData>;
  /** Removes or blanks it in one commit, with an audit entry without the id. */
  erasePerson(userId: string, actor: string): Promise<Erasure>;
}
