import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { showAppealHandler, takeAppeal } from '../../src/reports/appeals.js';
import type { Homeserver } from '../../src/matrix/types.js';
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

const ROOM = '!mods:a.test';
/** `words`: by the link of a statement; without them it came by mail */
const appeal = (caseId: number, key: string, words?: string, room: string | undefined = ROOM) =>
  ledger.commit(async (tx) => tx.addActions(await takeAppeal(tx, ledger, { caseId, key, words }, room, 5)));
const kindsOf = (actions: { kind: string }[]) => actions.map(({ kind }) => kind).sort();

/** Carries out what shows the words; what was sent where. */
async function shown(): Promise<{ roomId: string; content: Record<string, unknown> }[]> {
  const sent: { roomId: string; content: Record<string, unknown> }[] = [];
  const homeserver = {
    sendEvent: (roomId: string, _type: string, _txn: string, content: Record<string, unknown>) => {
      sent.push({ roomId, content });
      return Promise.resolve('$sent');
    },
  } as unknown as Homeserver;
  const handler = showAppealHandler({ ledger, homeserver, managementRoom: () => ROOM });
  for (const action of await ledger.actionsOf(1))
    if (action.kind === 'notice_appeal') await handler.perform(action, { mayHaveBeenSent: false });
  return sent;
}

const WAYS = [
  ['mail', undefined],
  ['link', 'It was not me'],
] as const;

describe.each(WAYS)('an appeal by %s', (way, words) => {
  it.each(['open', 'actioned', 'dismissed'] as const)('opens a case again that was %s, and rings', async (state) => {
    await ledger.commit((tx) => tx.setCaseState(1, state, 2));
    const actions = await appeal(1, `${way}:7`, words);
    expect(kindsOf(actions)).toEqual(['message', ...(words === undefined ? [] : ['notice_appeal']), 'notice_edit']);
    expect((await ledger.caseById(1))?.state).toBe('appealed');
    const [entry] = await ledger.auditOf(1);
    expect(entry).toMatchObject({ what: 'case.appealed', actor: 'subject', data: { appeal: `${way}:7` } });
    // the words of a mail stand in the mail alone, where they can be erased
    expect((entry?.data as { words?: string }).words).toBe(words);
  });

  it.each(WAYS)('rings nobody while one by %s waits', async (first, before) => {
    await appeal(1, `${first}:7`, before);
    const more = kindsOf(await appeal(1, `${way}:8`, words));
    expect(more).toEqual(words === undefined ? [] : ['notice_appeal']);
    expect((await ledger.auditOf(1)).filter(({ what }) => what === 'case.appealed')).toHaveLength(1);
  });

  it('rings again once the one before was decided', async () => {
    await appeal(1, `${way}:7`, words);
    await ledger.commit((tx) => tx.setCaseState(1, 'actioned', 6));
    expect(kindsOf(await appeal(1, `${way}:8`, words))).toContain('message');
  });

  it('breaks nothing in a case that is gone, or before there is anybody to tell', async () => {
    expect(await appeal(77, `${way}:7`, words)).toEqual([]);
    const actions = await ledger.commit((tx) => takeAppeal(tx, ledger, { caseId: 1, key: way }, undefined, 5));
    expect(kindsOf(actions)).toEqual(['notice_edit']);
  });
});

it('shows the words of every appeal by link in the thread of the case, with what they hide', async () => {
  await ledger.commit((tx) => tx.setCaseNotice(1, '$notice'));
  await appeal(1, 'link:1', 'It was not me\n\nsee \u202Ehere');
  await appeal(1, 'link:2', 'Please hurry');
  const sent = await shown();
  expect(sent.map(({ content }) => content['m.relates_to'])).toEqual([
    expect.objectContaining({ rel_type: 'm.thread', event_id: '$notice' }),
    expect.objectContaining({ rel_type: 'm.thread', event_id: '$notice' }),
  ]);
  expect(sent[0]?.content.body).toContain('It was not me');
  expect(sent[0]?.content.body).not.toContain('\u202E');
  expect(sent[1]?.content).toMatchObject({ msgtype: 'm.notice', body: expect.stringContaining('Please hurry') });
});

it('shows them in the room when the case was never told of, and nothing once they are erased', async () => {
  await appeal(1, 'link:1', 'It was not me');
  expect(await shown()).toMatchObject([{ roomId: ROOM, content: { msgtype: 'm.notice' } }]);
  await ledger.erasePerson('@a:b.c', '@admin:b.c');
  expect(await shown()).toEqual([]);
});
