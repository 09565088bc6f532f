/**
 * Canonical JSON (spec appendices): keys sorted by code point, no blanks. Two contents are equal exactly when their
 * canonical texts are. Keys with an undefined value are omitted, as in JSON.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((entry) => canonicalJson(entry ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const pairs = Object.entries(value).filter(([, entry]) => entry !== undefined);
  pairs.sort(([a], [b]) => compareCodePoints(a, b));
  return `{${pairs.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`;
}

/** JavaScript compares UTF-16 code units, which puts U+FFFF after the astral planes. */
function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
