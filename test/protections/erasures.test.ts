/** Somebody is erased by another process (`heimdall privacy erase`) while this one goes on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ErasuresFollowed } from '../../src/protections/erasures.js';
import type { KnownPictures } from '../../src/protections/pictures/known.js';
import { Memories } from '../../src/protections/memories.js';
import { openLedger } from '../../src/store/index.js';
import { silentLogger } from '../../src/util/logger.js';
import { member } from '../support/events.js';

const ROOM = '!one:a.test';
let dataDir: string;
let ledger: Awaited<ReturnType<typeof openLedger>>;
let memories: Memories;
let erasures: ErasuresFollowed;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heimdall-erasures-'));
  ledger = await openLedger({ dataDir, databaseUrl: null });
  memories = new Memories();
  erasures = new ErasuresFollowed({ memories, ledger, clock: () => Date.now(), logger: silentLogger });
  const views = [{ light: new Uint8Array(576).fill(7), colours: new Int16Array(72) }];
  const at = Date.now();
  for (const [mxc, by] of [
    ['mxc://a.test/gone', '@erin:a.test'],
    ['mxc://a.test/kept', '@mod:a.test'],
  ] as const)
    pictures().remember({ mxc, prints: [{ views }], by, at, until: at + 3_600_000 });
  for (const who of ['@erin:a.test', '@anna:a.test'])
    memories.people.follow(member(who, 'join', { room_id: ROOM }), at, at, true);
  await written();
});
afterEach(async () => {
  await ledger.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const pictures = () => memories.of('QuarantinedPicture') as KnownPictures;
const knows = (mxc: string) => pictures().get(mxc, Date.now()) !== undefined;
const isNew = (who: string) => memories.people.factsOf(ROOM, who, Date.now()).hereForMs !== undefined;
async function written(): Promise<void> {
  const rows = [...memories.takeRows(), ...memories.all(Date.now())];
  await ledger.commit((tx) => tx.keepProtectionRows(rows));
  memories.written();
}
async function eraseElsewhere(userId: string): Promise<void> {
  const other = await openLedger({ dataDir, databaseUrl: null });
  await other.erasePerson(userId, 'cli');
  await other.close();
}

it('whoever was erased is not remembered any more, and everybody else is', async () => {
  await eraseElsewhere('@erin:a.test');
  expect([knows('mxc://a.test/gone'), isNew('@erin:a.test')]).toEqual([true, true]);
  await erasures.look();
  expect([knows('mxc://a.test/gone'), isNew('@erin:a.test')]).toEqual([false, false]);
  expect([knows('mxc://a.test/kept'), isNew('@anna:a.test')]).toEqual([true, true]);
});

it('nor is written down again at the stop', async () => {
  await eraseElsewhere('@erin:a.test');
  await erasures.look();
  await written();
  expect(JSON.stringify(await ledger.protectionRows(Date.now()))).not.toContain('erin');
  expect(JSON.stringify(await ledger.protectionRows(Date.now()))).toContain('anna');
});

it('nothing is taken up anew when nobody was erased since', async () => {
  await eraseElsewhere('@erin:a.test');
  await erasures.look();
  const same = pictures();
  await erasures.look();
  expect(pictures()).toBe(same);
  await eraseElsewhere('@anna:a.test');
  await erasures.look();
  expect(isNew('@anna:a.test')).toBe(false);
});
