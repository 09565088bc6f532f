// Runs the packed program with the arguments given and, when it ends, writes the code that V8 compiled meanwhile.
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { COMPILED, runBundle } from '../bin/bundle.mjs';

const script = runBundle();
process.on('exit', () => {
  // compiled code fits the flags that it was written with: back to those of a process that starts (src/cli/run.ts)
  for (const flag of ['--semi-space-growth-factor=2', '--wasm-tier-up', '--wasm-dynamic-tiering'])
    setFlagsFromString(flag);
  writeFileSync(COMPILED, script.createCachedData());
});
