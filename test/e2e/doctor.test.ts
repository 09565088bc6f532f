import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { freePort } from '../../sandbox/ports.js';
import { waitFor } from '../../sandbox/wait.js';
import { askDoctor, readyzAt, until } from './support/doctor.js';
import { Stage } from './support/stage.js';

jest.setTimeout(400_000);

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.build({ name: 'doctor', remote: false, start: false });
});

afterAll(async () => {
  await stage?.end();
});

const doctor = () => askDoctor(stage);
/** What a running Heimdall says of itself, with findings that hold nothing up. */
const readyz = () => readyzAt(stage.heimdall.url);

describe('heimdall doctor, on a real homeserver', () => {
  it('before the first start finds only what the start mends, and what an admin has to give', async () => {
    const { code, complaints, of } = await doctor();
    expect(complaints).toEqual([
      'warn hs_token',
      'warn bot account',
      'warn admin rights',
      'warn management room',
      'warn protected rooms',
    ]);
    expect(of('as_token')).toContain(stage.botUserId);
    expect(code).toBe(0);
  });

  it('finds nothing wrong when Heimdall stands watch', async () => {
    await stage.standWatch();
    const { code, complaints, of } = await doctor();
    expect(complaints).toEqual([]);
    expect(of('hs_token')).toMatch(/^ok: The homeserver reaches the running Heimdall/);
    expect(of('protected rooms')).toMatch(/^ok: .* in the one there is/);
    expect(code).toBe(0);
  });

  it('names the room where power was taken from the bot', async () => {
    await stage.moderator.setPowerLevel(stage.lobby, stage.botUserId, 0);
    const { code, of } = await doctor();
    expect(of('protected rooms')).toMatch(/^fail: In #lobby:a\.test[^]* lacks the power to ban people, [^]*server ACL/);
    expect(code).toBe(1);
    const lacking = /In #lobby:a\.test.* I do not have permission to .*Give @heimdall:a\.test.* power level \d+/;
    await until(lacking, () => stage.heimdall.log());
    await until(/^200 .*"findings":\["In #lobby/, readyz);
    await until(lacking, async () => (await stage.headNotices()).map(({ content }) => String(content.body)).join('\n'));
  });

  it('sees tokens that the homeserver does not know', async () => {
    const right = readFileSync(stage.heimdall.registrationFile, 'utf8');
    writeFileSync(stage.heimdall.registrationFile, right.replace(/^as_token: .*$/m, `as_token: ${'x'.repeat(64)}`));
    const { code, of } = await doctor();
    writeFileSync(stage.heimdall.registrationFile, right);
    expect(of('as_token')).toBe('fail: The homeserver does not know our as_token.');
    expect(code).toBe(1);
  });

  it('and a running Heimdall name a registration that is not the homeserver’s, and a room that cannot be read', async () => {
    const { heimdall, moderator, config } = stage;
    const right = readFileSync(heimdall.registrationFile, 'utf8');
    const restart = async (): Promise<void> => {
      await heimdall.stop();
      heimdall.launch();
    };

    // the homeserver sends another hs_token: all that it sends is refused
    writeFileSync(heimdall.registrationFile, right.replace(/^hs_token: .*$/m, `hs_token: ${'y'.repeat(64)}`));
    await restart();
    await until(/^503 .*different hs_token/, readyz);
    await until(/no events arrive/, () => heimdall.log());
    expect((await doctor()).of('hs_token')).toMatch(/^fail: The homeserver sends a different hs_token/);
    writeFileSync(heimdall.registrationFile, right);
    await restart();
    await until(/^200/, readyz);

    // Heimdall listens where the homeserver does not look: everything else answers, and nothing arrives
    const port = await freePort();
    heimdall.writeConfig({ ...config, appservice: { ...config.appservice, port } });
    await restart();
    await until(/cannot reach Heimdall at/, () => heimdall.log());
    await waitFor(
      async () => (await stage.headNotices()).some(({ content }) => /cannot reach Heimdall/.test(String(content.body))),
      { what: 'the word in the room', timeoutMs: 60_000 },
    );
    expect((await doctor()).of('hs_token')).toMatch(/^fail: The homeserver cannot reach Heimdall/);
    heimdall.writeConfig(config);
    await restart();
    await until(/^200/, readyz);

    // a token of nobody, an official room that is none, names of nobody, another process's folder
    heimdall.writeConfig({
      ...config,
      homeserver: { ...(config.homeserver as object), admin_token: 'gone' },
      protected_identities: [
        {
          user_id: stage.home.officialUserId,
          display_names: ['Server Notices'],
          rooms: [`#nowhere:${stage.home.serverName}`],
        },
      ],
    });
    const wrong = await doctor();
    expect(wrong.of('admin rights')).toBe('fail: The homeserver refuses homeserver.admin_token.');
    expect(wrong.of('official names')).toMatch(/^warn: "Server Notices" is made of words for roles/);
    expect(wrong.of('official rooms')).toMatch(/^warn: No room is found behind #nowhere/);
    expect(wrong.of('homeserver software')).toMatch(/^ok: It is Synapse/);
    expect(wrong.of('clock')).toMatch(/^ok/);
    expect(wrong.of('running')).toBe('ok: The running Heimdall is ready.');
    // the running one names them by itself, with what to do
    await restart();
    const findings = [
      /refuses homeserver\.admin_token.{1,12}Write the access token of a server admin/,
      /\\"Server Notices\\" is made of words for roles/,
      /No room is found behind #nowhere.*Correct protected_identities/,
    ];
    for (const words of findings) await until(words, readyz);
    expect(heimdall.log()).toMatch(
      /"check":"admin rights","found":"The homeserver refuses [^]*"remedy":"Write the access/,
    );
    // one message; what was found a moment later is edited in
    const told = async () =>
      (await moderator.messages(stage.managementRoom, 500)).map(({ content }) => String(content.body)).join('\n');
    await until(
      /refuses homeserver\.admin_token\. Write the access token.*\n(- .*\n)*- No room is found behind #nowhere/,
      told,
    );
    heimdall.writeConfig(config);
    await restart();
    await until(/^200 \{"status":"ready"(?!.*admin_token)/, readyz);
    await until(/^\* All that the doctor found is mended/m, told);
    heimdall.writeConfig({ ...config, appservice: { ...config.appservice, port: await freePort() } });
    expect((await doctor()).of('second process')).toMatch(/^fail: Another Heimdall uses /);
    heimdall.writeConfig(config);

    // encryption switched on in the management room: told there, and by doctor
    await moderator.sendState(stage.managementRoom, 'm.room.encryption', '', { algorithm: 'm.megolm.v1.aes-sha2' });
    await waitFor(
      async () =>
        (await stage.headNotices()).some(({ content }) => /cannot read encrypted messages/.test(String(content.body))),
      { what: 'the word about encryption', timeoutMs: 60_000 },
    );
    expect((await doctor()).of('management room')).toMatch(/^fail: .* is encrypted/m);
  });
});
