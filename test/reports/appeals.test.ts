import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { takeAppeal } from '../../src/reports/appeals.js';
import { openLedger } from '../../src/store/index.js';

let folder: string;
let ledger: Awaited<ReturnType<typeof openLedger>>;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-appeals-'));
  ledger = await openLedger({ dataDir: folder });
  await ledger.commit((tx) =>
    tx.recordFinding({ subjectKind: 'user', subject: '@a:b.c', key: 'k', kind: 'report', seenAt: 1, data: {} }),
  );
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const appeal = (caseId: number, answerId: number, room: string | undefined = '!mods:a.test') =>
  ledger.commit((tx) => takeAppeal(tx, ledger, { caseId, answerId }, room, 5));

it.each(['open', 'actioned', 'dismissed'] as const)(
  'an appeal opens a case again that was %s, and rings',
  async (state) => {
    await ledger.commit((tx) => tx.setCaseState(1, state, 2));
    const actions = await appeal(1, 7);
    expect(actions.map(({ kind }) => kind)).toEqual(['notice_edit', 'message']);
    expect((await ledger.caseById(1))?.state).toBe('appealed');
    // the words stand in the answer alone, where they can be erased
    expect(await ledger.auditOf(1)).toMatchObject([{ what: 'case.appealed', actor: 'subject', data: { mail: 7 } }]);
  },
);

it('a flood of appeals rings once', async () => {
  await appeal(1, 7);
  expect(await appeal(1, 8)).toEqual([]);
  expect(await ledger.auditOf(1)).toHaveLength(1);
});

it('an appeal in a case that is gone, or before there is anybody to tell, breaks nothing', async () => {
  expect(await appeal(77, 7)).toEqual([]);
  expect(
    (await ledger.commit((tx) => takeAppeal(tx, ledger, { caseId: 1, answerId: 7 }, undefined, 5))).map(
      ({ kind }) => kind,
    ),
  ).toEqual(['notice_edit']);
});
