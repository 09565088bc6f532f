import { expect, it } from '@jest/globals';
import type { OpenForTest } from '../../support/ledgers.js';

const ENDED = 100_000;
const DUE = 10_000;
const LANES = 200;

/** Median time of a few calls, in milliseconds: one slow call on a busy machine is not the ledger's fault. */
async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 9; i += 1) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b)[4]!;
}

export function volumeSuite(open: OpenForTest): void {
  it('finds what is due quickly among 100,000 ended actions and 10,000 due ones', async () => {
    const ledger = await open({ clock: () => 0 });
    for (let from = 0; from < ENDED + DUE; from += 2_000) {
      const rows = Array.from({ length: 2_000 }, (_, i) => {
        const ended = from + i < ENDED;
        return {
          case_id: null,
          kind: 'ban',
          lane: `!${(from + i) % LANES}`,
          key: `${from + i}`,
          payload: '{}',
          state: ended ? ('done' as const) : ('due' as const),
          attempts: 0,
          next_try_at: 0,
          created_at: 0,
          ended_at: ended ? 1 : null,
          result: null,
          last_error: null,
        };
      });
      await ledger.writer.insertInto('actions').values(rows).execute();
    }
    const due = await ledger.dueActions(1, new Set(), 50);
    expect(due.map((one) => one.key)).toEqual(Array.from({ length: 50 }, (_, i) => String(ENDED + i)));
    expect(await ledger.countDueActions()).toBe(DUE);
    // 10,000 index entries are a few milliseconds; reading 110,000 rows would be far above the bound
    expect(await medianMs(() => ledger.dueActions(1, new Set(['!0', '!1']), 50))).toBeLessThan(40);
    expect(await medianMs(() => ledger.nextDueAt(0))).toBeLessThan(40);
  }, 60_000);
}
