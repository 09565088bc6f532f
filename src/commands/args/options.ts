import { levenshteinEditDistance as levenshtein } from 'levenshtein-edit-distance';
import { visible } from '../../detection/index.js';
import type { Option, Options } from '../spec.js';
import type { Word } from '../text/words.js';
import { durationOf } from './duration.js';
import { usageError } from './reading.js';
import { argTexts } from '../texts/args.js';

/** Two hyphens, or what keyboards turn them into. */
const OPTION = /^(?:--|[—–―−]{1,2}-?|-[—–])([\p{L}][\p{L}\p{N}-]*)(?:[=:](.*))?$/su;
/** `-for`: a single hyphen starts an option only if the command knows the name. */
const SHORT = /^-([\p{L}][\p{L}\p{N}-]+)(?:[=:](.*))?$/su;
const DASH = /^(?:--|[—–―−]{1,2})$/;

/** A command's options. */
export interface ReadOptions {
  words: Word[];
  values: Record<string, unknown>;
}

/**
 * Extracts the options from a command's words. Names ignore case; an unknown one is refused, with the closest known
 * one.
 */
export function takeOptions(words: readonly Word[], known: Options): ReadOptions {
  const left: Word[] = [];
  const values: Record<string, unknown> = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as Word;
    const found = optionAt(words, at, known);
    if (found === undefined) {
      refuseGlued(word, known);
      left.push(word);
      continue;
    }
    const { key, option, value, width } = found;
    const following = words.slice(at + width).map(({ text }) => text);
    const { value: read, taken } = option.read(value, following);
    values[key] = read;
    at += width - 1 + taken;
  }
  return { words: left, values };
}

interface Found {
  key: string;
  option: Option<unknown>;
  value: string | undefined;
  /** number of words in its name */
  width: number;
}

function optionAt(words: readonly Word[], at: number, known: Options): Found | undefined {
  const word = words[at];
  if (word === undefined || word.quoted || word.link !== undefined) return undefined;
  const next = words[at + 1];
  // "— for 7d": the keyboard inserted a space after the dash.
  if (DASH.test(word.text) && next !== undefined && !next.quoted) {
    const found = entryOf(next.text, known);
    const meant =
      found !== undefined && (!found.option.takesValue || durationOf(words[at + 2]?.text ?? '') !== undefined);
    return meant ? { ...found, value: undefined, width: 2 } : undefined;
  }
  const [, short, shortValue] = SHORT.exec(word.text) ?? [];
  const shortFound = short === undefined ? undefined : entryOf(short, known);
  if (shortFound !== undefined) return { ...shortFound, value: shortValue, width: 1 };
  const [, name, value] = OPTION.exec(word.text) ?? [];
  if (name === undefined) return undefined;
  const bare = value === undefined ? name.replace(/[,;.:!?]+$/, '') : name;
  const found = entryOf(bare, known);
  if (found !== undefined) return { ...found, value, width: 1 };
  throw unknownOption(bare, known);
}

function entryOf(name: string, known: Options): Pick<Found, 'key' | 'option'> | undefined {
  const wanted = name.toLowerCase();
  for (const [key, option] of Object.entries(known)) if (namesOf(option).includes(wanted)) return { key, option };
  return undefined;
}

/** The names of an option, without dashes. */
export function namesOf(option: Option<unknown>): string[] {
  const [own = ''] = option.label.replace(/^--/, '').split(' ');
  return [own, ...(option.aliases ?? [])];
}

function unknownOption(name: string, known: Options): Error {
  const names = Object.values(known).flatMap((option) => namesOf(option));
  const wanted = name.toLowerCase().slice(0, 30);
  const near = names
    .map((one) => ({ one, distance: SAME_MEANING[wanted] === one ? 0 : levenshtein(wanted, one) }))
    .filter(({ one, distance }) => distance <= Math.max(2, Math.floor(one.length / 2)))
    .sort((a, b) => a.distance - b.distance)[0]?.one;
  const own = Object.values(known).map(({ label }) => label.split(' ')[0] ?? '');
  const all = own.length === 0 ? argTexts.noOptions : argTexts.options(own);
  return usageError(
    argTexts.unknownOption(visible(name), near),
    near === undefined ? `${all} ${argTexts.nothingDone}` : argTexts.nothingDone,
  );
}

/** Common wrong names of options. */
const SAME_MEANING: Readonly<Record<string, string>> = {
  duration: 'for',
  until: 'for',
  time: 'for',
  expires: 'for',
  length: 'for',
  y: 'yes',
  ok: 'yes',
  sure: 'yes',
};

/** "rude—for 7d": the space before the dash is missing, and the end would be lost in the reason. */
function refuseGlued(word: Word, known: Options): void {
  if (word.quoted || word.link !== undefined) return;
  const [, name] = /\S[—–]+(\p{L}+)(?:[=:].*)?$/u.exec(word.text) ?? /\S--(\p{L}+)(?:[=:].*)?$/u.exec(word.text) ?? [];
  if (name === undefined || /^[@#!]/.test(word.text) || entryOf(name, known) === undefined) return;
  throw usageError(argTexts.gluedOption(visible(word.text), name.toLowerCase()), argTexts.gluedOptionRemedy);
}
