// Runs a packed program and, when it ends, writes the code that V8 compiled meanwhile:
// `node bundle-run.mjs PROGRAM [ARG…]`, with `heimdall` for the whole one, or the name of the only command that it has.
import { writeFileSync } from 'node:fs';
import v8 from 'node:v8';
import { ALONE, PROGRAM, runBundle } from '../bin/bundle.mjs';

// Compiled code fits the flags that it was written with: those of a process that starts, and the program sets its own
// later (src/cli/v8-flags.ts). Not all can be set back to what they were.
v8.setFlagsFromString = () => undefined;

const [name] = process.argv.splice(2, 1);
const bundle = ALONE[name] ?? PROGRAM;
const script = runBundle(bundle);
process.on('exit', () => writeFileSync(bundle.compiled, script.createCachedData()));
