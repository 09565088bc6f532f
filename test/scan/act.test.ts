import { afterEach, describe, expect, it } from '@jest/globals';
import type { ScanAct } from '../../src/scan/state.js';
import { heldBack } from '../../src/scan/act.js';
import { accountsWith, RESPONSES, scanningFor } from './scanning.js';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('what a scan that nobody asked for may do', () => {
  it.each([
    [
      { certain: 20, possible: 40 },
      { all: false, bans: false },
    ],
    [{ certain: 21 }, { all: false, bans: true }],
    [{ likely: 60 }, { all: false, bans: false }],
    [{ likely: 61 }, { all: true, bans: false }],
    [
      { certain: 1, possible: 60 },
      { all: true, bans: false },
    ],
    [{}, { all: false, bans: false }],
  ])('with %j new ones: %j', (newLevels, expected) => {
    expect(heldBack({ levels: { certain: 999 }, newLevels }, RESPONSES, 20)).toMatchObject(expected);
  });

  it('counts only levels that something is done about', () => {
    expect(
      heldBack({ levels: {}, newLevels: { possible: 500, certain: 5 } }, { ...RESPONSES, possible: [] }, 20),
    ).toMatchObject({ all: false, bans: false });
  });
});

describe('acting on a scan', () => {
  let s: Awaited<ReturnType<typeof scanningFor>>;
  afterEach(() => s.close());

  const scanned = async (impostors: number, act: ScanAct, mostBans = 20) => {
    s = await scanningFor({ mostBans });
    s.stub.admin.accounts = accountsWith(impostors + 5, upTo(impostors));
    await s.run({ name: act === 'new' ? 'auto' : 'cli', act });
    await s.act();
    const kinds = await s.kinds();
    return (kind: string) => kinds.filter((one) => one === kind).length;
  };

  it('does it all within the limits, and sends no message of its own', async () => {
    const count = await scanned(3, 'new');
    expect([count('write_rule'), count('report'), count('mail'), count('notice'), count('message')]).toEqual([
      3, 3, 3, 3, 0,
    ]);
  });

  it('withholds the bans above the limit, and asks', async () => {
    const count = await scanned(3, 'new', 2);
    expect([count('write_rule'), count('report'), count('mail'), count('notice'), count('message')]).toEqual([
      0, 3, 3, 3, 1,
    ]);
    const [message] = await s.ledger.actionsOfKind(['message'], 'due', { afterId: 0, limit: 1 });
    const { content, thread } = message?.payload as { content: { body: string }; thread: { body: string } };
    expect(content.body).toMatch(/3 accounts to ban[^]*scan --act/);
    // by itself only a case's one notice names its subject
    expect(content.body).not.toContain('@impostor');
    expect(thread.body).toContain('@impostor1:a.test');
  });

  it('only lists when there are very many, and asks', async () => {
    const count = await scanned(61, 'new', 1000);
    expect([count('write_rule'), count('report'), count('mail'), count('notice'), count('message')]).toEqual([
      0, 0, 0, 0, 1,
    ]);
    expect(await s.ledger.cases({ limit: 100 })).toHaveLength(61);
  });

  it('does what was withheld when somebody says so, and nothing twice', async () => {
    await scanned(3, 'new', 2);
    await s.run({ act: 'all' });
    await s.act();
    const kinds = await s.kinds();
    expect(
      ['write_rule', 'report', 'mail', 'notice'].map((kind) => kinds.filter((one) => one === kind).length),
    ).toEqual([3, 3, 3, 3]);
  });

  it('is not limited when somebody asked for it', async () => {
    const count = await scanned(70, 'all', 2);
    // ten of them are told of together
    expect([count('write_rule'), count('notice'), count('raid_digest')]).toEqual([70, 60, 1]);
  });

  it('leaves alone what a scan before only listed, as long as nobody says so', async () => {
    const count = await scanned(3, 'no');
    expect(count('write_rule')).toBe(0);
    await s.run({ name: 'auto', act: 'new' });
    await s.act();
    expect((await s.kinds()).filter((kind) => kind !== 'message')).toEqual([]);
  });

  it.each([
    ['new', 2, 0],
    ['new', 3, 3],
    ['all', 2, 3],
    ['no', 20, 0],
  ] as const)(
    'looks at pictures of those whose names raise a question (%s, %i bans allowed): %i',
    async (act, mostBans, looks) => {
      s = await scanningFor({ mostBans });
      s.stub.admin.accounts = ['5erver', 'serv3r', 's3rver'].map((name) => ({
        name: `@${name}:a.test`,
        displayname: 'Someone',
        avatar_url: 'mxc://a.test/picture',
      }));
      const { found } = await s.run({ name: act === 'new' ? 'auto' : 'cli', parts: ['users'], act });
      expect(found.levels.certain).toBeUndefined();
      expect(Object.values(found.levels)).toEqual([3]);
      await s.act();
      expect((await s.kinds()).filter((kind) => kind === 'check_avatar')).toHaveLength(looks);
    },
  );

  it('finds the hits again although a new scan of the same name was made before any Heimdall could act on the first', async () => {
    s = await scanningFor();
    s.stub.admin.accounts = accountsWith(5, [1]);
    await s.run({ act: 'all' });
    await s.run({ act: 'no' });
    await s.act();
    expect((await s.kinds()).filter((kind) => kind === 'write_rule')).toHaveLength(1);
  });
});
