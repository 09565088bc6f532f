import { createHook } from 'node:async_hooks';
import { once } from 'node:events';
import { Resolver } from 'node:dns/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSupportFetcher, type SupportFetcher } from '../../src/mail/fetch-support.js';
import { startDnsServer, type DnsServer } from '../support/dns-server.js';

/** Looking for a contact, with a name server of our own that says what an attacker's would. */

/** Global unicast that nobody was ever given: it passes as public, and no packet to it arrives anywhere. */
const PUBLIC = '2000::1';

let dns: DnsServer;
let fetcher: SupportFetcher;
let answers: Record<string, string[][]>;
/** a place that an admin trusts, on loopback */
let inside: Server;
/** connections that were tried, wherever to: what nobody listens at would look like what was refused */
let tried: number;
const watching = createHook({
  init(_id, type) {
    if (type === 'TCPCONNECTWRAP') tried += 1;
  },
});
let url: string;

beforeEach(async () => {
  answers = {};
  dns = await startDnsServer((name) => {
    const turns = answers[name] ?? [];
    return (turns.length > 1 ? turns.shift() : turns[0]) ?? [];
  });
  const resolver = new Resolver();
  resolver.setServers([dns.address]);
  const none = (): string[] => [];
  fetcher = createSupportFetcher({
    timeoutMs: 3_000,
    resolve: async (host) => [
      ...(await resolver.resolve4(host).catch(none)).map((address) => ({ address, family: 4 })),
      ...(await resolver.resolve6(host).catch(none)).map((address) => ({ address, family: 6 })),
    ],
  });
  inside = createServer((request, response) => {
    const to = new URL(request.url ?? '', 'http://x').searchParams.get('to');
    if (to !== null) response.writeHead(302, { location: to }).end();
    else response.end('{"contacts":[]}');
  });
  inside.listen(0, '127.0.0.1');
  await once(inside, 'listening');
  url = `http://127.0.0.1:${(inside.address() as AddressInfo).port}`;
  tried = 0;
  watching.enable();
});
afterEach(async () => {
  watching.disable();
  inside.closeAllConnections();
  inside.close();
  await dns.close();
});

describe('a name that leads to a private address', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::ffff:127.0.0.1',
    'fe80::1',
    'fd00::1',
    '64:ff9b::7f00:1',
  ])('is not fetched: %s', async (address) => {
    answers['evil.test'] = [[address]];
    expect(await fetcher.ask(new URL('https://evil.test/.well-known/matrix/support'))).toBeUndefined();
    expect(tried).toBe(0);
    // it was this that decided, and not that the name was not found
    expect(dns.asked).toContain(address.includes(':') ? 'evil.test AAAA' : 'evil.test A');
  });

  it('is not fetched when a public address stands beside it, in whatever order', async () => {
    for (const both of [
      [PUBLIC, '127.0.0.1'],
      ['127.0.0.1', PUBLIC],
      [PUBLIC, '::1'],
    ]) {
      answers['evil.test'] = [both];
      expect(await fetcher.ask(new URL('https://evil.test/'))).toBeUndefined();
    }
    expect(tried).toBe(0);
  });

  it('is not followed to, from a place that an admin trusts', async () => {
    answers['evil.test'] = [['127.0.0.1']];
    const there = (to: string) => new URL(`${url}/?to=${encodeURIComponent(to)}`);
    for (const to of ['https://evil.test/', 'http://evil.test/', `${url}/secret`, 'https://127.0.0.1/', '//evil.test/'])
      expect([to, await fetcher.ask(there(to), { trusted: true })]).toEqual([to, undefined]);
    expect(dns.asked.filter((asked) => asked === 'evil.test A')).toHaveLength(1);
    // one connection each, to the trusted place itself
    expect(tried).toBe(5);
  });
});

describe('a name that leads elsewhere the next moment (DNS rebinding)', () => {
  it('is asked for once, and what was checked is where the connection goes', async () => {
    answers['rebind.test'] = [[PUBLIC], [PUBLIC], ['127.0.0.1', '::1']];
    const quick = new URL('https://rebind.test/');
    expect(await fetcher.ask(quick)).toBeUndefined();
    expect(dns.asked).toEqual(['rebind.test A', 'rebind.test AAAA']);
    expect(tried).toBe(1);
    // the next time it is what it leads to then that counts
    expect(await fetcher.ask(quick)).toBeUndefined();
    expect(dns.asked).toHaveLength(4);
    expect(tried).toBe(1);
  });
});
