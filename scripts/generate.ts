/**
 * `npm run generate`: writes the files that are made from the code. test/config/generated.test.ts fails when they
 * drift.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderJsonSchema, renderReference, renderSample } from '../src/config/index.js';
import { commandReference } from '../src/commands/reference.js';
import { renderMan } from '../src/cli/man.js';
import { wholeProgram } from '../src/cli/program.js';
import { COMMANDS } from '../src/commands/table.js';
import { protectionReference } from '../src/protections/reference.js';
import { collectTexts, TEXTS_FILE } from './texts.js';
import { packageRoot } from '../src/util/package-root.js';

/** Replaces what stands between the two markers of a page. */
function between(file: string, content: string): string {
  return readFileSync(path.join(packageRoot(), file), 'utf8').replace(
    /(<!-- generated -->\n)[^]*(<!-- end -->)/,
    (_, begin: string, end: string) => begin + content + end,
  );
}

const CONFIGURATION = 'docs/operate/configuration.md';
const files = [
  ['config.sample.yaml', renderSample()],
  ['docs/config.schema.json', renderJsonSchema()],
  ['docs/moderate/commands.md', commandReference()],
  ['docs/moderate/protections.md', protectionReference()],
  ['man/heimdall.1', renderMan(await wholeProgram(), COMMANDS)],
  [TEXTS_FILE, collectTexts()],
  [CONFIGURATION, between(CONFIGURATION, renderReference())],
] as const;
for (const folder of ['docs/moderate', 'man']) mkdirSync(path.join(packageRoot(), folder), { recursive: true });
for (const [file, content] of files) {
  writeFileSync(path.join(packageRoot(), file), content);
  process.stdout.write(`wrote ${file}\n`);
}
