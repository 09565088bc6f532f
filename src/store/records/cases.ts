/** The subject of a case. Times are milliseconds since the epoch, here and in all records. */
export type SubjectKind = 'user' | 'room' | 'server' | 'event' | 'media';

export type CaseState = 'open' | 'triaged' | 'actioned' | 'dismissed' | 'appealed';

/** Everything about one subject. Each subject has at most one case. */
export interface CaseRecord {
  id: number;
  subjectKind: SubjectKind;
  /** full id of the subject, verbatim */
  subject: string;
  state: CaseState;
  /** the strongest verdict so far (`possible`…`certain`), or null for a case that only people reported */
  verdict: string | null;
  score: number;
  /** user id of the protected identity it imitates */
  protected: string | null;
  openedAt: number;
  updatedAt: number;
  closedAt: number | null;
  /** event id of the head notice in the management room, once sent */
  noticeEventId: string | null;
  /** number of verdicts and reports so far, including those whose findings are no longer stored */
  sightings: number;
  reports: number;
  /** its round: incremented each time it reopens automatically */
  round: number;
  /** the strongest verdict that a dismissal covers; null when none does */
  dismissedVerdict: string | null;
  /** when this round was first announced, alone or with others; null if not yet */
  announcedAt: number | null;
  /** the raid that it is announced with */
  raidId: number | null;
  /** event id of the root message that announced the reopening */
  againEventId: string | null;
}

/** A case's verdict, as stored. */
export interface NewVerdict {
  level: string;
  score: number;
  /** user id of the imitated protected identity */
  protected: string | null;
}

/** `flood`: too many cases at once; `reports`: too many opened by one person. */
export type RaidKind = 'flood' | 'reports';

/** Cases that are announced together, in digests instead of one by one. */
export interface RaidRecord {
  id: number;
  kind: RaidKind;
  openedAt: number;
  /** when the last case joined it */
  lastAt: number;
  /** how many have joined it */
  cases: number;
  /** number of digests about it, and the time of the last one */
  digests: number;
  toldAt: number | null;
}

export interface CaseFilter {
  states?: readonly CaseState[];
  subject?: string;
  limit?: number;
}

/** What a commit does with cases, raids and reporters. */
export interface CaseWrites {
  /**
   * Records names and pictures (hashed, see looks.ts) that a case's subject was seen with; returns whether a dismissal
   * covers all of them. A case keeps a limited number; further ones are never covered.
   */
  noteLooks(caseId: number, looks: readonly string[]): Promise<boolean>;
  /**
   * Reopens a case automatically: it starts a new round, in which nothing has been announced or done yet, with the
   * verdict that reopened it (none for a report). What the dismissal covers stays covered.
   */
  reopenCase(caseId: number, at: number, verdict?: NewVerdict): Promise<CaseRecord>;
  /** Removes the coverage of this case's dismissals. */
  uncoverCase(caseId: number): Promise<void>;
  /** The number of cases announced from `since` to `until`, counted up to `limit`. */
  announcedBetween(since: number, until: number, limit: number): Promise<number>;
  /** Records that this round of a case is announced now, alone unless it joins a raid afterwards. */
  announceCase(caseId: number, at: number): Promise<void>;
  /**
   * Adds a case to the latest raid of this kind whose last case (or first, see `by`) came after `since`, or to a new
   * one.
   */
  joinRaid(caseId: number, kind: RaidKind, at: number, since: number, by: 'last' | 'first'): Promise<RaidRecord>;
  /** Records that a digest named a raid's cases up to this id, and returns how many are left. */
  noteRaidTold(raidId: number, caseIds: readonly number[], at: number): Promise<number>;
  /** The number of cases that this reporter (a hash) has opened since then. */
  openingsSince(reporter: string, since: number): Promise<number>;
  /** The outcomes of the cases that this reporter (a hash) opened, as far as remembered. */
  outcomesOf(reporter: string): Promise<{ decided: number; dismissed: number }>;
  noteOpening(reporter: string, caseId: number, at: number, forgetBefore: number): Promise<void>;
  setCaseState(caseId: number, state: CaseState, at: number): Promise<void>;
  setCaseNotice(caseId: number, eventId: string): Promise<void>;
}

/** Reading cases and raids. */
export interface CaseReads {
  caseById(id: number): Promise<CaseRecord | undefined>;
  caseOfSubject(kind: SubjectKind, subject: string): Promise<CaseRecord | undefined>;
  cases(filter: CaseFilter): Promise<CaseRecord[]>;
  /** The number of cases in these states. */
  countCases(states: readonly CaseState[]): Promise<number>;
  /** The case with this head notice. */
  caseByNotice(eventId: string): Promise<CaseRecord | undefined>;
  raid(id: number): Promise<RaidRecord | undefined>;
  /** A raid's cases, worst first: those not named in a digest yet, or all. */
  casesOfRaid(id: number, filter: { untold?: boolean; limit: number; offset?: number }): Promise<CaseRecord[]>;
  /** Cases whose effects were only simulated, by id, page by page, without dismissed ones. */
  casesWaiting(kinds: readonly string[], page: { afterId: number; limit: number }): Promise<CaseRecord[]>;
  countCasesWaiting(kinds: readonly string[]): Promise<number>;
}
