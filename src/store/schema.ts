import type { Generated, Selectable } from 'kysely';
import type { ActionState } from './records/actions.js';
import type { CaseState, RaidKind, SubjectKind } from './records/cases.js';
import type { MailAnswerKind } from './records/mails.js';

/**
 * The tables for Kysely, the same in SQLite and PostgreSQL. Times are milliseconds since the epoch. JSON columns are
 * text in both, because PostgreSQL's JSON types refuse characters that Matrix events may contain.
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
  /** the subject's lookup key (keys.ts) */
  subject_key: string;
  state: CaseState;
  verdict: string | null;
  score: number;
  protected: string | null;
  opened_at: number;
  updated_at: number;
  closed_at: number | null;
  notice_event_id: string | null;
  /** number of verdicts and reports about it, including those whose findings were dropped */
  sightings: Generated<number>;
  reports: Generated<number>;
  /** its round: incremented each time it reopens automatically */
  round: Generated<number>;
  /** only actions with higher ids belong to this round */
  actions_from: Generated<number>;
  /** the strongest verdict that a dismissal covers */
  dismissed_verdict: string | null;
  /** when this round was first announced, alone or with others */
  announced_at: number | null;
  raid_id: number | null;
  /** 0 until the raid's digest has named it */
  raid_told: Generated<number>;
  /** the root message that announced the reopening */
  again_event_id: string | null;
}

/** Names and pictures that a case's subject was seen with, as hashes. */
interface CaseLooksTable {
  case_id: number;
  look: string;
  /** 1 when a dismissal covers it */
  covered: number;
}

/** Reporters who opened cases, as hashes, with times. */
interface OpeningsTable {
  id: Generated<number>;
  reporter: string;
  case_id: number;
  at: number;
}

/** Cases that are announced together. */
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
  /** for a verdict: 1 to 3; else 0 */
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

/** Effects of ended actions that are still in force (standing.ts). */
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

/** Contacts from a server's support file; an empty list: none. */
interface MailContactsTable {
  server: string;
  addresses: string;
  checked_at: number;
}

/** Received mails. */
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

/** The direct chat with each person, and whether they want messages about their reports. */
interface DirectChatsTable {
  user_id: string;
  room_id: string | null;
  /** 0: said `stop` */
  receipts: number;
  used_at: number;
  /** `en` or `de`; null: unknown */
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
  /** rank of `level`, for sorting: the worst is highest */
  level_rank: number;
  score: number;
  finding_key: string;
  /** 1 if the scan found something new about the subject, else 0 */
  is_new: number;
}

interface ProtectionMemoryTable {
  protection: string;
  /** the row's lookup key (keys.ts) */
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

/** Questions to moderators before something is done. */
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

/** One row: the settings document, with a counter for optimistic locking. */
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

/** Saved filters of the cases page, per moderator. */
interface SavedFiltersTable {
  user_id: string;
  name: string;
  query: string;
  saved_at: number;
}

/** One row: the number of migrations that have run. Named after us, because other programs have a `schema_version`. */
interface SchemaTable {
  version: number;
}

/** One row: the acting process (lease.ts). */
interface LeaseTable {
  id: number;
  /** the fencing number: grows with each holder, and every write carries it */
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
