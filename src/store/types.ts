import type { MonthFigures } from './figures.js';
import type { CaseQuery, MailQuery, MailRow, SavedFilter, WebToken } from './pages.js';
import type { JudgedFinding } from './related.js';
/**
 * What the ledger keeps, in the words of the design. Times are milliseconds since the epoch.
 * The same tables stand in SQLite (embedded) and PostgreSQL.
 */

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

/** How a case's actions of one kind ended, counted. */
export interface ActionSummary {
  kind: string;
  state: ActionState;
  count: number;
  /** the latest of them */
  lastId: number;
  lastError: string | null;
}

/**
 * What a detector, a protection or a person said of a subject. `kind` is `verdict`, `report`, … ; `data` is its JSON.
 */
export interface FindingRecord {
  id: number;
  caseId: number;
  /** the same finding recorded twice counts once */
  key: string;
  kind: string;
  /** room and event where it was seen, when there is one */
  roomId: string | null;
  eventId: string | null;
  seenAt: number;
  data: unknown;
}

/**
 * `due`: to be done at `nextTryAt`; `done`: it holds; `refused`: the interlock said no; `simulated`: dry run;
 * `failed`: tried, and given up; `cancelled`: no longer wanted.
 */
export type ActionState = 'due' | 'done' | 'refused' | 'simulated' | 'failed' | 'cancelled';

/** One effect on the world. */
export interface ActionRecord {
  id: number;
  caseId: number | null;
  kind: string;
  /** actions of one lane go out one after another, lanes go in parallel; a room id for room effects */
  lane: string;
  key: string;
  payload: unknown;
  state: ActionState;
  /** how often it was sent: retries, and the end as `done` or `failed` */
  attempts: number;
  nextTryAt: number;
  createdAt: number;
  endedAt: number | null;
  /** what came of it, e.g. `{event_id}`; or null */
  result: unknown;
  lastError: string | null;
}

export interface NewAction {
  caseId?: number | null;
  kind: string;
  lane: string;
  /** idempotency key: a second action with the same key is not added */
  key: string;
  payload: unknown;
  /** not before this time; default: at once */
  notBefore?: number;
  /** so long after it was written down, when there is no `notBefore` */
  inMs?: number;
  /**
   * The action is one that can be asked for again and again (an edit that shows how things stand): under this key there
   * is one row for ever. What is due stays due and covers what was asked for meanwhile; what had ended is due again.
   */
  renew?: boolean;
}

export interface NewFinding {
  subjectKind: SubjectKind;
  subject: string;
  key: string;
  kind: string;
  roomId?: string | null;
  eventId?: string | null;
  seenAt: number;
  data: unknown;
  /** raises the case's verdict, score and protected identity when it is stronger than what stands there */
  verdict?: { level: string; score: number; protected: string | null };
}

export interface RecordedFinding {
  case: CaseRecord;
  /** true when this finding opened the case */
  opened: boolean;
  /** false when the same key was there already: then nothing was changed */
  fresh: boolean;
  /** the verdict that the case had before this finding; null when none */
  previousVerdict: string | null;
}

export interface AuditEntry {
  at: number;
  /** user id of who did it, or `heimdall` */
  actor: string;
  /** a constant word, e.g. `case.opened`, `command.ban` */
  what: string;
  caseId: number | null;
  data: unknown;
}

/** A mail as composed once; every retry sends the same bytes under the same Message-ID. */
export interface OutboxRecord {
  id: number;
  actionId: number;
  caseId: number | null;
  messageId: string;
  recipient: string;
  envelopeFrom: string;
  raw: string;
  createdAt: number;
  sentAt: number | null;
  /** the SMTP server's last answer */
  response: string | null;
}

/** What a mail to us is: a person's answer, a machine's, a delivery report. */
export type MailAnswerKind = 'answer' | 'automatic' | 'bounce' | 'complaint' | 'appeal';

/** A mail that came back to us about a case. */
export interface MailAnswer {
  id: number;
  caseId: number;
  messageId: string;
  kind: MailAnswerKind;
  /** address of who wrote it, as the mail says */
  sender: string;
  subject: string;
  /** its text, without what it quotes */
  body: string;
  receivedAt: number;
}

/** A question that waits for a moderator's yes. */
export interface NewQuestion {
  /** of the command that asks */
  key: string;
  askedBy: string;
  /** what is done after a yes */
  payload: unknown;
  askedAt: number;
  expiresAt: number;
}

export interface QuestionRecord extends NewQuestion {
  state: 'open' | 'yes' | 'no';
  answeredBy: string | null;
}

/** What of the audit is wanted, newest first. */
export interface AuditFilter {
  actor?: string;
  /** the beginning of `what` */
  what?: string;
  since?: number;
  limit: number;
}

/** That a scan found the subject of a case. */
export interface ScanHit {
  caseId: number;
  /** the strongest verdict that the scan came to, `possible`…`certain` */
  level: string;
  score: number;
  /** the finding of the case that says it */
  findingKey: string;
  /** the scan opened the case, or made its verdict stronger */
  isNew: boolean;
}

/** A hit with what belongs to it. */
export interface ScanFind {
  case: CaseRecord;
  hit: ScanHit;
  /** data of the finding that says it, see findings.ts */
  finding: unknown;
}

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

/** What a scan found, summed up. */
export interface ScanSummary {
  /** how many of each level */
  levels: Record<string, number>;
  /** the same, of those that are new */
  newLevels: Record<string, number>;
}

/**
 * Reads and writes inside one commit. All methods of one `LedgerTransaction` stand or fall together.
 */
export interface LedgerTransaction {
  /**
   * Notes that this event was decided upon; false when it was before: then its decisions stand already and must not be
   * written again.
   */
  markEventSeen(eventId: string, at: number): Promise<boolean>;
  /**
   * Opens the subject's case or joins it. A case that was dismissed or actioned stays so; the caller decides about
   * reopening. Of a case with many findings the first ones, the strongest and the newest are kept, and later ones are
   * cut to a size.
   */
  recordFinding(finding: NewFinding): Promise<RecordedFinding>;
  /** Adds actions; returns the ones that were new. */
  addActions(actions: readonly NewAction[]): Promise<ActionRecord[]>;
  /** The actions of these kinds that belong to the case's present life, oldest first; the newest 100 of them. */
  effectsOf(caseId: number, kinds: readonly string[]): Promise<ActionRecord[]>;
  /**
   * Notes names and pictures (hashed, see looks.ts) that a case's subject was seen with; says whether a dismissal covers
   * all of them. A case keeps a limited number; what goes beyond is covered by nothing.
   */
  noteLooks(caseId: number, looks: readonly string[]): Promise<boolean>;
  /**
   * Opens a case again by itself: its next life, in which nothing was announced or done yet, and its verdict is the one
   * that opened it (none when a report did). What the dismissal covers stays covered.
   */
  reopenCase(caseId: number, at: number, verdict?: NewFinding['verdict']): Promise<CaseRecord>;
  /** Takes back what dismissals of this case cover. */
  uncoverCase(caseId: number): Promise<void>;
  /** How many cases were announced from `since` to `until`, counted up to `limit`. */
  announcedBetween(since: number, until: number, limit: number): Promise<number>;
  /** Notes that this life of a case is told of now, by itself unless it joins a raid after this. */
  announceCase(caseId: number, at: number): Promise<void>;
  /** Puts a case into the latest raid of this kind whose last case (or first, `by`) came after `since`, or a new one. */
  joinRaid(caseId: number, kind: RaidKind, at: number, since: number, by: 'last' | 'first'): Promise<RaidRecord>;
  /** Notes that a digest named the cases of a raid up to this id, and returns how many it has still to name. */
  noteRaidTold(raidId: number, caseIds: readonly number[], at: number): Promise<number>;
  /** How many cases this reporter (a hash) has opened since then. */
  openingsSince(reporter: string, since: number): Promise<number>;
  /** What became of the cases that this reporter (a hash) opened within the time that is remembered. */
  outcomesOf(reporter: string): Promise<{ decided: number; dismissed: number }>;
  noteOpening(reporter: string, caseId: number, at: number, forgetBefore: number): Promise<void>;
  /** Moves what is due in a lane to another one, oldest first, at most `limit`. */
  moveLane(from: string, to: string, limit: number): Promise<number>;
  setCaseState(caseId: number, state: CaseState, at: number): Promise<void>;
  setCaseNotice(caseId: number, eventId: string): Promise<void>;
  audit(entry: AuditEntry): Promise<void>;
  setMeta(key: string, value: string): Promise<void>;
  /** Notes a question; one with the same key stays as it is. */
  askQuestion(question: NewQuestion): Promise<void>;
  /** Answers an open question; false when it is not open any more. */
  answerQuestion(key: string, state: 'yes' | 'no', by: string): Promise<boolean>;
  /** The value as it stands, '' when there was none; until the commit ends no other process can lock or change it. */
  lockMeta(key: string): Promise<string>;
  /**
   * Notes that a scan found a case's subject; false when this scan has noted it already with a verdict at least as
   * strong.
   */
  noteScanHit(scan: string, hit: ScanHit): Promise<boolean>;
  /** Forgets what a scan found. The cases stay. */
  forgetScan(scan: string): Promise<void>;
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
  /** Keeps a token of the web pages, or replaces the one with its hash. */
  putWebToken(token: WebToken): Promise<void>;
  /** Adds a filter of the cases' page, or replaces the one of this name. */
  saveFilter(filter: SavedFilter): Promise<void>;
  dropFilter(userId: string, name: string): Promise<void>;
  /** Takes a token away; false when it was gone already. */
  dropWebToken(hash: string): Promise<boolean>;
}

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

export interface CaseFilter {
  states?: readonly CaseState[];
  subject?: string;
  limit?: number;
}

/** The ledger: what happened. Every method rejects with a HeimdallError when the database is out of reach. */
export interface Ledger {
  /**
   * Runs the work in one transaction; commits when it resolves, rolls back when it rejects. Commits are carried out one
   * after another: the work must not wait for another commit, `endAction` with `follow`, or any other write outside of
   * `tx`. Reads of the ledger are fine in it, and show what stood before.
   */
  commit<T>(work: (tx: LedgerTransaction) => Promise<T>): Promise<T>;
  /** Calls the listener after each commit that added actions: who carries them out need not look for them. */
  onWork(listener: () => void): void;

  /**
   * The next actions to carry out at `now`: the oldest unended action of each lane (by id), if its time has come,
   * leaving out the lanes in `busyLanes` and heads of the kinds in `exceptKinds`. Oldest first. An action that waits
   * for its next try holds back its lane, nothing else.
   */
  dueActions(
    now: number,
    busyLanes: ReadonlySet<string>,
    limit: number,
    exceptKinds?: readonly string[],
  ): Promise<ActionRecord[]>;
  /** The first moment after `now` at which an action that waits comes due; null when none waits for a later one. */
  nextDueAt(now: number): Promise<number | null>;
  /**
   * Ends an action. `follow` are actions that come of it, added in the same commit. An action that had ended already
   * stays as it is and nothing follows, except that a cancelled one takes over what really happened.
   */
  endAction(
    id: number,
    end: {
      state: Exclude<ActionState, 'due'>;
      result?: unknown;
      error?: string;
      at: number;
      follow?: readonly NewAction[];
      /** of an action that was asked for again since it had this: then it stays due */
      createdAt?: number;
    },
  ): Promise<void>;
  /** Leaves an action due, to be tried again at `nextTryAt`. */
  retryAction(id: number, retry: { nextTryAt: number; error: string }): Promise<void>;
  /** Cancels due actions of a case (e.g. when it is dismissed) whose kinds are given; returns how many. */
  cancelActions(caseId: number, kinds: readonly string[], at: number): Promise<number>;
  countDueActions(): Promise<number>;
  /** The actions whose idempotency keys begin so, in the order of their ids. */
  actionsByKeyPrefix(prefix: string): Promise<ActionRecord[]>;
  /** How many actions could be carried out at `now`, leaving out these kinds, counted up to `limit`. */
  countWorkable(now: number, exceptKinds: readonly string[], limit: number): Promise<number>;
  /** What is due in a lane, whenever its time may be, oldest first. */
  dueInLane(lane: string, limit: number): Promise<ActionRecord[]>;
  /** Ends all that is due in a lane. */
  endLane(
    lane: string,
    end: { state: Exclude<ActionState, 'due'>; result?: unknown; error?: string; at: number },
  ): Promise<void>;
  /** Actions of a kind that were tried and have to be tried again. */
  troubleOf(kind: string): Promise<{ count: number; since: number | null; lastError: string | null }>;
  /** The highest id that an action has; 0 when there is none. */
  lastActionId(): Promise<number>;
  /** The actions that stand under these idempotency keys, in the order of their ids. */
  actionsByKey(keys: readonly string[]): Promise<ActionRecord[]>;
  /**
   * Actions of these kinds in this state, by id, page by page: `afterId` is the last id of the page before (0 at
   * first).
   */
  actionsOfKind(
    kinds: readonly string[],
    state: ActionState,
    page: { afterId: number; limit: number },
  ): Promise<ActionRecord[]>;
  /** The last action of this kind in each lane that is done and has a result, by id. */
  latestOfKind(kind: string): Promise<ActionRecord[]>;
  /** All actions of a kind in one lane that are done and had an effect (a result), oldest first. */
  doneOfKind(kind: string, lane: string): Promise<ActionRecord[]>;

  caseById(id: number): Promise<CaseRecord | undefined>;
  caseOfSubject(kind: SubjectKind, subject: string): Promise<CaseRecord | undefined>;
  cases(filter: CaseFilter): Promise<CaseRecord[]>;
  /** How many cases there are in these states. */
  countCases(states: readonly CaseState[]): Promise<number>;
  /** The case whose head notice this event is. */
  caseByNotice(eventId: string): Promise<CaseRecord | undefined>;
  /** Questions that expire at `since` or later, the newest first. */
  questions(since: number): Promise<QuestionRecord[]>;
  auditLog(filter: AuditFilter): Promise<AuditEntry[]>;
  /** Oldest first; with a limit the oldest ones, so that what opened the case is always among them. */
  findingsOf(caseId: number, limit?: number): Promise<FindingRecord[]>;
  /** The finding that the case's verdict came of, else the strongest; the newest among equals. */
  strongestFinding(caseId: number): Promise<FindingRecord | undefined>;
  /** The newest findings of a kind, newest first. */
  newestFindings(caseId: number, kind: string, limit: number): Promise<FindingRecord[]>;
  /** The finding under this key. */
  findingByKey(caseId: number, key: string): Promise<FindingRecord | undefined>;
  /** A case's actions, counted by kind and state. */
  actionSummary(caseId: number): Promise<ActionSummary[]>;
  raid(id: number): Promise<RaidRecord | undefined>;
  /** Cases of a raid: those that no digest has named yet, or all; worst first. */
  casesOfRaid(id: number, filter: { untold?: boolean; limit: number; offset?: number }): Promise<CaseRecord[]>;
  /** Cases whose effects were only simulated, by id, page by page; dismissed ones are left out. */
  casesWaiting(kinds: readonly string[], page: { afterId: number; limit: number }): Promise<CaseRecord[]>;
  countCasesWaiting(kinds: readonly string[]): Promise<number>;
  /** What a dry run only simulated, by kind of action; the same thing simulated again counts once. */
  simulatedActions(): Promise<{ kind: string; count: number }[]>;
  /** Oldest first; with a limit the newest ones. */
  actionsOf(caseId: number, limit?: number): Promise<ActionRecord[]>;
  /** Oldest first; with a limit the newest ones. */
  auditOf(caseId: number, limit?: number): Promise<AuditEntry[]>;

  /** The mail of this action, composed at the first call and stored before it is returned. */
  outboxOf(
    actionId: number,
    compose: () => Promise<Omit<OutboxRecord, 'id' | 'sentAt' | 'response' | 'actionId'>>,
  ): Promise<OutboxRecord>;
  noteMail(outboxId: number, note: { sentAt: number | null; response: string }): Promise<void>;
  /** The mails of a case, oldest first: the thread. */
  mailsOf(caseId: number): Promise<OutboxRecord[]>;

  meta(key: string): Promise<string | undefined>;

  /** What the web pages list: cases, audit and mails page by page, and the figures of months. */
  casePage(query: CaseQuery): Promise<{ cases: CaseRecord[]; total: number }>;
  auditPage(page: { before?: number; limit: number }): Promise<(AuditEntry & { id: number })[]>;
  mailPage(query: MailQuery): Promise<MailRow[]>;
  monthlyFigures(from: number, to: number): Promise<MonthFigures[]>;
  /** Cases with such an entry of the audit in [from, to), by id. */
  casesAudited(what: string, from: number, to: number): Promise<number[]>;
  /** A moderator's own filters of the cases' page, by name. */
  savedFilters(userId: string): Promise<SavedFilter[]>;
  /** The newest verdict of each case that got one since then, newest first. */
  recentVerdicts(since: number, limit: number): Promise<FindingRecord[]>;
  /** Other cases whose subjects bore a name or picture that this one's subject bore, newest first. */
  relatedCases(caseId: number, limit: number): Promise<CaseRecord[]>;
  /** What found the cases that were decided, and how they stand, newest first. */
  judgedFindings(since: number, limit: number): Promise<JudgedFinding[]>;
  /** A token of the web pages that has not expired at `now`. */
  webToken(hash: string, now: number): Promise<WebToken | undefined>;
  /** Receipts and appeals of a case that have not expired at `now`. */
  webTokensOf(caseId: number, now: number): Promise<WebToken[]>;

  /**
   * What a scan found, by case id, page by page: `afterCaseId` is the last one of the page before (0 at first). Here
   * and below, cases that were dismissed are left out.
   */
  scanHits(scan: string, page: { afterCaseId: number; limit: number; onlyNew?: boolean }): Promise<ScanFind[]>;
  /** The worst that a scan found, worst first. */
  worstOfScan(scan: string, limit: number, onlyNew?: boolean): Promise<ScanFind[]>;
  scanSummary(scan: string): Promise<ScanSummary>;
  /** What protections remember and is worth something at `now`. */
  protectionRows(now: number): Promise<ProtectionRow[]>;
  /** A stored secret (hex), made at the first call: keys for Reply-To tokens and the like. */
  secret(name: string): Promise<string>;

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
  /** Rejects when the database cannot be written to. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** What people decided. Small, human-readable, hand-editable (settings.json, or one row in PostgreSQL). */
export interface Settings {
  /** protected rooms, by id */
  protected_rooms: string[];
  /**
   * protected spaces (they stand among the protected rooms too), each with the rooms that are protected because of it
   */
  protected_spaces: { room_id: string; rooms: string[] }[];
  /** lists whose rules are in force, by room id */
  watched_lists: {
    room_id: string;
    shortcode?: string;
    /** the alias by which people named it: it may lead nowhere later */
    alias?: string;
    /** Heimdall made it */
    own?: boolean;
    /** its allow rules free also those whom other lists ban */
    trust_allow?: boolean;
    /** how it is followed, where that is otherwise than in full */
    options?: {
      apply?: boolean | undefined;
      acl?: boolean | undefined;
      lift?: boolean | undefined;
      suspend?: boolean | undefined;
      notify?: boolean | undefined;
    };
  }[];
  /** Heimdall's own policy list, once made */
  policy_list_room: string | null;
  /** the list that `ban` writes to when none is named; null: our own */
  default_list: string | null;
  /** the management room's id, once known (the configuration may name an alias) */
  management_room: string | null;
  /** protections that were switched on or set, by name */
  protections: Record<string, ProtectionSettings>;
  /** how the configuration named the management room then: when an admin writes another name there, that counts */
  management_room_name: string | null;
  /** room upgrades that protection, lists or the management room have followed, oldest first */
  followed_upgrades: { from: string; to: string }[];
  /** official accounts, names and known good ids that were added by command to those of the configuration */
  officials: { user_id: string; display_names: string[]; variants: string[] }[];
}

/** How one protection is set. Its values are checked where they are used: a newer Heimdall may have written them. */
export interface ProtectionSettings {
  /** in all protected rooms, but for those that are named in `rooms` */
  enabled: boolean;
  /** by room id or that of a space: on or off there, and what is set otherwise there */
  rooms: Record<string, { enabled?: boolean; values?: Record<string, unknown> }>;
  /** what was set, by key; what is missing has its default */
  values: Record<string, unknown>;
}

export interface SettingsStore {
  /** The settings now; never mutate what it returns. */
  get(): Readonly<Settings>;
  /** Changes a copy and writes it durably before it resolves; calls are carried out one after another. */
  update(change: (settings: Settings) => void): Promise<void>;
  close(): Promise<void>;
}
