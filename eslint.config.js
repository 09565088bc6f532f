import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The walls of the house (docs/understand/architecture.md): a room may import only what stands in its list.
 * Every list names the rooms BELOW; files of the same room are always allowed.
 * `matrix/identifiers` and `matrix/permalinks` are pure and lie at the bottom, beside util.
 */
const BOTTOM = ['util', 'matrix/identifiers', 'matrix/permalinks'];
export const WALLS = {
  util: [],
  config: [...BOTTOM, 'detection', 'policy'],
  detection: BOTTOM,
  policy: BOTTOM,
  store: [...BOTTOM, 'detection', 'policy'],
  matrix: ['util'],
  actions: [...BOTTOM, 'detection', 'policy', 'store', 'config', 'matrix'],
  mail: [...BOTTOM, 'detection', 'policy', 'store', 'config', 'matrix', 'actions'],
  enforcement: [...BOTTOM, 'detection', 'policy', 'store', 'config', 'matrix', 'actions'],
  cases: [...BOTTOM, 'detection', 'policy', 'store', 'config', 'matrix', 'actions', 'enforcement', 'mail'],
  notify: [...BOTTOM, 'detection', 'policy', 'store', 'config', 'matrix', 'actions', 'enforcement', 'mail', 'cases'],
  tracking: [
    ...BOTTOM,
    'detection',
    'policy',
    'store',
    'config',
    'matrix',
    'actions',
    'enforcement',
    'mail',
    'cases',
    'notify',
  ],
  'protected-rooms': [
    ...BOTTOM,
    'detection',
    'policy',
    'store',
    'config',
    'matrix',
    'actions',
    'enforcement',
    'mail',
    'cases',
    'notify',
    'tracking',
  ],
  impersonation: [
    ...BOTTOM,
    'detection',
    'policy',
    'store',
    'config',
    'matrix',
    'actions',
    'enforcement',
    'mail',
    'cases',
    'notify',
    'tracking',
    'protected-rooms',
  ],
  protections: [
    ...BOTTOM,
    'detection',
    'policy',
    'store',
    'config',
    'matrix',
    'actions',
    'enforcement',
    'mail',
    'cases',
    'notify',
    'tracking',
    'protected-rooms',
  ],
  scan: [
    ...BOTTOM,
    'detection',
    'policy',
    'store',
    'config',
    'matrix',
    'actions',
    'enforcement',
    'mail',
    'cases',
    'notify',
    'tracking',
    'protected-rooms',
    'impersonation',
    'protections',
  ],
  reports: [
    ...BOTTOM,
    'detection',
    'policy',
    'store',
    'config',
    'matrix',
    'actions',
    'enforcement',
    'mail',
    'cases',
    'notify',
    'tracking',
    'protected-rooms',
    'impersonation',
    'protections',
    'scan',
  ],
  statements: [
    ...BOTTOM,
    'detection',
    'policy',
    'store',
    'config',
    'matrix',
    'actions',
    'enforcement',
    'mail',
    'cases',
    'notify',
    'tracking',
    'protected-rooms',
    'impersonation',
    'protections',
    'scan',
    'reports',
  ],
  intake: [
    ...BOTTOM,
    'detection',
    'policy',
    'store',
    'config',
    'matrix',
    'actions',
    'enforcement',
    'mail',
    'cases',
    'notify',
    'tracking',
    'protected-rooms',
    'impersonation',
    'protections',
    'scan',
    'reports',
    'statements',
  ],
  commands: [
    ...BOTTOM,
    'detection',
    'policy',
    'store',
    'config',
    'matrix',
    'actions',
    'enforcement',
    'mail',
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
  ],
  web: [
    ...BOTTOM,
    'detection',
    'policy',
    'store',
    'config',
    'matrix',
    'actions',
    'enforcement',
    'mail',
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
  ],
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
    files: ['src/**/*.{ts,tsx}', 'test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts', 'sandbox/**/*.ts'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.tsx', '.js'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
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
