/** What is wrong with a configuration, in words: the key, what is wrong, what to write. All of it at once. */
import { levenshteinEditDistance } from 'levenshtein-edit-distance';
import type { z } from 'zod';
import { HeimdallError } from '../util/errors.js';
import { allKeys, dotted, fieldAt, type KeyPath, type Field } from './fields.js';
import { SECRET_KEYS } from './schema-parts.js';

export interface Problem {
  /** dotted path of the key; empty: the file as a whole */
  key: string;
  /** what is wrong, without the value of a secret */
  problem: string;
  /** what to write instead */
  write: string;
  /** where it was set: a line of the file (from 1) or the name of an environment variable */
  where?: { line: number } | { variable: string };
}

/** A configuration that cannot be used; the program ends with exit code 78 (sysexits.h: EX_CONFIG). */
export class ConfigError extends HeimdallError {
  constructor(
    readonly file: string,
    readonly problems: readonly Problem[],
  ) {
    const lines = problems.map((problem) => `  ${lineOf(problem)}`);
    super(
      'HEIMDALL_E_CONFIG',
      [`${file} has ${problems.length === 1 ? 'an error' : `${problems.length} errors`}:`, ...lines].join('\n'),
      '`heimdall config sample` prints a configuration with every key explained.',
    );
    this.name = 'ConfigError';
  }
}

function lineOf({ key, problem, write, where }: Problem): string {
  const place = where === undefined ? '' : 'line' in where ? ` (line ${where.line})` : ` (${where.variable})`;
  return `${key === '' ? 'the file' : key}${place}: ${problem}. Write ${write}${write.endsWith('?') ? '' : '.'}`;
}

/** The nearest of the candidates; undefined when none is near enough to be what was meant. */
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
  let write = `one of the keys that are known here (${siblings.filter((key) => !key.endsWith('_file')).join(', ')}), or nothing`;
  if (near !== undefined) write = `${near} – did you mean ${dotted([...section, near])}?`;
  else if (elsewhere !== undefined) write = `it as ${elsewhere} – did you mean that?`;
  return { key: dotted(path), problem: 'is an unknown key', write };
}

/** Turns the schema's complaints into problems, one a key. */
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
  if (value === undefined || value === null) return 'is missing';
  const shown = SECRET_KEYS.has(String(path.at(-1))) ? '' : ` (it is ${brief(value)})`;
  switch (issue.code) {
    case 'custom':
      return issue.message + shown;
    case 'invalid_type':
      return `must be ${EXPECTED[issue.expected] ?? issue.expected}${shown}`;
    case 'too_small':
    case 'too_big':
      return Array.isArray(value) ? 'is empty' : `is out of range${shown}`;
    case 'invalid_value':
      return `is none of the words that are known here${shown}`;
    default:
      return `is not right${shown}`;
  }
}

const EXPECTED: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with keys',
  record: 'a map',
};

/** E.g. `a whole number from 1 to 65535, for example 9995`. */
function numberIn({ least, moreThanLeast, most, whole }: NonNullable<Field['range']>, example: unknown): string {
  const bounded = {
    // what zod says of a whole number without bounds is the largest that a computer can count to
    below: least > Number.MIN_SAFE_INTEGER,
    above: most < Number.MAX_SAFE_INTEGER,
  };
  const parts = [whole ? 'a whole number' : 'a number'];
  if (bounded.below)
    parts.push(moreThanLeast ? `more than ${least}` : `${bounded.above ? 'from' : 'of at least'} ${least}`);
  if (bounded.above) parts.push(bounded.below && !moreThanLeast ? `to ${most}` : `and at most ${most}`);
  return `${parts.join(' ')}${example === undefined || example === null ? '' : `, for example ${String(example)}`}`;
}

function whatToWrite(root: z.ZodType, path: KeyPath, issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', or ');
  const field = fieldAt(root, path);
  const example = field?.example ?? field?.defaultValue;
  if (field?.kind === 'boolean') return 'true or false';
  if (field?.range !== undefined) return numberIn(field.range, example);
  if (field?.kind === 'section' && field.keys.size > 0)
    return `the keys ${[...field.keys.keys()].filter((key) => !key.endsWith('_file')).join(', ')} under it`;
  if (field?.kind === 'map') return 'a map such as {evil.example: abuse@evil.example}';
  if (field?.kind === 'list')
    return example === undefined ? 'a list with at least one entry' : `a list, for example ${JSON.stringify(example)}`;
  return example === undefined
    ? 'text'
    : `for example ${JSON.stringify(example)}${/^[@#!]/.test(String(example)) ? ', in quotes, because YAML gives @ and # another meaning' : ''}`;
}

/** A value for a message: one line, at most 60 characters, nothing that could reorder or hide text. */
export function brief(value: unknown): string {
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
