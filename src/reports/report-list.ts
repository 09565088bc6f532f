import { z } from 'zod';
import type { Ledger } from '../store/types.js';
import type { Report, ReportNote } from './report.js';

/** One report in a list of Synapse's. */
export interface ListedReport {
  /** row number in Synapse's table */
  id: number;
  /** ms since the epoch, by Synapse's clock */
  receivedAt: number;
  reporter: string;
  /** Reads what is needed beyond the list; undefined when nobody can be complained about. */
  complaint(): Promise<Report | undefined>;
}

/** One of Synapse's lists, newest first, page by page. */
export interface ReportSourceList {
  /** a constant word for logs and the ledger */
  name: string;
  page(from: number, limit: number): Promise<{ reports: ListedReport[]; size: number }>;
}

const PAGE = 100;
/** Pages are counted by offset, and a deleted report moves all behind it up by one: neighbouring pages overlap. */
const PAGE_OVERLAP = 10;
const MAX_PAGES = 500;
/**
 * A report can appear in the list after later ones: Synapse joins the list with its room statistics, which a new room
 * gets a moment later. So the last minutes are looked through again at each look.
 */
const LOOK_BACK_MS = 10 * 60_000;
const LATEST_CHECKED = z.object({ id: z.number(), at: z.number() });

/** Remembers how far a list was read, over restarts through the ledger, and hands on what is new, oldest first. */
export class ReportList {
  readonly #source: ReportSourceList;
  readonly #ledger: Pick<Ledger, 'commit' | 'meta'>;
  /** the newest report that was handled; undefined before the ledger was asked */
  #latest: { id: number; at: number } | undefined;
  #noted = '';
  /** handled reports of the look-back time: id → when it was received */
  readonly #done = new Map<number, number>();

  constructor(source: ReportSourceList, ledger: Pick<Ledger, 'commit' | 'meta'>) {
    this.#source = source;
    this.#ledger = ledger;
  }

  get name(): string {
    return this.#source.name;
  }

  /**
   * Hands on what is new since `since` (ms). `handle` gets the note to keep in the same commit as the report. What it
   * rejects is handed on again at the next look, and so is all after it. After a restart the reports of the look-back
   * time are handed on once more: their keys make that harmless.
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

  /** For what was handled without a report of ours, such as our own bot's reports. */
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
