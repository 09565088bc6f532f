/**
 * The walls of the house hold: ESLint, with the project's own configuration, reports every import that the design
 * forbids, and lets through what it allows. The texts below are linted without a parser project, so that
 * one room's file takes milliseconds; the rule looks at nothing but the import's name.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import { packageRoot } from '../src/util/package-root.js';

let eslint: ESLint;
let walls: Record<string, string[]>;

beforeAll(async () => {
  eslint = new ESLint({
    cwd: packageRoot(),
    overrideConfig: [
      {
        files: ['src/**/*.ts'],
        languageOptions: { parserOptions: { projectService: false } },
        rules: { '@typescript-eslint/no-floating-promises': 'off', '@typescript-eslint/no-misused-promises': 'off' },
      },
    ],
  });
  ({ WALLS: walls } = (await import(path.join(packageRoot(), 'eslint.config.js'))) as {
    WALLS: Record<string, string[]>;
  });
});

/** What ESLint says of importing `name` in a file of that room; empty when it is allowed. */
async function complaints(room: string, name: string, file = 'example.ts'): Promise<string[]> {
  const results = await eslint.lintText(`import * as it from '${name}';\nexport const use = it;\n`, {
    filePath: path.join(packageRoot(), 'src', room, file),
  });
  return results.flatMap(({ messages }) => messages.map(({ message, ruleId }) => `${ruleId ?? 'fatal'}: ${message}`));
}

/** Every room that stands in src/ by the design; the rooms above all others have no list of their own. */
const ROOMS = [
  'util',
  'config',
  'detection',
  'policy',
  'store',
  'matrix',
  'actions',
  'mail',
  'enforcement',
  'cases',
  'notify',
  'tracking',
  'protected-rooms',
  'impersonation',
  'protections',
  'scan',
  'reports',
  'statements',
  'intake',
  'commands',
  'web',
];

describe('the walls between rooms', () => {
  it('stand around every room', () => {
    expect(Object.keys(walls).sort()).toEqual([...ROOMS].sort());
  });

  describe.each(ROOMS)('of %s', (room) => {
    it('report every room that it may not know', async () => {
      for (const other of [...ROOMS, 'cli'].filter((name) => name !== room && !walls[room]?.includes(name))) {
        expect([other, await complaints(room, `../${other}/index.js`)]).toEqual([
          other,
          [expect.stringContaining(`Wall: ${room} may not know ${other}`)],
        ]);
        expect(await complaints(room, `../../${other}/deeper/part.js`, 'deeper/example.ts')).toHaveLength(1);
      }
      for (const above of ['app', 'main']) expect(await complaints(room, `../${above}.js`)).toHaveLength(1);
    });

    it('let through the rooms below, its own files, and packages', async () => {
      for (const below of walls[room] ?? [])
        expect([
          below,
          await complaints(room, below.includes('/') ? `../${below}.js` : `../${below}/index.js`),
        ]).toEqual([below, []]);
      for (const own of ['./neighbour.js', './part/neighbour.js', 'zod'])
        expect(await complaints(room, own)).toEqual([]);
    });
  });

  it('let pure rooms see identifiers and permalinks of matrix, and nothing else of it', async () => {
    for (const room of ['detection', 'policy', 'store', 'config']) {
      expect(await complaints(room, '../matrix/identifiers.js')).toEqual([]);
      expect(await complaints(room, '../matrix/permalinks.js')).toEqual([]);
      for (const part of ['client', 'identifiers-of-others', 'power'])
        expect(await complaints(room, `../matrix/${part}.js`)).toHaveLength(1);
    }
  });

  it('hold for re-exports and types as for imports', async () => {
    const lint = async (text: string) =>
      (await eslint.lintText(text, { filePath: path.join(packageRoot(), 'src/policy/example.ts') })).flatMap(
        ({ messages }) => messages,
      );
    expect(await lint("export * from '../store/index.js';\n")).toHaveLength(1);
    expect(await lint("import type { Ledger } from '../store/index.js';\nexport type Own = Ledger;\n")).toHaveLength(1);
  });

  it('are not climbed by import() in any file of src/, which the rule does not look at', async () => {
    const src = path.join(packageRoot(), 'src');
    const climbers: string[] = [];
    for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
      const room = file.split(path.sep)[0] ?? '';
      if (!ROOMS.includes(room)) continue;
      for (const [, name = ''] of readFileSync(path.join(src, file), 'utf8').matchAll(
        /\bimport\(\s*['"]([^'"]+)['"]/g,
      )) {
        climbers.push(
          ...(await complaints(room, name, file.split(path.sep).slice(1).join('/'))).map(
            (complaint) => `${file}: ${complaint}`,
          ),
        );
      }
    }
    expect(climbers).toEqual([]);
  });

  it('keep commands and web apart', async () => {
    expect(await complaints('commands', '../web/index.js')).toHaveLength(1);
    expect(await complaints('web', '../commands/index.js')).toHaveLength(1);
  });

  it.each([
    'node:fs',
    'fs',
    'node:fs/promises',
    'node:net',
    'node:http',
    'node:dns/promises',
    'node:child_process',
    'node:worker_threads',
  ])('keep %s out of the pure rooms', async (name) => {
    for (const room of ['detection', 'policy', 'protections'])
      expect(await complaints(room, name)).toEqual([expect.stringContaining('is pure and does no I/O')]);
    expect(await complaints('store', name)).toEqual([]);
  });

  it.each([
    ['kysely', 'store'],
    ['libsql', 'store'],
    ['pg', 'store'],
    ['lowdb', 'store'],
    ['lowdb/node', 'store'],
    ['nodemailer', 'mail'],
    ['nodemailer/lib/mime-node', 'mail'],
    ['matrix-appservice-bridge', 'matrix'],
    ['@vector-im/matrix-bot-sdk', 'matrix'],
  ])('let %s be used by %s alone', async (name, owner) => {
    expect(await complaints(owner, name)).toEqual([]);
    for (const room of ROOMS.filter((other) => other !== owner))
      expect([room, await complaints(room, name)]).toEqual([room, [expect.stringContaining(`only ${owner} may use`)]]);
  });
});
