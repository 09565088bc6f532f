import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The boundaries between modules (docs/understand/architecture.md), from the bottom up: a module may import those of the
 * layers below it, never one beside it. `matrix/identifiers` and `matrix/permalinks` are pure and lie at the bottom.
 */
const BOTTOM = ['util', 'matrix/identifiers', 'matrix/permalinks'];
const LAYERS = [
  ['detection', 'policy'],
  ['store', 'config'],
  ['matrix'],
  ['actions'],
  ['enforcement', 'mail'],
  ['cases'],
  ['notify'],
  ['tracking'],
  ['protected-rooms'],
  ['impersonation', 'protections'],
  ['scan'],
  ['reports'],
  ['statements'],
  ['intake'],
  ['commands', 'web'],
];
const below = (layer) => [...BOTTOM, ...LAYERS.slice(0, layer).flat()];
export const WALLS = {
  ...Object.fromEntries(LAYERS.flatMap((modules, layer) => modules.map((module) => [module, below(layer)]))),
  util: [],
  // the protocol, and nothing about moderation or where it is kept
  matrix: ['util'],
};
const ROOMS = [...Object.keys(WALLS), 'cli', 'app', 'main'];

/**
 * Only these rooms may touch the world through these packages (design: only store speaks SQL, only mail speaks SMTP,
 * …).
 */
const PACKAGES = {
  kysely: ['store'],
  libsql: ['store'],
  pg: ['store'],
  lowdb: ['store'],
  nodemailer: ['mail'],
  'matrix-appservice-bridge': ['matrix'],
  '@vector-im/matrix-bot-sdk': ['matrix'],
};
const PURE = ['detection', 'policy', 'protections'];
const IO_MODULES = ['fs', 'net', 'http', 'https', 'child_process', 'dgram', 'dns', 'tls', 'worker_threads'].flatMap(
  (m) => [m, `node:${m}`, `${m}/promises`, `node:${m}/promises`],
);

function wallsOf(room) {
  const allowed = WALLS[room];
  const forbidden = ROOMS.filter((other) => other !== room && !allowed.includes(other));
  const patterns = forbidden.map((other) => ({
    // `../matrix/client.js` is forbidden where only `matrix/identifiers` is allowed
    regex: `^(\\.\\./)+${other}(/(?!(${
      allowed
        .filter((a) => a.startsWith(`${other}/`))
        .map((a) => a.slice(other.length + 1))
        .join('|') || '-'
    })\\.js$)|\\.js$)`,
    message: `Wall: ${room} may not know ${other} (docs/understand/architecture.md).`,
  }));
  const packages = Object.entries(PACKAGES)
    .filter(([, rooms]) => !rooms.includes(room))
    .map(([name]) => ({ regex: `^${name}(/|$)`, message: `Wall: only ${PACKAGES[name].join(', ')} may use ${name}.` }));
  const pure = PURE.includes(room)
    ? [{ regex: `^(${IO_MODULES.join('|')})$`, message: `Wall: ${room} is pure and does no I/O.` }]
    : [];
  return {
    files: [`src/${room}/**/*.{ts,tsx}`],
    rules: { 'no-restricted-imports': ['error', { patterns: [...patterns, ...packages, ...pure] }] },
  };
}

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.synapse/',
      '.sandbox/',
      '.tmp/',
      'vendor/',
      'coverage/',
      'src/detection/fold/*.generated.ts',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'off',
      'no-control-regex': 'off',
      'no-misleading-character-class': 'off',
      'no-irregular-whitespace': 'off',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // a regular expression cannot be broken; a sentence can: with +, at a space
      'max-len': ['error', { code: 120, ignoreRegExpLiterals: true }],
    },
  },
  {
    // tables that a script makes, and whole documents (Markdown, CSS, shell) as one template: a break would be theirs
    files: [
      'src/**/*.generated.ts',
      'src/commands/reference.ts',
      'src/config/reference.ts',
      'src/protections/reference.ts',
      'src/cli/completion.ts',
      'src/web/pages/style.ts',
    ],
    rules: { 'max-len': 'off' },
  },
  {
    // the whole tree, programs in plain JavaScript as well
    files: ['**/*.{ts,tsx,mjs}'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.tsx', '.js', '.mjs'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx', '.mjs'] },
      'import-x/resolver-next': [createNodeResolver({ extensionAlias: { '.js': ['.ts', '.tsx', '.js'] } })],
    },
    rules: { 'import-x/no-cycle': ['error', { ignoreExternal: true }] },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
      },
    },
  },
  ...Object.keys(WALLS).map(wallsOf),
);
