/**
 * `npm run generate`: writes the files that are made from the code. test/config/generated.test.ts fails when they
 * drift.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderJsonSchema, renderReference, renderSample } from '../src/config/index.js';
import { commandReference } from '../src/commands/reference.js';
import { protectionReference } from '../src/protections/reference.js';
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
  [CONFIGURATION, between(CONFIGURATION, renderReference())],
] as const;
mkdirSync(path.join(packageRoot(), 'docs/moderate'), { recursive: true });
for (const [file, content] of files) {
  writeFileSync(path.join(packageRoot(), file), content);
  process.stdout.write(`wrote ${file}\n`);
}
