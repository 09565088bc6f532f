// Runs a packed program and, when it ends, writes the code that V8 compiled meanwhile:
// `node bundle-run.mjs PROGRAM [ARG…]`, with `heimdall` for the whole one, or the name of the only command that it has.
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { ALONE, PROGRAM, runBundle } from '../bin/bundle.mjs';

const [name] = process.argv.splice(2, 1);
const bundle = ALONE[name] ?? PROGRAM;
const script = runBundle(bundle);
process.on('exit', () => {
  // compiled code fits the flags that it was written with: back to those of a process that starts (src/cli/run.ts)
  for (const flag of [
    '--semi-space-growth-factor=2',
    '--heap-growing-percent=0',
    '--wasm-tier-up',
    '--wasm-dynamic-tiering',
  ])
    setFlagsFromString(flag);
  writeFileSync(bundle.compiled, script.createCachedData());
});
