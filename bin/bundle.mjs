// Runs the program from the one file that `npm run build` packs it into (scripts/bundle.mjs). V8 is given the compiled
// code that was written beside it; another Node than the one that built refuses it and compiles anew, which only takes longer.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import vm from 'node:vm';

/** A packed program: its code, and what V8 compiled of it. */
function packed(name) {
  const file = (end) => fileURLToPath(new URL(`../dist/${name}.${end}`, import.meta.url));
  return { code: file('cjs'), compiled: file('compiled') };
}

export const PROGRAM = packed('heimdall');
/** The program with one command only: for one that is over sooner than the whole program would be loaded. */
export const ALONE = { policy: packed('heimdall.policy') };

/** Starts the program; what it is to do stands in process.argv. Returns the script, of which compiled code can be made. */
export function runBundle({ code, compiled } = PROGRAM) {
  const script = new vm.Script(readFileSync(code, 'latin1'), {
    filename: code,
    cachedData: existsSync(compiled) ? readFileSync(compiled) : undefined,
  });
  const module = { exports: {} };
  const load = (name) => import(name);
  script.runInThisContext()(module.exports, createRequire(code), module, load, pathToFileURL(code).href);
  return script;
}
