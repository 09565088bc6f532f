/** Output of `heimdall scan`: progress on stderr, findings on stdout. */
import type { Writable } from 'node:stream';
import { visible } from '../detection/index.js';
import { verdictFindingSchema } from '../store/findings.js';
import type { ScanFind } from '../store/records/scans.js';
import type { Ledger } from '../store/types.js';
import { renderVerdictRow } from './check-table.js';
import { scanTexts } from './texts.js';

const A_PAGE = 500;
/** Maximum rows of the table for people; everything is in `--json`. */
const ROWS_SHOWN = 1000;
/** How often progress is printed without a terminal. */
const PLAIN_EVERY_MS = 10_000;

/** One updating line on a terminal; occasional plain lines elsewhere. */
export class ProgressLine {
  #width = 0;
  #toldAt = -Infinity;

  constructor(
    private readonly out: Writable & { isTTY?: boolean; columns?: number },
    private readonly now: () => number = () => performance.now(),
  ) {}

  show(text: string): void {
    if (this.out.isTTY === true) {
      const line = text.slice(0, Math.max(20, (this.out.columns ?? 80) - 1));
      this.out.write(`\r${line.padEnd(this.#width)}`);
      this.#width = line.length;
    } else if (this.now() - this.#toldAt >= PLAIN_EVERY_MS) {
      this.#toldAt = this.now();
      this.out.write(`${text}\n`);
    }
  }

  /** A line that stays. */
  say(text: string): void {
    if (this.#width > 0) this.out.write(`\r${' '.repeat(this.#width)}\r`);
    this.#width = 0;
    this.out.write(`${text}\n`);
  }
}

/** A scan's findings that were not dismissed, as NDJSON by case number: the lines of `heimdall check`, and the case. */
export async function writeJson(ledger: Pick<Ledger, 'scanHits'>, scan: string, out: Writable): Promise<void> {
  for (let afterCaseId = 0; ;) {
    const finds = await ledger.scanHits(scan, { afterCaseId, limit: A_PAGE });
    const last = finds.at(-1);
    if (last === undefined) return;
    afterCaseId = last.case.id;
    if (!out.write(finds.map(jsonLine).join(''))) await new Promise((resolve) => out.once('drain', resolve));
  }
}

function jsonLine({ case: record, finding }: ScanFind): string {
  const data = verdictFindingSchema.safeParse(finding).data;
  if (data === undefined) return '';
  const { verdict, score, protected: imitated, evidence } = data.verdict;
  return (
    `${JSON.stringify({ user_id: record.subject, verdict, score, protected: imitated, evidence, case: record.id })}` +
    '\n'
  );
}

/** A scan's findings as a table, worst first. */
export async function writeTable(ledger: Pick<Ledger, 'worstOfScan'>, scan: string, out: Writable): Promise<void> {
  const worst = await ledger.worstOfScan(scan, ROWS_SHOWN + 1);
  if (worst.length > 0) out.write(`${'case'.padStart(6)}  ${'verdict'.padEnd(9)}score  account\n`);
  for (const { case: record, finding } of worst.slice(0, ROWS_SHOWN)) {
    const data = verdictFindingSchema.safeParse(finding).data;
    if (data === undefined) continue;
    const name = data.sighting.displayName;
    out.write(
      `${String(record.id).padStart(6)}  ${renderVerdictRow(data.sighting, data.verdict)}` +
        `${name == null || name === '' ? '' : `  "${visible(name)}"`}\n`,
    );
  }
  if (worst.length > ROWS_SHOWN) out.write(scanTexts.more);
}
