/**
 * The files of `heimdall check --protect`: YAML (or JSON) with `protected_identities:` as in the configuration. Other
 * tools write them too, so only what detection needs is required: `user_id`. Everything else may be absent, unknown
 * keys are ignored, and only a key that is close to one of ours is reported as a mistake.
 */
import path from 'node:path';
import { z } from 'zod';
import { isUserId } from '../matrix/identifiers.js';
import { completeIdentity } from './defaults.js';
import { readText, readYaml } from './document.js';
import { isMap } from './fields.js';
import { quickYaml } from './quick-yaml.js';
import { ConfigError, nearest, problemsOf, type Problem } from './problems.js';
import { protectedIdentitySchema } from './identity-schema.js';
import type { ProtectedIdentityConfig } from './types.js';
import { configTexts } from './texts.js';

const strings = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);
const lenientIdentity = z.object({
  user_id: z.string().refine(isUserId, {
    error: configTexts.notAUserId,
    params: { write: configTexts.userIdForm },
  }),
  display_names: strings,
  avatars: strings,
  domains: z
    .array(z.string())
    .nullish()
    .transform((list) => list ?? undefined),
  rooms: strings,
  variants: strings,
});
const protectFile = z.object({ protected_identities: z.array(lenientIdentity) });
const KEYS = Object.keys(protectedIdentitySchema.shape);

/**
 * Reads a protect file; an empty list is fine. A complete configuration file works too.
 * @throws ConfigError (HEIMDALL_E_CONFIG) with every problem at once
 */
export function loadProtectFile(file: string): ProtectedIdentityConfig[] {
  return parseProtectFile(readText(file), file);
}

/** The same from text; `file` is the name for messages, and image files are relative to its folder. */
export function parseProtectFile(text: string, file = 'protect.yaml'): ProtectedIdentityConfig[] {
  const quick = quickYaml(text);
  const read = quick === undefined ? undefined : protectedIn(quick);
  // the careful reader reports what is wrong
  const { identities, problems } = read?.problems.length === 0 ? read : protectedIn(readYaml(text, file).value);
  if (problems.length > 0) throw new ConfigError(file, problems);
  const folder = path.dirname(path.resolve(file));
  return identities.map((identity) => completeIdentity(identity, folder));
}

function protectedIn(value: unknown): { identities: z.output<typeof lenientIdentity>[]; problems: Problem[] } {
  const parsed = protectFile.safeParse(value);
  return {
    identities: parsed.data?.protected_identities ?? [],
    problems: [...(parsed.success ? [] : problemsOf(protectFile, parsed.error.issues, value)), ...misspelled(value)],
  };
}

function misspelled(value: unknown): Problem[] {
  const identities = isMap(value) && Array.isArray(value.protected_identities) ? value.protected_identities : [];
  const problems: Problem[] = [];
  for (const [index, identity] of identities.entries()) {
    for (const key of isMap(identity) ? Object.keys(identity) : []) {
      const near = KEYS.includes(key) ? undefined : nearest(key, KEYS);
      if (near !== undefined)
        problems.push({
          key: `protected_identities.${index}.${key}`,
          problem: configTexts.unknownKey,
          write: configTexts.didYouMean(near),
        });
    }
  }
  return problems;
}
