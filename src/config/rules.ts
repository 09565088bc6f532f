/**
 * Reads rules/*.yaml, the words and weights of detection, and checks them. Detection itself is pure and never reads a file.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { WEIGHT_NAMES, type DetectionRules, type WeightName } from '../detection/rules.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { packageRoot } from '../util/package-root.js';

const word = z.string().trim().min(1);
const wordsByLanguage = z.record(z.string(), z.array(word)).transform((languages) => Object.values(languages).flat());
const weight = z.number().min(-20).max(20);

const detectionFile = z.strictObject({
  thresholds: z.strictObject({ possible: weight, likely: weight, certain: weight }).refine(({ possible, likely, certain }) => 0 < possible && possible < likely && likely < certain, { error: 'must rise: 0 < possible < likely < certain' }),
  weights: z.strictObject(Object.fromEntries(WEIGHT_NAMES.map((name) => [name, weight])) as Record<WeightName, typeof weight>),
});
const rolesFile = z.strictObject({ strong: wordsByLanguage, weak: wordsByLanguage, filler: wordsByLanguage });
const wordList = z.array(word);
const wordsFile = z.strictObject({ generic: wordList, plain: wordList, shared: wordList, hosts: wordList, lures: wordList });

/** Where the rules that come with Heimdall lie. */
export function rulesFolder(): string {
  return path.join(packageRoot(), 'rules');
}

/**
 * Reads detection.yaml, roles.yaml and words.yaml of a folder.
 * @throws HeimdallError HEIMDALL_E_RULES, with the file, the keys and what is wrong with them, all of one file at once
 */
export function loadRules(folder: string = rulesFolder()): DetectionRules {
  const { thresholds, weights } = readRules(path.join(folder, 'detection.yaml'), detectionFile);
  const roles = readRules(path.join(folder, 'roles.yaml'), rolesFile);
  const words = readRules(path.join(folder, 'words.yaml'), wordsFile);
  return { thresholds, weights, roles, words };
}

/** Rules that can be read again while the program runs. */
export interface RulesHolder {
  /** the last good rules */
  current(): DetectionRules;
  /** Reads the files again. A broken file changes nothing and is returned as the error that says what is wrong. */
  reload(): HeimdallError | undefined;
}

/**
 * Loads the rules and keeps the last good ones.
 * @throws HeimdallError HEIMDALL_E_RULES when the rules are broken at the start: then there are no last good ones
 */
export function holdRules(folder: string = rulesFolder()): RulesHolder {
  let rules = loadRules(folder);
  return {
    current: () => rules,
    reload() {
      try {
        rules = loadRules(folder);
        return undefined;
      } catch (error) {
        if (error instanceof HeimdallError) return error;
        throw error;
      }
    },
  };
}

function readRules<T>(file: string, schema: z.ZodType<T>): T {
  const remedy = 'Mend the file, or take the one that comes with Heimdall.';
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new HeimdallError('HEIMDALL_E_RULES', `${file} can not be read: ${messageOf(error)}`, remedy, { cause: error });
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw new HeimdallError('HEIMDALL_E_RULES', `${file} is not usable: ${problems.join('; ')}`, remedy);
}
