/** What a case is about. Times are milliseconds since the epoch, here and in all records. */
export type SubjectKind = 'user' | 'room' | 'server' | 'event' | 'media';

export type CaseState = 'open' | 'triaged' | 'actioned' | 'dismissed' | 'appealed';

/** Everything about one subject. There is at most one case a subject. */
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
  /** event id of the head notice in the management room, once it was sent */
  noticeEventId: string | null;
  /** verdicts and reports about it so far, also those whose findings are no longer kept */
  sightings: number;
  reports: number;
  /** its lives: one more each time that it opens again by itself */
  round: number;
  /** the strongest verdict that a dismissal covers; null when none does */
  dismissedVerdict: string | null;
  /** when this life was first told of, by a notice of its own or with others; null when it was not yet */
  announcedAt: number | null;
  /** the raid that it is told of with */
  raidId: number | null;
  /** event id of the root message that said that it opened again */
  againEventId: string | null;
}

/** A verdict as it is noted of a case. */
export interface NewVerdict {
  level: string;
  score: number;
  /** user id of the protected identity that is imitated */
  protected: string | null;
}

/** `flood`: too many cases at once; `reports`: one person has opened too many. */
export type RaidKind = 'flood' | 'reports';

/** Cases that are told of together, in digests instead of one by one. */
export interface RaidRecord {
  id: number;
  kind: RaidKind;
  openedAt: number;
  /** when the last case joined it */
  lastAt: number;
  /** how many have joined it */
  cases: number;
  /** how many digests told of it, and when the last one did */
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
   * Notes names and pictures (hashed, see looks.ts) that a case's subject was seen with; says whether a dismissal
   * covers all of them. A case keeps a limited number; what goes beyond is covered by nothing.
   */
  noteLooks(caseId: number, looks: readonly string[]): Promise<boolean>;
  /**
   * Opens a case again by itself: its next life, in which nothing was announced or done yet, and its verdict is the one
   * that opened it (none when a report did). What the dismissal covers stays covered.
   */
  reopenCase(caseId: number, at: number, verdict?: NewVerdict): Promise<CaseRecord>;
  /** Takes back what dismissals of this case cover. */
  uncoverCase(caseId: number): Promise<void>;
  /** How many cases were announced from `since` to `until`, counted up to `limit`. */
  announcedBetween(since: number, until: number, limit: number): Promise<number>;
  /** Notes that this life of a case is told of now, by itself unless it joins a raid after this. */
  announceCase(caseId: number, at: number): Promise<void>;
  /**
   * Puts a case into the latest raid of this kind whose last case (or first, `by`) came after `since`, or a new one.
   */
  joinRaid(caseId: number, kind: RaidKind, at: number, since: number, by: 'last' | 'first'): Promise<RaidRecord>;
  /** Notes that a digest named the cases of a raid up to this id, and returns how many it has still to name. */
  noteRaidTold(raidId: number, caseIds: readonly number[], at: number): Promise<number>;
  /** How many cases this reporter (a hash) has opened since then. */
  openingsSince(reporter: string, since: number): Promise<number>;
  /** What became of the cases that this reporter (a hash) opened within the time that is remembered. */
  outcomesOf(reporter: string): Promise<{ decided: number; dismissed: number }>;
  noteOpening(reporter: string, caseId: number, at: number, forgetBefore: number): Promise<void>;
  setCaseState(caseId: number, state: CaseState, at: number): Promise<void>;
  setCaseNotice(caseId: number, eventId: string): Promise<void>;
}

/** Cases and raids, read. */
export interface CaseReads {
  caseById(id: number): Promise<CaseRecord | undefined>;
  caseOfSubject(kind: SubjectKind, subject: string): Promise<CaseRecord | undefined>;
  cases(filter: CaseFilter): Promise<CaseRecord[]>;
  /** How many cases there are in these states. */
  countCases(states: readonly CaseState[]): Promise<number>;
  /** The case whose head notice this event is. */
  caseByNotice(eventId: string): Promise<CaseRecord | undefined>;
  raid(id: number): Promise<RaidRecord | undefined>;
  /** Cases of a raid: those that no digest has named yet, or all; worst first. */
  casesOfRaid(id: number, filter: { untold?: boolean; limit: number; offset?: number }): Promise<CaseRecord[]>;
  /** Cases whose effects were only simulated, by id, page by page; dismissed ones are left out. */
  casesWaiting(kinds: readonly string[], page: { afterId: number; limit: number }): Promise<CaseRecord[]>;
  countCasesWaiting(kinds: readonly string[]): Promise<number>;
}
