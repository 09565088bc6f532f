export interface AuditEntry {
  at: number;
  /** user id of who did it, or `heimdall` */
  actor: string;
  /** a constant word, e.g. `case.opened`, `command.ban` */
  what: string;
  caseId: number | null;
  data: unknown;
}

/** What of the audit is wanted, newest first. */
export interface AuditFilter {
  actor?: string;
  /** the beginning of `what` */
  what?: string;
  since?: number;
  limit: number;
}

/** What a commit does with the audit. */
export interface AuditWrites {
  audit(entry: AuditEntry): Promise<void>;
}

/** The audit, read. */
export interface AuditReads {
  auditLog(filter: AuditFilter): Promise<AuditEntry[]>;
  /** Oldest first; with a limit the newest ones. */
  auditOf(caseId: number, limit?: number): Promise<AuditEntry[]>;
}
