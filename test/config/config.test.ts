import { NO_MAIL } from '../mail/fixtures.js';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig, parseConfig, type Config, type Problem } from '../../src/config/index.js';
import { HeimdallError } from '../../src/util/errors.js';

const MINIMAL = `
homeserver: {url: "http://127.0.0.1:8008", server_name: example.org}
management_room: "#moderators:example.org"
protected_identities: [{user_id: "@server:example.org"}]
`;

function problemsIn(text: string, env: Record<string, string> = {}): readonly Problem[] {
  try {
    parseConfig(text, { env });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const withLine = (line: string) => problemsIn(`${MINIMAL}\n${line}\n`);
const keysOf = (problems: readonly Problem[]) => problems.map(({ key }) => key);

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'heimdall-config-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return folder;
}

describe('the configuration', () => {
  it('needs only the homeserver, the management room and one protected identity; all else has the default of the contract', () => {
    const folder = folderWith({ 'config.yaml': MINIMAL });
    const expected: Config = {
      homeserver: { url: 'http://127.0.0.1:8008', server_name: 'example.org', admin_token: null },
      appservice: {
        bind: '127.0.0.1',
        port: 9995,
        url: 'http://127.0.0.1:9995',
        registration: path.join(folder, 'registration.yaml'),
      },
      bot: { localpart: 'heimdall', display_name: 'Heimdall' },
      management_room: '#moderators:example.org',
      protected_identities: [
        {
          user_id: '@server:example.org',
          display_names: [],
          avatars: [],
          domains: ['example.org'],
          rooms: [],
          variants: [],
        },
      ],
      protect_staff: false,
      bridge_users: [],
      responses: { possible: ['notify'], likely: ['notify', 'report'], certain: ['notify', 'report', 'ban'] },
      mail: NO_MAIL,
      reports: {
        cases_per_reporter: 20,
        receipts: true,
        language: 'en',
        hide_existence: false,
        warn_victims: 'off',
      },
      api: { keys: null, webhook_url: null, webhook_secret: null },
      storage: { data_dir: path.join(folder, 'data'), database_url: null, synchronous: 'NORMAL' },
      rules_dir: null,
      scan: { nightly: '03:30', requests_per_second: 10, most_bans: 20 },
      takedown: {
        redact: true,
        redact_limit: 1000,
        redact_hours: null,
        withdraw_invites: true,
        local_accounts: 'none',
        quarantine_media: false,
        block_rooms: false,
      },
      server_acl: { mode: 'deny', existing: 'merge', ip_literals: 'deny', must_allow: [] },
      web: { enabled: false, bind: '127.0.0.1', port: 9996, public_url: null },
      oidc: null,
      statements: { enabled: false, policies: null, language: 'en', bulk: false },
      commands: { prefixes: [], describe: false, roles: { viewer: null, moderator: null, admin: null } },
      admins: [],
      notices: { quiet_hours: null, weekly_servers: true },
      mas: null,
      lists: { most_lifted: 50 },
      retention: {
        cases_days: 180,
        reports_days: 180,
        actions_days: 180,
        mails_days: 180,
        audit_days: 180,
        seen_events_days: 30,
      },
      language: 'en',
      dry_run: false,
    };
    expect(loadConfig(path.join(folder, 'config.yaml'), {})).toEqual(expected);
  });

  it('refuses bridge users that would exempt everybody, or that are no linear regular expression', () => {
    const write = (expressions: string[]) => problemsIn(`${MINIMAL}\nbridge_users: ${JSON.stringify(expressions)}\n`);
    expect(() => parseConfig(`${MINIMAL}\nbridge_users: ["@telegram_.*:example.org", "@_irc_"]\n`)).not.toThrow();
    expect(keysOf(write(['@.*', '@telegram_.*', '@[a-z].*:example\\.org', '@']))).toEqual([
      'bridge_users.0',
      'bridge_users.2',
      'bridge_users.3',
    ]);
    expect(keysOf(write(['(?=x)', '@(a']))).toEqual(['bridge_users.0', 'bridge_users.1']);
  });

  it('names every missing key of an empty file at once', () => {
    expect(keysOf(problemsIn(''))).toEqual(['homeserver', 'management_room', 'protected_identities']);
    expect(keysOf(problemsIn('homeserver: {}'))).toEqual(
      expect.arrayContaining(['homeserver.url', 'homeserver.server_name']),
    );
  });

  it('names every error at once, each with the key, what is wrong and what to write', () => {
    const problems = problemsIn(`
homeserver: {ur: "http://x", server_name: "https://example.org"}
appservice: {port: 99999}
management_room: moderators
protected_identities: []
responses: {certain: [shoot]}
`);
    expect(new Set(keysOf(problems))).toEqual(
      new Set([
        'homeserver.url',
        'homeserver.ur',
        'homeserver.server_name',
        'appservice.port',
        'management_room',
        'protected_identities',
        'responses.certain.0',
      ]),
    );
    for (const { problem, write } of problems) {
      expect(problem).not.toBe('');
      expect(write).not.toBe('');
    }
  });

  it('is refused with HEIMDALL_E_CONFIG, in words that a person can act on', () => {
    expect(() => parseConfig('dry_rum: true')).toThrow(HeimdallError);
    expect(() => parseConfig('dry_rum: true')).toThrow(
      expect.objectContaining({
        code: 'HEIMDALL_E_CONFIG',
        message: expect.stringContaining('dry_rum (line 1): is an unknown key. Write dry_run – did you mean dry_run?'),
      }),
    );
  });

  it('suggests the nearest key of the section, or the section where the key belongs', () => {
    expect(withLine('appservice: {prot: 1}')[0]?.write).toContain('appservice.port');
    expect(withLine('smtp_url: "smtp://x"')[0]?.write).toContain('mail.smtp_url');
    expect(withLine('bot: {quux: 1}')[0]?.write).toContain('localpart, display_name');
  });

  it('says on which line a wrong value stands', () => {
    expect(problemsIn(`${MINIMAL}appservice:\n  bind: 127.0.0.1\n  port: many\n`)).toEqual([
      expect.objectContaining({ key: 'appservice.port', where: { line: 7 } }),
    ]);
  });

  it('names line and column of text that is not valid YAML, and says that ids need quotes', () => {
    const [problem] = problemsIn('homeserver: {}\nprotected_identities:\n  - user_id: @server:example.org\n');
    expect(problem?.problem).toMatch(/line 3, column 14/);
    expect(problem?.write).toContain('"@server:example.org"');
    expect(problemsIn('dry_run: true\ndry_run: false\n')[0]?.problem).toMatch(/line 2, column 1/);
  });

  it('takes an unquoted alias for what YAML makes of it, a comment, and asks for quotes', () => {
    const problems = problemsIn(MINIMAL.replace('"#moderators:example.org"', '#moderators:example.org'));
    expect(problems).toEqual([
      expect.objectContaining({
        key: 'management_room',
        problem: 'is missing',
        write: expect.stringContaining('in quotes'),
      }),
    ]);
  });

  it.each([
    ['homeserver.url', MINIMAL.replace('http://127.0.0.1:8008', 'matrix.example.org')],
    ['homeserver.url', MINIMAL.replace('http://127.0.0.1:8008', 'ftp://matrix.example.org')],
    ['homeserver.url', MINIMAL.replace('http://127.0.0.1:8008', 'http://user:pass@example.org')],
    ['homeserver.server_name', MINIMAL.replace('server_name: example.org', 'server_name: "https://example.org"')],
    ['homeserver.server_name', MINIMAL.replace('server_name: example.org', 'server_name: exämple.org')],
    ['appservice.port', `${MINIMAL}appservice: {port: 0}`],
    ['appservice.port', `${MINIMAL}appservice: {port: 80.5}`],
    ['bot.localpart', `${MINIMAL}bot: {localpart: "@heimdall:example.org"}`],
    ['management_room', MINIMAL.replace('#moderators:example.org', '@moderators:example.org')],
    ['protected_identities.0.user_id', MINIMAL.replace('@server:example.org', 'server')],
    ['protected_identities.0.user_id', MINIMAL.replace('@server:example.org', '@heimdall:example.org')],
    ['protected_identities.1.user_id', MINIMAL.replace('}]', '}, {user_id: "@server:example.org"}]')],
    ['protected_identities.0.variants.0', MINIMAL.replace('}]', ', variants: ["@server:example.org"]}]')],
    ['protected_identities.0.domains', MINIMAL.replace('}]', ', domains: [a.org, a.org]}]')],
    ['protected_identities.0.domains.0', MINIMAL.replace('}]', ', domains: ["https://a.org/"]}]')],
    ['protected_identities.0.avatars.0', MINIMAL.replace('}]', ', avatars: ["https://a.org/a.png"]}]')],
    ['protected_identities.0.rooms.0', MINIMAL.replace('}]', ', rooms: [lobby]}]')],
    ['responses.likely', `${MINIMAL}responses: {likely: [notify, notify]}`],
    ['responses.likely', `${MINIMAL}responses: {likely: notify}`],
    ['mail.smtp_url', `${MINIMAL}mail: {smtp_url: "http://mail", from: a@b.c, abuse_contact: a@b.c}`],
    ['mail.from', `${MINIMAL}mail: {smtp_url: "smtp://mail", from: Heimdall, abuse_contact: a@b.c}`],
    ['mail.abuse_contact', `${MINIMAL}mail: {smtp_url: "smtp://mail", from: a@b.c, abuse_contact: "Desk <a@b.c>"}`],
    ['mail.abuse_contact', `${MINIMAL}mail: {smtp_url: "smtp://mail", from: a@b.c}`],
    ['mail.smtp_url', `${MINIMAL}mail: {from: a@b.c, abuse_contact: a@b.c}`],
    ['storage.database_url', `${MINIMAL}storage: {database_url: "mysql://x"}`],
    ['storage.synchronous', `${MINIMAL}storage: {synchronous: off}`],
    ['dry_run', `${MINIMAL}dry_run: "yes"`],
    ['language', `${MINIMAL}language: fr`],
  ])('refuses a bad %s, and nothing else', (key, text) => {
    expect(keysOf(problemsIn(text))).toEqual([key]);
  });

  it('takes historical user ids, server names with a port, and rooms of version 12', () => {
    const config = parseConfig(`
homeserver: {url: "http://127.0.0.1:8008/", server_name: "a.test:8441"}
management_room: "!opaque_id_without_domain"
protected_identities: [{user_id: "@Сервер Ж:a.test:8441"}, {user_id: "@:a.test:8441", domains: []}]
`);
    expect(config.protected_identities.map(({ domains }) => domains)).toEqual([['a.test'], []]);
    expect(config.homeserver.url).toBe('http://127.0.0.1:8008');
  });

  it('knows no mail when mail is absent, null, empty, or has no mail server or no abuse desk', () => {
    for (const mail of [
      '',
      'mail: null',
      'mail:',
      'mail: {}',
      'mail: {smtp_url: null, from: a@b.c, abuse_contact: d@e.f}',
      'mail: {smtp_url: "smtp://mail", from: a@b.c, abuse_contact: null}',
    ]) {
      const { smtp_url, abuse_contact } = parseConfig(MINIMAL + mail).mail;
      expect([smtp_url, abuse_contact]).toContain(null);
    }
  });

  it('makes the address for the homeserver from bind and port', () => {
    expect(parseConfig(`${MINIMAL}appservice: {bind: 0.0.0.0, port: 9000}`).appservice.url).toBe(
      'http://127.0.0.1:9000',
    );
    expect(parseConfig(`${MINIMAL}appservice: {bind: "::1"}`).appservice.url).toBe('http://[::1]:9995');
    expect(parseConfig(`${MINIMAL}appservice: {url: "https://heimdall.example.org/"}`).appservice.url).toBe(
      'https://heimdall.example.org',
    );
  });

  it('resolves image files relative to its own folder and leaves mxc URIs alone', () => {
    const text = MINIMAL.replace('}]', ', avatars: ["mxc://example.org/abc", logo.png]}]');
    expect(parseConfig(text, { file: '/etc/heimdall/config.yaml' }).protected_identities[0]?.avatars).toEqual([
      'mxc://example.org/abc',
      '/etc/heimdall/logo.png',
    ]);
  });

  it('says that a file is not there', () => {
    expect(() => loadConfig('/nowhere/config.yaml', {})).toThrow(/no such file/);
  });
});

describe('the environment', () => {
  it('sets every kind of key and wins over the file', () => {
    const config = parseConfig(MINIMAL, {
      env: {
        HEIMDALL_HOMESERVER__URL: 'https://matrix.example.org',
        HEIMDALL_MANAGEMENT_ROOM: '#watch:example.org',
        HEIMDALL_APPSERVICE__PORT: '9000',
        HEIMDALL_DRY_RUN: 'true',
        HEIMDALL_LANGUAGE: 'de',
        HEIMDALL_RESPONSES__CERTAIN: '["notify"]',
        HEIMDALL_PROTECTED_IDENTITIES: '- {user_id: "@a:example.org"}',
        HEIMDALL_PROTECTED_IDENTITIES__0__DOMAINS: '[a.org]',
        HEIMDALL_MAIL: '{"smtp_url": "smtp://mail", "from": "a@b.c", "abuse_contact": "d@e.f"}',
      },
    });
    expect(config).toMatchObject({
      homeserver: { url: 'https://matrix.example.org', server_name: 'example.org' },
      management_room: '#watch:example.org',
      appservice: { port: 9000 },
      dry_run: true,
      language: 'de',
      responses: { certain: ['notify'] },
      protected_identities: [{ user_id: '@a:example.org', domains: ['a.org'] }],
      mail: { smtp_url: 'smtp://mail' },
    });
  });

  it('can hold the whole configuration', () => {
    const env = {
      HEIMDALL_HOMESERVER__URL: 'http://hs:8008',
      HEIMDALL_HOMESERVER__SERVER_NAME: 'x.org',
      HEIMDALL_MANAGEMENT_ROOM: '!a:x.org',
      HEIMDALL_PROTECTED_IDENTITIES: '[{"user_id": "@a:x.org"}]',
    };
    expect(parseConfig('', { env }).homeserver.server_name).toBe('x.org');
  });

  it('names the variable in an error, and the one that was probably meant', () => {
    expect(problemsIn(MINIMAL, { HEIMDALL_HOMESERVER__URI: 'x' })[0]).toMatchObject({
      where: { variable: 'HEIMDALL_HOMESERVER__URI' },
      write: expect.stringContaining('HEIMDALL_HOMESERVER__URL'),
    });
    expect(problemsIn(MINIMAL, { HEIMDALL_APPSERVICE__PORT: 'many' })[0]).toMatchObject({
      key: 'appservice.port',
      where: { variable: 'HEIMDALL_APPSERVICE__PORT' },
    });
    expect(problemsIn(MINIMAL, { HEIMDALL_RESPONSES__CERTAIN: '[notify' })[0]?.problem).toContain(
      'neither YAML nor JSON',
    );
    expect(problemsIn(MINIMAL, { HEIMDALL_DRYRUN: 'true' })[0]?.write).toContain('HEIMDALL_DRY_RUN');
  });

  it('may hold variables of others, the log level, and empty ones', () => {
    expect(
      problemsIn(MINIMAL, {
        HEIMDALL_LOG_LEVEL: 'debug',
        HEIMDALL_PORT_9995_TCP: 'tcp://10.0.0.1:9995',
        HEIMDALL_SERVICE_HOST: '10.0.0.1',
        HEIMDALL_HOMESERVER__URL: '',
        PATH: '/bin',
      }),
    ).toEqual([]);
  });
});

describe('a hostile file', () => {
  it.each<[string, string, string, RegExp, RegExp]>([
    ['several documents', `${MINIMAL}---\n${MINIMAL}`, '', /holds several documents/, /without a line ---/],
    ['brackets without end', `a: ${'['.repeat(20_000)}`, '', /nested too deeply|not valid YAML/, /./],
    [
      'a bomb of aliases',
      `${MINIMAL}a: &a [x,x]\n${[...Array(12).keys()].map((n) => `b${n}: &b${n} [${`*${n === 0 ? 'a' : `b${n - 1}`},`.repeat(9)}]`).join('\n')}`,
      '',
      /too many/,
      /values themselves/,
    ],
    [
      'a localpart of 3,000 letters',
      `${MINIMAL}bot: {localpart: ${'y'.repeat(3000)}}`,
      'bot.localpart',
      /of 3013 bytes/,
      /shorter/,
    ],
    [
      'a display name of 300 letters',
      `${MINIMAL}bot: {display_name: ${'y'.repeat(300)}}`,
      'bot.display_name',
      /longer than/,
      /256/,
    ],
  ])('%s', (_, text, key, problem, write) => {
    const [first] = problemsIn(text);
    expect(first?.key).toBe(key);
    expect(first?.problem).toMatch(problem);
    expect(first?.write).toMatch(write);
  });

  it('of another encoding, or that is no file, is named as such', () => {
    const folder = folderWith({ 'config.yaml': '' });
    const file = path.join(folder, 'config.yaml');
    const messageFor = (name: string): string => {
      try {
        loadConfig(name, {});
        return '';
      } catch (error) {
        return String(error);
      }
    };
    writeFileSync(file, Buffer.from(`\uFEFF${MINIMAL}`, 'utf16le'));
    expect(messageFor(file)).toMatch(/UTF-16; save it as UTF-8/);
    writeFileSync(file, Buffer.from(`${MINIMAL}bot: {display_name: W\xe4chter}`, 'latin1'));
    expect(messageFor(file)).toMatch(/not UTF-8/);
    expect(messageFor('/dev/zero')).toMatch(/device/);
    writeFileSync(file, MINIMAL.replace('org}', 'org, admin_token_file: /dev/zero}'));
    expect(messageFor(file)).toMatch(/homeserver\.admin_token_file.*device/);
    writeFileSync(path.join(folder, 'token'), 'one\ntwo\n');
    writeFileSync(file, MINIMAL.replace('org}', 'org, admin_token_file: token}'));
    expect(messageFor(file)).toMatch(/more than one line/);
  });

  it('a variable with one underscore too few is told with its right name', () => {
    const [first] = problemsIn(MINIMAL, { HEIMDALL_HOMESERVER_URL: 'http://x' });
    expect(first?.write).toMatch(/^HEIMDALL_HOMESERVER__URL\b/);
  });
});

describe('secrets', () => {
  it('are read from files named in the configuration or the environment, without the white space around them', () => {
    const folder = folderWith({
      token: ' syt_abc\n',
      smtp: 'smtp://u:p@mail\n',
      'config.yaml': `${MINIMAL.replace('org}', 'org, admin_token_file: token}')}mail: {from: a@b.c, abuse_contact: d@e.f}`,
    });
    const config = loadConfig(path.join(folder, 'config.yaml'), { HEIMDALL_MAIL__SMTP_URL_FILE: 'smtp' });
    expect(config.homeserver.admin_token).toBe('syt_abc');
    expect(config.mail.smtp_url).toBe('smtp://u:p@mail');
    expect(JSON.stringify(config)).not.toContain('_file');
  });

  it('from the environment replace those of the file, in either form', () => {
    const folder = folderWith({
      token: 'from_file',
      'config.yaml': MINIMAL.replace('org}', 'org, admin_token: in_yaml}'),
    });
    const file = path.join(folder, 'config.yaml');
    expect(loadConfig(file, { HEIMDALL_HOMESERVER__ADMIN_TOKEN_FILE: 'token' }).homeserver.admin_token).toBe(
      'from_file',
    );
    writeFileSync(file, MINIMAL.replace('org}', 'org, admin_token_file: token}'));
    expect(loadConfig(file, { HEIMDALL_HOMESERVER__ADMIN_TOKEN: 'in_env' }).homeserver.admin_token).toBe('in_env');
    expect(loadConfig(file, { HEIMDALL_HOMESERVER__ADMIN_TOKEN: 'null' }).homeserver.admin_token).toBeNull();
  });

  it('that stand twice, in a missing file or in an empty one are errors', () => {
    const folder = folderWith({ empty: '\n' });
    const problems = (section: string) => keysOf(problemsIn(MINIMAL.replace('org}', `org, ${section}}`)));
    expect(problems('admin_token: a, admin_token_file: b')).toEqual(['homeserver.admin_token_file']);
    expect(problems('admin_token_file: /nowhere/token')).toEqual(['homeserver.admin_token_file']);
    expect(problems(`admin_token_file: ${path.join(folder, 'empty')}`)).toEqual(['homeserver.admin_token_file']);
  });

  it('never stand in an error', () => {
    const message = problemsIn(
      `${MINIMAL}mail: {smtp_url: "http://user:geheim@mail", from: x, abuse_contact: y}\nstorage: {database_url: "mysql://u:geheim@db"}`,
      { HEIMDALL_HOMESERVER: '{url: geheim' },
    );
    expect(message.length).toBeGreaterThan(3);
    expect(JSON.stringify(message)).not.toContain('geheim');
  });
});
