/** `npm run generate`: writes the files that are made from the code. test/config/generated.test.ts fails when they drift. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderJsonSchema, renderSample } from '../src/config/index.js';
import { packageRoot } from '../src/util/package-root.js';

for (const [file, content] of [['config.sample.yaml', renderSample()], ['docs/config.schema.json', renderJsonSchema()]] as const) {
  writeFileSync(path.join(packageRoot(), file), content);
  process.stdout.write(`wrote ${file}\n`);
}
