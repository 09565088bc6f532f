import type { AuditEntry } from './audit.js';
import type { CaseRecord, CaseState, SubjectKind } from './cases.js';
import type { FindingRecord } from './findings.js';

/** A link, session, receipt or appeal. The token itself is never kept: `hash` is its SHA-256, in hex. */
export interface WebToken {
  hash: string;
  kind: 'link' | 'session' | 'receipt' | 'appeal' | 'login';
  /** whose link or session it is */
  userId: string | null;
  caseId: number | null;
  data: Record<string, unknown>;
  /** ms since the epoch, both */
  createdAt: number;
  expiresAt: number;
}

/** A filter of the cases' page that a moderator saved: the query of its address. */
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
  /** the server of the subject */
  server?: string;
  /** part of the subject's id */
  text?: string;
  /** found in one of these rooms, or about one of them */
  rooms?: readonly string[];
  /** who took it last; null: nobody did */
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

/** What found a case, and how the case stands: `data` is the finding's, to be read with its schema. */
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
  /** by verdict; `none`: cases that people reported */
  verdicts: Record<string, number>;
  reports: number;
  /** actions that were carried out, by kind: in all, and those that no person asked for */
  actions: Record<string, { done: number; automatic: number }>;
  mails: number;
  dismissed: number;
  appeals: number;
  appealsUpheld: number;
  /** median from the opening of a case to the first effect on its subject; null when there was none */
  medianToAction: number | null;
}

/** A homeserver by what its accounts did. */
export interface ProblemServer {
  server: string;
  /** opened about it or its accounts, and not dismissed */
  cases: number;
  /** accounts of it that we banned, each once */
  banned: number;
}

/** What a commit does with tokens and filters of the web pages. */
export interface PageWrites {
  /** Keeps a token of the web pages, or replaces the one with its hash. */
  putWebToken(token: WebToken): Promise<void>;
  /** Adds a filter of the cases' page, or replaces the one of this name. */
  saveFilter(filter: SavedFilter): Promise<void>;
  dropFilter(userId: string, name: string): Promise<void>;
  /** Takes a token away; false when it was gone already. */
  dropWebToken(hash: string): Promise<boolean>;
}

/** What the web pages list: cases, audit and mails page by page, and the figures of months. */
export interface PageReads {
  /** What the web pages list: cases, audit and mails page by page, and the figures of months. */
  casePage(query: CaseQuery): Promise<{ cases: CaseRecord[]; total: number }>;
  auditPage(page: { before?: number; limit: number }): Promise<(AuditEntry & { id: number })[]>;
  mailPage(query: MailQuery): Promise<MailRow[]>;
  monthlyFigures(from: number, to: number): Promise<MonthFigures[]>;
  /** Homeservers by cases and bans since a moment, the worst first. */
  problemServers(since: number): Promise<ProblemServer[]>;
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
}
