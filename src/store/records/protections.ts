/** An item of a protection's memory that survives restarts. */
export interface ProtectionRow {
  /** name of the protection, or of a memory that several share */
  protection: string;
  key: string;
  data: unknown;
  /** expiry, ms since the epoch */
  expiresAt: number;
}

/** An offence against a protection: a person's n-th offence gets the n-th response. */
export interface NewOffence {
  protection: string;
  /** full id of the offender, verbatim */
  subject: string;
  caseId: number;
  at: number;
}

/** What a commit does with what protections remember. */
export interface ProtectionWrites {
  /** Stores protections' memory, replacing items with the same key. */
  keepProtectionRows(rows: readonly ProtectionRow[]): Promise<void>;
  /** Records an offence; returns the subject's number of offences since `since`, including this one. */
  noteOffence(offence: NewOffence, since: number): Promise<number>;
  /** A subject's number of offences since `since`, and their case. */
  standingOffences(
    of: Pick<NewOffence, 'protection' | 'subject'>,
    since: number,
  ): Promise<{ count: number; caseId: number | null }>;
  /** Forgets the offences of a case, so that the next one counts as the first; resolves with their number. */
  forgetOffences(caseId: number): Promise<number>;
}

/** Reading protections' memory. */
export interface ProtectionReads {
  /** Protections' memory that has not expired at `now`. */
  protectionRows(now: number): Promise<ProtectionRow[]>;
}
