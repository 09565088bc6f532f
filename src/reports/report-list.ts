import { z } from 'zod';
import type { Ledger } from '../store/types.js';
import type { Report, ReportNote } from './report.js';

/** One report in a Synapse list. */
export interface ListedReport {
  /** row number in Synapse's table */
  id: number;
  /** ms since the epoch, by Synapse's clock */
  receivedAt: number;
  reporter: string;
  /** Reads further details; undefined when the report has no subject. */
  complaint(): Promise<Report | undefined>;
}

/** One of Synapse's lists, newest first, page by page. */
export interface ReportSourceList {
  /** a constant name for logs and the ledger */
  name: string;
  page(from: number, limit: number): Promise<{ reports: ListedReport[]; size: number }>;
}

const PAGE = 100;
/** Paging is by offset, and a deleted report shifts all later ones, so adjacent pages overlap. */
const PAGE_OVERLAP = 10;
const MAX_PAGES = 500;
/**
 * A report can appear in the list after newer ones: Synapse joins the list with its room statistics, which a new room
 * gets slightly later. So each poll rereads the last minutes.
 */
const LOOK_BACK_MS = 10 * 60_000;
const LATEST_CHECKED = z.object({ id: z.number(), at: z.number() });

/** Tracks the position in a list, across restarts in the ledger, and passes on new reports, oldest first. */
export class ReportList {
  readonly #source: ReportSourceList;
  readonly #ledger: Pick<Ledger, 'commit' | 'meta'>;
  /** the newest handled report; undefined before it has been loaded from the ledger */
  #latest: { id: number; at: number } | undefined;
  #noted = '';
  /** handled reports within the look-back time: id → time of receipt */
  readonly #done = new Map<number, number>();

  constructor(source: ReportSourceList, ledger: Pick<Ledger, 'commit' | 'meta'>) {
    this.#source = source;
    this.#ledger = ledger;
  }

  get name(): string {
    return this.#source.name;
  }

  /**
   * Passes on reports newer than `since` (ms). `handle` gets the position to store in the same commit as the report. A
   * rejected report and everything after it are passed on again at the next poll. After a restart the reports within
   * the look-back time are passed on once more, which their keys make harmless.
   */
  async read(since: number, handle: (report: ListedReport, note: ReportNote) => Promise<void>): Promise<void> {
    this.#latest ??= await this.#stored();
    const fresh = await this.#collect(since);
    for (const report of fresh) {
      const latest = later(this.#latest, { id: report.id, at: report.receivedAt });
      const note = { key: this.#metaKey, value: JSON.stringify(latest) };
      await handle(report, note);
      this.#latest = latest;
      this.#done.set(report.id, report.receivedAt);
    }
    await this.#note();
    for (const [id, at] of this.#done) if (at < this.#latest.at - LOOK_BACK_MS) this.#done.delete(id);
  }

  get #metaKey(): string {
    return `reports.${this.name}`;
  }

  /** New reports, oldest first. */
  async #collect(since: number): Promise<ListedReport[]> {
    const latest = this.#latest ?? NOTHING;
    const found = new Map<number, ListedReport>();
    for (let page = 0; page < MAX_PAGES; page++) {
      const { reports, size } = await this.#source.page(page * (PAGE - PAGE_OVERLAP), PAGE);
      const unread = reports.filter(
        ({ id, receivedAt }) => receivedAt >= since && (id > latest.id || receivedAt >= latest.at - LOOK_BACK_MS),
      );
      for (const report of unread) if (!this.#done.has(report.id)) found.set(report.id, report);
      if (size < PAGE || unread.length === 0) break;
    }
    return [...found.values()].sort((a, b) => a.receivedAt - b.receivedAt || a.id - b.id);
  }

  async #stored(): Promise<{ id: number; at: number }> {
    this.#noted = (await this.#ledger.meta(this.#metaKey)) ?? '';
    try {
      return LATEST_CHECKED.parse(JSON.parse(this.#noted));
    } catch {
      return NOTHING;
    }
  }

  /** For reports that need no record, such as our own bot's. */
  async #note(): Promise<void> {
    const value = JSON.stringify(this.#latest);
    if (value === this.#noted || this.#latest === NOTHING) return;
    await this.#ledger.commit((tx) => tx.setMeta(this.#metaKey, value));
    this.#noted = value;
  }
}

const NOTHING = { id: 0, at: 0 };

function later(a: { id: number; at: number } | undefined, b: { id: number; at: number }): { id: number; at: number } {
  return { id: Math.max(a?.id ?? 0, b.id), at: Math.max(a?.at ?? 0, b.at) };
}
