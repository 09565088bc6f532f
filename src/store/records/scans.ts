import type { CaseRecord } from './cases.js';

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

/** What a scan found, summed up. */
export interface ScanSummary {
  /** how many of each level */
  levels: Record<string, number>;
  /** the same, of those that are new */
  newLevels: Record<string, number>;
}

/** What a commit does with what a scan found. */
export interface ScanWrites {
  /**
   * Notes that a scan found a case's subject; false when this scan has noted it already with a verdict at least as
   * strong.
   */
  noteScanHit(scan: string, hit: ScanHit): Promise<boolean>;
  /** Forgets what a scan found. The cases stay. */
  forgetScan(scan: string): Promise<void>;
}

/** What scans found, read. Cases that were dismissed are left out. */
export interface ScanReads {
  /**
   * What a scan found, by case id, page by page: `afterCaseId` is the last one of the page before (0 at first). Here
   * and below, cases that were dismissed are left out.
   */
  scanHits(scan: string, page: { afterCaseId: number; limit: number; onlyNew?: boolean }): Promise<ScanFind[]>;
  /** The worst that a scan found, worst first. */
  worstOfScan(scan: string, limit: number, onlyNew?: boolean): Promise<ScanFind[]>;
  scanSummary(scan: string): Promise<ScanSummary>;
}
