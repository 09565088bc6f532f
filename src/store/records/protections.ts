/** Something that a protection remembers over a restart. */
export interface ProtectionRow {
  /** name of the protection, or of what several share */
  protection: string;
  key: string;
  data: unknown;
  /** ms since the epoch: from then on it is worth nothing */
  expiresAt: number;
}

/** An offence against a protection: the n-th of a person gets the n-th response. */
export interface NewOffence {
  protection: string;
  /** full id of who offended, verbatim */
  subject: string;
  caseId: number;
  at: number;
}

/** What a commit does with what protections remember. */
export interface ProtectionWrites {
  /** Writes what protections remember; what stood under the same key is replaced. */
  keepProtectionRows(rows: readonly ProtectionRow[]): Promise<void>;
  /** Notes an offence; returns how many of the same subject stand since `since`, this one among them. */
  noteOffence(offence: NewOffence, since: number): Promise<number>;
  /** How many offences of a subject stand since `since`, and their case. */
  standingOffences(
    of: Pick<NewOffence, 'protection' | 'subject'>,
    since: number,
  ): Promise<{ count: number; caseId: number | null }>;
  /** Forgets the offences of a case: the next one counts as the first. */
  forgetOffences(caseId: number): Promise<void>;
}

/** What protections remember, read. */
export interface ProtectionReads {
  /** What protections remember and is worth something at `now`. */
  protectionRows(now: number): Promise<ProtectionRow[]>;
}
