// A test runner that starts in a tenth of the time that jest needs: what the unit tests of detection use of it
// (describe, it, each, hooks), with jest's own
// `expect` and mocks. Run by scripts/mutate.mjs on compiled tests: `node mutate-tests.mjs FILE…`. Ends at the first failure with
// exit code 3 and its name.
import { writeSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { fn, spyOn } from 'jest-mock';

export { expect } from 'expect';
export const jest = { fn, spyOn };

let tests = [];
let around = { names: [], before: [], after: [], once: [] };

const each = (define) => (rows) => (name, body) => {
  for (const row of rows) {
    const values = Array.isArray(row) ? row : [row];
    define(format(name, ...values.slice(0, (name.match(/%[sdj]/g) ?? []).length)), () => body(...values));
  }
};
export function describe(name, body) {
  const outer = around;
  around = { names: [...outer.names, name], before: [...outer.before], after: [...outer.after], once: [...outer.once] };
  body();
  around = outer;
}
export function it(name, body) {
  tests.push({ name: [...around.names, name].join(' › '), body, around });
}
describe.each = each(describe);
it.each = each(it);
export const test = it;
export const beforeEach = (hook) => around.before.push(hook);
export const afterEach = (hook) => around.after.push(hook);
export const beforeAll = (hook) => around.once.push({ hook, isDone: false });

function end(name) {
  writeSync(1, `FAILED ${name.replace(/\s+/g, ' ')}\n`);
  process.exit(3);
}

async function runFile(file) {
  tests = [];
  around = { names: [], before: [], after: [], once: [] };
  try {
    await import(pathToFileURL(path.resolve(file)).href);
  } catch (error) {
    writeSync(2, `${error?.stack}\n`);
    end(`${path.basename(file)} cannot be loaded: ${error?.message}`);
  }
  for (const {
    name,
    body,
    around: { before, after, once },
  } of tests) {
    try {
      for (const each of once)
        if (!each.isDone) {
          each.isDone = true;
          await each.hook();
        }
      for (const hook of before) await hook();
      await body();
      for (const hook of after) await hook();
    } catch (error) {
      writeSync(2, `${error?.stack}\n`);
      end(name);
    }
  }
}

// no await at the top: the tests import this very file
void (async () => {
  for (const file of process.argv.slice(2)) await runFile(file);
})();
