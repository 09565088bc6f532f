import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { policyCommand } from '../../src/cli/policy.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-policy-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  process.exitCode = undefined;
});

function file(name: string, lines: readonly (string | object)[]): string {
  const full = path.join(folder, name);
  writeFileSync(full, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return full;
}

function collector(): { stream: PassThrough; text: () => string } {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}

async function run(args: readonly string[], stdin = ''): Promise<{ stdout: string; stderr: string; code: number }> {
  const [stdout, stderr] = [collector(), collector()];
  await policyCommand({
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: stdout.stream,
    stderr: stderr.stream,
  }).parseAsync(args, { from: 'user' });
  return { stdout: stdout.text(), stderr: stderr.text(), code: Number(process.exitCode ?? 0) };
}

const parsed = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
const rule = (kind: string, entity: string, more: object = {}) => ({
  type: `m.policy.rule.${kind}`,
  state_key: `rule:${entity}`,
  content: { entity, recommendation: 'm.ban' },
  ...more,
});

describe('heimdall policy match', () => {
  const match = (rules: readonly (string | object)[], entities: readonly (string | object)[]) =>
    run(['match', '--rules', file('rules', rules), '--entities', file('entities', entities)]);

  it('answers each entity in order, with the rule that speaks', async () => {
    const { stdout, stderr, code } = await match(
      [
        rule('user', '@bad*:x', { room_id: '!list:x', event_id: '$1', sender: '@mod:x' }),
        rule('room', '!v12'),
        rule('server', 'Evil.test:8448'),
      ],
      [
        { kind: 'user', entity: '@bad1:x' },
        { kind: 'user', entity: '@good:x' },
        { kind: 'room', entity: '!v12' },
        { kind: 'server', entity: 'EVIL.test' },
      ],
    );
    expect(parsed(stdout)).toEqual([
      {
        entity: '@bad1:x',
        action: 'ban',
        rule: {
          room_id: '!list:x',
          type: 'm.policy.rule.user',
          state_key: 'rule:@bad*:x',
          event_id: '$1',
          sender: '@mod:x',
          recommendation: 'm.ban',
          entity: '@bad*:x',
        },
      },
      { entity: '@good:x', action: 'none', rule: null },
      {
        entity: '!v12',
        action: 'ban',
        rule: { type: 'm.policy.rule.room', state_key: 'rule:!v12', recommendation: 'm.ban', entity: '!v12' },
      },
      { entity: 'EVIL.test', action: 'ban', rule: expect.objectContaining({ type: 'm.policy.rule.server' }) },
    ]);
    expect([stderr, code]).toEqual(['', 0]);
  });

  it('answers a broken or shapeless entity in its place, goes on, and ends with 1', async () => {
    const { stdout, code } = await match(
      [],
      [
        '{',
        { kind: 'user', entity: '@a:x' },
        '',
        { kind: 'device', entity: 'x' },
        { kind: 'user' },
        { kind: 'user', entity: 5 },
        '[]',
        'null',
      ],
    );
    const error = (line: number, code = 'HEIMDALL_E_LINE_FORM') => ({
      error: { code, message: expect.any(String) },
      line,
    });
    expect(parsed(stdout)).toEqual([
      error(1, 'HEIMDALL_E_LINE_JSON'),
      { entity: '@a:x', action: 'none', rule: null },
      error(4),
      error(5),
      error(6),
      error(7),
      error(8),
    ]);
    expect(code).toBe(1);
  });

  it('tells of broken rule lines on stderr, keeps the answers in step, and ends with 1', async () => {
    const { stdout, stderr, code } = await match(['oops', rule('user', '@a:x')], [{ kind: 'user', entity: '@a:x' }]);
    expect(parsed(stdout)).toEqual([expect.objectContaining({ action: 'ban' })]);
    expect(parsed(stderr)).toEqual([{ error: { code: 'HEIMDALL_E_LINE_JSON', message: expect.any(String) }, line: 1 }]);
    expect(code).toBe(1);
  });

  it('reads files of many chunks, whose ends cut lines apart', async () => {
    const names = Array.from({ length: 8_000 }, (_, index) => `@${'\u00e9'.repeat(index % 50)}${index}:x`);
    const { stdout, stderr, code } = await match(
      names.filter((_, index) => index % 2 === 0).map((name) => rule('user', name)),
      names.map((entity) => ({ kind: 'user', entity })),
    );
    const answers = parsed(stdout) as { entity: string; action: string }[];
    expect(answers.map(({ entity, action }) => `${entity} ${action}`)).toEqual(
      names.map((name, index) => `${name} ${index % 2 === 0 ? 'ban' : 'none'}`),
    );
    expect([stderr, code]).toEqual(['', 0]);
  });

  it.each(['rules', 'entities'])('says which file of %s cannot be read: a folder, or none', async (option) => {
    const fine = file('fine', []);
    for (const wrong of [folder, path.join(folder, 'missing'), path.join(fine, 'below')]) {
      const files = { rules: fine, entities: fine, [option]: wrong };
      await expect(run(['match', '--rules', files.rules, '--entities', files.entities])).rejects.toMatchObject({
        code: 'HEIMDALL_E_FILE',
        message: expect.stringContaining(wrong),
      });
    }
  });

  it('never calls it an error when a line states no rule', async () => {
    const rules = [
      { type: 'm.room.member', state_key: '@a:x', content: {} },
      {},
      { type: 5, state_key: 'x' },
      { type: 'm.policy.rule.user', content: { entity: '@a:x', recommendation: 'm.ban' } },
      rule('user', '@a:x', { content: { entity: 7 } }),
      rule('user', '@b:x', { content: null }),
      rule('user', '@c:x', { sender: 5, event_id: null, room_id: 7, unsigned: 'x', origin_server_ts: 'y' }),
    ];
    const { stdout, stderr, code } = await match(rules, [
      { kind: 'user', entity: '@a:x' },
      { kind: 'user', entity: '@c:x' },
    ]);
    expect(parsed(stdout)).toEqual([
      { entity: '@a:x', action: 'none', rule: null },
      expect.objectContaining({ action: 'ban' }),
    ]);
    expect([stderr, code]).toEqual(['', 0]);
  });

  it('reads raw U+2028, U+2029 and U+0085 inside strings', async () => {
    const entity = '@a\u2028\u2029\u0085:x';
    const { stdout } = await match([JSON.stringify(rule('user', entity))], [`{"kind":"user","entity":"${entity}"}`]);
    expect(parsed(stdout)).toEqual([expect.objectContaining({ entity, action: 'ban' })]);
  });

  it('reads entities from stdin and writes a file', async () => {
    const output = path.join(folder, 'answers');
    const { stdout } = await run(
      ['match', '--rules', file('rules', [rule('user', '@a:x')]), '--entities', '-', '--output', output],
      '{"kind":"user","entity":"@a:x"}',
    );
    expect(stdout).toBe('');
    expect(parsed(readFileSync(output, 'utf8'))).toEqual([expect.objectContaining({ action: 'ban' })]);
  });

  it('says which file cannot be read, and that stdin can be only one', async () => {
    await expect(run(['match', '--rules', '/nowhere/rules', '--entities', '-'])).rejects.toMatchObject({
      code: 'HEIMDALL_E_FILE',
      message: expect.stringContaining('/nowhere/rules'),
    });
    await expect(run(['match', '--rules', file('rules', []), '--entities', '/nowhere/entities'])).rejects.toMatchObject(
      { code: 'HEIMDALL_E_FILE', message: expect.stringContaining('/nowhere/entities') },
    );
    await expect(run(['match', '--rules', '-', '--entities', '-'])).rejects.toMatchObject({ code: 'HEIMDALL_E_USAGE' });
  });
});

describe('heimdall policy acl', () => {
  const acl = (rules: readonly (string | object)[], ...more: string[]) =>
    run(['acl', '--rules', file('rules', rules), '--server-name', 'example.org:8448', ...more]);

  it('prints one JSON object and nothing else; what is left out is named on stderr, and that is not a failure', async () => {
    const { stdout, stderr, code } = await acl(
      [
        rule('server', 'b.evil'),
        rule('server', 'A.evil:8448'),
        rule('server', 'EXAMPLE.org'),
        rule('server', '*.mods.org'),
        rule('user', '@a:x'),
      ],
      '--must-allow',
      'a.mods.org',
      '--must-allow',
      'b.org',
    );
    expect(stdout).toBe('{"allow":["*"],"deny":["A.evil","b.evil"],"allow_ip_literals":false}\n');
    expect(stderr.split('\n')).toEqual([
      expect.stringContaining('"*.mods.org"'),
      expect.stringContaining('"EXAMPLE.org"'),
      '',
    ]);
    expect(code).toBe(0);
  });

  it('tells on stderr, as a plain number, how many entries did not fit', async () => {
    const { stdout, stderr, code } = await acl(
      Array.from({ length: 9000 }, (_, index) => rule('server', `server-${String(index).padStart(5, '0')}.evil.test`)),
    );
    const { deny } = JSON.parse(stdout) as { deny: string[] };
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^${9000 - deny.length} entries do not fit`)),
      `A rule "*.evil.test" could stand for ${9000 - deny.length} of them.`,
      '',
    ]);
    expect(code).toBe(0);
  });

  it('asks for a server name', async () => {
    await expect(run(['acl', '--rules', file('rules', []), '--server-name', ''])).rejects.toMatchObject({
      code: 'HEIMDALL_E_USAGE',
    });
  });

  it('gives the same bytes for any order of the lines', async () => {
    const lines = [
      rule('server', 'c.evil'),
      rule('server', '*.A.evil'),
      rule('server', 'x.a.evil'),
      rule('server', 'C.evil'),
      rule('server', '*.org'),
      { ...rule('server', 'd.evil'), type: 'm.room.rule.server' },
    ];
    expect(await acl([...lines].reverse())).toEqual(await acl(lines));
  });

  it('ends with 1, and still prints the ACL, when a line of rules is not JSON', async () => {
    const { stdout, stderr, code } = await acl(['{', rule('server', 'a.evil')]);
    expect(JSON.parse(stdout)).toMatchObject({ deny: ['a.evil'] });
    expect(stderr).toContain('"line":1');
    expect(code).toBe(1);
  });
});
