import { expect, it } from '@jest/globals';
import type { OpenForTest } from '../../support/ledgers.js';

const ENDED = 100_000;
const DUE = 10_000;
const LANES = 200;

/** Least time of a few calls, in milliseconds: a slow call on a busy machine is not the ledger's fault. */
async function leastMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 20; i += 1) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  return Math.min(...times);
}

export function volumeSuite(open: OpenForTest): void {
  it('finds what is due among 100,000 ended actions as quickly as among none', async () => {
    const ledger = await open({ clock: () => 0 });
    const questions = {
      dueActions: () => ledger.dueActions(1, new Set(['!0', '!1']), 50),
      nextDueAt: () => ledger.nextDueAt(0),
    };
    const times = async () => [await leastMs(questions.dueActions), await leastMs(questions.nextDueAt)];
    let before: number[] = [];
    for (let from = 0; from < DUE + ENDED; from += 2_000) {
      if (from === DUE) before = await times();
      const rows = Array.from({ length: 2_000 }, (_, i) => {
        const ended = from + i >= DUE;
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
    expect(due.map((one) => one.key)).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
    expect(await ledger.countDueActions()).toBe(DUE);
    const after = await times();
    // reading all rows would take eleven times as long and more
    for (const [index, ms] of after.entries()) expect(ms / before[index]!).toBeLessThan(6);
  });
}
