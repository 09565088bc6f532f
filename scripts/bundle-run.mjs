// Runs the packed program with the arguments given and, when it ends, writes the code that V8 compiled meanwhile.
import { writeFileSync } from 'node:fs';
import { COMPILED, runBundle } from '../bin/bundle.mjs';

const script = runBundle();
process.on('exit', () => writeFileSync(COMPILED, script.createCachedData()));
