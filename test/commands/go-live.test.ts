import { describe, expect, it } from '@jest/globals';
import { askedOf } from './services.js';

function asked(dryRun: boolean, more: Record<string, unknown> = {}) {
  const said: [boolean, string][] = [];
  const given = askedOf();
  const { services } = given;
  Object.assign(services.config, { dry_run: dryRun });
  Object.assign(services, {
    configuredDryRun: dryRun,
    setDryRun: (to: boolean, by: string) => Promise.resolve(void said.push([to, by])),
  });
  Object.assign(services.ledger, {
    simulatedActions: () =>
      Promise.resolve([
        { kind: 'ban', count: 3 },
        { kind: 'mail', count: 1 },
        { kind: 'message', count: 99 },
      ]),
    countCasesWaiting: () => Promise.resolve(2),
    ...more,
  });
  return { ...given, said };
}

describe('go live', () => {
  it('shows what was only simulated, asks, and does nothing until yes', async () => {
    const { send, said } = asked(true);
    const content = { msgtype: 'm.text', body: '!heimdall go live' };
    const [question] = await send(content);
    const text = JSON.stringify(question);
    for (const words of ['End the dry run?', 'Ban in rooms: 3 times', '1 mail', '2 cases wait', 'No room is protected'])
      expect(text).toContain(words);
    expect(text).not.toContain('99');
    expect(said).toEqual([]);
    await send(content, { bound: undefined });
    expect(said).toEqual([[false, expect.stringContaining('@')]]);
  });

  it('says how to keep it so, and how to go back', async () => {
    const { say } = asked(true);
    const text = await say('go live --yes');
    expect(text).toMatch(/Going live\. .*dry_run: false.*go dry/);
  });

  it('has nothing to end where nothing is simulated', async () => {
    const { say, said } = asked(false);
    expect(await say('go live --yes')).toMatch(/not a dry run/);
    expect(said).toEqual([]);
  });
});

describe('go dry', () => {
  it('begins a dry run at once, for an incident', async () => {
    const { say, said } = asked(false);
    expect(await say('go dry')).toMatch(/nothing is changed/);
    expect(said).toEqual([[true, expect.any(String)]]);
    expect(await asked(true).say('go dry')).toMatch(/already/);
  });
});
