import { Rank, type AclEntry } from './acl-entries.js';
import { compareCodePoints } from './rule-order.js';

/** An event has at most 65536 bytes (spec "Size limits"); 2048 are kept for everything around the content. */
export const LARGEST_CONTENT = 65536 - 2048;

/** Bytes of a text in canonical JSON: quotes, escapes, UTF-8. */
export function jsonBytes(text: string): number {
  return /^[ !#-[\]-~]*$/.test(text) ? text.length + 2 : Buffer.byteLength(JSON.stringify(text));
}

/**
 * Chooses as many entries as fit into `space` bytes, a comma after each but the last: takedowns first, then globs,
 * then the rest; among equals the short ones, because more of them fit, and then by text.
 */
export function fit(entries: Iterable<AclEntry>, space: number): AclEntry[] {
  const byRank = new Map<Rank, Map<number, AclEntry[]>>();
  for (const entry of entries) {
    const bySize = mapIn(byRank, entry.rank, () => new Map<number, AclEntry[]>());
    mapIn(bySize, jsonBytes(entry.text) + 1, () => []).push(entry);
  }
  const chosen: AclEntry[] = [];
  let left = space + 1;
  for (const rank of [Rank.Takedown, Rank.Glob, Rank.Rest]) {
    for (const [size, group] of [...(byRank.get(rank) ?? [])].sort(([a], [b]) => a - b)) {
      const count = Math.min(group.length, Math.floor(left / size));
      if (count < group.length) group.sort((a, b) => compareCodePoints(a.text, b.text));
      for (let index = 0; index < count; index += 1) chosen.push(group[index] as AclEntry);
      left -= count * size;
    }
  }
  return chosen;
}

function mapIn<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, value = make());
  return value;
}
