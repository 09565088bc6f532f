import { Rank, type AclEntry } from './acl-entries.js';
import { compareText } from './rule-order.js';
import { policyTexts } from './texts.js';

/** An event has at most 65536 bytes (spec "Size limits"); 2048 are reserved for everything around the content. */
export const LARGEST_CONTENT = 65536 - 2048;

/**
 * Texts with such a long common prefix are few: sorting them is safer than recursing as deep as a hostile text is long.
 */
const DEEPEST = 32;

/** Bytes of an entry in canonical JSON: quotes, escapes, UTF-8. */
export function jsonBytes({ plain, text }: AclEntry): number {
  return plain ? text.length + 2 : Buffer.byteLength(JSON.stringify(text));
}

/**
 * Chooses as many entries as fit into `space` bytes, a comma after each but the last: takedowns first, then globs,
 * then the rest; among equals the short ones, because more of them fit, and then by text.
 */
export function fit(entries: readonly AclEntry[], space: number): readonly AclEntry[] {
  if (entries.reduce((bytes, entry) => bytes + jsonBytes(entry) + 1, 0) <= space + 1) return entries;
  const groups: Record<Rank, Map<number, AclEntry[]>> = {
    [Rank.Rest]: new Map(),
    [Rank.Glob]: new Map(),
    [Rank.Takedown]: new Map(),
  };
  for (const entry of entries) addTo(groups[entry.rank], jsonBytes(entry) + 1, entry);
  const chosen: AclEntry[] = [];
  let left = space + 1;
  for (const rank of [Rank.Takedown, Rank.Glob, Rank.Rest]) {
    for (const [size, group] of [...groups[rank]].sort(([a], [b]) => a - b)) {
      const taken = first(group, Math.min(group.length, Math.floor(left / size)), 0);
      for (const entry of taken) chosen.push(entry);
      left -= taken.length * size;
    }
  }
  return chosen;
}

/** The message for people, with a plain number. */
export function didNotFit(count: number): string {
  return policyTexts.didNotFit(count, LARGEST_CONTENT);
}

/**
 * The first `count` entries by their units from `depth` on, in any order: parts the group instead of sorting all of it.
 */
function first(group: AclEntry[], count: number, depth: number): AclEntry[] {
  if (count >= group.length || count === 0) return count === 0 ? [] : group;
  if (depth > DEEPEST) return group.sort((a, b) => compareText(a.text, b.text)).slice(0, count);
  const parts = new Map<number, AclEntry[]>();
  for (const entry of group) addTo(parts, depth < entry.text.length ? entry.text.charCodeAt(depth) : -1, entry);
  const taken: AclEntry[] = [];
  for (const [, part] of [...parts].sort(([a], [b]) => a - b)) {
    for (const entry of first(part, Math.min(part.length, count - taken.length), depth + 1)) taken.push(entry);
    if (taken.length === count) break;
  }
  return taken;
}

function addTo(groups: Map<number, AclEntry[]>, key: number, entry: AclEntry): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [entry]);
  else group.push(entry);
}
