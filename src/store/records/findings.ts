import type { CaseRecord, NewVerdict, SubjectKind } from './cases.js';

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
  verdict?: NewVerdict;
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

/** What a commit does with findings. */
export interface FindingWrites {
  /**
   * Opens the subject's case or joins it. A case that was dismissed or actioned stays so; the caller decides about
   * reopening. Of a case with many findings the first ones, the strongest and the newest are kept, and later ones are
   * cut to a size.
   */
  recordFinding(finding: NewFinding): Promise<RecordedFinding>;
}

/** Findings, read. */
export interface FindingReads {
  /** Oldest first; with a limit the oldest ones, so that what opened the case is always among them. */
  findingsOf(caseId: number, limit?: number): Promise<FindingRecord[]>;
  /** The finding that the case's verdict came of, else the strongest; the newest among equals. */
  strongestFinding(caseId: number): Promise<FindingRecord | undefined>;
  /** The newest findings of a kind, newest first. */
  newestFindings(caseId: number, kind: string, limit: number): Promise<FindingRecord[]>;
  /** The finding under this key. */
  findingByKey(caseId: number, key: string): Promise<FindingRecord | undefined>;
}
