/**
 * Overload: a flood of distinct impostors, 100 a transaction, each of which asks for a case, a notice, a report and a
 * rule, against a stub homeserver that answers after 2 ms. What counts is that memory stays flat while the ledger
 * fills: the resident memory after the flood against that after a tenth of it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startStubHomeserver } from '../../test/support/stub-homeserver.js';
import type { Row } from '../row.js';
import { residentMb, startHeimdall, type RunningHeimdall } from './process.js';

const TRANSACTIONS = 30;
const EVENTS = 100;
const ROUND_TRIP_MS = 2;

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  const stub = await startStubHomeserver({
    botUserId: '@heimdall:example.org',
    roundTripMs: ROUND_TRIP_MS,
    keepLog: false,
  });
  stub.setState('!management:example.org', 'm.room.create', '', { room_version: '11' });
  const heimdall = await startHeimdall(folder, stub.url, {});
  try {
    let early = NaN;
    const began = performance.now();
    for (let number = 0; number < TRANSACTIONS; number += 1) {
      await send(heimdall, number);
      if (number === TRANSACTIONS / 10) early = await residentMb(heimdall.child);
    }
    const seconds = (performance.now() - began) / 1000;
    const late = await residentMb(heimdall.child);
    return [
      {
        work: `flood of ${TRANSACTIONS * EVENTS} impostors, resident MB after it`,
        rival: 'after a tenth of it',
        ours: late,
        theirs: early,
        ratio: early / late,
        target: '>= 0.7 x',
      },
      {
        work: `flood of ${TRANSACTIONS * EVENTS} impostors, impostors/s taken`,
        rival: '–',
        ours: (TRANSACTIONS * EVENTS) / seconds,
        theirs: '–',
        ratio: '–',
        target: '–',
      },
    ];
  } finally {
    await heimdall.stop();
    await stub.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function send({ url, registration }: RunningHeimdall, number: number): Promise<void> {
  const events = Array.from({ length: EVENTS }, (_, index) => {
    const userId = `@imp${number}x${index}:remote.test`;
    return {
      type: 'm.room.member',
      event_id: `$f${number}x${index}`,
      room_id: '!elsewhere:remote.test',
      sender: userId,
      state_key: userId,
      origin_server_ts: Date.now(),
      content: { membership: 'join', displayname: 'Example (Official Account)' },
    };
  });
  const answer = await fetch(`${url}/_matrix/app/v1/transactions/${number}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${registration.hs_token}` },
    body: JSON.stringify({ events }),
  });
  if (answer.status !== 200) throw new Error(`transaction answered ${answer.status}`);
}
