import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { runHeimdall } from '../../sandbox/heimdall.js';
import { installSynapse } from '../../sandbox/synapse/install.js';
import { Person } from '../../sandbox/synapse/person.js';
import { command } from '../../sandbox/command.js';
import { freePort } from '../../sandbox/ports.js';
import { cloneRoot } from '../../sandbox/root.js';
import { waitFor } from '../../sandbox/wait.js';
import { AdminShell, blocksOf } from './support/page.js';
import { Stage } from './support/stage.js';

jest.setTimeout(300_000);

let stage: Stage;
let admin: Person;
let folder: string;

beforeAll(async () => {
  stage = await Stage.build({ name: 'setup', remote: false, start: false });
  admin = await Person.register(stage.home, 'boss', { admin: true });
  folder = path.dirname(stage.heimdall.configFile);
});
afterAll(() => stage?.end());

describe('heimdall setup, on a real homeserver', () => {
  it('writes the configuration, makes the room and the bot admin, protects rooms, and ends with doctor', async () => {
    const { serverName, url } = stage.home;
    const answers = path.join(folder, 'answers.yaml');
    const config = path.join(folder, 'made.yaml');
    writeFileSync(
      answers,
      stringify({
        homeserver: { url, server_name: serverName, admin_token: admin.accessToken },
        appservice: { port: stage.config.appservice.port, registration: stage.heimdall.registrationFile },
        storage: { data_dir: 'made-data' },
        management_room: `#desk:${serverName}`,
        admins: [stage.moderator.userId],
        protected_identities: [{ user_id: `@server:${serverName}`, display_names: ['Asgard (Official Account)'] }],
        rooms: [stage.lobbyAlias],
        wait_seconds: 30,
      }),
    );
    const { code, stdout, stderr } = await runHeimdall(['setup', '--config', config, '--answers', answers]);
    expect([stderr, code]).toEqual(['', 0]);
    expect(stdout).toContain(`The homeserver knows ${stage.botUserId}.`);
    expect(stdout).toContain(`${stage.botUserId} is a server admin.`);
    expect(stdout).toContain(`Created #desk:${serverName}`);
    expect(stdout).toContain(`Protecting ${stage.lobbyAlias}.`);
    expect(stdout).not.toMatch(/^fail/m);
    // nothing is changed before somebody says so, and the secrets are the owner's
    expect(readFileSync(config, 'utf8')).toContain('dry_run: true');
    expect(statSync(config).mode & 0o077).toBe(0);
    await stage.moderator.join(`#desk:${serverName}`);
  });

  it('goes on where it was, and changes nothing the second time', async () => {
    const config = path.join(folder, 'made.yaml');
    const before = readFileSync(config, 'utf8');
    const { code, stdout } = await runHeimdall(['setup', '--config', config]);
    expect(code).toBe(0);
    expect(stdout).toContain('Resuming with');
    expect(stdout).toContain(`#desk:${stage.home.serverName} exists.`);
    expect(readFileSync(config, 'utf8')).toBe(before);
  });

  it('asks on a terminal: each wrong answer is told at once and asked again; doctor is green at the end', async () => {
    const { serverName, url } = stage.home;
    const config = path.join(folder, 'typed.yaml');
    const steps = path.join(folder, 'steps.json');
    const moderator = stage.moderator.userId;
    const typed: [question: string, answers: string[]][] = [
      ['does the homeserver answer', ['nonsense', `http://127.0.0.1:${await freePort()}`, url]],
      ['after the colon', ['https://a.test/', serverName]],
      ['protected from impostors', ['server', `@server:${serverName}`]],
      ['display name', ['', 'Asgard (Official Account)']],
      ['the moderators', ['', 'boss', `@nobody:${serverName}`, moderator]],
      ['for the moderators', ['moderators', `#typed:${serverName}`]],
      ['should be protected', [`#nowhere:${serverName}`, '']],
      ['token of a server admin', ['wrong', stage.moderator.accessToken, admin.accessToken]],
      ['mail server', ['mail.example.org', `smtp://127.0.0.1:${await freePort()}`, stage.mailbox.url]],
      ['From which address', ['heimdall', 'heimdall@a.test']],
      ['To which abuse desk', ['@', 'abuse@a.test']],
      ['Which of these rooms', ['99', '']],
    ];
    writeFileSync(steps, JSON.stringify(typed.flatMap(([wanted, all]) => all.map((answer) => [wanted, answer]))));
    const { port } = stage.config.appservice;
    const environment = { HEIMDALL_APPSERVICE__PORT: String(port), HEIMDALL_STORAGE__DATA_DIR: 'typed-data' };
    const shell = new AdminShell(folder, environment);
    try {
      const { python } = await installSynapse();
      const driver = path.join(cloneRoot(), 'test', 'e2e', 'support', 'terminal.py');
      const { code, output } = await shell.run(`${python} ${driver} ${steps} npx heimdall setup --config ${config}`);
      expect([output, code]).toEqual([output, 0]);
      for (const problem of [
        'That is not an http or https URL.',
        'Nothing answers there',
        'That is not a server name.',
        'That is not a user ID.',
        'Please give a name.',
        'Please give at least one.',
        `There is no account @nobody:${serverName}`,
        'That is not a room alias or ID.',
        `There is no room #nowhere:${serverName}`,
        'does not take this token',
        `token of ${moderator}, who is not a server admin`,
        'That is not a URL such as smtp://',
        'That is not an email address.',
        'Give numbers from 1 to',
      ])
        expect(output).toContain(problem);
      expect(output).not.toMatch(/^fail/m);
    } finally {
      await shell.end();
    }
  });

  it('stopped while it waits, it loses nothing: it goes on where it was, and the first start finds all that it made', async () => {
    const { serverName, url } = stage.home;
    const config = path.join(folder, 'stopped.yaml');
    const steps = path.join(folder, 'steps.json');
    const { port } = stage.config.appservice;
    const environment = { HEIMDALL_APPSERVICE__PORT: String(port), HEIMDALL_STORAGE__DATA_DIR: 'stopped-data' };
    const typed = [
      // several lines pasted at once, of which each answers a question
      ['does the homeserver answer', `${url}\n${serverName}\n\nAsgard (Official Account)`],
      ['the moderators', `  ${stage.moderator.userId},  ${stage.moderator.userId} `],
      ['for the moderators', `#stopped:${serverName}`],
      ['should be protected', stage.lobbyAlias],
      ['token of a server admin', ''],
      ['mail server', ''],
      ['it has not read the registration yet', '\u0003'],
    ];
    writeFileSync(steps, JSON.stringify(typed));
    const unread = new AdminShell(folder, { ...environment, HEIMDALL_APPSERVICE__REGISTRATION: 'unread.yaml' });
    const shell = new AdminShell(folder, environment);
    try {
      const { python } = await installSynapse();
      const driver = path.join(cloneRoot(), 'test', 'e2e', 'support', 'terminal.py');
      const first = await unread.run(`${python} ${driver} ${steps} npx heimdall setup --config ${config}`);
      expect([first.output, first.code]).toEqual([expect.stringContaining('it resumes from here'), 130]);
      const second = await shell.run(`npx heimdall setup --config ${config}`);
      expect([second.output, second.code]).toEqual([expect.stringContaining(`Protecting ${stage.lobbyAlias}.`), 0]);
      expect(second.output).toContain(`Created #stopped:${serverName}`);
      // a third run while it watches changes nothing under it
      shell.begin(`npx heimdall run --config ${config} >run.log`);
      await waitFor(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, { what: 'ready' });
      expect(readFileSync(path.join(folder, 'run.log'), 'utf8')).not.toContain('shows what is missing');
      const third = await shell.run(`npx heimdall setup --config ${config}`);
      expect(third.output).not.toMatch(/^fail/m);
      expect([third.output, third.code]).toEqual([expect.stringContaining('The running Heimdall is ready.'), 0]);
    } finally {
      await shell.end();
    }
  });

  it('does not take a room that anybody can join for the moderators', async () => {
    const config = path.join(folder, 'open.yaml');
    const answers = path.join(folder, 'open-answers.yaml');
    const { homeserver, protected_identities } = stage.config;
    const { appservice } = stage.config;
    writeFileSync(
      answers,
      stringify({ homeserver, appservice, protected_identities, management_room: stage.lobbyAlias, wait_seconds: 5 }),
    );
    const { code, stderr } = await runHeimdall(['setup', '--config', config, '--answers', answers]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/Anybody can join #lobby[^]*Make it invite-only/)]);
  });

  it('says what to do when the terminal ends before all is answered, and writes nothing', async () => {
    const config = path.join(folder, 'unfinished.yaml');
    const shell = new AdminShell(folder, {});
    const { code, output } = await shell.run(`npx heimdall setup --config ${config} </dev/null`);
    expect(code).not.toBe(0);
    expect(output).toContain('--answers FILE');
    expect(() => statSync(config)).toThrow();
  });

  it('says what is wrong with answers before it writes anything', async () => {
    const answers = path.join(folder, 'bad.yaml');
    const config = path.join(folder, 'never.yaml');
    writeFileSync(answers, stringify({ homeserver: { url: 'nonsense' }, managment_room: '#x:y' }));
    const { code, stderr } = await runHeimdall(['setup', '--config', config, '--answers', answers]);
    expect(code).toBe(78);
    expect(stderr).toContain('did you mean management_room?');
    expect(() => statSync(config)).toThrow();
  });
});

describe('docs/install.md by hand, its own blocks in its own order', () => {
  let hand: Stage;
  let shell: AdminShell;
  beforeAll(async () => {
    hand = await Stage.build({ name: 'by-hand', remote: false, start: false });
    // a past, from before there was any application service
    for (let index = 0; index < 15; index += 1) await hand.moderator.sendMessage(hand.lobby, `long ago ${index}`);
  });
  afterAll(async () => {
    await shell?.end();
    await hand?.end();
  });

  it('leads from nothing to a protected room and a doctor without a failure', async () => {
    const { home, moderator, admin } = hand;
    const mine = (text: string): string =>
      text.replaceAll('example.org', home.serverName).replaceAll('moderators', 'desk');
    const of = (step: string, language = 'sh'): string => {
      const text = blocksOf('docs/install.md')
        .filter((block) => block.under.startsWith(`${step}.`) && block.language === language)
        .map((block) => mine(block.text));
      expect([step, text.length]).not.toEqual([step, 0]);
      return text.join('');
    };
    const folderOfHand = path.join(path.dirname(path.dirname(hand.heimdall.configFile)), 'hand');
    shell = new AdminShell(folderOfHand, {
      HOMESERVER: home.url,
      MODERATOR_TOKEN: moderator.accessToken,
      ADMIN_TOKEN: admin.person.accessToken,
    });
    const file = path.join(folderOfHand, 'config.yaml');
    const done = async (text: string): Promise<string> => {
      const { code, output } = await shell.run(text);
      expect([text, code, code === 0 ? '' : output]).toEqual([text, 0, '']);
      return output;
    };

    // 2: the sample, changed where it names the admin's own things; then the check
    const [sample = '', ...check] = of('2').trim().split('\n');
    await done(sample);
    const port = await freePort();
    const changed = mine(readFileSync(file, 'utf8'))
      .replace('http://127.0.0.1:8008', home.url)
      .replaceAll('9995', String(port))
      .replace(`domains: [${home.serverName}]`, 'domains: [a.test]')
      .replaceAll(`heimdall@${home.serverName}`, 'heimdall@a.test')
      .replaceAll(`abuse@${home.serverName}`, 'abuse@a.test')
      .replace(`@admin:${home.serverName}`, moderator.userId);
    writeFileSync(file, changed);
    expect(await done(check.join('\n'))).toContain('dry run');
    // 3: known to the homeserver
    await done(of('3'));
    const synapse = path.join(home.dataDir, 'homeserver.yaml');
    const settings = parse(readFileSync(synapse, 'utf8')) as Record<string, unknown>;
    const added = parse(of('3', 'yaml').replace('/path/to', folderOfHand)) as Record<string, unknown>;
    writeFileSync(synapse, stringify({ ...settings, ...added }));
    await home.restart();
    // 4 and 5: the room, then the start
    const { room_id: desk } = JSON.parse(/\{"room_id.*\}/.exec(await done(of('4')))?.[0] ?? '{}') as {
      room_id: string;
    };
    shell.begin(of('5'));
    await waitFor(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, {
      what: 'ready',
      timeoutMs: 90_000,
    });
    // the first message: what was found, what is missing, how to begin
    const said = async (words: string) =>
      (await moderator.messages(desk, 100)).find(
        ({ sender, content }) => sender === hand.botUserId && String(content.body).includes(words),
      );
    const greeting = await waitFor(() => said('Heimdall watches'), { what: 'the greeting', timeoutMs: 90_000 });
    for (const words of ['What is missing:', 'server admin', '!heimdall rooms add ROOM', '!heimdall go live'])
      expect(String(greeting.content.body)).toContain(words);
    // 6: what it needs
    await done(of('6'));
    const asking = { moderator, managementRoom: desk, botUserId: hand.botUserId };
    const answer = await command(asking, of('6', '').trim());
    expect(String(answer.content.body)).toBe(`${hand.lobbyAlias} is protected now.`);
    // 7: the doctor, whose complaints are what the admin chose
    const text = await done(of('7'));
    expect(text).toMatch(/ok {6}admin rights[^]*Nothing failed/);
    expect([...text.matchAll(/^(?:warn|fail) +([^:]+):/gm)].map(([, what]) => what)).toEqual(['dry run', 'mail']);
    // 8: live
    const question = await command(asking, of('8', '').trim());
    expect(String(question.content.body)).toContain('End the dry run?');
  });
});
