/**
 * Jest runs the TypeScript sources directly (swc, no type check: `npm run typecheck` does that).
 * Three projects, so that `npm run jest -- --selectProjects unit` stays fast.
 */
/** @param {boolean} tsx whether the file holds JSX: in a plain .ts file `<T>` begins a type parameter */
const swc = (tsx) => ({
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', tsx },
    transform: { react: { runtime: 'automatic', importSource: 'preact' } },
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
});

const base = {
  testEnvironment: '<rootDir>/test/support/patient-environment.mjs',
  rootDir: import.meta.dirname,
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['@swc/jest', swc(false)],
    '^.+\\.tsx$': ['@swc/jest', swc(true)],
  },
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.synapse/', '<rootDir>/.sandbox/', '<rootDir>/.tmp/'],
};

// Waits and time-outs that tests name themselves are made this many times as long (sandbox/wait.ts, patient-environment.mjs).
process.env.HEIMDALL_PATIENCE ??= '3';

export default {
  // Only here, beside `projects`, does jest read it.
  testTimeout: 300_000,
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [...base.testPathIgnorePatterns, '/test/e2e/', '\\.integration\\.test\\.ts$'],
    },
    { ...base, displayName: 'integration', testMatch: ['<rootDir>/test/**/*.integration.test.ts'] },
    { ...base, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'] },
  ],
};
