import type { Ledger } from '../../store/types.js';
import type { MonthFigures } from '../../store/records/pages.js';
import type { Clock } from '../../util/clock.js';

const MONTHS_SHOWN = 12;
/** Counting a year in a large ledger takes a while, so visitors share one count. */
const FRESH_MS = 60_000;
/** Past months change only when something in them is pruned or erased. */
const SETTLED_MS = 3_600_000;

interface Counted {
  at: number;
  month: Promise<MonthFigures>;
}

/** The figures of the last twelve months, counted at most once a minute. */
export class Figures {
  readonly #counted = new Map<number, Counted>();

  constructor(
    private readonly ledger: Pick<Ledger, 'monthlyFigures'>,
    private readonly clock: Clock,
  ) {}

  /** This month and the eleven before it, oldest first. */
  async lastYear(): Promise<MonthFigures[]> {
    const now = this.clock();
    const today = new Date(now);
    const begins = Array.from({ length: MONTHS_SHOWN }, (_, back) =>
      Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - (MONTHS_SHOWN - 1 - back), 1),
    );
    for (const begin of this.#counted.keys()) if (!begins.includes(begin)) this.#counted.delete(begin);
    return Promise.all(begins.map((begin, index) => this.#month(begin, begins[index + 1], now)));
  }

  /** `end`: when the next month begins; undefined for the present one. */
  #month(begin: number, end: number | undefined, now: number): Promise<MonthFigures> {
    const known = this.#counted.get(begin);
    if (known !== undefined && now - known.at < (end === undefined ? FRESH_MS : SETTLED_MS) && now >= known.at)
      return known.month;
    const month = this.ledger.monthlyFigures(begin, end ?? now + 1).then(([figures]) => {
      if (figures === undefined) throw new Error('heimdall: a month without figures');
      return figures;
    });
    month.catch(() => this.#counted.delete(begin));
    this.#counted.set(begin, { at: now, month });
    return month;
  }
}
