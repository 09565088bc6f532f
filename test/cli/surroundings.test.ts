import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { checkSurroundings } from '../../src/cli/doctor/surroundings.js';

let server: Server;
let url: string;
let requests: string[];
let answer: { status: number; headers: Record<string, string>; body: unknown };

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const check = (now: number) => checkSurroundings({ homeserver: { url } } as never, () => now);
const namesOf = (results: readonly { check: string }[]) => results.map(({ check: name }) => name);

it('are learned by one request that nothing else sends', async () => {
  answer = { status: 200, headers: {}, body: { server: { name: 'Synapse', version: '1.140.0' } } };
  const results = await check(Date.now());
  expect(namesOf(results)).toEqual(['clock', 'homeserver software']);
  expect(results[1]!.found).toContain('Synapse 1.140.0');
  expect(requests).toEqual(['/_matrix/federation/v1/version']);
});

it.each([
  ['in the header', { 'retry-after': '120' }, {}],
  ['in the body', {}, { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 120_000 }],
])('are not asked for again before a Retry-After %s', async (_where, headers, body) => {
  const start = Date.now();
  answer = { status: 429, headers, body };
  expect(namesOf(await check(start))).toEqual(['clock']);
  expect(await check(start + 119_000)).toEqual([]);
  expect(requests).toHaveLength(1);
  await check(start + 121_000);
  expect(requests).toHaveLength(2);
});

it('are unknown where nothing answers', async () => {
  url = 'http://127.0.0.1:1';
  expect(await check(Date.now())).toEqual([]);
});
