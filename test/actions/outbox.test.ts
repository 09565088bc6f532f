import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ActionOutbox } from '../../src/actions/outbox.js';
import { openLedger, type SqlLedger } from '../../src/store/index.js';
import type { NewAction } from '../../src/store/records/actions.js';

let dataDir: string;
let ledger: SqlLedger;
let outbox: ActionOutbox;
let reads = 0;
const action = (key: string): NewAction => ({ kind: 'kick', lane: '!room:a.test', key, payload: {} });

/** Ends an action as the executor does: first in the ledger, then it is told. */
async function end(key: string): Promise<void> {
  const [record] = await ledger.actionsByKey([key]);
  if (record === undefined) throw new Error(`${key} was never added`);
  await ledger.endAction(record.id, { state: 'done', at: 1 });
  outbox.noteEnd(record);
}

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heimdall-outbox-'));
  ledger = await openLedger({ dataDir });
  reads = 0;
  const counted = {
    commit: ledger.commit.bind(ledger),
    actionsByKey: (keys: readonly string[]) => {
      reads += 1;
      return ledger.actionsByKey(keys);
    },
  };
  outbox = new ActionOutbox({ ledger: counted as never, clock: Date.now });
});
afterEach(async () => {
  await ledger.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('the outbox of actions', () => {
  it('writes actions down once for a key, and the ledger tells that there is work', async () => {
    let told = 0;
    ledger.onWork(() => told++);
    await outbox.add([action('a'), action('b')]);
    await outbox.add([action('a')]);
    await outbox.add([]);
    expect((await ledger.actionsByKey(['a', 'b'])).map(({ key }) => key)).toEqual(['a', 'b']);
    expect(told).toBe(2);
  });

  it('adds what belongs beside them in the same commit', async () => {
    const beside = new ActionOutbox({
      ledger,
      prepare: (actions) => Promise.resolve([...actions, action('beside')]),
      clock: Date.now,
    });
    await beside.add([action('a')]);
    expect(await ledger.actionsByKey(['a', 'beside'])).toHaveLength(2);
  });

  it('waits for all ends and asks the ledger twice, however many there are', async () => {
    const keys = Array.from({ length: 200 }, (_, at) => `k${at}`);
    const carried = outbox.carryOut(keys.map(action), 60_000);
    while ((await ledger.actionsByKey(keys)).length < keys.length)
      await new Promise((resolve) => setTimeout(resolve, 1));
    for (const key of keys) await end(key);
    const records = await carried;
    expect(records).toHaveLength(200);
    expect(records.every(({ state }) => state === 'done')).toBe(true);
    // once at the beginning, once at the end, and at most now and then between
    expect(reads).toBeLessThan(20);
  });

  it('says how they stand when the time is over, and forgets who waited', async () => {
    const [record] = await outbox.carryOut([action('slow')], 30);
    expect(record?.state).toBe('due');
    await end('slow');
    const [again] = await outbox.carryOut([action('slow')], 30);
    expect(again?.state).toBe('done');
  });

  it('notices an action that ended without being told of it', async () => {
    const carried = outbox.carryOut([action('cancelled')], 60_000);
    for (;;) {
      const [record] = await ledger.actionsByKey(['cancelled']);
      if (record !== undefined) {
        await ledger.endAction(record.id, { state: 'cancelled', at: 1 });
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect((await carried)[0]?.state).toBe('cancelled');
  });

  it('serves two who wait for the same action', async () => {
    const both = Promise.all([outbox.carryOut([action('a')], 60_000), outbox.carryOut([action('a')], 60_000)]);
    while ((await ledger.actionsByKey(['a'])).length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await end('a');
    expect((await both).map(([record]) => record?.state)).toEqual(['done', 'done']);
  });
});
