import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { checkCommand } from '../../src/cli/check.js';

const PROTECT = `
protected_identities:
  - user_id: "@server:example.org"
    display_names: ["Example (Official Account)"]
    domains: [example.org]
    variants: ["@server-staging:example.org"]
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-check-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  process.exitCode = undefined;
});

/** Runs `heimdall check` over lines and gives back its answers. */
async function check(
  lines: string,
  protect = PROTECT,
): Promise<{ exitCode: number; answers: Record<string, unknown>[] }> {
  const [protectFile, input, output] = ['protect.yaml', 'in.ndjson', 'out.ndjson'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  writeFileSync(protectFile, protect);
  writeFileSync(input, lines);
  await checkCommand().parseAsync(['--protect', protectFile, '--input', input, '--output', output], { from: 'user' });
  const exitCode = Number(process.exitCode);
  const text = readFileSync(output, 'utf8');
  return {
    exitCode,
    answers: text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe('heimdall check over NDJSON', () => {
  it('answers each line in order with the keys of the contract', async () => {
    const { exitCode, answers } = await check(
      [
        { user_id: '@server:example.org', displayname: 'anything' },
        { user_id: '@server-staging:example.org' },
        { user_id: '@anna:elsewhere.test', displayname: 'Anna' },
        { user_id: '@x:elsewhere.test', displayname: 'Ex\u0430mple (Official Account)', avatar_url: null },
      ]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    );
    expect(exitCode).toBe(0);
    expect(answers.map(({ verdict }) => verdict)).toEqual(['official', 'official', 'none', 'certain']);
    for (const answer of answers)
      expect(Object.keys(answer).sort()).toEqual(['evidence', 'protected', 'score', 'user_id', 'verdict']);
    expect(answers[2]).toEqual({
      user_id: '@anna:elsewhere.test',
      verdict: 'none',
      score: 0,
      protected: null,
      evidence: [],
    });
    expect(answers[3]).toMatchObject({
      protected: '@server:example.org',
      evidence: expect.arrayContaining([
        expect.objectContaining({ field: 'display_name', protected: '@server:example.org' }),
      ]),
    });
  });

  it('puts an error in the place of a bad line, does the others, and exits 1', async () => {
    const { exitCode, answers } = await check(
      'nonsense\n{"user_id":"@a:b.test"}\n{"user_id":"nobody"}\n[]\n{"user_id":"@a:b.test","displayname":5}\n',
    );
    expect(exitCode).toBe(1);
    expect(answers).toHaveLength(5);
    expect(answers.map((answer) => answer.line ?? answer.verdict)).toEqual([1, 'none', 3, 4, 5]);
    expect(answers[0]).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } });
  });

  it('takes U+2028, U+2029 and U+0085 raw inside a string', async () => {
    const { answers } = await check('{"user_id":"@a:b.test","displayname":"x\u2028y\u2029z\u0085"}\n');
    expect(answers).toHaveLength(1);
  });

  it('takes historical user ids and any server name', async () => {
    const ids = [
      '@:b.test',
      '@UPPER:b.test',
      '@имя:b.test',
      '@a:b.test:8448',
      '@a:B.TEST',
      '@a:b.test.',
      '@a:[::1]:8448',
      '@a b:b.test',
    ];
    const { exitCode, answers } = await check(
      ids.map((id) => `${JSON.stringify({ user_id: id, displayname: 'n'.repeat(5000) })}\n`).join(''),
    );
    expect(exitCode).toBe(0);
    expect(answers.map((answer) => answer.user_id)).toEqual(ids);
  });
});

describe('heimdall check --config', () => {
  const HELPLINE = '@helpline:example.org';
  const settingsFile = (): string => path.join(folder, 'data', 'settings.json');
  const verdictOf = async (userId: string, displayName?: string): Promise<unknown> => {
    const output = path.join(folder, 'out.ndjson');
    const name = displayName === undefined ? [] : ['--display-name', displayName];
    await checkCommand().parseAsync(
      [userId, '--config', path.join(folder, 'config.yaml'), '--output', output, ...name],
      { from: 'user' },
    );
    return (JSON.parse(readFileSync(output, 'utf8')) as { verdict: unknown }).verdict;
  };

  beforeEach(() => {
    mkdirSync(path.join(folder, 'data'));
    writeFileSync(
      path.join(folder, 'config.yaml'),
      `homeserver: {url: "http://127.0.0.1:8008", server_name: example.org}
management_room: "#moderators:example.org"
${PROTECT}`,
    );
  });

  it('knows the official accounts that were added by command, and writes nothing', async () => {
    expect(await verdictOf(HELPLINE)).not.toBe('official');
    writeFileSync(
      settingsFile(),
      JSON.stringify({
        officials: [
          { user_id: HELPLINE, display_names: ['Helpline Valhalla'] },
          { user_id: '@server:example.org', variants: ['@notices:example.org'] },
        ],
      }),
    );
    expect(await verdictOf(HELPLINE)).toBe('official');
    expect(await verdictOf('@notices:example.org')).toBe('official');
    expect(['likely', 'certain']).toContain(await verdictOf('@x:evil.example', 'Helplіne Valhalla'));
    expect(readdirSync(path.join(folder, 'data'))).toEqual(['settings.json']);
  });

  it('goes on with the configuration, and says so, when what was added cannot be read', async () => {
    writeFileSync(settingsFile(), '{"officials": 7}');
    const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      expect(await verdictOf('@server:example.org')).toBe('official');
      expect(said.mock.calls.join('')).toContain('not those added by command');
    } finally {
      said.mockRestore();
    }
  });
});
