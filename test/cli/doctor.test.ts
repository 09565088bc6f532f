import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/util/package-root.js';
import {
  answer,
  answers,
  BOT,
  complaints,
  doctor,
  edit,
  folder,
  LOBBY,
  MANAGEMENT,
  nobodyListens,
  protect,
  stateOf,
  useInstallation,
  writeConfig,
} from './support/doctor-stub.js';

useInstallation();

describe('heimdall doctor', () => {
  it('finds nothing wrong where all is right, and ends with 0', async () => {
    const { text, exitCode } = await doctor();
    expect(exitCode).toBe(0);
    const looked = [...text.matchAll(/^ok {6}([^:]+):/gm)].map(([, check]) => check);
    expect(looked).toEqual(
      expect.arrayContaining([
        'configuration',
        'detection rules',
        'ledger',
        'settings',
        'mail',
        'registration',
        'registration contents',
        'homeserver',
        'as_token',
        'server name',
        'hs_token',
        'bot account',
        'admin rights',
        'management room',
        'protected rooms',
      ]),
    );
    expect(text).toMatch(/ok {6}management room: The bot is in #mods:stub\.test and may speak\./);
    expect(await complaints()).toEqual([]);
  });

  it('writes no token, neither in words nor as JSON', async () => {
    answer('GET /_matrix/client/v3/account/whoami', { errcode: 'M_UNKNOWN_TOKEN', error: 'no' }, 401);
    const tokens = [
      ...readFileSync(path.join(folder, 'registration.yaml'), 'utf8').matchAll(/heimdall_[ah]s_\w+/g),
    ].map(String);
    expect(tokens).toHaveLength(2);
    const said = (await doctor()).text + (await doctor('--json')).text;
    for (const token of tokens) expect(said).not.toContain(token);
  });

  it('ends with 78 and names every key when the configuration is broken', async () => {
    writeConfig('dry_rum: true\nbot: {localpart: "@x"}\n');
    const { text, exitCode } = await doctor();
    expect(exitCode).toBe(78);
    expect(text).toMatch(/fail {4}configuration:[^]*dry_rum[^]*bot\.localpart/);
  });

  it('ends with 1 when something failed, and with 0 when there is only something to look at', async () => {
    answer('GET /_synapse/admin/v2/users', { errcode: 'M_FORBIDDEN', error: 'no' }, 403);
    expect(await doctor()).toMatchObject({
      exitCode: 0,
      text: expect.stringMatching(
        /warn {4}admin rights:[^]*-> Make @heimdall:stub\.test a server admin[^]*Nothing failed/,
      ),
    });
    protect([]);
    answer('GET /_matrix/client/v3/joined_rooms', { joined_rooms: [] });
    expect((await doctor()).exitCode).toBe(1);
  });

  it.each<[string, () => void, string[]]>([
    ['dry run', () => writeConfig('dry_run: true\n'), ['warn dry run']],
    [
      'an official avatar that is not there',
      () => {
        writeConfig();
        const file = path.join(folder, 'config.yaml');
        writeFileSync(file, readFileSync(file, 'utf8').replace('stub.test"}]', 'stub.test", avatars: [none.png]}]'));
      },
      ['fail avatars'],
    ],
    [
      'the sample registration',
      () =>
        writeFileSync(
          path.join(folder, 'registration.yaml'),
          readFileSync(path.join(packageRoot(), 'registration.sample.yaml')),
        ),
      ['fail registration', 'skipped homeserver', 'skipped rooms'],
    ],
    [
      'a registration that all may read',
      () => chmodSync(path.join(folder, 'registration.yaml'), 0o644),
      ['warn registration file mode'],
    ],
    [
      'another port in the registration',
      () => edit('registration.yaml', /^url: .*$/m, 'url: http://127.0.0.1:1'),
      ['fail registration url'],
    ],
    [
      'an exclusive rooms namespace',
      () => edit('registration.yaml', /rooms:\n(.*)\n(.*)false/, 'rooms:\n$1\n$2true'),
      ['fail registration rooms'],
    ],
    [
      'a users namespace over everybody',
      () => edit('registration.yaml', /regex: "?@heimdall.*$/m, 'regex: "@.*"'),
      ['warn registration users'],
    ],
    [
      'a registration with rate limits',
      () => edit('registration.yaml', /^rate_limited: .*$/m, ''),
      ['warn registration rate_limited'],
    ],
    [
      'an as_token that the homeserver does not know',
      () => {
        for (const request of ['GET /_matrix/client/versions', 'GET /_matrix/client/v3/account/whoami'])
          answer(request, { errcode: 'M_UNKNOWN_TOKEN', error: 'no' }, 401);
      },
      [
        'fail as_token',
        'skipped hs_token',
        'skipped bot account',
        'skipped admin rights',
        'skipped management room',
        'skipped protected rooms',
      ],
    ],
    [
      'a web site in the place of the homeserver',
      () => answers.delete('GET /_matrix/client/versions'),
      [
        'fail homeserver',
        'skipped as_token',
        'skipped server name',
        'skipped hs_token',
        'skipped bot account',
        'skipped admin rights',
        'skipped management room',
        'skipped protected rooms',
      ],
    ],
    [
      'the name of another server',
      () => answer('GET /_matrix/client/v3/account/whoami', { user_id: '@heimdall:other.test' }),
      [
        'fail server name',
        'skipped hs_token',
        'skipped bot account',
        'skipped admin rights',
        'skipped management room',
        'skipped protected rooms',
      ],
    ],
    [
      'the name of another bot',
      () => answer('GET /_matrix/client/v3/account/whoami', { user_id: '@other:stub.test' }),
      [
        'fail bot name',
        'skipped hs_token',
        'skipped bot account',
        'skipped admin rights',
        'skipped management room',
        'skipped protected rooms',
      ],
    ],
    [
      'an hs_token that Heimdall refuses',
      () => answer('POST /_matrix/client/v1/appservice/heimdall/ping', { errcode: 'M_BAD_STATUS', error: '403' }, 502),
      ['fail hs_token'],
    ],
    [
      'an address that the homeserver does not reach',
      () =>
        answer(
          'POST /_matrix/client/v1/appservice/heimdall/ping',
          { errcode: 'M_CONNECTION_FAILED', error: 'refused' },
          502,
        ),
      ['fail hs_token'],
    ],
    [
      'a Heimdall that does not run, and was not invited yet',
      () => {
        nobodyListens();
        answer(
          'POST /_matrix/client/v1/appservice/heimdall/ping',
          { errcode: 'M_CONNECTION_FAILED', error: 'refused' },
          502,
        );
        answers.delete(`GET /_matrix/client/v3/profile/${BOT}`);
        answer('GET /_matrix/client/v3/joined_rooms', { errcode: 'M_FORBIDDEN', error: 'not registered' }, 403);
        protect([]);
      },
      ['warn hs_token', 'warn bot account', 'warn management room', 'warn protected rooms'],
    ],
    [
      'a management room that is not there',
      () => answers.delete('GET /_matrix/client/v3/directory/room/#mods:stub.test'),
      ['warn management room'],
    ],
    [
      'a management room that a running Heimdall is not in',
      () => answer('GET /_matrix/client/v3/joined_rooms', { joined_rooms: [LOBBY] }),
      ['fail management room'],
    ],
    [
      'a management room where the bot may not speak',
      () => stateOf(MANAGEMENT, { events_default: 50 }),
      ['fail management room'],
    ],
    [
      'an encrypted management room',
      () =>
        stateOf(MANAGEMENT, {}, [
          {
            type: 'm.room.encryption',
            state_key: '',
            sender: '@a:stub.test',
            event_id: '$4',
            origin_server_ts: 1,
            content: {},
          },
        ]),
      ['fail management room'],
    ],
    [
      'a management room that anybody can join',
      () =>
        stateOf(MANAGEMENT, {}, [
          {
            type: 'm.room.join_rules',
            state_key: '',
            sender: '@a:stub.test',
            event_id: '$4',
            origin_server_ts: 1,
            content: { join_rule: 'public' },
          },
        ]),
      ['fail management room'],
    ],
    ['a protected room without the power to ban', () => stateOf(LOBBY, {}), ['fail protected rooms']],
    ['a protected room that the bot is not in', () => protect([LOBBY, '!else:stub.test']), ['fail protected rooms']],
    [
      'a protected room that cannot be read',
      () => answers.delete(`GET /_matrix/client/v3/rooms/${LOBBY}/state`),
      ['fail protected rooms'],
    ],
    [
      'settings that a hand broke',
      () => writeFileSync(path.join(folder, 'data', 'settings.json'), '{"protected_rooms": 3}'),
      ['fail settings', 'skipped protected rooms'],
    ],
    ['no mail', () => edit('config.yaml', /^mail: .*$/m, 'mail: null'), ['warn mail']],
    [
      'a mail server that does not answer',
      () => edit('config.yaml', /smtp:\/\/127\.0\.0\.1:\d+/, 'smtp://127.0.0.1:1'),
      ['fail mail'],
    ],
    [
      'a data folder that cannot be made',
      () => edit('config.yaml', /$/, 'storage: {data_dir: config.yaml/data}\n'),
      ['fail ledger', 'skipped protected rooms'],
    ],
    [
      'a homeserver that is not there',
      () => edit('config.yaml', /url: "http:\/\/127\.0\.0\.1:\d+"/, 'url: "http://127.0.0.1:1"'),
      [
        'fail homeserver',
        'skipped as_token',
        'skipped server name',
        'skipped hs_token',
        'skipped bot account',
        'skipped admin rights',
        'skipped management room',
        'skipped protected rooms',
      ],
    ],
  ])('says what is wrong with %s, and nothing else', async (_, spoil, expected) => {
    spoil();
    expect(await complaints()).toEqual(expected);
  });
});
