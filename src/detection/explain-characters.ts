/** The characters of a disguised text that are not what they look like, and the invisible ones. */
import { align } from './alignment.js';
import { fold } from './fold/fold.js';
import { Folded } from './fold/folded.js';
import { CLASS_OF, COLON, DOT, TABLE_END } from './fold/table.js';
import { codePointOf, isUnseen, visible } from './visible.js';

/**
 * Names a character as Unicode does: `CYRILLIC SMALL LETTER DZE`. Injected, because the table of names is large and
 * only needed here.
 * @returns undefined without a name
 */
export type NameCharacter = (character: string) => string | undefined;

/**
 * `letter` a look-alike, `mark` over or under a letter, `space` a space other than the plain one; the others are
 * invisible.
 */
export type CharacterKind = 'letter' | 'mark' | 'space' | 'bidi' | 'tag' | 'variation' | 'invisible';

export interface ExplainedCharacter {
  kind: CharacterKind;
  /** safe to print: the character, or its code point if it is invisible */
  shown: string;
  /** `U+0455`; two for a pair that is drawn like one letter */
  codePoint: string;
  /** Unicode's name; absent for pairs and where unavailable */
  name?: string;
  /** the letter of the official name that it replaces; absent if it only hides or reverses something */
  looksLike?: string;
  /** number of occurrences */
  times: number;
}

/** UTF-16 units of a text that are compared. */
export const COMPARED = 256;
const textFold = new Folded();
const nameFold = new Folded();

/** A character with its position in the text. */
export type Placed = Omit<ExplainedCharacter, 'times'> & { at: number };

/** Characters that replace one of the official name, or, outside of it, a plain letter in a word of plain letters. */
export function* lookAlikes(whole: string, official: string, nameOf: NameCharacter): Generator<Placed> {
  const text = whole.slice(0, COMPARED);
  const seen = fold(text, textFold);
  const meant = fold(official.slice(0, COMPARED), nameFold);
  const aligned = align(seen, meant).standsFor;
  for (let index = 0; index < seen.length; index++) {
    const at = seen.source[index]!;
    let end = index + 1;
    // a character that folds to several letters, or several that are drawn together for one letter
    while (end < seen.length && (seen.source[end] === at || (aligned[index] !== -1 && aligned[end] === aligned[index])))
      end++;
    const character = charactersFrom(text, at, seen.source[end - 1]!);
    const letter =
      standsFor(official, meant, aligned.subarray(index, end)) ??
      (isAmidPlainLetters(text, at, character) ? plainLetters(seen, index, end) : undefined);
    if (letter !== undefined && !isSameLetter(character, letter))
      yield { kind: 'letter', at, ...described(character, nameOf), looksLike: visible(letter) };
    index = end - 1;
  }
}

/** The official name's characters that these letters replace; undefined if none. */
function standsFor(official: string, meant: Folded, aligned: Int16Array): string | undefined {
  const sources = new Set([...aligned].filter((letter) => letter >= 0).map((letter) => meant.source[letter]!));
  return sources.size === 0
    ? undefined
    : [...sources].map((source) => String.fromCodePoint(official.codePointAt(source)!)).join('');
}

function plainLetters(folded: Folded, from: number, to: number): string | undefined {
  const letters = folded.text(from, to);
  return /^[a-z]+$/.test(letters) ? letters : undefined;
}

/**
 * Whether it is a foreign character in a word with plain letters. A word entirely in another script is not a disguise.
 */
function isAmidPlainLetters(text: string, at: number, character: string): boolean {
  if (character < '\u0080') return false;
  const before = /[\p{L}\p{N}\p{M}]*$/u.exec(text.slice(0, at))?.[0] ?? '';
  const after = /^[\p{L}\p{N}\p{M}]*/u.exec(text.slice(at + character.length))?.[0] ?? '';
  return /[a-z]/i.test(before + after);
}

function charactersFrom(text: string, first: number, last: number): string {
  return text.slice(first, last + ((text.codePointAt(last) ?? 0) > 0xffff ? 2 : 1));
}

function isSameLetter(a: string, b: string): boolean {
  return a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase();
}

/** Full stops and colons of other scripts between two letters: `matrix․org`. */
export function* falseDots(text: string, official: string, nameOf: NameCharacter): Generator<Placed> {
  for (const { 0: character, index: at } of text
    .slice(0, COMPARED)
    .matchAll(/(?<=[\p{L}\p{N}])[^\p{L}\p{N}\p{M}\u0000-\u007f](?=[\p{L}\p{N}])/gu)) {
    const codePoint = character.codePointAt(0)!;
    const value = codePoint < TABLE_END ? CLASS_OF[codePoint] : undefined;
    if ((value === DOT || value === COLON) && !official.includes(character))
      yield { kind: 'letter', at, ...described(character, nameOf), looksLike: value === DOT ? '.' : ':' };
  }
}

/** Invisible characters, direction controls and marks that are not in the official name too. */
export function* hidden(text: string, official: string, nameOf: NameCharacter): Generator<Placed> {
  let at = 0;
  let before = '';
  for (const character of text) {
    const kind = hiddenKind(character);
    if (kind !== undefined && !official.includes(character) && !belongsToEmoji(character, before))
      yield { kind, at, ...described(character, nameOf) };
    at += character.length;
    before = character;
  }
}

function hiddenKind(character: string): CharacterKind | undefined {
  if (/\p{Bidi_Control}/u.test(character)) return 'bidi';
  if (/[\u{e0000}-\u{e007f}]/u.test(character)) return 'tag';
  if (/[\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u.test(character)) return 'variation';
  if (/(?! )\p{Zs}|[\u2800\u3164\uffa0\u115f\u1160]/u.test(character)) return 'space';
  if (isUnseen(character)) return 'invisible';
  return /\p{M}/u.test(character) ? 'mark' : undefined;
}

/** A variation selector or joiner after a picture is part of an emoji, not a disguise. */
function belongsToEmoji(character: string, before: string): boolean {
  return /[\u200d\ufe0e\ufe0f]/.test(character) && /[\p{Extended_Pictographic}\u{1f3fb}-\u{1f3ff}\ufe0f]/u.test(before);
}

function described(character: string, nameOf: NameCharacter): Pick<ExplainedCharacter, 'shown' | 'codePoint' | 'name'> {
  const points = [...character];
  const name = points.length === 1 ? nameOf(character) : undefined;
  // a bare mark would combine with the preceding quote
  const shown = /^\p{M}/u.test(character) && !isUnseen(character) ? `◌${character}` : character;
  return {
    shown: visible(shown),
    codePoint: points.map(codePointOf).join(' '),
    ...(name === undefined ? {} : { name }),
  };
}

/** Merges the same character for the same letter, with a count. */
export function merged(all: readonly Placed[]): ExplainedCharacter[] {
  const byKey = new Map<string, ExplainedCharacter>();
  for (const { kind, shown, codePoint, name, looksLike } of all) {
    const key = `${codePoint} ${looksLike?.toLowerCase() ?? ''}`;
    const known = byKey.get(key);
    if (known !== undefined) known.times++;
    else
      byKey.set(key, {
        kind,
        shown,
        codePoint,
        ...(name === undefined ? {} : { name }),
        ...(looksLike === undefined ? {} : { looksLike }),
        times: 1,
      });
  }
  return [...byKey.values()];
}
