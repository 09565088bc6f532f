import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createReportRecorder } from '../../../src/reports/record.js';
import { Correspondence, openLedger } from '../../../src/store/index.js';
import type { ActionRecord } from '../../../src/store/records/actions.js';
import { silentLogger } from '../../../src/util/logger.js';
import { apiKeysFrom } from '../../../src/web/api/keys.js';
import { createApiRouter } from '../../../src/web/api/router.js';
import { Webhook } from '../../../src/web/api/webhook.js';
import { listen, type StubServer } from '../../reports/stub.js';

const KEY = 'k-0123456789abcdef';
const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');

let folder: string;
let keyFile: string;
let ledger: Awaited<ReturnType<typeof openLedger>>;
let door: StubServer;
let now: number;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-api-'));
  keyFile = path.join(folder, 'keys.txt');
  writeFileSync(keyFile, `# services\ntickets ${hashOf(KEY)}\n`);
  ledger = await openLedger({ dataDir: folder });
  now = Date.now();
  const onReport = createReportRecorder({
    ledger,
    means: () => ({ mail: true, policyList: '!list:example.org' }),
    casesPerReporter: 20,
    clock: () => now,
  });
  door = await listen(
    createApiRouter({ keys: apiKeysFrom(keyFile), ledger, onReport, clock: () => now, logger: silentLogger }),
  );
});
afterEach(async () => {
  await door.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(method: string, where: string, body?: unknown, key: string | null = KEY) {
  const response = await fetch(`${door.url}/_heimdall/api/v1${where}`, {
    method,
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('the API for other services', () => {
  it('takes a report, once for each id, and shows its case without who reported', async () => {
    const report = {
      subject: '@evil:evil.test',
      reason: 'm.spam.fraud: sells rings',
      reporter: 'customer 17',
      id: 'T-1',
    };
    const first = await ask('POST', '/reports', report);
    expect(first).toMatchObject({
      status: 200,
      body: { report_id: expect.any(String), case: { id: 1, subject: '@evil:evil.test', state: 'open', reports: 1 } },
    });
    now += 1_000;
    expect(await ask('POST', '/reports', report)).toEqual(first);
    expect(await ask('POST', '/reports', { ...report, id: 'T-2', reason: 'again' })).toMatchObject({
      body: { case: { id: 1, reports: 2 } },
    });
    const whole = await ask('GET', '/cases/1');
    expect(whole.body.findings).toMatchObject([
      { kind: 'report', reason: 'm.spam.fraud: sells rings', source: 'api' },
      { kind: 'report', reason: 'again' },
    ]);
    expect(JSON.stringify(whole)).not.toContain('customer 17');
    expect(await ask('GET', '/cases?state=open&limit=1')).toMatchObject({ body: { total: 1, cases: [{ id: 1 }] } });
    expect(await ask('GET', '/cases?state=dismissed,actioned')).toMatchObject({ body: { total: 0, cases: [] } });
  });

  it.each<[number, string, string, unknown]>([
    [400, 'POST', '/reports', 'no json'],
    [400, 'POST', '/reports', []],
    [400, 'POST', '/reports', { subject: 'evil' }],
    [400, 'POST', '/reports', { subject: '@a:b\u0000' }],
    [400, 'POST', '/reports', { subject: '@a:b', reason: 'x\u0000' }],
    [400, 'POST', '/reports', { subject: '@a:b', unknown: 1 }],
    [400, 'POST', '/reports', { subject: '@a:b', room_id: 'nope' }],
    [400, 'POST', '/reports', '['.repeat(20_000)],
    [413, 'POST', '/reports', { subject: '@a:b', reason: 'x'.repeat(70_000) }],
    [400, 'GET', '/cases?state=nonsense', undefined],
    [400, 'GET', '/cases?limit=0', undefined],
    [404, 'GET', '/cases/7', undefined],
    [404, 'GET', '/cases/1e3', undefined],
    [404, 'GET', '/cases/..%2f..%2fetc', undefined],
    [404, 'DELETE', '/cases/1', undefined],
    [404, 'GET', '/', undefined],
  ])('answers %d to %s %s, and takes nothing', async (status, method, where, body) => {
    const answer = await ask(method, where, body);
    expect([answer.status, answer.body]).toEqual([
      status,
      { error: { code: expect.any(String), message: expect.any(String) } },
    ]);
    expect(await ledger.cases({})).toEqual([]);
  });

  it('lets in whose key is in the file now, and nobody else', async () => {
    expect((await ask('GET', '/cases', undefined, null)).status).toBe(401);
    expect((await ask('GET', '/cases', undefined, 'k-other')).status).toBe(401);
    expect((await ask('GET', '/cases', undefined, hashOf(KEY))).status).toBe(401);
    expect((await ask('GET', '/cases')).status).toBe(200);
    writeFileSync(keyFile, `other sha256:${hashOf('k-new').toUpperCase()}\n`);
    expect((await ask('GET', '/cases')).status).toBe(401);
    expect((await ask('GET', '/cases', undefined, 'k-new')).status).toBe(200);
    // a file that was broken lets nobody in
    writeFileSync(keyFile, 'tickets: my-secret-key-itself\n');
    expect((await ask('GET', '/cases', undefined, 'k-new')).status).toBe(503);
  });

  it('makes a service that floods wait', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 130 }, () => ask('POST', '/reports', { subject: 'evil' }).then(({ status }) => status)),
    );
    expect(statuses.filter((status) => status === 429)).toHaveLength(30);
    expect((await ask('GET', '/cases')).status).toBe(200);
  });
});

describe('the webhook', () => {
  const secret = 'a-secret-of-thirty-two-characters';
  let server: Server;
  let got: { headers: Record<string, unknown>; body: string }[];
  let answerWith: number;
  let webhook: Webhook;

  beforeEach(async () => {
    got = [];
    answerWith = 204;
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        got.push({ headers: request.headers, body });
        response.writeHead(answerWith, answerWith === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    webhook = new Webhook({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
      secret,
      ledger,
      correspondence: new Correspondence(ledger),
      clock: () => now,
      logger: silentLogger,
    });
    await webhook.look();
  });
  afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

  const due = () => ledger.dueInLane('webhook', 100);
  const send = (action: ActionRecord) => webhook.handler().perform(action, { mayHaveBeenSent: false } as never);

  it('tells of opening, ending and opening again, each once, signed', async () => {
    await ask('POST', '/reports', { subject: '@evil:evil.test', reason: 'x' });
    await webhook.look();
    await webhook.look();
    now += 1_000;
    await ledger.commit((tx) => tx.setCaseState(1, 'actioned', now));
    await webhook.look();
    await webhook.look();
    const actions = await due();
    expect(actions.map(({ payload }) => (payload as { type: string }).type)).toEqual(['case.opened', 'case.actioned']);
    for (const action of actions) expect(await send(action)).toEqual({ state: 'done' });
    const [opened] = got;
    expect(JSON.parse(opened?.body ?? '')).toMatchObject({
      type: 'case.opened',
      timestamp: expect.stringMatching(/Z$/),
      data: { case: { id: 1, subject: '@evil:evil.test' } },
    });
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = opened?.headers ?? {};
    expect(signature).toBe(
      `v1,${createHmac('sha256', secret)
        .update(`${String(id)}.${String(at)}.${opened?.body}`)
        .digest('base64')}`,
    );
    expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
  });

  it('says nothing of what was before it, and tries again what was not taken, for a day', async () => {
    await ask('POST', '/reports', { subject: '@evil:evil.test', reason: 'x' });
    await webhook.look();
    const [action] = await due();
    if (action === undefined) throw new Error('no action');
    for (const status of [500, 404, 302]) {
      answerWith = status;
      expect(await send(action)).toMatchObject({ state: 'retry', error: `the service answered ${status}` });
    }
    // no redirect was followed
    expect(got).toHaveLength(3);
    now += 25 * 3_600_000;
    expect(await send(action)).toMatchObject({ state: 'failed' });
  });

  it('of an installation with a past begins with now', async () => {
    await ask('POST', '/reports', { subject: '@evil:evil.test', reason: 'x' });
    await ledger.commit((tx) => tx.setMeta('api.webhook_until', ''));
    await webhook.look();
    await webhook.look();
    expect(await due()).toEqual([]);
  });
});
