import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ContactFinder, contactsIn, type ContactMemory } from '../../src/mail/contacts.js';
import { createSupportFetcher } from '../../src/mail/fetch-support.js';
import { isPublicAddress } from '../../src/mail/public-address.js';

const open: Server[] = [];
afterEach(async () => {
  await Promise.all(
    open.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
});
async function serve(answer: RequestListener): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
const FILE = {
  contacts: [
    { role: 'm.role.security', email_address: 'holes@evil.test' },
    { role: 'm.role.admin', email_address: 'admin@evil.test', matrix_id: '@admin:evil.test' },
    { role: 'm.role.moderator', email_address: 'mods@evil.test' },
    { role: 'm.role.admin', matrix_id: '@other:evil.test' },
  ],
  support_page: 'https://evil.test/support',
};
const json: RequestListener = (_request, response) => response.end(JSON.stringify(FILE));

function finder(
  over: {
    enabled?: boolean;
    contacts?: Record<string, string | null>;
    overrides?: Record<string, string>;
    resolve?: (host: string) => { address: string; family: number }[];
    timeoutMs?: number;
    abuseMailbox?: boolean;
    mx?: string[];
  } = {},
) {
  let now = 1_000_000_000;
  const kept = new Map<string, { addresses: string[]; checkedAt: number }>();
  const resolved: string[] = [];
  const memory: ContactMemory = {
    contactsOf: (server) => Promise.resolve(kept.get(server)),
    noteContacts: (server, addresses, at) => {
      kept.set(server, { addresses: [...addresses], checkedAt: at });
      return Promise.resolve();
    },
  };
  const contacts = new ContactFinder({
    config: {
      contacts: over.contacts ?? {},
      discovery: {
        enabled: over.enabled ?? true,
        overrides: over.overrides ?? {},
        abuse_mailbox: over.abuseMailbox ?? false,
      },
    },
    memory,
    takesMail: (domain) => Promise.resolve((over.mx ?? []).includes(domain)),
    fetcher: createSupportFetcher({
      timeoutMs: over.timeoutMs ?? 2_000,
      resolve: (host) => {
        resolved.push(host);
        return Promise.resolve(over.resolve?.(host) ?? []);
      },
    }),
    clock: () => now,
  });
  return { contacts, kept, resolved, later: (ms: number) => (now += ms) };
}

describe('the contact of a server', () => {
  it('is the one that the admin wrote, whatever port and capitals; null is nobody', async () => {
    const { contacts, resolved } = finder({ contacts: { 'evil.test': 'abuse@evil.test', 'quiet.test': null } });
    expect(await contacts.find('Evil.test:8448')).toEqual(['abuse@evil.test']);
    expect(await contacts.find('quiet.test')).toEqual([]);
    expect(await contacts.find('constructor')).toEqual([]);
    expect(resolved).toEqual(['constructor']);
  });

  it('is not looked for unless that is switched on', async () => {
    const { url, asked } = await serve(json);
    const { contacts } = finder({ enabled: false, overrides: { 'evil.test': url } });
    expect(await contacts.find('evil.test')).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('is read from the support file: moderators before admins, never those for security', async () => {
    const { url, asked } = await serve(json);
    const { contacts } = finder({ overrides: { 'evil.test': `${url}/base/` } });
    expect(await contacts.find('evil.test:8448')).toEqual(['mods@evil.test', 'admin@evil.test']);
    expect(asked).toEqual(['/base/.well-known/matrix/support']);
  });

  it('is abuse@ its domain where the admin wants that, nobody else is known, and the domain takes mail', async () => {
    const { url } = await serve(json);
    const named = finder({ overrides: { 'evil.test': url }, abuseMailbox: true, mx: ['evil.test'] });
    expect(await named.contacts.find('evil.test')).toEqual(['mods@evil.test', 'admin@evil.test']);
    const { contacts, resolved } = finder({
      enabled: false,
      abuseMailbox: true,
      mx: ['evil.test', '192.0.2.1', 'local'],
    });
    expect(await contacts.find('Evil.test:8448')).toEqual(['abuse@evil.test']);
    for (const other of ['no-mail.test', '192.0.2.1', 'local', '[2001:db8::1]:8448'])
      expect(await contacts.find(other)).toEqual([]);
    expect(resolved).toEqual([]);
    const off = finder({ enabled: false, mx: ['evil.test'] });
    expect(await off.contacts.find('evil.test')).toEqual([]);
  });

  it('is asked for once a day, also when there was none, and once by many at the same time', async () => {
    const { url, asked } = await serve((_request, response) => {
      response.statusCode = 404;
      response.end('{}');
    });
    const { contacts, later } = finder({ overrides: { 'evil.test': url } });
    await Promise.all([contacts.find('evil.test'), contacts.find('EVIL.test')]);
    later(23 * 3_600_000);
    await contacts.find('evil.test');
    expect(asked).toHaveLength(1);
    later(3_600_001);
    await contacts.find('evil.test');
    expect(asked).toHaveLength(2);
  });
});

describe('what a stranger’s server name may lead to', () => {
  it.each([
    ['127.0.0.1', false],
    ['10.1.2.3', false],
    ['172.31.255.255', false],
    ['192.168.0.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['::', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:8.8.8.8', false],
    ['64:ff9b::7f00:1', false],
    ['2002:7f00:1::', false],
    ['2001:db8::1', false],
    ['2001::1', false],
    ['ff02::1', false],
    ['localhost', false],
    ['', false],
    ['8.8.8.8', true],
    ['172.32.0.1', true],
    ['2a00:1450:4001::1', true],
  ])('%s: %s', (address, allowed) => expect(isPublicAddress(address)).toBe(allowed));

  it.each([
    'localhost',
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '127.1',
    '[::1]',
    '[::ffff:127.0.0.1]:8448',
    'evil.test@127.0.0.1',
    'evil.test/../../x',
    'evil.test#',
    'evil.test?x=',
    'evil.test\\@x',
    '..',
    'a b',
    '',
  ])('never an address, a path or a port by %p', async (name) => {
    const { contacts, resolved } = finder({ resolve: () => [{ address: '127.0.0.1', family: 4 }] });
    expect(await contacts.find(name)).toEqual([]);
    for (const host of resolved) expect(host).toMatch(/^(localhost|evil\.test)$/);
  });

  it('never a name of which one address is private', async () => {
    const { contacts, resolved } = finder({
      timeoutMs: 500,
      resolve: () => [
        { address: '8.8.8.8', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ],
    });
    expect(await contacts.find('evil.test')).toEqual([]);
    expect(resolved).toEqual(['evil.test']);
  });

  it('never by a redirect into a private network, though an admin’s own base URL may lie there', async () => {
    const inner = await serve(json);
    const { url, asked } = await serve((_request, response) => {
      response.writeHead(302, { location: `${inner.url}/secret` });
      response.end();
    });
    const { contacts } = finder({ overrides: { 'evil.test': url } });
    expect(await contacts.find('evil.test')).toEqual([]);
    expect(asked).toHaveLength(1);
    expect(inner.asked).toEqual([]);
  });

  it.each(['127.0.0.1', '169.254.169.254', '::1', '::ffff:127.0.0.1', 'fd00::1', '0.0.0.0'])(
    'never by a redirect to a name that leads to %s',
    async (address) => {
      const { url } = await serve((_request, response) => {
        response.writeHead(307, { location: 'https://inner.test/.well-known/matrix/support' });
        response.end();
      });
      const { contacts, resolved } = finder({
        overrides: { 'evil.test': url },
        resolve: () => [{ address, family: address.includes(':') ? 6 : 4 }],
      });
      expect(await contacts.find('evil.test')).toEqual([]);
      expect(resolved).toEqual(['inner.test']);
    },
  );

  it('never elsewhere than to the address that was looked at, though the name leads elsewhere the next moment', async () => {
    const { url, asked } = await serve(json);
    const { port } = new URL(url);
    let looks = 0;
    const { contacts, resolved } = finder({
      overrides: { 'evil.test': `http://rebind.test:${port}` },
      // the second answer would lead to nobody
      resolve: () => [{ address: (looks += 1) === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }],
    });
    expect(await contacts.find('evil.test')).toEqual(['mods@evil.test', 'admin@evil.test']);
    expect([resolved, asked.length]).toEqual([['rebind.test'], 1]);
  });

  it('never further than one redirect', async () => {
    const { url, asked } = await serve((_request, response) => {
      response.writeHead(302, { location: 'https://second.test/' });
      response.end();
    });
    const { contacts, resolved } = finder({
      overrides: { 'evil.test': url },
      timeoutMs: 500,
      resolve: () => [{ address: '10.0.0.1', family: 4 }],
    });
    expect(await contacts.find('evil.test')).toEqual([]);
    expect([asked.length, resolved]).toEqual([1, ['second.test']]);
  });

  it.each(['http://evil.test/x', 'https://evil.test:8443/x', 'https://u:p@evil.test/x', 'file:///etc/passwd', '::'])(
    'never by a redirect to %s',
    async (location) => {
      const { url } = await serve((_request, response) => {
        response.writeHead(301, { location });
        response.end();
      });
      const { contacts, resolved } = finder({
        overrides: { 'evil.test': url },
        resolve: () => [{ address: '8.8.8.8', family: 4 }],
      });
      expect(await contacts.find('evil.test')).toEqual([]);
      expect(resolved).toEqual([]);
    },
  );
});

describe('a hostile support file', () => {
  it.each<[string, RequestListener]>([
    ['too large', (_request, response) => response.end(`{"contacts":[],"x":"${'x'.repeat(70_000)}"}`)],
    ['no JSON', (_request, response) => response.end('<html>')],
    ['of another form', (_request, response) => response.end('{"contacts":{"a":1}}')],
    ['null', (_request, response) => response.end('null')],
    [
      'packed: 60 MB of blanks in 60 kB',
      (_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' });
        response.end(gzipSync(Buffer.alloc(60 * 1024 * 1024, ' ')));
      },
    ],
    ['nested deep', (_request, response) => response.end('['.repeat(30_000))],
    ['broken off', (_request, response) => void response.socket?.destroy()],
  ])('%s is not a contact', async (_what, answer) => {
    const { url } = await serve(answer);
    expect(await finder({ overrides: { 'evil.test': url } }).contacts.find('evil.test')).toEqual([]);
  });

  it('that drips for ever ends in time', async () => {
    const { url } = await serve((_request, response) => {
      response.write('{');
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(await finder({ overrides: { 'evil.test': url }, timeoutMs: 300 }).contacts.find('evil.test')).toEqual([]);
  });

  it.each([
    'a@b',
    'a b@evil.test',
    'a@evil.test\r\nBcc: x@y.test',
    '"a@evil.test>\n"@evil.test',
    '<a@evil.test>',
    'a@evil.test, b@evil.test',
    'a@[127.0.0.1]',
    'a@127.0.0.1',
    'ä@evil.test',
    '@evil.test',
    'a..b@evil.test',
    `${'a'.repeat(250)}@evil.test`,
  ])('cannot make us write to %p', (address) =>
    expect(contactsIn({ contacts: [{ role: 'm.role.admin', email_address: address }] })).toEqual([]),
  );
});
