/**
 * The scripts of a text, by the restriction levels of UTS 39 (section 5.2), and its invisible characters. A script by
 * itself is never evidence: an entirely Cyrillic name is a name. Only run on texts that resemble a protected name,
 * whose weight it raises.
 */
import { remembering } from '../remember.js';
import { isUnseen } from '../visible.js';

/** From what every keyboard produces to what none does. */
export type RestrictionLevel = 'ascii' | 'single' | 'highly' | 'moderately' | 'minimally' | 'unrestricted';
const LEVELS: readonly RestrictionLevel[] = ['ascii', 'single', 'highly', 'moderately', 'minimally', 'unrestricted'];

/** The recommended scripts of UAX 31, table 5. */
const RECOMMENDED = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Arabic',
  'Armenian',
  'Bengali',
  'Bopomofo',
  'Devanagari',
  'Ethiopic',
  'Georgian',
  'Gujarati',
  'Gurmukhi',
  'Han',
  'Hangul',
  'Hebrew',
  'Hiragana',
  'Kannada',
  'Katakana',
  'Khmer',
  'Lao',
  'Malayalam',
  'Myanmar',
  'Oriya',
  'Sinhala',
  'Tamil',
  'Telugu',
  'Thaana',
  'Thai',
  'Tibetan',
] as const;
/**
 * Scripts that are used to imitate Latin, or in actual use, although UAX 31 does not recommend them for identifiers.
 */
const LIMITED = [
  'Cherokee',
  'Coptic',
  'Lisu',
  'Vai',
  'Canadian_Aboriginal',
  'Tifinagh',
  'Deseret',
  'Gothic',
  'Runic',
  'Mongolian',
  'Nko',
  'Syriac',
  'Javanese',
  'Balinese',
  'Cham',
  'Glagolitic',
  'Old_Italic',
  'Osage',
  'Warang_Citi',
  'Adlam',
  'Bamum',
  'Ogham',
  'Phoenician',
  'Yi',
] as const;
const SCRIPTS = [...RECOMMENDED, ...LIMITED].map((name) => new RegExp(`\\p{Script_Extensions=${name}}`, 'u'));
const COMMON = /[\p{Script=Common}\p{Script=Inherited}]/u;
type Script = (typeof RECOMMENDED)[number];
/** Combinations that are written together: Japanese, Chinese with Bopomofo, Korean; each with Latin beside. */
const TOGETHER = [
  ['Han', 'Hiragana', 'Katakana'],
  ['Han', 'Bopomofo'],
  ['Han', 'Hangul'],
] as const;
/** Latin together with one of these is not even moderately restrictive: they share too many shapes. */
const LIKE_LATIN = new Set(['Latin', 'Cyrillic', 'Greek']);
/** Maximum characters checked. */
const LOOKED_AT = 256;

/** How many code points' scripts are cached, to avoid testing more than fifty regular expressions again. */
const REMEMBERED = 4096;
const remembered = new Map<string, Set<number> | null>();

/**
 * The scripts that a character may belong to, empty for none of ours; null for characters of all scripts (digits,
 * symbols, marks).
 */
function scriptsOf(character: string): Set<number> | null {
  const known = remembered.get(character);
  if (known !== undefined) return known;
  const each = SCRIPTS.flatMap((script, index) => (script.test(character) ? [index] : []));
  const scripts = each.length > 0 || !COMMON.test(character) ? new Set(each) : null;
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(character, scripts);
  return scripts;
}

/** The scripts that each character may belong to, without characters of all scripts and without duplicates. */
function scriptSets(text: string): Set<number>[] {
  const sets = new Set<Set<number>>();
  let count = 0;
  for (const character of text) {
    if (count++ >= LOOKED_AT) break;
    const scripts = scriptsOf(character);
    if (scripts !== null) sets.add(scripts);
  }
  return [...sets];
}

/** Whether it is ASCII. */
function isPlain(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

const coveredBy = (sets: readonly Set<number>[], names: readonly Script[]) =>
  sets.every((set) => names.some((name) => set.has(RECOMMENDED.indexOf(name))));

/** The strictest level of UTS 39 that the text satisfies. */
export function restrictionLevel(text: string): RestrictionLevel {
  if (isPlain(text)) return 'ascii';
  const sets = scriptSets(text);
  if (
    SCRIPTS.some((_, index) => sets.every((set) => set.has(index))) ||
    TOGETHER.some((names) => coveredBy(sets, names))
  )
    return 'single';
  if (sets.some((set) => set.size === 0 || [...set].every((index) => index >= RECOMMENDED.length)))
    return 'unrestricted';
  if (TOGETHER.some((names) => coveredBy(sets, ['Latin', ...names]))) return 'highly';
  if (RECOMMENDED.some((name) => !LIKE_LATIN.has(name) && coveredBy(sets, ['Latin', name]))) return 'moderately';
  return 'minimally';
}

/**
 * Whether one word mixes scripts that no keyboard normally mixes. Stops: sеrver, 𝖬aᴛriх, sერver. Honest names: "Анна
 * Smith" has a word in each script, "東京Tokyo" and "김Kim" are written so every day (highly restrictive).
 */
export function mixesScripts(text: string): boolean {
  return !isPlain(text) && hasMixedWord(text);
}
const hasMixedWord = remembering((text): boolean =>
  text
    .split(/[\s\p{P}\p{S}\p{Z}]+/u)
    .some((word) => LEVELS.indexOf(restrictionLevel(word)) >= LEVELS.indexOf('moderately')),
);

/**
 * Whether the text is entirely in a script other than a plain Latin name's. Then only confusable letters make it a
 * disguise, and a merely similar text is a word of its own language (Анапа, Амана).
 */
export function isForeignWord(text: string, official: string): boolean {
  // symbols and digits that replace letters are not a word in any language
  return (
    /^[\0-\x7f]*$/.test(official) &&
    /\p{L}/u.test(text) &&
    /^(?:(?!\p{Script=Latin})[\p{L}\p{M}\p{P}\s])+$/u.test(text.slice(0, 1024)) &&
    text.normalize('NFKC') === text.normalize('NFC')
  );
}

export type RawSignal =
  'bidi_control' | 'tag' | 'variation_selector' | 'blank' | 'mark_run' | 'invisible' | 'mixed_scripts';

const RAW: readonly [RawSignal, RegExp, string][] = [
  ['bidi_control', /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/u, 'characters that turn its direction'],
  ['tag', /[\u{e0000}-\u{e007f}]/u, 'tag characters, which nothing shows'],
  // U+FE0E and U+FE0F follow every second emoji
  [
    'variation_selector',
    /[\ufe00-\ufe0d\u180b-\u180d\u{e0100}-\u{e01ef}]|[\p{L}\p{N}][\ufe0e\ufe0f](?!\u20e3)/u,
    'variation selectors, which nothing shows',
  ],
  ['blank', /[\u2800\u3164\uffa0\u115f\u1160\u17b4\u17b5]/u, 'letters that are blank'],
  ['mark_run', /\p{M}{3}/u, 'marks heaped on a letter'],
];

/**
 * Signals from a text without comparison: hidden characters, and scripts mixed in one word. They never lead to a
 * verdict alone.
 * @returns each signal with a text for people
 */
export function rawSignals(text: string): [RawSignal, string][] {
  if (!/[^ -~]/.test(text)) return [];
  const found: [RawSignal, string][] = RAW.filter(([, pattern]) => pattern.test(text)).map(([signal, , words]) => [
    signal,
    words,
  ]);
  if (
    found.length === 0 &&
    [...text]
      .slice(0, LOOKED_AT)
      .some((character) => isUnseen(character) && !/[\p{Zs}\u200d\ufe0e\ufe0f]/u.test(character))
  )
    found.push(['invisible', 'characters that are not seen']);
  if (mixesScripts(text)) found.push(['mixed_scripts', 'letters of several scripts in one word']);
  return found;
}
