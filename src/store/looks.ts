import { createHash } from 'node:crypto';

/**
 * The names and pictures that a subject was seen with, as short hashes, so that names are not stored twice and somebody
 * who changes theirs a thousand times costs little.
 */
export function looksOf(sighting: { displayName?: string | null; avatarUrl?: string | null }): string[] {
  return [
    ['name', sighting.displayName],
    ['picture', sighting.avatarUrl],
  ].flatMap(([kind, value]) =>
    value == null || value === ''
      ? []
      : [`${kind}:${createHash('sha256').update(value).digest('base64url').slice(0, 22)}`],
  );
}
