import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { migrateCommand } from '../../src/cli/migrate.js';
import { registerCommand } from '../../src/cli/register.js';
import type { Settings } from '../../src/store/settings/types.js';

const BOT = '@heimdall:stub.test';
const OLD = '@mjolnir:stub.test';
const TOKEN = 'syt_the_other_bots_secret';
const LOBBY = '!lobby:stub.test';
const CLOSED = '!closed:stub.test';
const OWN = '!own:stub.test';
const FOREIGN = '!foreign:far.test';
const MODS = '!mods:stub.test';

/** A homeserver with two accounts: the other bot (by its token) and ours (any other token). */
let homeserver: Server;
let folder: string;
let accountData: Record<string, unknown>;
let states: Map<string, object[]>;
let members: Map<string, Set<string>>;
let open: Set<string>;
let oldMayInvite: boolean;
let writes: string[];

function room(roomId: string, inside: string[], events: [string, string, object][] = []): void {
  members.set(roomId, new Set(inside));
  const make = (type: string, key: string, content: object, index: number) => ({
    type,
    state_key: key,
    sender: OLD,
    event_id: `$${roomId}${index}`,
    origin_server_ts: 1,
    content,
  });
  states.set(
    roomId,
    [['m.room.create', '', { room_version: '11' }] as const, ...events].map(([type, key, content], index) =>
      make(type, key, content, index),
    ),
  );
}

function answer(method: string, url: string, token: string, body: Record<string, unknown>): [number, unknown] {
  const parts = url.split('?')[0]!.split('/').slice(1).map(decodeURIComponent);
  const who = token === TOKEN ? OLD : BOT;
  const [area, first = '', second = '', third = ''] = parts.slice(3);
  const missing: [number, unknown] = [404, { errcode: 'M_NOT_FOUND', error: 'Not found' }];
  const forbidden: [number, unknown] = [403, { errcode: 'M_FORBIDDEN', error: 'Not in it' }];
  if (token === 'stale') return [401, { errcode: 'M_UNKNOWN_TOKEN', error: 'Unknown token' }];
  if (method !== 'GET') writes.push(`${who} ${method} ${area} ${first} ${second}`.trim());
  if (area === 'account') return [200, { user_id: who }];
  if (area === 'user') {
    const found = first === who && who === OLD ? accountData[third] : undefined;
    return found === undefined ? missing : [200, found];
  }
  if (area === 'joined_rooms')
    return [200, { joined_rooms: [...members].filter(([, inside]) => inside.has(who)).map(([roomId]) => roomId) }];
  if (area === 'directory') return second === '#far:far.test' ? [200, { room_id: FOREIGN }] : missing;
  if (area === 'join') {
    if (!open.has(first) && !members.get(first)?.has(`invited ${who}`)) return forbidden;
    members.get(first)?.add(who);
    return [200, { room_id: first }];
  }
  if (area !== 'rooms' || !members.get(first)?.has(who)) return forbidden;
  if (second === 'invite') {
    if (!oldMayInvite) return forbidden;
    members.get(first)?.add(`invited ${String(body.user_id)}`);
    return [200, {}];
  }
  const state = states.get(first) ?? [];
  if (third === '') return [200, state];
  const event = state.find((one) => (one as { type: string }).type === third) as { content: object } | undefined;
  return event === undefined ? missing : [200, event.content];
}

beforeEach(async () => {
  homeserver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
      const token = (request.headers.authorization ?? '').replace('Bearer ', '');
      const [status, found] = answer(request.method ?? '', request.url ?? '', token, body ?? {});
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(found));
    });
  });
  await new Promise<void>((resolve) => homeserver.listen(0, '127.0.0.1', resolve));
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-migrate-'));
  writeFileSync(path.join(folder, 'token'), `${TOKEN}\n`);
  writeFileSync(
    path.join(folder, 'config.yaml'),
    `homeserver: {url: "http://127.0.0.1:${(homeserver.address() as AddressInfo).port}", server_name: stub.test}
management_room: "#mods:stub.test"
protected_identities: [{user_id: "@server:stub.test"}]
`,
  );
  const silent = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  await registerCommand().parseAsync(['--config', path.join(folder, 'config.yaml')], { from: 'user' });
  silent.mockRestore();
  [accountData, states, members, open, oldMayInvite, writes] = [{}, new Map(), new Map(), new Set(), true, []];
  const power: [string, string, object] = ['m.room.power_levels', '', { users: { [OLD]: 100, [BOT]: 100 } }];
  room(LOBBY, [OLD], [power]);
  open.add(LOBBY);
  room(CLOSED, [OLD]);
  room(OWN, [OLD], [power, ['org.matrix.mjolnir.shortcode', '', { shortcode: 'Coc' }]]);
  room(
    FOREIGN,
    [OLD],
    [
      ['m.policy.rule.user', 'r1', { entity: '@bad:x.test', recommendation: 'm.ban' }],
      ['m.policy.rule.user', 'r2', {}],
    ],
  );
  open.add(FOREIGN);
  accountData = {
    'org.matrix.mjolnir.watched_lists': {
      references: [
        `https://matrix.to/#/${encodeURIComponent(OWN)}?via=stub.test`,
        'https://matrix.to/#/%23far:far.test',
      ],
    },
    'org.matrix.mjolnir.protected_rooms': { rooms: [LOBBY, CLOSED] },
    'org.matrix.mjolnir.default_list': { shortcode: 'coc' },
    'org.matrix.mjolnir.enabled_protections': {
      enabled: ['BasicFloodingProtection', 'AnotherBotsInvention', 'ServerBanSynchronisationProtection'],
    },
  };
});

afterEach(async () => {
  process.exitCode = undefined;
  homeserver.closeAllConnections();
  await new Promise((resolve) => homeserver.close(resolve));
  rmSync(folder, { recursive: true });
});

async function migrate(...args: string[]): Promise<{ text: string; code: number }> {
  const lines: string[] = [];
  await migrateCommand((line) => void lines.push(line)).parseAsync(
    [...args, '--config', path.join(folder, 'config.yaml')],
    { from: 'user' },
  );
  return { text: lines.join(''), code: Number(process.exitCode) };
}
const withToken = () => ['--token-file', path.join(folder, 'token')];
const files = () =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('settings.json'));
const settings = () => JSON.parse(readFileSync(path.join(folder, files()[0] ?? ''), 'utf8')) as Settings;

describe('from Mjolnir and Draupnir', () => {
  it('takes over rooms, lists with shortcodes, the default list and protections', async () => {
    const { text, code } = await migrate('mjolnir', ...withToken());
    expect(code).toBe(0);
    const now = settings();
    expect(now.protected_rooms).toEqual([LOBBY, CLOSED]);
    expect(now.watched_lists).toEqual([
      { room_id: OWN, shortcode: 'Coc' },
      { room_id: FOREIGN, alias: '#far:far.test' },
    ]);
    expect(now.default_list).toBe(OWN);
    expect(now.protections).toEqual({ BasicFlooding: { enabled: true, rooms: {}, values: { max: 9 } } });
    expect(text).toContain('Watching #far:far.test (1 rule)');
    expect(text).toContain(`Protecting ${CLOSED}, but ${BOT} lacks permission to`);
    expect(text).toContain('Not taken over: the protection "AnotherBotsInvention" has no counterpart here');
    expect(text).toContain('The protection "ServerBanSynchronisationProtection" is always on here');
    expect(writes).toContain(`${OLD} POST rooms ${CLOSED} invite`);
  });

  it('changes nothing the second time, nor what was switched off meanwhile', async () => {
    await migrate('draupnir', ...withToken());
    const file = path.join(folder, files()[0] ?? '');
    const edited = settings();
    edited.protections.BasicFlooding!.enabled = false;
    writeFileSync(file, JSON.stringify(edited));
    const before = readFileSync(file, 'utf8');
    writes = [];
    const { text, code } = await migrate('draupnir', ...withToken());
    expect(code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(writes).toEqual([]);
    expect(text).toContain('Left as it is: BasicFlooding is already off here');
  });

  it('only shows with --dry-run: nothing is joined, invited or written', async () => {
    const { text } = await migrate('mjolnir', ...withToken(), '--dry-run');
    expect(text).toContain(`Would protect ${LOBBY}`);
    expect(text).toContain(`Would watch "Coc" ${OWN}`);
    expect(text).toContain('Would enable BasicFlooding');
    expect(text).toContain('Nothing was changed');
    expect(writes).toEqual([]);
    expect(files()).toEqual([]);
  });

  it('says which room it cannot enter, takes the rest, and ends with 1', async () => {
    oldMayInvite = false;
    const { text, code } = await migrate('mjolnir', ...withToken());
    expect(code).toBe(1);
    expect(text).toContain(`Not taken over: ${CLOSED}: `);
    expect(settings().protected_rooms).toEqual([LOBBY]);
    expect(settings().watched_lists.map(({ room_id: id }) => id)).toEqual([FOREIGN]);
    expect(settings().default_list).toBeNull();
    expect(text).toContain('as the default list, because it is not watched');
  });

  it('keeps the default list where the bot may not write', async () => {
    room(
      OWN,
      [OLD],
      [
        ['org.matrix.mjolnir.shortcode', '', { shortcode: 'coc' }],
        ['m.room.power_levels', '', { users: { [OLD]: 100 } }],
      ],
    );
    const { text } = await migrate('mjolnir', ...withToken());
    expect(settings().default_list).toBeNull();
    expect(text).toContain('!heimdall default coc');
  });

  it('never stores or shows the token, and never protects a policy list', async () => {
    accountData['org.matrix.mjolnir.protected_rooms'] = { rooms: [OWN, LOBBY, 7, 'nonsense'] };
    const { text } = await migrate('mjolnir', ...withToken());
    expect(settings().protected_rooms).toEqual([LOBBY]);
    expect(text).toContain('"nonsense" does not lead to a room');
    expect(text).not.toContain(TOKEN);
    for (const name of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (name.isFile() && name.name !== 'token')
        expect(readFileSync(path.join(name.parentPath, name.name), 'latin1')).not.toContain(TOKEN);
  });

  it('reads token and rooms from a configuration, all joined rooms but management room and lists', async () => {
    accountData['org.matrix.mjolnir.protected_rooms'] = { rooms: [] };
    room(MODS, [OLD]);
    writeFileSync(
      path.join(folder, 'mjolnir.yaml'),
      `accessToken: ${TOKEN}\nmanagementRoom: "${MODS}"\nprotectAllJoinedRooms: true\n`,
    );
    await migrate('mjolnir', '--from', path.join(folder, 'mjolnir.yaml'));
    expect(settings().protected_rooms).toEqual([LOBBY, CLOSED]);
  });

  it('refuses to begin without a token, with an empty one, and with one that is not taken', async () => {
    await expect(migrate('mjolnir')).rejects.toMatchObject({ code: 'HEIMDALL_E_USAGE' });
    writeFileSync(path.join(folder, 'token'), '\n');
    await expect(migrate('mjolnir', ...withToken())).rejects.toMatchObject({ code: 'HEIMDALL_E_USAGE' });
    writeFileSync(path.join(folder, 'broken.yaml'), `accessToken: [${TOKEN}\n`);
    const broken = migrate('mjolnir', '--from', path.join(folder, 'broken.yaml'));
    await expect(broken).rejects.toMatchObject({ code: 'HEIMDALL_E_USAGE' });
    await expect(broken).rejects.not.toThrow(TOKEN);
    writeFileSync(path.join(folder, 'token'), 'stale');
    await expect(migrate('mjolnir', ...withToken())).rejects.toMatchObject({ code: 'HEIMDALL_E_MIGRATE' });
    expect(files()).toEqual([]);
  });
});

describe('from Meowlnir', () => {
  beforeEach(() => {
    room(
      MODS,
      [BOT],
      [
        [
          'fi.mau.meowlnir.watched_lists',
          '',
          {
            lists: [
              { room_id: FOREIGN, shortcode: 'far', name: 'Far', auto_unban: true, dont_apply: true },
              'nonsense',
            ],
          },
        ],
        ['fi.mau.meowlnir.protected_rooms', '', { rooms: [LOBBY], skip_acl: [LOBBY] }],
      ],
    );
  });

  it('reads the management room with our own bot, and watches lists on the same terms', async () => {
    const { text, code } = await migrate('meowlnir', '--room', MODS);
    expect(code).toBe(0);
    expect(settings().protected_rooms).toEqual([LOBBY]);
    expect(settings().watched_lists).toEqual([{ room_id: FOREIGN, shortcode: 'far', options: { apply: false } }]);
    expect(text).toContain('skip_acl');
  });

  it('needs to know the management room, and says when it cannot be read', async () => {
    await expect(migrate('meowlnir')).rejects.toMatchObject({ code: 'HEIMDALL_E_USAGE' });
    await expect(migrate('meowlnir', '--room', MODS, '--from', path.join(folder, 'config.yaml'))).rejects.toMatchObject(
      { code: 'HEIMDALL_E_USAGE' },
    );
    room(MODS, []);
    await expect(migrate('meowlnir', '--room', MODS)).rejects.toMatchObject({ code: 'HEIMDALL_E_MIGRATE' });
  });
});
