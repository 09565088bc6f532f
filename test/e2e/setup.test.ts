import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { stringify } from 'yaml';
import { runHeimdall } from '../../sandbox/heimdall.js';
import { Person } from '../../sandbox/synapse/person.js';
import { Stage } from './support/stage.js';

jest.setTimeout(180_000);

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
    expect(stdout).toContain(`Made #desk:${serverName}`);
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
    expect(stdout).toContain('Going on with');
    expect(stdout).toContain(`#desk:${stage.home.serverName} is there.`);
    expect(readFileSync(config, 'utf8')).toBe(before);
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
