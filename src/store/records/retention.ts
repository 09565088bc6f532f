import type { ActionRecord } from './actions.js';

/** All that is kept about and by a person, by table. */
export interface PersonalData {
  user_id: string;
  exported_at: string;
  data: Record<string, Record<string, unknown>[]>;
}

/** What an erasure did. */
export interface Erasure {
  /** cases that stay as numbers and dates */
  cases: number;
  /** rows that are gone */
  removed: number;
  /** rows from which the person was taken out */
  blanked: number;
  /** what had to stay: rules in force, bans that stand and can be lifted */
  kept: Record<string, unknown>[];
}

/** How many days each class of records lives. */
export interface RetentionDays {
  /** cases without any news, with what was found; and whatever has no class of its own */
  cases: number;
  reports: number;
  /** ended ones whose case is gone */
  actions: number;
  mails: number;
  audit: number;
  seen_events: number;
}

/** How long records live, and what a person may ask for. */
export interface PersonalRecords {
  /**
   * Removes what is past its retention class. `isStanding` says whether what an ended action did stands and is ours to
   * undo: that is kept, without its dates. Returns the number of rows.
   */
  prune(
    now: number,
    options?: { days?: RetentionDays; isStanding?: (action: ActionRecord) => boolean },
  ): Promise<number>;
  /** All that is kept about and by a person. */
  exportPerson(userId: string): Promise<PersonalData>;
  /** Removes or blanks it, in one commit, which the audit notes without the id. */
  erasePerson(userId: string, actor: string): Promise<Erasure>;
}
