/** The usual mistakes of admins: each is named with what to do, by the doctor and by a Heimdall that runs. */
import { chmodSync, copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { HeimdallProcess, runHeimdall } from '../../sandbox/heimdall.js';
import { Person, request } from '../../sandbox/synapse/person.js';
import { freePort } from '../../sandbox/ports.js';
import type { Settings } from '../../src/store/settings/types.js';
import { askDoctor, readyzAt, until } from './support/doctor.js';
import { openOtherHomeserver, type OtherHomeserver } from './support/other-homeserver.js';
import { Stage } from './support/stage.js';

jest.setTimeout(400_000);

let stage: Stage;
let folder: string;
let settingsFile: string;

beforeAll(async () => {
  stage = await Stage.build({ name: 'mistakes', remote: false });
  folder = path.dirname(stage.heimdall.configFile);
  settingsFile = path.join(folder, 'data', 'settings.json');
});
afterEach(async () => {
  await stage.heimdall.stop();
  for (const file of [settingsFile, stage.heimdall.registrationFile])
    if (existsSync(`${file}.good`)) renameSync(`${file}.good`, file);
  await stage.mailbox.reopen();
});
afterAll(() => stage?.end());

const readyz = () => readyzAt(stage.heimdall.url);
const log = () => stage.heimdall.log();

/** Changes the configuration; the sections that are given are laid over those of the stage. */
function configure(changes: Record<string, Record<string, unknown> | boolean | unknown[]>): void {
  const config: Record<string, unknown> = { ...stage.config };
  for (const [key, value] of Object.entries(changes))
    config[key] =
      Array.isArray(value) || typeof value !== 'object' ? value : { ...(config[key] as object | undefined), ...value };
  stage.heimdall.writeConfig(config as never);
}

/** Changes what Heimdall keeps, while it is stopped: as somebody does who edits the file, or restores an old one. */
function editSettings(change: (settings: Settings) => void): void {
  const settings = JSON.parse(readFileSync(settingsFile, 'utf8')) as Settings;
  change(settings);
  writeFileSync(settingsFile, JSON.stringify(settings));
}

/** Runs Heimdall until it has said the words, in `/readyz` or in its log. */
async function runSays(...words: RegExp[]): Promise<void> {
  stage.heimdall.launch();
  try {
    for (const one of words) await until(one, async () => `${await readyz().catch(() => '')}\n${log()}`);
  } finally {
    await stage.heimdall.stop();
  }
}

describe('mistakes with which Heimdall runs', () => {
  it('are all found at once, each with its remedy', async () => {
    const { moderator, home, heimdall, managementRoom, botUserId } = stage;
    const space = await moderator.createRoom({ name: 'The space', alias: 'space', type: 'm.space', public: true });
    await moderator.setPowerLevel(space, botUserId, 100);
    await stage.command(`!heimdall rooms add #space:${home.serverName}`);
    const theirs = await moderator.createRoom({ name: 'Their list', alias: 'theirs', public: true });
    await stage.command(`!heimdall watch #theirs:${home.serverName}`);
    const lost = await moderator.createRoom({ name: 'A lost list' });
    await heimdall.stop();

    copyFileSync(settingsFile, `${settingsFile}.good`);
    copyFileSync(heimdall.registrationFile, `${heimdall.registrationFile}.good`);
    editSettings((settings) => {
      settings.protected_spaces = [];
      settings.watched_lists.push({ room_id: lost, shortcode: 'lost' });
      settings.policy_list_room = theirs;
    });
    const registration = readFileSync(heimdall.registrationFile, 'utf8');
    writeFileSync(heimdall.registrationFile, registration.replace('rate_limited: false', 'rate_limited: true'));
    chmodSync(heimdall.registrationFile, 0o644);
    await stage.mailbox.close();
    await request(
      home.url,
      'DELETE',
      `/_matrix/client/v3/directory/room/${encodeURIComponent(`#moderators:${home.serverName}`)}`,
      {
        accessToken: moderator.accessToken,
      },
    );
    await moderator.createRoom({ name: 'Not the moderators', alias: 'moderators' });
    configure({
      homeserver: { admin_token: moderator.accessToken },
      protected_identities: [
        { user_id: home.officialUserId, display_names: ['Asgard (Official Account)'], avatars: ['nowhere.png'] },
        { user_id: `@asgard:${home.serverName}`, display_names: ['Asgard Official Acc0unt'] },
      ],
      dry_run: true,
    });
    chmodSync(heimdall.configFile, 0o644);

    const mistakes: [check: string, found: RegExp][] = [
      ['admin rights', /belongs to @moderator:a\.test\S*, who is not a server admin.*Make @moderator/],
      ['config file mode', /Every user of this machine may read .*chmod 640/],
      ['registration file mode', /Every user of this machine can read .*chmod 640/],
      ['registration rate_limited', /will slow Heimdall down.*Set rate_limited: false/],
      ['avatars', /cannot be read: .*nowhere\.png.*Correct protected_identities/],
      ['neighbours', /look alike enough.*write its id under variants/],
      ['watched lists', /is not in the watched list .*!heimdall unwatch LIST/],
      ['spaces', /is a space of which only the space itself is protected.*rooms add SPACE/],
      ['own list', /#theirs:\S+ .*Give @heimdall:a\.test\S* power/],
      ['mail', /ECONNREFUSED.*Check mail\.smtp_url/],
      ['management room', /The alias #moderators:\S+ leads to another room.*point the alias back/],
      ['dry run', /dry_run is on.*go live/],
    ];
    const doctor = await askDoctor(stage);
    for (const [check, words] of mistakes)
      expect([check, doctor.remedyOf(check)]).toEqual([check, expect.stringMatching(words)]);
    expect(doctor.code).toBe(1);
    await runSays(...mistakes.map(([, words]) => words));
    // those who are in the room hear of what they can mend
    const told = (await moderator.messages(managementRoom, 200)).map(({ content }) => String(content.body)).join('\n');
    expect(told).toMatch(/now points to another room/);
    expect(told).toMatch(/who is not a server admin/);
  });

  it('a list of its own that is not watched is watched again at the start', async () => {
    const own = (JSON.parse(readFileSync(settingsFile, 'utf8')) as Settings).policy_list_room;
    configure({});
    editSettings((settings) => {
      settings.watched_lists = settings.watched_lists.filter(({ room_id }) => room_id !== own);
    });
    expect((await askDoctor(stage)).remedyOf('own list')).toMatch(/^fail: .* is not watched.*Restart Heimdall/);
    await stage.heimdall.start();
    expect((await askDoctor(stage)).of('own list')).toMatch(/^ok/);
    await stage.heimdall.stop();
  });

  it('somebody else answers the homeserver in our place', async () => {
    const stranger = createServer((_, answer) => void answer.writeHead(502).end('Bad gateway'));
    await new Promise<void>((resolve) => stranger.listen(stage.config.appservice.port, '127.0.0.1', resolve));
    try {
      const words = /Something else than this Heimdall answers the homeserver at .*Check appservice\.url/;
      const port = await freePort();
      configure({ appservice: { port } });
      stage.heimdall.launch();
      await until(words, log);
      expect((await askDoctor(stage)).remedyOf('hs_token')).toMatch(words);
      await stage.heimdall.stop();

      // and it listens where Heimdall would
      configure({});
      expect((await askDoctor(stage)).remedyOf('port')).toMatch(/^fail: Another program listens.*Set appservice\.port/);
      const { code, stderr } = await runHeimdall(['run', '--config', stage.heimdall.configFile]);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/cannot listen[^]*appservice\.port/i)]);
    } finally {
      stranger.closeAllConnections();
      await new Promise((resolve) => stranger.close(resolve));
    }
  });

  it('a second process on the same data, whatever its configuration', async () => {
    const { heimdall, config } = stage;
    configure({});
    await heimdall.start();
    const port = await freePort();
    const second = new HeimdallProcess({
      dir: path.join(folder, 'second'),
      config: {
        ...config,
        appservice: { ...config.appservice, port, registration: heimdall.registrationFile },
        storage: { data_dir: path.join(folder, 'data') },
      },
    });
    try {
      second.launch();
      await until(/^503 .*standby/, () => readyzAt(second.url).catch(() => ''));
      const doctor = await runHeimdall(['doctor', '--config', second.configFile]);
      expect(doctor.stdout).toMatch(
        /warn +second process: The Heimdall at \S+ stands by[^]*Else stop the other process/,
      );
      await until(/[Aa]nother .*"msg":"standing by"/, () => second.log());
      await heimdall.stop();
      await until(/^200/, () => readyzAt(second.url));
    } finally {
      await second.stop();
    }
  });
});

describe('a homeserver without Synapse’s admin API', () => {
  const json = (body: object) => ({ type: 'application/json', body: JSON.stringify(body) });
  it.each<[what: string, other: OtherHomeserver, clock: RegExp, software: RegExp]>([
    [
      'as Continuwuity answers',
      {
        software: { name: 'Continuwuity', version: '0.5.0' },
        unknown: json({ errcode: 'M_UNRECOGNIZED', error: 'M_UNRECOGNIZED: Unrecognized request' }),
        pings: true,
      },
      /^ok/,
      /It is Continuwuity 0\.5\.0\. What does not work there: new accounts/,
    ],
    [
      'as Dendrite answers',
      {
        software: { name: 'Dendrite', version: '0.13.8' },
        unknown: json({ errcode: 'M_NOT_FOUND', error: 'Not found' }),
        pings: false,
      },
      /^ok/,
      /It is Dendrite .*cannot be tested/,
    ],
    [
      'a proxy that leads only the client API on, on a machine whose clock is wrong',
      { unknown: { type: 'text/html', body: '<h1>404 Not Found</h1>' }, pings: true, aheadMs: 3_600_000 },
      /clock is 3\d\d\d s behind the homeserver's.*NTP/,
      /does not say what it is/,
    ],
  ])('%s: it watches and bans, and says what it cannot see', async (_, other, clock, software) => {
    const door = await openOtherHomeserver(stage.home.url, other);
    try {
      configure({ homeserver: { url: door.url } });
      await stage.heimdall.start();
      const person = await Person.register(stage.home, `pest${Math.trunc(performance.now())}`);
      await person.join(stage.lobbyAlias);
      await stage.command(`!heimdall ban ${person.userId} spam`);
      await stage.moderator.waitForMembership(stage.lobby, person.userId, 'ban');
      const api = /no admin API of Synapse.*homeservers\.md/;
      expect(String((await stage.command('!heimdall status')).content.body)).toMatch(api);
      const doctor = await askDoctor(stage, '--public-url', stage.home.url);
      expect(doctor.remedyOf('clock')).toMatch(clock);
      expect(doctor.remedyOf('admin rights')).toMatch(api);
      expect(doctor.of('homeserver software')).toMatch(software);
      expect(doctor.of('hs_token')).toMatch(other.pings ? /^ok/ : /^warn: The homeserver does not support pings/);
      expect(doctor.remedyOf('reports')).toMatch(/do not come to Heimdall.*docs\/report\.md/);
      await until(api, log);
      if (other.aheadMs !== undefined) await until(clock, log);
    } finally {
      await stage.heimdall.stop();
      await door.close();
    }
  });
});

describe('mistakes with which Heimdall cannot watch', () => {
  it.each<[what: string, changes: () => Parameters<typeof configure>[0], check: string, doctor: RegExp, run: RegExp]>([
    [
      'a server name that is not the homeserver’s',
      () => ({ homeserver: { server_name: 'wrong.test' }, protected_identities: [{ user_id: '@server:wrong.test' }] }),
      'server name',
      /^fail: The homeserver calls itself a\.test.*Set homeserver\.server_name/m,
      /503 .*Heimdall is @heimdall:a\.test\S* there.*Set homeserver\.server_name/,
    ],
    [
      'an address at which nothing answers',
      () => ({ homeserver: { url: 'http://127.0.0.1:9' } }),
      'homeserver',
      /^fail: .*ECONNREFUSED.*Check homeserver\.url/,
      /503 .*ECONNREFUSED.*Check that the homeserver runs/,
    ],
    [
      'a bot that the registration does not name',
      () => ({ bot: { localpart: 'watchman' } }),
      'bot name',
      /^fail: The homeserver knows us as @heimdall.*Set bot\.localpart/,
      /503 .*bot\.localpart/,
    ],
  ])('%s', async (_, changes, check, doctor, run) => {
    configure(changes());
    expect((await askDoctor(stage)).remedyOf(check)).toMatch(doctor);
    await runSays(run);
  });

  it('tokens that the homeserver does not know', async () => {
    const { registrationFile } = stage.heimdall;
    const right = readFileSync(registrationFile, 'utf8');
    configure({});
    writeFileSync(registrationFile, right.replace(/^as_token: .*$/m, `as_token: ${'x'.repeat(64)}`));
    await runSays(/503 .*Unrecognised access token.*Add the registration to app_service_config_files/);
    writeFileSync(registrationFile, right);
  });

  it.each<[what: string, changes: () => Parameters<typeof configure>[0], code: number, words: RegExp]>([
    [
      'a registration that is not there',
      () => ({ appservice: { registration: 'none.yaml' } }),
      78,
      /none\.yaml[^]*register/,
    ],
    [
      'a folder that is none',
      () => ({ storage: { data_dir: 'config.yaml' } }),
      1,
      /config\.yaml[^]*storage\.data_dir|writable/,
    ],
    ['keys that do not exist', () => ({ bot: { localpard: 'x' } }), 78, /bot\.localpard[^]*localpart/],
  ])('%s: both name it and what to do, and run ends', async (_, changes, code, words) => {
    configure(changes());
    const doctor = await runHeimdall(['doctor', '--config', stage.heimdall.configFile]);
    expect([doctor.code === 0, doctor.stdout]).toEqual([false, expect.stringMatching(words)]);
    const run = await runHeimdall(['run', '--config', stage.heimdall.configFile]);
    expect([run.code, run.stderr]).toEqual([code, expect.stringMatching(words)]);
  });
});
