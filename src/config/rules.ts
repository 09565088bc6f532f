/**
 * Reads rules/*.yaml, the words and weights of detection, and checks them. Detection itself is pure and never reads a file.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOM_WEIGHT_NAMES, WEIGHT_NAMES, type DetectionRules, type RoomWeightName, type WeightName } from '../detection/rules.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { packageRoot } from '../util/package-root.js';
import { isMap } from './fields.js';

const word = z.string().trim().min(1);
const wordsByLanguage = z.record(z.string(), z.array(word)).transform((languages) => Object.values(languages).flat());
const weight = z.number().min(-20).max(20);

const detectionFile = z.strictObject({
  thresholds: z.strictObject({ possible: weight, likely: weight, certain: weight }).refine(({ possible, likely, certain }) => 0 < possible && possible < likely && likely < certain, { error: 'must rise: 0 < possible < likely < certain' }),
  weights: z.strictObject(Object.fromEntries(WEIGHT_NAMES.map((name) => [name, weight])) as Record<WeightName, typeof weight>),
  rooms: z.strictObject(Object.fromEntries(ROOM_WEIGHT_NAMES.map((name) => [name, weight])) as Record<RoomWeightName, typeof weight>),
});
const rolesFile = z.strictObject({ strong: wordsByLanguage, weak: wordsByLanguage, filler: wordsByLanguage });
const wordList = z.array(word);
const wordsFile = z.strictObject({ generic: wordList, plain: wordList, shared: wordList, hosts: wordList, rooms: wordList, lures: wordList, networks: wordList, ordinary: wordList });

/** Where the rules that come with Heimdall lie. */
export function rulesFolder(): string {
  return path.join(packageRoot(), 'rules');
}

/** The files of a folder of rules. */
export const RULES_FILES = ['detection.yaml', 'roles.yaml', 'words.yaml'] as const;

/**
 * Reads detection.yaml, roles.yaml and words.yaml. A folder of an admin's own is laid over the rules that come with Heimdall,
 * key by key: what it does not hold stays as it came, so that a new version's rules need not be copied.
 * @param folder the admin's own rules; null: none
 * @throws HeimdallError HEIMDALL_E_RULES, with the file, the keys and what is wrong with them, all of one file at once
 */
export function loadRules(folder: string | null = null): DetectionRules {
  if (folder !== null) refuseStrangeFiles(folder);
  const { thresholds, weights, rooms } = readRules('detection.yaml', folder, detectionFile);
  const roles = readRules('roles.yaml', folder, rolesFile);
  const words = readRules('words.yaml', folder, wordsFile);
  return { thresholds, weights, rooms, roles, words: { ...words, names: packagedWords('names.txt'), ordinary: new Set([...packagedWords('ordinary.txt'), ...words.ordinary.map((each) => each.toLowerCase())]) } };
}

const packaged = new Map<string, ReadonlySet<string>>();

/** The words of a list that comes with Heimdall; scripts/ordinary-words.ts makes them. Read once. */
function packagedWords(name: 'names.txt' | 'ordinary.txt'): ReadonlySet<string> {
  const known = packaged.get(name);
  if (known !== undefined) return known;
  const file = path.join(rulesFolder(), name);
  try {
    const found = new Set(readFileSync(file, 'utf8').split(/\s+/));
    found.delete('');
    packaged.set(name, found);
    return found;
  } catch (error) {
    throw new HeimdallError('HEIMDALL_E_RULES', `${file} can not be read: ${messageOf(error)}`, REMEDY, { cause: error });
  }
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
export function holdRules(folder: string | null = null): RulesHolder {
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

const REMEDY = 'Mend the file, or take the one that comes with Heimdall.';

/** A misspelled file name would be a rule that is silently not in force. */
function refuseStrangeFiles(folder: string): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new HeimdallError('HEIMDALL_E_RULES', `${folder} can not be read: ${messageOf(error)}`, 'Mend rules_dir in the configuration, or make the folder.', { cause: error });
  }
  const strange = names.filter((name) => /^[^.].*\.ya?ml$/.test(name) && !(RULES_FILES as readonly string[]).includes(name));
  if (strange.length > 0) throw new HeimdallError('HEIMDALL_E_RULES', `${folder} holds ${strange.join(', ')}, which is no file of rules.`, `The files are called ${RULES_FILES.join(', ')}.`);
}

function readRules<T>(name: (typeof RULES_FILES)[number], folder: string | null, schema: z.ZodType<T>): T {
  const packaged = path.join(rulesFolder(), name);
  const own = folder === null ? undefined : path.join(folder, name);
  let content = readYaml(packaged);
  if (own !== undefined && existsSync(own)) content = laidOver(content, readYaml(own));
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw new HeimdallError('HEIMDALL_E_RULES', `${own ?? packaged} is not usable: ${problems.join('; ')}`, REMEDY);
}

function readYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new HeimdallError('HEIMDALL_E_RULES', `${file} can not be read: ${messageOf(error)}`, REMEDY, { cause: error });
  }
}

/** Maps are merged key by key, everything else is replaced; an empty file or key says nothing. */
function laidOver(below: unknown, above: unknown): unknown {
  if (above == null) return below;
  if (!isMap(below) || !isMap(above)) return above;
  const keys = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries([...keys].map((key) => [key, laidOver(below[key], above[key])]));
}
