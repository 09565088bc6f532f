import { createHash } from 'node:crypto';

/**
 * What a subject was seen with, in a form that can be kept: hashes, so that a name is not stored once more, and short,
 * so that somebody who changes it a thousand times costs little.
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
