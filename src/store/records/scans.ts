import type { CaseRecord } from './cases.js';

/** A scan's hit on a case's subject. */
export interface ScanHit {
  caseId: number;
  /** the scan's strongest verdict, `possible`…`certain` */
  level: string;
  score: number;
  /** the case's finding with it */
  findingKey: string;
  /** the scan opened the case, or made its verdict stronger */
  isNew: boolean;
}

/** A hit with its case and finding. */
export interface ScanFind {
  case: CaseRecord;
  hit: ScanHit;
  /** data of its finding, see findings.ts */
  finding: unknown;
}

/** A scan's hits, summarised. */
export interface ScanSummary {
  /** number of hits per level */
  levels: Record<string, number>;
  /** the same, only new hits */
  newLevels: Record<string, number>;
}

/** What a commit does with what a scan found. */
export interface ScanWrites {
  /**
   * Records a scan's hit on a case's subject; false if this scan has already recorded one with a verdict at least as
   * strong.
   */
  noteScanHit(scan: string, hit: ScanHit): Promise<boolean>;
  /** Forgets a scan's hits. The cases stay. */
  forgetScan(scan: string): Promise<void>;
}

/** Reading scans' hits, without dismissed cases. */
export interface ScanReads {
  /**
   * A scan's hits by case id, page by page: `afterCaseId` is the last one of the previous page (0 at first). Here and
   * below, dismissed cases are omitted.
   */
  scanHits(scan: string, page: { afterCaseId: number; limit: number; onlyNew?: boolean }): Promise<ScanFind[]>;
  /** A scan's strongest hits, strongest first. */
  worstOfScan(scan: string, limit: number, onlyNew?: boolean): Promise<ScanFind[]>;
  scanSummary(scan: string): Promise<ScanSummary>;
}
