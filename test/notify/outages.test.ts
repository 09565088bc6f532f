import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Outages } from '../../src/notify/outages.js';
import { openLedger } from '../../src/store/index.js';
import type { ActionRecord } from '../../src/store/records/actions.js';
import { silentLogger } from '../../src/util/logger.js';

let folder: string;
let ledger: Awaited<ReturnType<typeof openLedger>>;
let now: number;
const sent: { body: string; replaces?: string }[] = [];
const homeserver = {
  botUserId: '@heimdall:a.test',
  recentEvents: () => Promise.resolve([]),
  sendEvent: (_room: string, _type: string, _txn: string, content: Record<string, unknown>) => {
    const relation = content['m.relates_to'] as { event_id?: string } | undefined;
    sent.push({
      body: String(content.body),
      ...(relation?.event_id === undefined ? {} : { replaces: relation.event_id }),
    });
    return Promise.resolve(`$${sent.length}`);
  },
};

function outages() {
  return new Outages({
    homeserver: homeserver as never,
    ledger,
    managementRoom: () => '!room',
    clock: () => now,
    logger: silentLogger,
  });
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heimdall-outages-'));
  now = 1_800_000_000_000;
  ledger = await openLedger({ dataDir: folder, clock: () => now });
  sent.length = 0;
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true, force: true });
});

/** Carries out what is due of the outage's own message. */
async function tell(board: Outages): Promise<void> {
  for (;;) {
    const due = (await ledger.dueActions(now, new Set(), 9, ['mail'])).filter(({ kind }) => kind === 'tell_outage');
    if (due.length === 0) return;
    for (const action of due) {
      const outcome = await board.handler().perform(action, { mayHaveBeenSent: false });
      if (outcome.state === 'retry')
        await ledger.retryAction(action.id, { nextTryAt: now + (outcome.afterMs ?? 0), error: outcome.error });
      else await ledger.endAction(action.id, { state: 'done', at: now, createdAt: action.createdAt });
    }
  }
}

async function mails(count: number): Promise<ActionRecord[]> {
  const added = await ledger.commit((tx) =>
    tx.addActions(
      Array.from({ length: count }, (_, i) => ({ kind: 'mail', lane: `m${i}`, key: `m${i}`, payload: null })),
    ),
  );
  for (const { id } of added) await ledger.retryAction(id, { nextTryAt: now + 60_000, error: 'connect refused' });
  return added;
}

it('a mail server that is down is one message, however many mails wait, and it is edited until they go out', async () => {
  const board = outages();
  for (const action of await mails(50)) await board.failed({ action, error: 'connect refused', givenUp: false });
  now += 3_000;
  await tell(board);
  expect(sent).toHaveLength(1);
  expect(sent[0]?.body).toMatch(/^Mails cannot be sent: connect refused\. 50 mails are waiting, the oldest since /);
  // it goes on: an edit, no more than one in half a minute, also after a restart
  const later = outages();
  for (const action of (await ledger.actionsOfKind(['mail'], 'due', { afterId: 0, limit: 9 }))!)
    await later.failed({ action, error: 'connect refused', givenUp: false });
  now += 60_000;
  await tell(later);
  expect(sent).toHaveLength(2);
  expect(sent[1]?.replaces).toBe('$1');
  later.ended('mail');
  // it is written down behind the back of whoever told of the mail
  while (!((await ledger.meta('outage:mail')) ?? '').includes('"over":true')) await new Promise(setImmediate);
  now += 60_000;
  await tell(later);
  expect(sent.at(-1)).toMatchObject({ replaces: '$1' });
  expect(sent.at(-1)?.body).toContain('Mails are being sent again.');
  // what is over is forgotten: the next outage is a message of its own
  await later.failed({ action: { kind: 'mail' } as ActionRecord, error: '550 no', givenUp: true });
  now += 60_000;
  await tell(later);
  expect(sent.at(-1)?.replaces).toBeUndefined();
  expect(sent.at(-1)?.body).toContain('1 mail could not be delivered and was given up');
});

it('other kinds are told one by one', async () => {
  expect(await outages().failed({ action: { kind: 'ban' } as ActionRecord, error: 'no', givenUp: true })).toBe(false);
});
