export interface AuditEntry {
  at: number;
  /** user id of the actor, or `heimdall` */
  actor: string;
  /** a constant name, e.g. `case.opened`, `command.ban` */
  what: string;
  caseId: number | null;
  data: unknown;
}

/** A query of the audit, newest first. */
export interface AuditFilter {
  actor?: string;
  /** prefix of `what` */
  what?: string;
  since?: number;
  limit: number;
}

/** What a commit does with the audit. */
export interface AuditWrites {
  audit(entry: AuditEntry): Promise<void>;
}

/** Reading the audit. */
export interface AuditReads {
  auditLog(filter: AuditFilter): Promise<AuditEntry[]>;
  /** Oldest first; with a limit the newest ones. */
  auditOf(caseId: number, limit?: number): Promise<AuditEntry[]>;
}
