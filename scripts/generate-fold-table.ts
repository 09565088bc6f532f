/**
 * Makes src/detection/fold/table.generated.ts: for each code point the letters that a reader takes it for.
 * Sources, first one wins: our reviewed extras, compatibility forms (NFKC), marks taken off (NFD), the confusables of
 * UTS 39 (Unicode 17) and the forms of ideographs (scripts/unicode, committed), case folding, npm confusables.
 * Run: node dist/scripts/generate-fold-table.js
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { confusablesMap } from 'confusables';
import { unicodeName } from 'unicode-name';
import { packageRoot } from '../src/util/package-root.js';
import { ALPHABETS, BADGES, BLANKS, COLONS, DOTS, EXTRAS, ORNAMENTAL, OWN, SOFT_EXTRAS } from './fold-extras.js';

/** Beyond this only CJK ideographs, tags and private use are left; the folding code knows those by range. */
export const TABLE_END = 0x20000;
/** The end of the ideographs beyond the table. */
const IDEOGRAPHS_END = 0x33480;
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
/**
 * Nothing is drawn for what Unicode lets a program ignore, for private use, and for what is not assigned: fonts have no
 * picture of it, or an empty one.
 */
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}]/u;
const SPACE = /[\p{Z}\t-\r\u0085]/u;
const WORD = /[\p{L}\p{N}\p{M}]/u;
const LETTER = /\p{L}/u;
/** Letters that only change another one (ʼ, ˈ): these alone may be read as nothing, or as what stands between words. */
const MODIFIER = /\p{Lm}/u;
const HAN = /\p{Script=Han}/u;
const KANA = /[\u3041-\u3096\u30a1-\u30fa]/u;
/** Scripts whose letters are decorated by hand. */
const LIKE_LATIN = /[\p{Script=Latin}\p{Script=Cyrillic}]/u;
/** Marks of voice behind a kana; the folding code joins them with it. */
const VOICE = '\u3099\u309a\u309b\u309c\uff9e\uff9f';

/** The lines of a file of scripts/unicode, without comments. */
function linesOf(file: string): string[] {
  return readFileSync(path.join(packageRoot(), 'scripts/unicode', file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '));
}

const UTS39 = new Map(
  linesOf('confusables.txt').map((line): [string, string] => {
    const space = line.indexOf(' ');
    return [String.fromCodePoint(parseInt(line.slice(0, space), 16)), line.slice(space + 1)];
  }),
);
/** Ideographs by the form that stands for all of the same (traditional, Japanese and double ones by the simplified). */
const HAN_FORMS = new Map(
  linesOf('han.txt').flatMap((line) => {
    const [form, ...others] = line;
    return others.map((other): [string, string] => [other, form!]);
  }),
);

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
  if (BLANKS.includes(character) || VOICE.includes(character) || DECORATION.test(character))
    return { target: '', wide: false };
  if (SPACE.test(character)) return { target: ' ', wide: false };
  if (UNSEEN.test(character)) return { target: '', wide: false };
  if (BADGES.includes(character) || HANGUL_SYLLABLE.test(character))
    return BADGES.includes(character) ? { target: ' ', wide: false } : undefined;
  if (DOTS.includes(character)) return { target: '.', wide: false };
  if (COLONS.includes(character)) return { target: ':', wide: false };
  const folded = foldCharacter(character, 0);
  const target = folded.target.length > 1 ? folded.target.replace(/[ .:]/g, '') || ' ' : folded.target;
  if (isLetter(character) && /^[ .:]*$/.test(target)) return undefined;
  return target === character ? undefined : { target: [...target].slice(0, LONGEST).join(''), wide: folded.wide };
}

/** Is it a letter for itself, whatever it looks like? */
function isLetter(character: string): boolean {
  return LETTER.test(character) && !MODIFIER.test(character);
}

/**
 * What UTS 39 takes a character for, as far as we follow it. A letter is taken for letters only: yod is like an
 * apostrophe and ノ like a slash, but who leaves them out writes another name.
 */
function confusableOf(character: string): string {
  // Cherokee's small letters are its capitals drawn small
  const capital = CHEROKEE_SMALL.test(character) ? character.toUpperCase() : character;
  const like = (UTS39.get(character) ?? UTS39.get(capital) ?? '').replaceAll('\u2018', '\u0027');
  if (HAN.test(character) && !/^[\p{Script=Han}\u30fc]$/u.test(like)) return '';
  // capitals are folded to small letters already
  if (like.toLowerCase() === character) return '';
  // dots and hooks that Unicode takes for no mark are what tells one letter from another (س, ش)
  if (isLetter(character) && !LIKE_LATIN.test(character) && character.normalize('NFD') === character) {
    if ([...like].some((each) => DECORATION.test(each)) && !/[A-Za-z]/.test(like)) return '';
    if (OWN.includes(character)) return '';
  }
  // a dash is not a letter; between kana it is read as one (fold.ts)
  if (like.includes('\u30fc') && !LETTER.test(character)) return '';
  // UTS 39 writes every m as rn, so that the two compare alike; here rn is drawn together on both sides instead
  const strict = [...like]
    .filter((each) => !DECORATION.test(each))
    .join('')
    .replace(/^rn$/, 'm');
  // nor is a sign what other signs are put together from (♪)
  const isNothing = isLetter(character) || (!WORD.test(character) && /[^ -~]/.test(strict));
  return isNothing && !/[\p{L}\p{N}|]/u.test(strict) ? '' : strict;
}

/** Kana are read without regard to their two forms; one with its mark of voice is another letter (か, が). */
function foldKana(character: string, depth: number): FoldEntry {
  const katakana = character < '\u30a0' ? String.fromCodePoint(character.codePointAt(0)! + 0x60) : character;
  const like = confusableOf(katakana);
  return katakana.normalize('NFD') === katakana && HAN.test(like)
    ? foldCharacter(like, depth + 1)
    : { target: katakana, wide: false };
}

/** A Latin letter with a hook, bar or tail, of which the tables say nothing. */
const LATIN_SHAPE =
  /^LATIN (?:SMALL LETTER|CAPITAL LETTER|LETTER SMALL CAPITAL) (?:TURNED |REVERSED )?([A-Z])(?: WITH .*)?$/;

function foldCharacter(character: string, depth: number): FoldEntry {
  if (character < '\u0080') return { target: asciiClass(character), wide: false };
  if (HANGUL_SYLLABLE.test(character)) return { target: character, wide: false };
  if (KANA.test(character)) return foldKana(character, depth);
  const form = HAN_FORMS.get(character);
  if (form !== undefined) return foldCharacter(form, depth + 1);
  const capital = CHEROKEE_SMALL.test(character) ? character.toUpperCase() : character;
  const strict = confusableOf(character);
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
  const named = LATIN_SHAPE.exec(unicodeName(character) ?? '');
  if (named !== null) return { target: asciiClass(named[1]!), wide: true };
  const handMade = confusablesMap.get(character);
  if (handMade !== undefined && /^[a-z0-9]$/i.test(handMade)) return { target: asciiClass(handMade), wide: true };
  return { target: WORD.test(character) ? character : ' ', wide: false };
}

function foldText(text: string, depth: number): FoldEntry {
  let target = '';
  let wide = false;
  for (const character of text) {
    const entry =
      DECORATION.test(character) || VOICE.includes(character) || UNSEEN.test(character) || BLANKS.includes(character)
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

/** All entries: those of the table, and the ideographs beyond it. */
export function foldEntries(): Map<number, FoldEntry> {
  const entries = new Map<number, FoldEntry>();
  for (let codePoint = 0; codePoint < IDEOGRAPHS_END; codePoint++) {
    const entry = foldEntryOf(String.fromCodePoint(codePoint));
    if (entry !== undefined) entries.set(codePoint, entry);
  }
  // what a letter is taken for is taken for itself
  for (const [codePoint, { target, wide }] of entries) {
    let last = target;
    for (let step = 0; step < 4; step++)
      last = Array.from(last, (letter) =>
        /[ .:0-9]/.test(letter) ? letter : (entries.get(letter.codePointAt(0)!)?.target ?? letter),
      ).join('');
    if (last !== target) entries.set(codePoint, { target: [...last].slice(0, LONGEST).join(''), wide });
  }
  return entries;
}

/** Unassigned in the Unicode version of this Node: another Node, and the table's maker, may know more. */
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
  const forms = new Map<string, string>();
  const signs = new Set(codePointsOf(SOFT_EXTRAS.map(([, characters]) => characters).join('') + ORNAMENTAL));
  for (const [codePoint, { target, wide }] of foldEntries()) {
    const character = String.fromCodePoint(codePoint);
    if (isComposed(character)) continue;
    if (codePoint > 0x7f && codePoint < TABLE_END && SIGN.test(character) && LETTER.test(target)) signs.add(codePoint);
    if (!wide && FORM.test(target) && FORM.test(character)) {
      forms.set(target, (forms.get(target) ?? target) + character);
      continue;
    }
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
    '/** Ideographs and kana: one form, and others of the same. */',
    `export const FORMS = '${[...forms.values()].join(' ')}';`,
    '/** Signs that are read as letters, and may as well be ornaments or stand between words. */',
    `export const SIGNS = '${packed([...signs].sort((a, b) => a - b))}';`,
    '/** Symbols that stand for a letter between two letters only. */',
    'export const SOFT_ROWS: readonly (readonly [letter: string, codePoints: string])[] = [',
    ...SOFT_EXTRAS.map(
      ([target, characters]) => `  [${quoted(asciiClass(target))}, '${packed(codePointsOf(characters))}'],`,
    ),
    '];',
    '',
  ].join('\n');
}

/** Is it an ideograph for compatibility, which Unicode itself calls another? Those are not in the table. */
export function isComposed(character: string): boolean {
  return HAN.test(character) && character.normalize('NFC') !== character;
}

const SIGN = /[\p{S}\p{P}\p{No}]/u;
/** What the table writes as it is. */
const FORM = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u;

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
