import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { HARMS } from '../store/harms.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { texts } from './texts.js';

/** The rules of a server's terms, which statements of reasons name. */

const text = (most: number) => z.string().trim().min(1).max(most);
const webUrl = z.url({ protocol: /^https?$/ }).max(500);

const policySchema = z.strictObject({
  /** used in figures and files: letters, digits, `-` and `_` */
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, texts.policyForm.id),
  title: text(200),
  text: text(2_000),
  url: webUrl.optional(),
  /** the harm (MSC4456) that it covers; without one it covers everything that no other rule does */
  harm: z
    .string()
    .refine((harm) => Object.hasOwn(HARMS, harm), texts.policyForm.harm)
    .optional(),
  /** category of the DSA Transparency Database, and its keywords */
  category: z
    .string()
    .regex(/^STATEMENT_CATEGORY_[A-Z_]{3,80}$/, texts.policyForm.category)
    .optional(),
  keywords: z
    .array(z.string().regex(/^KEYWORD_[A-Z_]{3,80}$/, texts.policyForm.keyword))
    .max(10)
    .default([]),
});

const policiesSchema = z.strictObject({
  terms_url: webUrl.optional(),
  policies: z.array(policySchema).min(1).max(200),
});

export type Policy = z.output<typeof policySchema>;
export type Policies = z.output<typeof policiesSchema>;

/** The default for a server that has not written down its rules. */
export const DEFAULT_POLICIES: Policies = policiesSchema.parse({
  policies: [
    {
      id: 'impersonation',
      ...texts.en.defaultPolicies.impersonation,
      harm: 'm.spam.impersonation',
      category: 'STATEMENT_CATEGORY_SCAMS_AND_FRAUD',
      keywords: ['KEYWORD_IMPERSONATION_ACCOUNT_HIJACKING'],
    },
    {
      id: 'fraud',
      ...texts.en.defaultPolicies.fraud,
      harm: 'm.spam.fraud',
      category: 'STATEMENT_CATEGORY_SCAMS_AND_FRAUD',
    },
    { id: 'conduct', ...texts.en.defaultPolicies.conduct, category: 'STATEMENT_CATEGORY_OTHER_VIOLATION_TC' },
  ],
});

/**
 * Reads policies.yaml.
 * @throws HeimdallError HEIMDALL_E_POLICIES naming the key and what is wrong with it
 */
export function loadPolicies(file: string | null): Policies {
  if (file === null) return DEFAULT_POLICIES;
  const refuse = (problem: string, cause?: unknown): HeimdallError =>
    new HeimdallError('HEIMDALL_E_POLICIES', texts.policiesBroken(file, problem), texts.policiesRemedy, { cause });
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refuse(messageOf(error), error);
  }
  const read = policiesSchema.safeParse(content);
  if (read.success) return read.data;
  throw refuse(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

/** The rule for this harm, else for the nearest broader one, else the first without a harm. */
export function policyFor({ policies }: Policies, harm: string): Policy {
  const parts = harm.split('.');
  for (let length = parts.length; length >= 2; length--) {
    const found = policies.find((policy) => policy.harm === parts.slice(0, length).join('.'));
    if (found !== undefined) return found;
  }
  const general = policies.find((policy) => policy.harm === undefined) ?? policies[0];
  if (general === undefined) throw new Error('heimdall: policies without a policy');
  return general;
}
