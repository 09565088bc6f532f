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

/** Ends an action as the executor does. */
async function end(key: string): Promise<void> {
  const [record] = await ledger.actionsByKey([key]);
  if (record === undefined) throw new Error(`${key} was never added`);
  await ledger.endAction(record.id, { state: 'done', at: 1 });
}

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heimdall-outbox-'));
  ledger = await openLedger({ dataDir });
  reads = 0;
  const counted = {
    commit: ledger.commit.bind(ledger),
    onEnd: ledger.onEnd.bind(ledger),
    actionsByKey: (keys: readonly string[]) => {
      reads += 1;
      return ledger.actionsByKey(keys);
    },
  };
  outbox = new ActionOutbox({ ledger: counted as never });
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
    expect(reads).toBe(2);
  });

  it('says how they stand when the time is over, and forgets who waited', async () => {
    const [record] = await outbox.carryOut([action('slow')], 30);
    expect(record?.state).toBe('due');
    await end('slow');
    const [again] = await outbox.carryOut([action('slow')], 30);
    expect(again?.state).toBe('done');
  });

  it('notices an action that was cancelled with its case', async () => {
    const finding = {
      subjectKind: 'user',
      subject: '@anna:a.test',
      key: 'f',
      kind: 'report',
      seenAt: 1,
      data: {},
    } as const;
    const { case: opened } = await ledger.commit((tx) => tx.recordFinding(finding));
    const carried = outbox.carryOut([{ ...action('cancelled'), caseId: opened.id }], 60_000);
    while ((await ledger.cancelActions(opened.id, ['kick'], 1)) === 0)
      await new Promise((resolve) => setTimeout(resolve, 1));
    expect((await carried)[0]?.state).toBe('cancelled');
  });

  it('follows actions that go on in others to the last one, and looks once a step', async () => {
    const carried = outbox.carryOutChains([action('step 1'), action('other')], 60_000);
    while ((await ledger.actionsByKey(['other'])).length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await end('other');
    for (const step of [1, 2]) {
      const [record] = await ledger.actionsByKey([`step ${step}`]);
      await ledger.endAction(record?.id ?? 0, {
        state: 'done',
        at: 1,
        result: { next: `step ${step + 1}` },
        follow: [action(`step ${step + 1}`)],
      });
    }
    await end('step 3');
    expect((await carried).map(({ key, state }) => [key, state])).toEqual([
      ['other', 'done'],
      ['step 3', 'done'],
    ]);
    // at most: two at the beginning, and as many after each of three steps as there were before it
    expect(reads).toBeLessThan(15);
  });

  it('serves two who wait for the same action', async () => {
    const both = Promise.all([outbox.carryOut([action('a')], 60_000), outbox.carryOut([action('a')], 60_000)]);
    while ((await ledger.actionsByKey(['a'])).length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await end('a');
    expect((await both).map(([record]) => record?.state)).toEqual(['done', 'done']);
  });
});
