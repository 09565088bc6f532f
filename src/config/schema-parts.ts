/** Building blocks for the keys of the configuration (schema.ts). */
import { z } from 'zod';
import * as checks from './checks.js';
import { configTexts } from './texts.js';

/** A string with checks, each `[predicate, what is wrong if it fails]`; `write` says what to put there instead. */
export function text(write: string, ...rules: [(value: string) => boolean, string][]) {
  let schema = z.string();
  for (const [passes, problem] of rules)
    schema = schema.refine(passes, { error: problem, abort: true, params: { write } });
  return schema;
}

export function listOf<T extends z.ZodType<string>>(item: T) {
  return z.array(item).refine(checks.isWithoutDuplicates, {
    error: configTexts.holdsTwice,
    params: { write: configTexts.eachEntryOnce },
  });
}

/** Marks keys whose values are never printed and may be read from a file named by `<key>_file`. */
export const SECRET_KEYS: ReadonlySet<string> = new Set([
  'client_secret',
  'admin_token',
  'smtp_url',
  'imap_url',
  'database_url',
  'webhook_secret',
]);

export function fileOf(key: string) {
  return z
    .string()
    .min(1)
    .optional()
    .meta({ description: `File that holds ${key}, instead of ${key} itself; white space around it is cut off.` });
}

export const httpUrl = (example: string) => text(configTexts.urlLike(example), [checks.isHttpUrl, configTexts.notAUrl]);
export const filled = (write: string) => text(write, [(value) => value.trim() !== '', configTexts.isEmpty]);
