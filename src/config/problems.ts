/** Problems of a configuration in words: the key, what is wrong, what to write instead. All of them at once. */
import { levenshteinEditDistance } from 'levenshtein-edit-distance';
import type { z } from 'zod';
import { HeimdallError } from '../util/errors.js';
import { allKeys, dotted, fieldAt, type KeyPath, type Field } from './fields.js';
import { SECRET_KEYS } from './schema-parts.js';
import { configTexts } from './texts.js';

export interface Problem {
  /** dotted path of the key; empty: the file as a whole */
  key: string;
  /** what is wrong, without the value of a secret */
  problem: string;
  /** what to write instead */
  write: string;
  /** where it was set: a line of the file (from 1) or an environment variable */
  where?: { line: number } | { variable: string };
}

/** An invalid configuration; the program exits with 78 (sysexits.h: EX_CONFIG). */
export class ConfigError extends HeimdallError {
  constructor(
    readonly file: string,
    readonly problems: readonly Problem[],
  ) {
    const lines = problems.map((problem) => `  ${lineOf(problem)}`);
    super(
      'HEIMDALL_E_CONFIG',
      [configTexts.hasErrors(file, problems.length), ...lines].join('\n'),
      configTexts.seeSample,
    );
    this.name = 'ConfigError';
  }
}

function lineOf({ key, problem, write, where }: Problem): string {
  const place = where === undefined ? '' : 'line' in where ? configTexts.atLine(where.line) : ` (${where.variable})`;
  return configTexts.problemLine(key === '' ? configTexts.theFile : key, place, problem, write);
}

/** The closest candidate; undefined when none is close enough to have been meant. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase().slice(0, 100);
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = levenshteinEditDistance(wanted.replaceAll(/[-_]/g, ''), candidate.replaceAll('_', ''));
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  return best !== undefined &&
    best.distance <= (best.candidate.length < 4 ? 1 : Math.max(2, Math.floor(best.candidate.length / 3)))
    ? best.candidate
    : undefined;
}

/** An unknown key, with the key that was probably meant: first of the same section, then of any other. */
export function unknownKey(root: z.ZodType, path: KeyPath): Problem {
  const section = path.slice(0, -1);
  const word = String(path.at(-1));
  const siblings = [...(fieldAt(root, section)?.keys.keys() ?? [])];
  const near = nearest(word, siblings);
  const elsewhere = allKeys(root).find((key) => key.split('.').at(-1) === word);
  let write = configTexts.knownKeys(siblings.filter((key) => !key.endsWith('_file')));
  if (near !== undefined) write = configTexts.didYouMeanKey(near, dotted([...section, near]));
  else if (elsewhere !== undefined) write = configTexts.itAs(elsewhere);
  return { key: dotted(path), problem: configTexts.unknownKey, write };
}

/** Turns the schema's issues into problems, one per key. */
export function problemsOf(root: z.ZodType, issues: readonly z.core.$ZodIssue[], input: unknown): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const path = issue.path.filter((step) => typeof step !== 'symbol');
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(root, [...path, key]));
    const write =
      issue.code === 'custom' && typeof issue.params?.write === 'string'
        ? issue.params.write
        : whatToWrite(root, path, issue);
    return [{ key: dotted(path), problem: whatIsWrong(issue, path, valueAt(input, path)), write }];
  });
}

function whatIsWrong(issue: z.core.$ZodIssue, path: KeyPath, value: unknown): string {
  if (value === undefined || value === null) return configTexts.isMissing;
  const shown = SECRET_KEYS.has(String(path.at(-1))) ? '' : configTexts.itIs(brief(value));
  switch (issue.code) {
    case 'custom':
      return issue.message + shown;
    case 'invalid_type':
      return configTexts.mustBe(EXPECTED[issue.expected] ?? issue.expected, shown);
    case 'too_small':
    case 'too_big':
      return Array.isArray(value) ? configTexts.isEmpty : configTexts.outOfRange(shown);
    case 'invalid_value':
      return configTexts.noneOfTheWords(shown);
    default:
      return configTexts.notRight(shown);
  }
}

const EXPECTED: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: configTexts.wholeNumber,
  boolean: configTexts.trueOrFalse,
  array: 'a list',
  object: configTexts.section,
  record: 'a map',
};

/** E.g. `a whole number from 1 to 65535, for example 9995`. */
function numberIn({ least, moreThanLeast, most, whole }: NonNullable<Field['range']>, example: unknown): string {
  const bounded = {
    // zod's bound for an unbounded integer is the largest safe integer
    below: least > Number.MIN_SAFE_INTEGER,
    above: most < Number.MAX_SAFE_INTEGER,
  };
  const parts = [whole ? configTexts.wholeNumber : 'a number'];
  if (bounded.below)
    parts.push(moreThanLeast ? configTexts.moreThan(least) : configTexts.fromOrAtLeast(least, bounded.above));
  if (bounded.above) parts.push(bounded.below && !moreThanLeast ? configTexts.upTo(most) : configTexts.atMost(most));
  return (
    `${parts.join(' ')}` + `${example === undefined || example === null ? '' : configTexts.forExample(String(example))}`
  );
}

function whatToWrite(root: z.ZodType, path: KeyPath, issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', or ');
  const field = fieldAt(root, path);
  const example = field?.example ?? field?.defaultValue;
  if (field?.kind === 'boolean') return configTexts.trueOrFalse;
  if (field?.range !== undefined) return numberIn(field.range, example);
  if (field?.kind === 'section' && field.keys.size > 0)
    return configTexts.keysUnder([...field.keys.keys()].filter((key) => !key.endsWith('_file')));
  if (field?.kind === 'map') return configTexts.aMap;
  if (field?.kind === 'list')
    return example === undefined ? configTexts.listOfOne : configTexts.listLike(JSON.stringify(example));
  return example === undefined ? 'text' : configTexts.like(JSON.stringify(example), /^[@#!]/.test(String(example)));
}

/** A value for a message: one line, at most 60 characters, nothing that could reorder or hide text. */
function brief(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  const visible = json.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
  return visible.length > 60 ? `${visible.slice(0, 57)}…` : visible;
}

function valueAt(input: unknown, path: KeyPath): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
