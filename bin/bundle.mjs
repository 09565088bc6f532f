// Runs the program from the one file that `npm run build` packs it into (scripts/bundle.mjs). V8 is given the compiled
// code that was written beside it; another Node than the one that built refuses it and compiles anew, which only takes longer.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import vm from 'node:vm';

export const BUNDLE = fileURLToPath(new URL('../dist/heimdall.cjs', import.meta.url));
export const COMPILED = fileURLToPath(new URL('../dist/heimdall.compiled', import.meta.url));

/** Starts the program; what it is to do stands in process.argv. Returns the script, of which compiled code can be made. */
export function runBundle() {
  const script = new vm.Script(readFileSync(BUNDLE, 'latin1'), {
    filename: BUNDLE,
    cachedData: existsSync(COMPILED) ? readFileSync(COMPILED) : undefined,
  });
  const module = { exports: {} };
  const load = (name) => import(name);
  script.runInThisContext()(module.exports, createRequire(BUNDLE), module, load, pathToFileURL(BUNDLE).href);
  return script;
}
