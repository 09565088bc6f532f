import { expect, test } from '@jest/globals';
import { BACKLOG_LIMIT, backpressure } from '../../src/intake/backpressure.js';

/** A ledger that answers one count after the other (the last for ever), and a clock that is set by hand. */
function world(...counts: number[]) {
  const state = { asked: 0, now: 1_000 };
  const ledger = { countWorkable: () => Promise.resolve(counts[Math.min(state.asked++, counts.length - 1)] ?? 0) };
  return { state, gate: backpressure(ledger, () => state.now) };
}

test('a calm ledger is asked once in a while, not for each transaction', async () => {
  const { state, gate } = world(BACKLOG_LIMIT);
  for (let index = 0; index < 50; index += 1) await gate();
  expect(state.asked).toBe(1);
  state.now += 100;
  await gate();
  expect(state.asked).toBe(2);
  // the machine's clock was set back
  state.now -= 3_600_000;
  await gate();
  expect(state.asked).toBe(3);
});

test('the answer waits while too much lies in the ledger, and the next one looks again', async () => {
  const { state, gate } = world(BACKLOG_LIMIT + 1, BACKLOG_LIMIT + 1, BACKLOG_LIMIT);
  const began = performance.now();
  await gate();
  expect(state.asked).toBe(3);
  expect(performance.now() - began).toBeGreaterThan(400);
});

test('it does not wait for longer than the homeserver does, and does not take that for calm', async () => {
  const { state, gate } = world(BACKLOG_LIMIT + 1);
  const waiting = gate();
  state.now += 20_000;
  await waiting;
  expect(state.asked).toBe(1);
  const next = gate();
  state.now += 20_000;
  await next;
  expect(state.asked).toBe(2);
});
