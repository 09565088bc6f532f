/**
 * Reads rules/*.yaml, the words and weights of detection, and checks them. Detection itself is pure and never reads a
 * file.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOM_WEIGHT_NAMES, WEIGHT_NAMES, type DetectionRules } from '../detection/rules.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { packageRoot } from '../util/package-root.js';
import { quickYaml } from './quick-yaml.js';
import { WordList } from './word-list.js';
import { isMap, RulesCheck } from './rules-check.js';
import { configTexts } from './texts.js';

/** Takes what it needs from a file's content, and notes what is wrong with it. */
type Reader<T> = (check: RulesCheck, content: unknown) => T;

const WORD_LISTS = [
  'generic',
  'plain',
  'shared',
  'hosts',
  'rooms',
  'lures',
  'networks',
  'legal',
  'bodies',
  'trades',
  'ordinary',
] as const;

const detectionFile: Reader<Pick<DetectionRules, 'thresholds' | 'weights' | 'rooms'>> = (check, content) => {
  const { thresholds, weights, rooms } = check.map(content, '', ['thresholds', 'weights', 'rooms']);
  const levels = check.numbers(thresholds, 'thresholds', ['possible', 'likely', 'certain']);
  if (!(0 < levels.possible && levels.possible < levels.likely && levels.likely < levels.certain))
    check.note('thresholds', configTexts.mustRise);
  return {
    thresholds: levels,
    weights: check.numbers(weights, 'weights', WEIGHT_NAMES),
    rooms: check.numbers(rooms, 'rooms', ROOM_WEIGHT_NAMES),
  };
};
const rolesFile: Reader<DetectionRules['roles']> = (check, content) => {
  const { strong, weak, filler, disclaim } = check.map(content, '', ['strong', 'weak', 'filler', 'disclaim']);
  return {
    strong: check.languages(strong, 'strong'),
    weak: check.languages(weak, 'weak'),
    filler: check.languages(filler, 'filler'),
    disclaim: check.languages(disclaim, 'disclaim'),
  };
};
const wordsFile: Reader<Record<(typeof WORD_LISTS)[number], string[]>> = (check, content) => {
  const lists = check.map(content, '', WORD_LISTS);
  return Object.fromEntries(WORD_LISTS.map((name) => [name, check.words(lists[name], name)])) as Record<
    (typeof WORD_LISTS)[number],
    string[]
  >;
};

/** Where the rules that come with Heimdall lie. */
export function rulesFolder(): string {
  return path.join(packageRoot(), 'rules');
}

/** The files of a folder of rules. */
export const RULES_FILES = ['detection.yaml', 'roles.yaml', 'words.yaml'] as const;

/**
 * Reads detection.yaml, roles.yaml and words.yaml. A folder of an admin's own is laid over the rules that come with
 * Heimdall, key by key: what it does not hold stays as it came, so that a new version's rules need not be copied.
 * @param folder the admin's own rules; null: none
 * @throws HeimdallError HEIMDALL_E_RULES, with the file, the keys and what is wrong with them, all of one file at once
 */
export function loadRules(folder: string | null = null): DetectionRules {
  if (folder !== null) refuseStrangeFiles(folder);
  const { thresholds, weights, rooms } = readRules('detection.yaml', folder, detectionFile);
  const roles = readRules('roles.yaml', folder, rolesFile);
  const words = readRules('words.yaml', folder, wordsFile);
  return {
    thresholds,
    weights,
    rooms,
    roles,
    words: {
      ...words,
      names: packagedWords('names.txt'),
      ordinary: withWords(packagedWords('ordinary.txt'), words.ordinary),
    },
  };
}

/** The words of a list and more of them. */
class MoreWords {
  constructor(
    readonly list: WordList,
    readonly more: ReadonlySet<string>,
  ) {}

  has(word: string): boolean {
    return this.more.has(word) || this.list.has(word);
  }
}

/** The words of a list and an admin's own. */
function withWords(list: WordList, own: readonly string[]): WordList | MoreWords {
  return own.length === 0 ? list : new MoreWords(list, new Set(own.map((word) => word.toLowerCase())));
}

const packaged = new Map<string, WordList>();

/** The words of a list that comes with Heimdall; scripts/ordinary-words.ts makes them. Read once. */
function packagedWords(name: 'names.txt' | 'ordinary.txt'): WordList {
  const known = packaged.get(name);
  if (known !== undefined) return known;
  const file = path.join(rulesFolder(), name);
  try {
    const found = new WordList(readFileSync(file, 'utf8'));
    packaged.set(name, found);
    return found;
  } catch (error) {
    throw new HeimdallError('HEIMDALL_E_RULES', configTexts.fileUnreadable(file, messageOf(error)), REMEDY, {
      cause: error,
    });
  }
}

/** Rules that can be read again while the program runs. */
export interface DetectionRulesHolder {
  /** the last good rules */
  current(): DetectionRules;
  /** Reads the files again. A broken file changes nothing and is returned as the error that says what is wrong. */
  reload(): HeimdallError | undefined;
}

/**
 * Loads the rules and keeps the last good ones.
 * @throws HeimdallError HEIMDALL_E_RULES when the rules are broken at the start: then there are no last good ones
 */
export function holdDetectionRules(folder: string | null = null): DetectionRulesHolder {
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

const REMEDY = configTexts.fileRemedy;

/** A misspelled file name would be a rule that is silently not in force. */
function refuseStrangeFiles(folder: string): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new HeimdallError(
      'HEIMDALL_E_RULES',
      configTexts.fileUnreadable(folder, messageOf(error)),
      configTexts.folderRemedy,
      { cause: error },
    );
  }
  const strange = names.filter(
    (name) => /^[^.].*\.ya?ml$/.test(name) && !(RULES_FILES as readonly string[]).includes(name),
  );
  if (strange.length > 0)
    throw new HeimdallError(
      'HEIMDALL_E_RULES',
      configTexts.strangeFile(folder, strange),
      configTexts.fileNames(RULES_FILES),
    );
}

function readRules<T>(name: (typeof RULES_FILES)[number], folder: string | null, read: Reader<T>): T {
  const packaged = path.join(rulesFolder(), name);
  const own = folder === null ? undefined : path.join(folder, name);
  let content = readYaml(packaged);
  if (own !== undefined && existsSync(own)) content = laidOver(content, readYaml(own));
  const check = new RulesCheck();
  const rules = read(check, content);
  if (check.problems.length === 0) return rules;
  throw new HeimdallError('HEIMDALL_E_RULES', configTexts.rulesUnusable(own ?? packaged, check.problems), REMEDY);
}

function readYaml(file: string): unknown {
  try {
    const text = readFileSync(file, 'utf8');
    // the careful reader says what is wrong, and is loaded only for that
    return quickYaml(text) ?? (createRequire(import.meta.url)('yaml') as { parse(text: string): unknown }).parse(text);
  } catch (error) {
    throw new HeimdallError('HEIMDALL_E_RULES', configTexts.fileUnreadable(file, messageOf(error)), REMEDY, {
      cause: error,
    });
  }
}

/** Maps are merged key by key, everything else is replaced; an empty file or key says nothing. */
function laidOver(below: unknown, above: unknown): unknown {
  if (above == null) return below;
  if (!isMap(below) || !isMap(above)) return above;
  const keys = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries([...keys].map((key) => [key, laidOver(below[key], above[key])]));
}
