/** Mistakes that admins make and that nothing else tells them of, each with the remedy that doctor names. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkMailDomain, type Dns } from '../../src/cli/doctor/mail-domain.js';
import { openHomeserver } from '../../src/app/homeserver.js';
import { loadConfig } from '../../src/config/index.js';
import { lookOften, lookSeldom } from '../../src/cli/doctor/rounds.js';
import { readRegistration } from '../../src/matrix/registration.js';
import { openSettings } from '../../src/store/index.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import { checkDryRun } from '../../src/cli/doctor/local.js';
import { clockResult, diskResult } from '../../src/cli/doctor/surroundings.js';
import { FolderLock } from '../../src/store/file-lock.js';
import {
  answer,
  answers,
  BOT,
  complaints,
  complaintsOf,
  doctor,
  edit,
  folder,
  homeserver,
  letGo,
  LOBBY,
  MANAGEMENT,
  nobodyListens,
  protect,
  stateOf,
  useInstallation,
} from './support/doctor-stub.js';

useInstallation();

const LIST = '!list:stub.test';
const PING = 'POST /_matrix/client/v1/appservice/heimdall/ping';
const joined = (...rooms: string[]) =>
  answer('GET /_matrix/client/v3/joined_rooms', { joined_rooms: [MANAGEMENT, LOBBY, ...rooms] });
const state = (type: string, content: object, key = '') => ({
  type,
  state_key: key,
  sender: BOT,
  event_id: `$${type}${key}`,
  origin_server_ts: 2,
  content,
});
let lock: FolderLock | undefined;

/** `run` says these by itself: at its end, in `/readyz`, or of power and rooms from memory. */
const NOT_OF_THE_ROUNDS: ReadonlySet<string> = new Set([
  'another program at our port',
  'a Heimdall of another installation at our port',
  'a Heimdall that stands by',
  'a Heimdall that is not ready',
  'another process on the data folder, started with another configuration',
  'too little power, with the level that is needed',
]);

/** What the rounds of a running Heimdall find in the same installation, each with its remedy. */
async function foundByRounds(): Promise<string> {
  const config = loadConfig(path.join(folder, 'config.yaml'));
  const homeserver = openHomeserver(config, readRegistration(config.appservice.registration));
  const settings = await openSettings({ dataDir: config.storage.data_dir });
  const rooms = new RoomStateCache();
  try {
    await rooms.load(LOBBY, () => homeserver.state(LOBBY), Date.now);
    const inside = {
      homeserver,
      settings: () => settings.get(),
      protectedRooms: () => [...rooms.all()],
      dryRun: false,
    };
    const all = [
      ...(await lookOften(config, inside)),
      ...(await lookSeldom(config, path.join(folder, 'config.yaml'), inside)),
    ];
    const bad = all.filter(({ health }) => health === 'warn' || health === 'fail');
    return bad.map(({ found, remedy = 'NO REMEDY' }) => `${found}\n${remedy}`).join('\n');
  } finally {
    await settings.close();
    await homeserver.close();
  }
}

describe('mistakes', () => {
  it.each<[string, () => void, string[], RegExp]>([
    ['another program at our port', () => answers.delete('GET /healthz'), ['fail port'], /Set appservice\.port/],
    ['a Heimdall of another installation at our port', letGo, ['warn port'], /is another one[^]*Set appservice\.port/],
    [
      'a Heimdall that stands by',
      () => answer('GET /readyz', { state: 'standby' }, 503),
      ['warn second process'],
      /Else stop the other process/,
    ],
    [
      'a Heimdall that is not ready',
      () => answer('GET /readyz', { status: 'not ready', reasons: ['The ledger is full.'] }, 503),
      ['fail running'],
      /The ledger is full\./,
    ],
    [
      'another process on the data folder, started with another configuration',
      () => {
        nobodyListens();
        answer(PING, { errcode: 'M_CONNECTION_FAILED', error: 'refused' }, 502);
        lock = FolderLock.take(path.join(folder, 'data'));
      },
      ['fail second process', 'warn hs_token'],
      /set storage\.data_dir to another folder/,
    ],
    [
      'an admin token that ended',
      () => {
        edit('config.yaml', /server_name: stub.test/, 'server_name: stub.test, admin_token: gone');
        answer('GET /_synapse/admin/v2/users', { errcode: 'M_UNKNOWN_TOKEN', error: 'no' }, 401);
      },
      ['fail admin rights'],
      /refuses homeserver\.admin_token[^]*access token of a server admin/,
    ],
    [
      'an admin token of somebody who is none',
      () => {
        edit('config.yaml', /server_name: stub.test/, 'server_name: stub.test, admin_token: mine');
        answer('GET /_synapse/admin/v2/users', { errcode: 'M_FORBIDDEN', error: 'no' }, 403);
      },
      ['fail admin rights'],
      /belongs to @heimdall:stub\.test/,
    ],
    ...[{ errcode: 'M_UNRECOGNIZED', error: '?' }, { errcode: 'M_NOT_FOUND', error: '?' }, {}].map(
      (body): [string, () => void, string[], RegExp] => [
        `a homeserver without Synapse's admin API (${JSON.stringify(body)})`,
        () => answer('GET /_synapse/admin/v2/users', body, 404),
        ['warn admin rights'],
        /homeservers\.md/,
      ],
    ),
    [
      'a proxy that answers the homeserver in our place',
      () => answer(PING, { errcode: 'M_BAD_STATUS', error: 'HTTP 502 Bad Gateway' }, 502),
      ['fail hs_token'],
      /Check appservice\.url/,
    ],
    [
      'tokens that differ',
      () => answer(PING, { errcode: 'M_BAD_STATUS', error: 'HTTP 403 Forbidden' }, 502),
      ['fail hs_token'],
      /Give it the registration that Heimdall reads/,
    ],
    [
      'official names that name nobody',
      () =>
        edit('config.yaml', /stub\.test"\}\]/, 'stub.test", display_names: ["Server Notices", "Stub (Official)"]}]'),
      ['warn official names'],
      /"Server Notices" is made of words for roles/,
    ],
    [
      'an official room that is not there',
      () => edit('config.yaml', /stub\.test"\}\]/, 'stub.test", rooms: ["#nowhere:stub.test"]}]'),
      ['warn official rooms'],
      /#nowhere:stub\.test[^]*Correct protected_identities/,
    ],
    [
      'a password in a configuration that all may read',
      () => {
        edit('config.yaml', /server_name: stub.test/, 'server_name: stub.test, admin_token: a-secret');
        chmodSync(path.join(folder, 'config.yaml'), 0o644);
      },
      ['warn config file mode'],
      /chmod 640/,
    ],
    [
      'a management room that only the bot is in',
      () => {
        stateOf(MANAGEMENT, { users: { [BOT]: 50 } }, [
          state('m.room.member', { membership: 'leave' }, '@mod:stub.test'),
        ]);
      },
      ['warn management room'],
      /Nobody but the bot[^]*Set `admins`/,
    ],
    [
      'a management room whose people have not come yet',
      () => {
        stateOf(MANAGEMENT, { users: { [BOT]: 50 } }, [
          state('m.room.member', { membership: 'invite' }, '@mod:stub.test'),
        ]);
      },
      ['warn management room'],
      /invited: @mod:stub\.test[^]*Accept the invite/,
    ],
    [
      'an alias that leads elsewhere',
      () => {
        protect([LOBBY], { management_room: MANAGEMENT, management_room_name: '#mods:stub.test' });
        answer('GET /_matrix/client/v3/directory/room/#mods:stub.test', { room_id: '!other:stub.test' });
      },
      ['warn management room'],
      /set management_room to the id of the new room/,
    ],
    [
      'an own list that does not act',
      () => protect([LOBBY], { policy_list_room: LIST }),
      ['fail own list'],
      /is not watched[^]*Restart Heimdall/,
    ],
    [
      'an own list that the bot was put out of',
      () => protect([LOBBY], { policy_list_room: LIST, watched_lists: [{ room_id: LIST, shortcode: 'own' }] }),
      ['fail own list'],
      /bans cannot be written[^]*Invite/,
    ],
    [
      'an own list that the bot may not write to',
      () => {
        protect([LOBBY], { policy_list_room: LIST, watched_lists: [{ room_id: LIST, shortcode: 'own' }] });
        joined(LIST);
        stateOf(LIST, {});
        // asked for by itself while Heimdall runs
        answer(`GET /_matrix/client/v3/rooms/${LIST}/state/m.room.power_levels/`, { users: {} });
      },
      ['fail own list'],
      /Give @heimdall:stub\.test power/,
    ],
    [
      'a watched list that the bot is not in',
      () => {
        protect([LOBBY], { watched_lists: [{ room_id: LIST, shortcode: 'coc' }] });
        answer(`GET /_synapse/admin/v1/rooms/${LIST}`, { room_id: LIST, name: 'Code of conduct' });
      },
      ['fail watched lists'],
      /"Code of conduct" \(!list:stub\.test\)[^]*!heimdall watch LIST/,
    ],
    [
      'a space without its rooms',
      () =>
        stateOf(LOBBY, { users: { [BOT]: 100 } }, [
          state('m.room.create', { room_version: '11', type: 'm.space' }),
          state('m.room.name', { name: 'The space' }),
        ]),
      ['warn spaces'],
      /"The space" \(!lobby:stub\.test\) is a space[^]*rooms add SPACE/,
    ],
    [
      'too little power, with the level that is needed',
      () => stateOf(LOBBY, { users: { [BOT]: 50 }, events: { 'm.room.server_acl': 100 } }),
      ['fail protected rooms'],
      /server ACL[^]*Give @heimdall:stub\.test power level 100/,
    ],
    [
      'settings of before that name no management room',
      () => protect([LOBBY], { management_room: null }),
      [],
      /The bot is in #mods:stub\.test and may speak/,
    ],
  ])('%s', async (what, spoil, expected, words) => {
    spoil();
    try {
      const { lines } = await doctor('--json');
      expect(complaintsOf(lines)).toEqual(expected);
      expect(lines.map(({ found, remedy = '' }) => `${found}\n${remedy}`).join('\n')).toMatch(words);
      if (expected.length === 0 || NOT_OF_THE_ROUNDS.has(what)) return;
      const found = await foundByRounds();
      expect(found).toMatch(words);
      expect(found).not.toContain('NO REMEDY');
    } finally {
      lock?.release();
      lock = undefined;
    }
  });

  it('leaves a configuration without secrets readable', async () => {
    chmodSync(path.join(folder, 'config.yaml'), 0o644);
    writeFileSync(path.join(folder, 'x'), readFileSync(path.join(folder, 'config.yaml')));
    expect(await complaints()).toEqual([]);
  });
});

it('one ping that fails on its way is no broken way', async () => {
  answer(PING, { errcode: 'M_CONNECTION_FAILED', error: 'Tried to cancel an already-cancelled event.' }, 502);
  const better = ({ url }: { url?: string }): void => {
    if (url?.endsWith('/ping') === true) answer(PING, { duration_ms: 3 });
  };
  homeserver.on('request', better);
  const { lines } = await doctor('--json');
  expect(lines.find(({ check }) => check === 'hs_token')?.health).toBe('ok');
});

describe('dry run', () => {
  const said = (dryRun: boolean) => ({ dryRun, configured: !dryRun, by: '@mod:x', at: 0 });
  it('is told with who said otherwise than the file', () => {
    expect(checkDryRun({ dry_run: false }, undefined)).toEqual([]);
    expect(checkDryRun({ dry_run: true }, undefined)[0]?.remedy).toContain('go live');
    expect(checkDryRun({ dry_run: true }, said(false))[0]?.found).toMatch(
      /@mod:x said `go live` \(1970-01-01 00:00 UTC\)/,
    );
    expect(checkDryRun({ dry_run: false }, said(true))[0]?.found).toMatch(/said `go dry`.*nothing is changed/);
  });
});

describe('clock and disk', () => {
  it.each([
    [0, 'ok'],
    [-29, 'ok'],
    [31, 'warn'],
    [-400, 'fail'],
  ])('%s seconds ahead: %s', (seconds, health) => expect(clockResult(seconds).health).toBe(health));

  it('says which clock is behind', () => {
    expect(clockResult(-400).found).toMatch(/400 s behind/);
    expect(clockResult(400).found).toMatch(/400 s ahead/);
  });

  it.each([
    [10 * 1024 ** 2, 'fail'],
    [100 * 1024 ** 2, 'warn'],
    [10 * 1024 ** 3, 'ok'],
  ])('%s bytes free: %s', (free, health) => expect(diskResult('/data', free).health).toBe(health));
});

describe('the domain that mails come from', () => {
  const mail = { smtp_url: 'smtp://mx.shop.org:587', from: 'H <h@sub.shop.org>', abuse_contact: 'abuse@shop.org' };
  const config = (more: object = {}) => ({ mail: { ...mail, dkim: null, ...more } }) as never;
  const dns = (txt: Record<string, string[]>, names = ['mx.shop.org']): Dns => ({
    txt: (name) => Promise.resolve(txt[name] ?? []),
    addresses: () => Promise.resolve(['192.0.2.7']),
    names: () => Promise.resolve(names),
  });
  const good = { 'sub.shop.org': ['v=spf1 mx -all'], '_dmarc.shop.org': ['v=DMARC1; p=none'] };
  const found = async (records: Dns, more: object = {}) => {
    const [result] = await checkMailDomain(config(more), records);
    return result === undefined ? 'nothing' : `${result.health} ${result.found}`;
  };

  it('is taken where DNS has what other servers ask for', async () => {
    expect(await found(dns(good))).toMatch(/^ok/);
  });

  it.each<[string, Record<string, string[]>, object, RegExp]>([
    ['no SPF', { '_dmarc.shop.org': good['_dmarc.shop.org'] }, {}, /sub\.shop\.org has no SPF record/],
    ['an SPF that forbids', { ...good, 'sub.shop.org': ['v=spf1 -all'] }, {}, /allows nobody to send/],
    ['no DMARC', { 'sub.shop.org': good['sub.shop.org'] }, {}, /no DMARC record/],
    [
      'no DKIM key',
      good,
      { dkim: { domain: 'shop.org', selector: 'x', private_key: 'k' } },
      /x\._domainkey\.shop\.org/,
    ],
  ])('names %s', async (_, records, more, words) => expect(await found(dns(records), more)).toMatch(words));

  it('names a mail server whose address has no name', async () => {
    expect(await found(dns(good, []))).toMatch(/192\.0\.2\.7 has no name \(PTR/);
    expect(await found(dns(good, []), { smtp_url: 'smtp://127.0.0.1:25' })).toMatch(/^ok/);
  });

  it('says nothing where nobody answers, no mail is sent, or the name is a reserved one', async () => {
    const silent: Dns = {
      txt: () => Promise.resolve(undefined),
      addresses: () => Promise.resolve(undefined),
      names: () => Promise.resolve(undefined),
    };
    expect(await found(silent)).toBe('nothing');
    expect(await found(dns({}), { smtp_url: null })).toBe('nothing');
    expect(await found(dns({}), { from: 'h@stub.test' })).toBe('nothing');
  });
});
