import type { Generated, Selectable } from 'kysely';
import type { ActionState } from './records/actions.js';
import type { CaseState, RaidKind, SubjectKind } from './records/cases.js';
import type { MailAnswerKind } from './records/mails.js';

/**
 * The tables, as Kysely sees them: the same in SQLite and PostgreSQL. Times are milliseconds since the epoch.
 * Columns that hold JSON are text in both: PostgreSQL's own JSON types refuse characters that Matrix events may hold.
 */
export interface Tables {
  cases: CasesTable;
  findings: FindingsTable;
  actions: ActionsTable;
  standing_actions: StandingActionsTable;
  audit: AuditTable;
  outbox: OutboxTable;
  mail_contacts: MailContactsTable;
  mail_answers: MailAnswersTable;
  direct_chats: DirectChatsTable;
  seen_events: SeenEventsTable;
  scan_hits: ScanHitsTable;
  protection_memory: ProtectionMemoryTable;
  offences: OffencesTable;
  questions: QuestionsTable;
  case_looks: CaseLooksTable;
  openings: OpeningsTable;
  raids: RaidsTable;
  meta: NamedValueTable;
  secrets: NamedValueTable;
  settings: SettingsTable;
  heimdall_schema: SchemaTable;
  heimdall_lease: LeaseTable;
  web_tokens: WebTokensTable;
  saved_filters: SavedFiltersTable;
}

interface CasesTable {
  id: Generated<number>;
  subject_kind: SubjectKind;
  /** verbatim */
  subject: string;
  /** what the subject is found by (keys.ts) */
  subject_key: string;
  state: CaseState;
  verdict: string | null;
  score: number;
  protected: string | null;
  opened_at: number;
  updated_at: number;
  closed_at: number | null;
  notice_event_id: string | null;
  /** verdicts and reports about it, also those whose findings were left out */
  sightings: Generated<number>;
  reports: Generated<number>;
  /** its lives: one more each time that it opens again by itself */
  round: Generated<number>;
  /** only actions with higher ids belong to this life */
  actions_from: Generated<number>;
  /** the strongest verdict that a dismissal covers */
  dismissed_verdict: string | null;
  /** when this life was first told of, alone or with others */
  announced_at: number | null;
  raid_id: number | null;
  /** 0 while the raid's digest has yet to name it */
  raid_told: Generated<number>;
  /** the root message that said that it opened again */
  again_event_id: string | null;
}

/** Names and pictures that a case's subject was seen with, as hashes. */
interface CaseLooksTable {
  case_id: number;
  look: string;
  /** 1 when a dismissal covers it */
  covered: number;
}

/** Who opened a case by a report, as a hash, and when. */
interface OpeningsTable {
  id: Generated<number>;
  reporter: string;
  case_id: number;
  at: number;
}

/** Cases that are told of together. */
interface RaidsTable {
  id: Generated<number>;
  kind: RaidKind;
  opened_at: number;
  last_at: number;
  cases: number;
  digests: number;
  told_at: number | null;
}

interface FindingsTable {
  id: Generated<number>;
  case_id: number;
  key: string;
  kind: string;
  room_id: string | null;
  event_id: string | null;
  seen_at: number;
  data: string;
  /** of a verdict: 1 to 3; else 0 */
  level_rank: Generated<number>;
  score: Generated<number>;
}

interface ActionsTable {
  id: Generated<number>;
  case_id: number | null;
  kind: string;
  lane: string;
  key: string;
  payload: string;
  state: ActionState;
  attempts: number;
  next_try_at: number;
  created_at: number;
  /** null exactly when the state is `due` */
  ended_at: number | null;
  result: string | null;
  last_error: string | null;
}

/** What ended actions did that still stands (standing.ts). */
interface StandingActionsTable {
  /** of the action */
  id: number;
  kind: string;
  lane: string;
  payload: string;
  result: string | null;
}

interface AuditTable {
  id: Generated<number>;
  at: number;
  actor: string;
  what: string;
  case_id: number | null;
  data: string;
}

interface OutboxTable {
  id: Generated<number>;
  action_id: number;
  case_id: number | null;
  message_id: string;
  recipient: string;
  envelope_from: string;
  raw: string;
  created_at: number;
  sent_at: number | null;
  response: string | null;
}

/** What a server's support file said; an empty list: none. */
interface MailContactsTable {
  server: string;
  addresses: string;
  checked_at: number;
}

/** Mails that came back to us. */
interface MailAnswersTable {
  id: Generated<number>;
  case_id: number;
  message_id: string;
  kind: MailAnswerKind;
  sender: string;
  subject: string;
  body: string;
  received_at: number;
}

/** The one direct chat with each person, and whether they want to hear of their reports. */
interface DirectChatsTable {
  user_id: string;
  room_id: string | null;
  /** 0: said `stop` */
  receipts: number;
  used_at: number;
  /** `en` or `de`; null: the person has said nothing that tells */
  language: string | null;
}

interface SeenEventsTable {
  event_id: string;
  seen_at: number;
}

interface ScanHitsTable {
  scan: string;
  case_id: number;
  level: string;
  /** of `level`, for sorting: the worst has the highest */
  level_rank: number;
  score: number;
  finding_key: string;
  /** 1 when the scan told something new of the subject, else 0 */
  is_new: number;
}

interface ProtectionMemoryTable {
  protection: string;
  /** what the row is found by (keys.ts) */
  key: string;
  full_key: string;
  data: string;
  expires_at: number;
}

interface OffencesTable {
  id: Generated<number>;
  protection: string;
  subject_key: string;
  case_id: number | null;
  at: number;
}

/** What a moderator was asked before something is done. */
export interface QuestionsTable {
  key: string;
  asked_by: string;
  payload: string;
  asked_at: number;
  expires_at: number;
  state: 'open' | 'yes' | 'no';
  answered_by: string | null;
}

interface NamedValueTable {
  name: string;
  value: string;
}

/** One row: the settings document, with a counter that tells one writer that another came first. */
interface SettingsTable {
  id: number;
  revision: number;
  document: string;
}

/** Sign-in links, sessions, receipts and appeals of the web pages, by the hash of their token. */
interface WebTokensTable {
  hash: string;
  kind: 'link' | 'session' | 'receipt' | 'appeal' | 'login';
  user_id: string | null;
  case_id: number | null;
  data: string;
  created_at: number;
  expires_at: number;
}

/** Filters of the cases' page, each moderator's own. */
interface SavedFiltersTable {
  user_id: string;
  name: string;
  query: string;
  saved_at: number;
}

/** One row: how many migrations have run. Named for us, because other programs keep a `schema_version`. */
interface SchemaTable {
  version: number;
}

/** One row: which process acts (lease.ts). */
interface LeaseTable {
  id: number;
  /** grows with each holder; what is written carries it */
  fence: number;
  /** grows with each renewal */
  beat: number;
  /** the holder as JSON; empty when nobody holds it */
  owner: string;
}

export type CaseRow = Selectable<CasesTable>;
export type FindingRow = Selectable<FindingsTable>;
export type ActionRow = Selectable<ActionsTable>;
export type AuditRow = Selectable<AuditTable>;
export type RaidRow = Selectable<RaidsTable>;
export type OutboxRow = Selectable<OutboxTable>;
export type MailAnswerRow = Selectable<MailAnswersTable>;
