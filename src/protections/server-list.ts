import { withoutPort } from '../matrix/identifiers.js';
import { compileGlob, isGlob, type Glob } from '../policy/glob.js';

interface ServerList {
  names: ReadonlySet<string>;
  globs: readonly Glob[];
}

/** Built once per list. */
const made = new WeakMap<readonly string[], ServerList>();

/** Whether a homeserver is in a list, by name or glob, ignoring case and port. */
export function isListedServer(list: readonly string[], server: string): boolean {
  const { names, globs } = listOf(list);
  const name = withoutPort(server).toLowerCase();
  return names.has(name) || globs.some((glob) => glob.test(name));
}

function listOf(list: readonly string[]): ServerList {
  const known = made.get(list);
  if (known !== undefined) return known;
  const entries = list.map((entry) => withoutPort(entry).toLowerCase());
  const one = {
    names: new Set(entries.filter((entry) => !isGlob(entry))),
    globs: entries.filter(isGlob).map((entry) => compileGlob(entry)),
  };
  made.set(list, one);
  return one;
}
