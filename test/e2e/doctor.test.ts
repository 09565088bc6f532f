import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { runHeimdall } from '../../sandbox/heimdall.js';
import { Stage } from './support/stage.js';

jest.setTimeout(120_000);

interface Line {
  check: string;
  health: string;
  found: string;
}

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.build({ name: 'doctor', remote: false, start: false });
});

afterAll(async () => {
  await stage?.end();
});

async function doctor(): Promise<{ code: number; of(check: string): string; complaints: string[] }> {
  const { code, stdout } = await runHeimdall(['doctor', '--config', stage.heimdall.configFile, '--json']);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  return {
    code,
    of: (check) =>
      lines
        .filter((line) => line.check === check)
        .map(({ health, found }) => `${health}: ${found}`)
        .join('\n'),
    complaints: lines
      .filter(({ health, check }) => health !== 'ok' && check !== 'avatar comparison')
      .map(({ check, health }) => `${health} ${check}`),
  };
}

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
  });

  it('sees tokens that the homeserver does not know', async () => {
    const right = readFileSync(stage.heimdall.registrationFile, 'utf8');
    writeFileSync(stage.heimdall.registrationFile, right.replace(/^as_token: .*$/m, `as_token: ${'x'.repeat(64)}`));
    const { code, of } = await doctor();
    writeFileSync(stage.heimdall.registrationFile, right);
    expect(of('as_token')).toBe('fail: The homeserver does not know our as_token.');
    expect(code).toBe(1);
  });
});
