import type { AuditEntry } from './audit.js';
import type { CaseRecord, CaseState, SubjectKind } from './cases.js';
import type { FindingRecord } from './findings.js';

/** A link, session, receipt or appeal. The token itself is never stored: `hash` is its SHA-256 in hex. */
export interface WebToken {
  hash: string;
  kind: 'link' | 'session' | 'receipt' | 'appeal' | 'login';
  /** owner of the link or session */
  userId: string | null;
  caseId: number | null;
  data: Record<string, unknown>;
  /** ms since the epoch, both */
  createdAt: number;
  expiresAt: number;
}

/** A moderator's saved filter of the cases page: the query string of its URL. */
export interface SavedFilter {
  userId: string;
  name: string;
  query: string;
  savedAt: number;
}

export interface CaseQuery {
  states?: readonly CaseState[];
  kind?: SubjectKind;
  verdict?: string;
  /** ms since the epoch */
  openedSince?: number;
  /** the subject's server */
  server?: string;
  /** part of the subject's id */
  text?: string;
  /** found in one of these rooms, or about one of them */
  rooms?: readonly string[];
  /** current assignee; null: unassigned */
  assignee?: string | null;
  sort?: 'updated' | 'opened' | 'score';
  offset: number;
  limit: number;
}

export interface MailQuery {
  /** only the mails of this case */
  caseId?: number;
  offset: number;
  limit: number;
}

/** The finding behind a case, and the case's state: `data` is the finding's, to be parsed with its schema. */
export interface JudgedFinding {
  caseId: number;
  kind: string;
  data: unknown;
  state: CaseState;
}

export interface MailRow {
  id: number;
  caseId: number | null;
  recipient: string;
  createdAt: number;
  sentAt: number | null;
  response: string | null;
}

/** One month of figures; times in ms. */
export interface MonthFigures {
  /** `2026-11`, in UTC */
  month: string;
  cases: { user: number; room: number; other: number };
  /** by verdict; `none`: cases from reports only */
  verdicts: Record<string, number>;
  reports: number;
  /** completed actions by kind: total, and those without a human request */
  actions: Record<string, { done: number; automatic: number }>;
  mails: number;
  dismissed: number;
  appeals: number;
  appealsUpheld: number;
  /** median time from a case's opening to the first effect on its subject; null without any */
  medianToAction: number | null;
}

/** A homeserver with the figures of its accounts. */
export interface ProblemServer {
  server: string;
  /** cases about it or its accounts, without dismissed ones */
  cases: number;
  /** its accounts that we banned, each counted once */
  banned: number;
}

/** What a commit does with tokens and filters of the web pages. */
export interface PageWrites {
  /** Stores a token of the web pages, or replaces the one with its hash. */
  putWebToken(token: WebToken): Promise<void>;
  /** Adds a filter of the cases page, or replaces the one with this name. */
  saveFilter(filter: SavedFilter): Promise<void>;
  dropFilter(userId: string, name: string): Promise<void>;
  /** Removes a token; false if it was gone already. */
  dropWebToken(hash: string): Promise<boolean>;
}

/** What the web pages list: cases, audit and mails page by page, and the figures of months. */
export interface PageReads {
  /** What the web pages list: cases, audit and mails page by page, and the figures of months. */
  casePage(query: CaseQuery): Promise<{ cases: CaseRecord[]; total: number }>;
  auditPage(page: { before?: number; limit: number }): Promise<(AuditEntry & { id: number })[]>;
  mailPage(query: MailQuery): Promise<MailRow[]>;
  monthlyFigures(from: number, to: number): Promise<MonthFigures[]>;
  /** Homeservers by cases and bans since a given time, the worst first. */
  problemServers(since: number): Promise<ProblemServer[]>;
  /** Cases with such an audit entry in [from, to), by id. */
  casesAudited(what: string, from: number, to: number): Promise<number[]>;
  /** A moderator's own filters of the cases page, by name. */
  savedFilters(userId: string): Promise<SavedFilter[]>;
  /** The newest verdict of each case that has had one since then, newest first. */
  recentVerdicts(since: number, limit: number): Promise<FindingRecord[]>;
  /** Other cases whose subjects had a name or picture in common with this one's, newest first. */
  relatedCases(caseId: number, limit: number): Promise<CaseRecord[]>;
  /** The findings behind decided cases, and their states, newest first. */
  judgedFindings(since: number, limit: number): Promise<JudgedFinding[]>;
  /** A token of the web pages that has not expired at `now`. */
  webToken(hash: string, now: number): Promise<WebToken | undefined>;
  /** Receipts and appeals of a case that have not expired at `now`. */
  webTokensOf(caseId: number, now: number): Promise<WebToken[]>;
}
