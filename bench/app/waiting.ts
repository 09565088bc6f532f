/**
 * What lies in the ledger costs nothing: intake beside 20,000 mails that wait for their next try, against intake with
 * none; and a start on a ledger with 100,000 ended actions and 20,000 cases, against one on an empty ledger.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openLedger } from '../../src/store/index.js';
import { startStubHomeserver } from '../../test/support/stub-homeserver.js';
import type { Row } from '../row.js';
import { join, sendTransaction } from './feed.js';
import { startHeimdall } from './process.js';

const WAITING = 20_000;
const ENDED = 100_000;
const CASES = 20_000;
const TRANSACTIONS = 150;
const EVENTS = 20;
const ROUNDS = 3;
const AT_ONCE = 1_000;
const DAY_MS = 86_400_000;

type Ledger = Awaited<ReturnType<typeof openLedger>>;

export async function run(): Promise<Row[]> {
  const stub = await startStubHomeserver({ botUserId: '@heimdall:example.org', keepLog: false });
  stub.setState('!management:example.org', 'm.room.create', '', { room_version: '11' });
  try {
    const none = await inFolder(stub.url, () => Promise.resolve());
    const waiting = await inFolder(stub.url, mailsInBackOff);
    const full = await inFolder(stub.url, casesAndEndedActions);
    return [
      {
        work: `intake beside ${WAITING} mails in back-off, ms a transaction of ${EVENTS}`,
        rival: 'with none',
        ours: waiting.transactionMs,
        theirs: none.transactionMs,
        ratio: none.transactionMs / waiting.transactionMs,
        target: '>= 0.95 x',
      },
      {
        work: `start with ${ENDED} ended actions and ${CASES} cases, seconds`,
        rival: 'an empty ledger',
        ours: full.startSeconds,
        theirs: none.startSeconds,
        ratio: none.startSeconds / full.startSeconds,
        target: '>= 0.67 x',
      },
    ];
  } finally {
    await stub.close();
  }
}

/** The best of a few starts and of a few rounds of transactions, with a ledger that was filled before. */
async function inFolder(
  homeserverUrl: string,
  fill: (ledger: Ledger) => Promise<void>,
): Promise<{ startSeconds: number; transactionMs: number }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  try {
    const ledger = await openLedger({ dataDir: path.join(folder, 'data'), databaseUrl: null });
    await fill(ledger);
    await ledger.close();
    let startSeconds = Infinity;
    let transactionMs = Infinity;
    for (let round = 0; round < ROUNDS; round += 1) {
      // nobody listens at the mail server's port: what waits goes on waiting
      const heimdall = await startHeimdall(folder, homeserverUrl, {
        mail: {
          smtp_url: 'smtp://127.0.0.1:9',
          from: 'Heimdall <heimdall@example.org>',
          abuse_contact: 'abuse@example.org',
        },
        scan: { nightly: null },
      });
      startSeconds = Math.min(startSeconds, heimdall.seconds);
      transactionMs = Math.min(transactionMs, await timeOfTransactions(heimdall, round));
      await heimdall.stop();
    }
    return { startSeconds, transactionMs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timeOfTransactions(heimdall: Parameters<typeof sendTransaction>[0], round: number): Promise<number> {
  const times: number[] = [];
  for (let number = 0; number < TRANSACTIONS; number += 1) {
    const events = Array.from({ length: EVENTS }, (_, index) =>
      join('!elsewhere:remote.test', `@ada${round}x${number}x${index}:b.test`, { displayname: `Ada ${index}` }),
    );
    const began = performance.now();
    if (!(await sendTransaction(heimdall, `${round}x${number}`, events))) throw new Error('it was not taken');
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}

async function mailsInBackOff(ledger: Ledger): Promise<void> {
  await inParts(
    WAITING,
    (index) => ({ kind: 'mail', lane: `mail:${index}`, key: `mail:${index}`, payload: null }),
    ledger,
    async (ids) => {
      for (const id of ids) await ledger.retryAction(id, { nextTryAt: Date.now() + DAY_MS, error: '451 later' });
    },
  );
}

async function casesAndEndedActions(ledger: Ledger): Promise<void> {
  for (let from = 0; from < CASES; from += AT_ONCE)
    await ledger.commit(async (tx) => {
      for (let index = from; index < from + AT_ONCE; index += 1)
        await tx.recordFinding({
          subjectKind: 'user',
          subject: `@imp${index}:evil.test`,
          key: `k${index}`,
          kind: 'verdict',
          seenAt: index,
          data: {},
        });
    });
  await inParts(
    ENDED,
    (index) => ({
      kind: 'ban',
      lane: `!room${index % 200}:example.org`,
      key: `ban:${index}`,
      payload: { roomId: `!room${index % 200}:example.org`, userId: `@imp${index}:evil.test` },
    }),
    ledger,
    async (ids) => {
      for (const id of ids) await ledger.endAction(id, { state: 'done', result: { effect: 'banned' }, at: 1 });
    },
  );
}

async function inParts(
  count: number,
  one: (index: number) => { kind: string; lane: string; key: string; payload: unknown },
  ledger: Ledger,
  then: (ids: number[]) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    const added = await ledger.commit((tx) =>
      tx.addActions(Array.from({ length: AT_ONCE }, (_, index) => one(from + index))),
    );
    await then(added.map(({ id }) => id));
  }
}
