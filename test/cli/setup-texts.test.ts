import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { programName } from '../../src/cli/program-name.js';
import { REPORT_PATHS } from '../../src/cli/setup/texts.js';
import { packageRoot } from '../../src/util/package-root.js';

it('setup names the report endpoints as the page about the reverse proxy does', () => {
  const page = readFileSync(path.join(packageRoot(), 'docs/report.md'), 'utf8');
  expect(page).toContain(`location ~ ${REPORT_PATHS} {`);
});

it('commands that we suggest begin as this one did', () => {
  expect(programName({ npm_command: 'exec' })).toBe('npx heimdall');
  expect(programName({})).toBe('heimdall');
});
