import { execFileSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { AT_BEGINNING, ONCE_READY } from '../../src/cli/v8-flags.js';

it('this Node knows the flags that a run sets: of others it only says on stderr that it does not', () => {
  const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  const names = [...AT_BEGINNING, ...ONCE_READY].map((flag) => flag.replace(/^--(no-)?/, '').replace(/=.*/, ''));
  expect(names.filter((name) => !new RegExp(`^ +--(no-)?${name} `, 'm').test(known))).toEqual([]);
});
