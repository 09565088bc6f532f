/**
 * Reads valid protect files by hand, so that `heimdall check` in a pipe need not wait for the configuration's schema to
 * load.
 */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isUserId } from '../matrix/identifiers.js';
import { completeIdentity } from './defaults.js';
import { quickYaml } from './quick-yaml.js';
import { isMap } from './rules-check.js';
import type { ProtectedIdentityConfig } from './types.js';

const LISTS = ['display_names', 'avatars', 'domains', 'rooms', 'variants'] as const;
const KEYS: ReadonlySet<string> = new Set(['user_id', ...LISTS]);

/**
 * The result of loadProtectFile() in config/protect.ts; undefined when anything is unusual, which is then left to
 * loadProtectFile().
 */
export function plainProtectFile(file: string): ProtectedIdentityConfig[] | undefined {
  let text: string;
  try {
    // a pipe can only be read once, and a device has no end
    if (!statSync(file).isFile()) return undefined;
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const value = quickYaml(text);
  const identities = isMap(value) ? value.protected_identities : undefined;
  if (!Array.isArray(identities) || !identities.every(isIdentity)) return undefined;
  const folder = path.dirname(path.resolve(file));
  return identities.map(({ user_id, display_names, avatars, domains, rooms, variants }) =>
    completeIdentity(
      {
        user_id,
        display_names: display_names ?? [],
        avatars: avatars ?? [],
        domains: domains ?? undefined,
        rooms: rooms ?? [],
        variants: variants ?? [],
      },
      folder,
    ),
  );
}

type Written = { user_id: string } & Partial<Record<(typeof LISTS)[number], string[] | null>>;

function isIdentity(value: unknown): value is Written {
  return (
    isMap(value) &&
    typeof value.user_id === 'string' &&
    isUserId(value.user_id) &&
    Object.keys(value).every((key) => KEYS.has(key)) &&
    LISTS.every(
      (name) =>
        value[name] == null || (Array.isArray(value[name]) && value[name].every((each) => typeof each === 'string')),
    )
  );
}
