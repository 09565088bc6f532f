import Database from 'libsql';
import { statSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import type { EventActions } from '../../src/store/at-once.js';
import type { NewWork } from '../../src/store/records/actions.js';
import { describeLedgers, type OpenForTest } from '../support/ledgers.js';
import { action } from './suites/actions.js';
import { finding } from './suites/cases.js';

const decided = (eventId: string | null, ...actions: EventActions['actions']): EventActions => ({ eventId, actions });

/** A page in the write-ahead log, with its header. */
const PAGE_BYTES = 4_096 + 24;

function suite(open: OpenForTest): void {
  it('writes what the ordinary commit writes, and brings the same work', async () => {
    const batches: EventActions[][] = [
      [decided('$1', action('a', { lane: 'x' }), action('b', { lane: 'x' }), action('c', { lane: 'y' }))],
      [decided('$1', action('not again')), decided('$2', action('a'), action('d', { lane: 'x' }))],
      [
        decided(null, action('later', { lane: 'z', inMs: 5_000 })),
        decided('$3'),
        decided('$4', action('z', { notBefore: 7 })),
      ],
      [
        decided(
          '$5',
          action('k'.repeat(3_000), { lane: 'l'.repeat(3_000), payload: { none: undefined, text: 'ä"😀' } }),
        ),
      ],
    ];
    const written = [];
    for (const isAtOnce of [true, false]) {
      const ledger = await open({ clock: () => 1_000 });
      const works: NewWork[] = [];
      ledger.onWork((work) => works.push(work));
      for (const batch of batches) {
        if (isAtOnce) expect(ledger.commitAtOnce(batch, [])).toBe(true);
        else
          await ledger.commit(async (tx) => {
            for (const { eventId, actions } of batch)
              if (eventId === null || (await tx.markEventSeen(eventId, 1_000))) await tx.addActions(actions);
          });
      }
      written.push({ works, rows: await ledger.actionsByKeyPrefix('') });
    }
    expect(written[0]?.rows).toHaveLength(7);
    expect(written[0]).toEqual(written[1]);
  });

  it('stores what protections remember as the ordinary commit does: the last of a key', async () => {
    const row = (key: string, data: unknown) => ({ protection: 'BasicFlooding', key, data, expiresAt: 9_000 });
    const rows = [row('!r:a.test|@a:b.test', [1]), row('k'.repeat(3_000), 'ä\0"'), row('!r:a.test|@a:b.test', [2])];
    const written = [];
    for (const isAtOnce of [true, false]) {
      const ledger = await open({ clock: () => 1_000 });
      for (const batch of [rows, [row('!r:a.test|@a:b.test', [3])]]) {
        if (isAtOnce) expect(ledger.commitAtOnce([], [], batch)).toBe(true);
        else await ledger.commit((tx) => tx.keepProtectionRows(batch));
      }
      written.push(await ledger.protectionRows(0));
    }
    expect(written[0]).toHaveLength(2);
    expect(written[0]).toEqual(expect.arrayContaining([row('!r:a.test|@a:b.test', [3]), rows[1]]));
    expect(written[0]).toEqual(written[1]);
  });

  it('remembers nothing of a decision that is left to the ordinary commit', async () => {
    const ledger = await open();
    const { case: opened } = await ledger.commit((tx) => tx.recordFinding(finding()));
    const row = { protection: 'BasicFlooding', key: 'k', data: 1, expiresAt: 9_000 };
    expect(ledger.commitAtOnce([decided('$1', action('a'))], [opened.subject], [row])).toBe(false);
    expect(await ledger.protectionRows(0)).toEqual([]);
  });

  it('is there for another process when the call has returned', async () => {
    const ledger = await open();
    ledger.commitAtOnce([decided('$1', action('a'))], ['@bad:b.test']);
    const other = await open.again();
    expect((await other.actionsByKey(['a'])).map(({ state }) => state)).toEqual(['due']);
    expect(await other.commit((tx) => tx.markEventSeen('$1', 1))).toBe(false);
  });

  it('changes few pages: each is part of the time until a ban goes out', async () => {
    const ledger = await open();
    const log = (): number => statSync(path.join(open.place().dataDir, 'ledger.sqlite-wal')).size;
    ledger.commitAtOnce([decided('$1', action('a'))], []);
    const before = log();
    ledger.commitAtOnce([decided('$2', action('b', { lane: 'x' }))], []);
    // two tables, the keys of actions, three orders of what is due, and the last number
    expect((log() - before) / PAGE_BYTES).toBeLessThanOrEqual(7);
  });

  it('changes nothing where a person has a case, which is to be told', async () => {
    const ledger = await open();
    const { case: opened } = await ledger.commit((tx) => tx.recordFinding(finding()));
    expect(ledger.commitAtOnce([decided('$1', action('a'))], ['@other:b.test', opened.subject])).toBe(false);
    expect(await ledger.countDueActions()).toBe(0);
    expect(ledger.commitAtOnce([decided('$1', action('a'))], ['@other:b.test'])).toBe(true);
  });

  it('does not come between the statements of a commit', async () => {
    const ledger = await open();
    let within: boolean | undefined;
    const running = ledger.commit(async (tx) => {
      await tx.setMeta('place', 'here');
      within = ledger.commitAtOnce([decided('$1', action('a'))], []);
      throw new Error('no');
    });
    await expect(running).rejects.toThrow('no');
    expect(within).toBe(false);
    expect(await ledger.countDueActions()).toBe(0);
    expect(ledger.commitAtOnce([decided('$1', action('a'))], [])).toBe(true);
  });

  it('leaves it to the ordinary commit to wait for another process that writes', async () => {
    const ledger = await open();
    const other = new Database(path.join(open.place().dataDir, 'ledger.sqlite'));
    other.exec('begin immediate');
    expect(ledger.commitAtOnce([decided('$1', action('a'))], [])).toBe(false);
    other.exec('commit');
    expect(ledger.commitAtOnce([decided('$1', action('a'))], [])).toBe(true);
    other.close();
  });

  it('having met another process that writes, stands in the way of no later commit', async () => {
    const ledger = await open();
    const other = new Database(path.join(open.place().dataDir, 'ledger.sqlite'));
    other.exec('begin immediate');
    expect(ledger.commitAtOnce([decided('$1', action('a'))], [])).toBe(false);
    other.exec('commit');
    other.close();
    await ledger.commit((tx) => tx.addActions([action('b')]));
    expect(await ledger.countDueActions()).toBe(1);
  });

  it('changes nothing once another process acts', async () => {
    const ledger = await open({ fence: 7 });
    expect(ledger.commitAtOnce([decided('$1', action('a'))], [])).toBe(false);
    expect(await ledger.countDueActions()).toBe(0);
  });

  it('changes nothing where a statement fails in the middle, and lets others write afterwards', async () => {
    const ledger = await open();
    expect(ledger.commitAtOnce([decided('$1', action('a'), action('nul', { payload: 1, lane: 'a\0b' }))], [])).toBe(
      false,
    );
    expect(await ledger.countDueActions()).toBe(0);
    expect(await ledger.commit((tx) => tx.markEventSeen('$1', 1))).toBe(true);
  });

  it('writes nothing into a ledger that was closed', async () => {
    const ledger = await open();
    await ledger.close();
    expect(ledger.commitAtOnce([decided('$1', action('a'))], [])).toBe(false);
    await expect(ledger.endAction(1, { state: 'done', at: 1, createdAt: 1 })).rejects.toThrow('was closed');
  });
}

describeLedgers('decisions that are committed at once', suite);
