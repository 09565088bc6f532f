/**
 * The web pages on a ledger of 10,000 cases and 1,000,000 entries of the audit: 50 requests a second, one every 20 ms
 * whether or not the one before was answered, page by page; and what the public API answers at most. The visitors are a
 * thread of their own. Both databases; the pages are the same code. And what intake loses meanwhile, on the same ledger
 * and in the same process, with the pages read and without, in turns: at the rate of a homeserver with ten million
 * accounts, and with transactions that follow each other as fast as they are answered. Left out: TLS and the proxy in
 * front.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import libsql from 'libsql';
import pg from 'pg';
import { loadRules } from '../../src/config/rules.js';
import { toProtectedIdentity } from '../../src/config/identities.js';
import { createDetector } from '../../src/detection/index.js';
import { openLedger } from '../../src/store/index.js';
import type { Ledger } from '../../src/store/types.js';
import { silentLogger } from '../../src/util/logger.js';
import { createPages } from '../../src/web/pages/index.js';
import { withPostgres } from '../store/postgres.js';
import { openDoorOn, TOKEN } from '../intake/door.js';
import type { Row } from '../row.js';

const CASES = 10_000;
const ENTRIES = 1_000_000;
const PER_SECOND = 50;
const REQUESTS = 150;
/** How long intake is measured, each time, and how often. */
const READ_MS = 2_000;
const ROUNDS = 5;
/** What the homeserver sends: a transaction of 100 events every so many ms, or as soon as the one before is answered. */
const PACES = [
  ['of 100,000 events a minute', 60],
  ['as fast as it goes', 0],
] as const;
const MODERATOR = '@mod:example.org';
const PAGES = [
  '/',
  '/transparency',
  '/cases',
  '/cases?state=all&text=user42&sort=score',
  '/cases?state=all&page=100',
  '/cases/4242',
  '/mail',
  '/audit',
  '/audit?before=500000',
  '/figures',
];

/** Written in SQL: a million commits would take longer than all the rest. `now`: ms since the epoch. */
function filling(now: number, numbers: (count: number) => string): string[] {
  const level = `case n % 4 when 0 then 'certain' when 1 then 'likely' when 2 then 'possible' end`;
  const spread = `cast(n % 150 as bigint) * 86400000`;
  return [
    `insert into cases (subject_kind, subject, subject_key, state, verdict, score, opened_at, updated_at)
     select 'user', '@user' || n || ':evil.test', '@user' || n || ':evil.test',
       case n % 5 when 0 then 'open' when 1 then 'actioned' when 2 then 'dismissed' when 3 then 'appealed' else 'triaged' end,
       ${level}, n % 10, ${now} - ${spread}, ${now} - ${spread} from ${numbers(CASES)}`,
    `insert into audit (at, actor, what, case_id, data)
     select ${now} - ${spread}, '@mod' || n % 7 || ':example.org',
       case n % 20 when 0 then 'case.dismissed' when 1 then 'case.appealed' when 2 then 'case.appeal_upheld' else 'case.noted' end,
       n % ${CASES} + 1, '{"note":"seen before, in another room"}' from ${numbers(ENTRIES)}`,
    `insert into findings (case_id, key, kind, seen_at, data)
     select n, 'r' || n, 'report', ${now} - ${spread}, '{"reporter":"@a:example.org","reason":"spam","source":"client"}'
     from ${numbers(CASES)}`,
    `insert into actions (case_id, kind, lane, key, payload, state, attempts, next_try_at, created_at, ended_at)
     select n, 'ban', '!r', 'k' || n, '{}', 'done', 1, 0, ${now} - ${spread}, ${now} - ${spread} + 5000 from ${numbers(CASES)}`,
    `insert into outbox (action_id, case_id, message_id, recipient, envelope_from, raw, created_at, sent_at, response)
     select n, n, '<' || n || '@x>', 'abuse@example.org', 'a@x', 'x', ${now} - ${spread}, ${now} - ${spread}, '250 ok' from ${numbers(CASES)}`,
  ];
}

/** Runs in the visitors' thread. */
const VISITOR = `
const { parentPort, workerData } = require('node:worker_threads');
const http = require('node:http');
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const get = (path) => new Promise((resolve, reject) => {
  const begun = performance.now();
  const request = http.get(workerData.url + path, { agent, headers: { cookie: workerData.cookie } }, (response) => {
    let bytes = 0;
    response.on('data', (chunk) => (bytes += chunk.length));
    response.on('end', () => resolve({ ms: performance.now() - begun, bytes, status: response.statusCode }));
  });
  // a connection that the server closed just now, for having been idle
  request.on('error', (error) => (request.reusedSocket && error.code === 'ECONNRESET' ? get(path).then(resolve, reject) : reject(error)));
});
parentPort.on('message', async ({ path, paths = [path], count, everyMs, forMs, lanes }) => {
  const answers = [];
  if (forMs !== undefined) {
    const until = performance.now() + forMs;
    let n = 0;
    const begun = performance.now();
    await Promise.all(Array.from({ length: lanes }, async () => {
      while (performance.now() < until) { await get(path.replace('N', String(n++ % 1000))); }
    }));
    return parentPort.postMessage({ perSecond: (n / (performance.now() - begun)) * 1000 });
  }
  await Promise.all(Array.from({ length: count }, (_, n) =>
    new Promise((resolve) => setTimeout(resolve, n * everyMs)).then(async () => answers.push(await get(paths[n % paths.length])))));
  const bad = answers.find(({ status }) => status !== 200);
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  parentPort.postMessage({ bad: bad?.status, p95: times[Math.floor(times.length * 0.95)], bytes: Math.max(...answers.map(({ bytes }) => bytes)) });
});
`;

/** Runs in the homeserver's thread: how many events are taken in so long. */
const HOMESERVER = `
const { parentPort, workerData } = require('node:worker_threads');
const http = require('node:http');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let number = 0;
const join = (index) => {
  const user = '@person' + number + 'x' + index + ':remote.test';
  return { type: 'm.room.member', event_id: '$e' + number + 'x' + index, room_id: '!room' + (index % 10) + ':remote.test',
    sender: user, state_key: user, origin_server_ts: Date.now(),
    content: { membership: 'join', displayname: 'Person ' + number + ' ' + index } };
};
const send = () => new Promise((resolve, reject) => {
  const body = JSON.stringify({ events: Array.from({ length: 100 }, (_, index) => join(index)) });
  const path = '/_matrix/app/v1/transactions/' + number++;
  const headers = { authorization: 'Bearer ' + workerData.token, 'content-length': Buffer.byteLength(body) };
  http.request({ agent, port: workerData.port, method: 'PUT', path, headers }, (response) => {
    response.resume();
    response.on('end', resolve);
  }).on('error', reject).end(body);
});
parentPort.on('message', async ({ forMs, everyMs = 0 }) => {
  const begun = performance.now();
  let count = 0;
  while (performance.now() - begun < forMs) {
    const early = begun + count * everyMs - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    await send();
    count++;
  }
  parentPort.postMessage({ perSecond: (count * 100 * 1000) / (performance.now() - begun) });
});
`;

interface Answer {
  bad?: number;
  p95: number;
  bytes: number;
  perSecond: number;
}

async function measure(where: string, ledger: Ledger): Promise<Row[]> {
  const identity = {
    user_id: '@server:example.org',
    display_names: ['Example (Official Account)'],
    avatars: [],
    domains: ['example.org'],
    rooms: [],
    variants: [],
  };
  const rules = loadRules();
  const detector = createDetector([toProtectedIdentity(identity)], rules);
  const pages = createPages({
    config: { protected_identities: [identity] },
    publicUrl: 'http://127.0.0.1:1',
    homeserver: {
      botUserId: '@heimdall:example.org',
      serverName: 'example.org',
      request: () => Promise.reject(new Error('not here')),
      picture: () => Promise.reject(new Error('not here')),
    },
    ledger,
    settings: { get: () => ({ policy_list_room: null }) as never },
    detector: () => detector,
    rules: () => rules,
    rooms: { all: () => [], get: () => undefined },
    moderators: () => [],
    missingPower: () => [],
    lists: { rooms: () => [], shortcodeOf: () => undefined, rules: () => [], matching: () => [] },
    ownAcl: () => [],
    protectionsIn: () => [],
    compare: () => Promise.resolve({ problem: 'nothing_official' }),
    warnVictims: true,
    mayCommand: () => true,
    execute: () => Promise.resolve(''),
    onReport: () => Promise.resolve(),
    onAppeal: () => Promise.resolve(),
    mailAnswers: false,
    clock: Date.now,
    logger: silentLogger,
  });
  pages.server.listen(0, '127.0.0.1');
  await once(pages.server, 'listening');
  const url = `http://127.0.0.1:${(pages.server.address() as AddressInfo).port}`;
  const link = new URL(await pages.signInLink(MODERATOR)).pathname;
  const cookie =
    ((await fetch(url + link, { redirect: 'manual' })).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const visitor = new Worker(VISITOR, { eval: true, workerData: { url, cookie } });
  const ask = async (message: object): Promise<Answer> => {
    visitor.postMessage(message);
    const [answer] = (await once(visitor, 'message')) as [Answer];
    if (answer.bad !== undefined) throw new Error(`${JSON.stringify(message)} was answered ${answer.bad}`);
    return answer;
  };
  const rows: Row[] = [];
  for (const page of PAGES) {
    await ask({ path: page, count: 3, everyMs: 50 });
    const { p95, bytes } = await ask({ path: page, count: REQUESTS, everyMs: 1000 / PER_SECOND });
    rows.push({
      work: `page ${page.replace(/\?.*/, (query) => query.slice(0, 24))}, ${where}, ${PER_SECOND}/s, p95 and size`,
      rival: 'the limits',
      ours: `${p95.toFixed(1)} ms, ${(bytes / 1000).toFixed(1)} kB`,
      theirs: '100 ms, 60 kB',
      ratio: Math.min(100 / p95, 60_000 / bytes),
      target: '>= 1 x',
    });
  }
  const path_ = '/api/v1/check?id=%40userN%3Aexarnple.org';
  await ask({ path: path_, forMs: 1_000, lanes: 32 });
  const { perSecond } = await ask({ path: path_, forMs: 4_000, lanes: 32 });
  rows.push({
    work: `GET /api/v1/check, ${where}`,
    rival: 'the limit',
    ours: `${Math.round(perSecond)}/s`,
    theirs: '5000/s',
    ratio: perSecond / 5_000,
    target: '>= 1 x',
  });
  rows.push(
    ...(await whatIntakeLoses(where, ledger, () =>
      ask({ paths: PAGES, count: READ_MS / (1000 / PER_SECOND), everyMs: 1000 / PER_SECOND }),
    )),
  );
  await visitor.terminate();
  pages.server.closeAllConnections();
  pages.server.close();
  return rows;
}

/** Intake with the pages read, against the same without, in turns. */
async function whatIntakeLoses(where: string, ledger: Ledger, read: () => Promise<unknown>): Promise<Row[]> {
  const door = await openDoorOn(ledger);
  const homeserver = new Worker(HOMESERVER, { eval: true, workerData: { port: door.port, token: TOKEN } });
  const take = async (everyMs: number): Promise<number> => {
    homeserver.postMessage({ forMs: READ_MS, everyMs });
    const [{ perSecond }] = (await once(homeserver, 'message')) as [Answer];
    return perSecond;
  };
  await take(0);
  const rows: Row[] = [];
  for (const [pace, everyMs] of PACES) {
    const rounds: { alone: number; beside: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const alone = await take(everyMs);
      const [beside] = await Promise.all([take(everyMs), read()]);
      rounds.push({ alone, beside });
    }
    const { alone, beside } = rounds.toSorted((a, b) => a.beside / a.alone - b.beside / b.alone)[ROUNDS >> 1]!;
    rows.push({
      work: `intake ${pace}, ${where}, ${PER_SECOND} pages/s read meanwhile, events/s`,
      rival: 'the same, no pages read',
      ours: beside,
      theirs: alone,
      ratio: beside / alone,
      target: '> 0.9 x',
    });
  }
  await homeserver.terminate();
  await door.close();
  return rows;
}

async function onSqlite(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  try {
    const options = { dataDir: folder, databaseUrl: null };
    await (await openLedger(options)).close();
    const db = new libsql(path.join(folder, 'ledger.sqlite'));
    const numbers = (count: number): string =>
      `(with recursive s(n) as (select 1 union all select n + 1 from s where n < ${count}) select n from s) as numbers`;
    for (const statement of filling(Date.now(), numbers)) db.exec(statement);
    db.close();
    const ledger = await openLedger(options);
    const rows = await measure('SQLite', ledger);
    await ledger.close();
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function onPostgres(): Promise<Row[]> {
  return (
    (await withPostgres(async (databaseUrl) => {
      const options = { dataDir: os.tmpdir(), databaseUrl };
      await (await openLedger(options)).close();
      const client = new pg.Client(databaseUrl);
      await client.connect();
      try {
        for (const statement of filling(Date.now(), (count) => `generate_series(1, ${count}) as numbers(n)`))
          await client.query(statement);
        await client.query('analyze');
      } finally {
        await client.end();
      }
      const ledger = await openLedger(options);
      try {
        return await measure('PostgreSQL', ledger);
      } finally {
        await ledger.close();
      }
    })) ?? []
  );
}

export async function run(): Promise<Row[]> {
  return [...(await onSqlite()), ...(await onPostgres())];
}
