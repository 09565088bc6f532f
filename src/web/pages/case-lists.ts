import type { CaseQuery } from '../../store/records/pages.js';
import type { CaseRecord } from '../../store/records/cases.js';
import type { Ledger } from '../../store/types.js';
import type { Clock } from '../../util/clock.js';

const FRESH_MS = 1_000;
const MOST = 50;

type Listed = Promise<{ cases: CaseRecord[]; total: number }>;

/**
 * Cached lists of cases, queried at most once a second while no case changes: searching for part of an id reads all
 * cases, and a page that many moderators have open must not do that for each of them.
 */
export class CaseLists {
  readonly #known = new Map<string, { at: number; listed: Listed }>();
  #newest = '';

  constructor(
    private readonly ledger: Pick<Ledger, 'casePage' | 'cases'>,
    private readonly clock: Clock,
  ) {}

  async page(query: CaseQuery): Listed {
    const [first] = await this.ledger.cases({ limit: 1 });
    const newest = first === undefined ? '' : `${first.id}.${first.updatedAt}`;
    if (newest !== this.#newest) this.#known.clear();
    this.#newest = newest;
    // a filter by age depends on the current time
    const key = JSON.stringify({ ...query, openedSince: Math.floor((query.openedSince ?? 0) / FRESH_MS) });
    const now = this.clock();
    const known = this.#known.get(key);
    if (known !== undefined && now >= known.at && now - known.at < FRESH_MS) return known.listed;
    const listed = this.ledger.casePage(query);
    listed.catch(() => this.#known.delete(key));
    this.#known.delete(key);
    this.#known.set(key, { at: now, listed });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
    return listed;
  }
}
