import type { CaseRecord, NewVerdict, SubjectKind } from './cases.js';

/**
 * What the detector, a protection or a person said about a subject. `kind` is `verdict`, `report`, … ; `data` is its
 * JSON.
 */
export interface FindingRecord {
  id: number;
  caseId: number;
  /** identifies the finding, so that recording it twice counts once */
  key: string;
  kind: string;
  /** room and event where it was seen, if any */
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
  /** raises the case's verdict, score and protected identity if it is stronger */
  verdict?: NewVerdict;
}

export interface RecordedFinding {
  case: CaseRecord;
  /** true when this finding opened the case */
  opened: boolean;
  /** false when the key existed already, in which case nothing has changed */
  fresh: boolean;
  /** the verdict that the case had before this finding; null when none */
  previousVerdict: string | null;
}

/** What a commit does with findings. */
export interface FindingWrites {
  /**
   * Opens the subject's case or adds to it. A dismissed or actioned case stays so; the caller decides about reopening.
   * For a case with many findings, the first, the strongest and the newest are kept, and later ones are limited in
   * size.
   */
  recordFinding(finding: NewFinding): Promise<RecordedFinding>;
}

/** Reading findings. */
export interface FindingReads {
  /** Oldest first; with a limit the oldest ones, so that the finding that opened the case is always included. */
  findingsOf(caseId: number, limit?: number): Promise<FindingRecord[]>;
  /** The finding behind the case's verdict, else the strongest; the newest among equals. */
  strongestFinding(caseId: number): Promise<FindingRecord | undefined>;
  /** The newest findings of a kind, newest first. */
  newestFindings(caseId: number, kind: string, limit: number): Promise<FindingRecord[]>;
  /** The finding with this key. */
  findingByKey(caseId: number, key: string): Promise<FindingRecord | undefined>;
}
