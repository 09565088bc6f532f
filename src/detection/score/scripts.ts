/**
 * Which scripts a text is written in, by the restriction levels of UTS 39 (section 5.2), and what in it is not seen. A
 * script by itself is never evidence: a name that is wholly Cyrillic is a name. Only run on texts that resemble a
 * protected name; there it raises what that is worth.
 */
import { isUnseen } from '../visible.js';

/** From what every keyboard writes to what none does. */
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
 * Scripts whose letters are borrowed for Latin ones, or that people write, though UAX 31 recommends them for no
 * identifier.
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
/** Sets that people write together: Japanese, Chinese with Bopomofo, Korean; each with Latin beside. */
const TOGETHER = [
  ['Han', 'Hiragana', 'Katakana'],
  ['Han', 'Bopomofo'],
  ['Han', 'Hangul'],
] as const;
/** Latin beside one of these is not allowed even moderately: they share too many shapes. */
const LIKE_LATIN = new Set(['Latin', 'Cyrillic', 'Greek']);
/** Characters looked at. */
const LOOKED_AT = 256;

/** Code points whose scripts are remembered: more than fifty expressions need not be asked again. */
const REMEMBERED = 4096;
const remembered = new Map<string, Set<number> | null>();

/**
 * The scripts that a character may belong to, none of ours for an empty set; null for what belongs to all (digits,
 * signs, marks).
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

/**
 * The scripts that each character may belong to; characters that belong to all are left out, and so is the same set
 * twice.
 */
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

/** Is it ASCII? */
function isPlain(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

const coveredBy = (sets: readonly Set<number>[], names: readonly Script[]) =>
  sets.every((set) => names.some((name) => set.has(RECOMMENDED.indexOf(name))));

/** The strictest level of UTS 39 that the text fulfils. */
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
 * Does one word mix scripts that no keyboard mixes by habit? Stops: sеrver, 𝖬aᴛriх, sერver. Honest names: "Анна Smith"
 * has a word in each script, "東京Tokyo" and "김Kim" are written so every day (highly restrictive).
 */
export function mixesScripts(text: string): boolean {
  return (
    !isPlain(text) &&
    text
      .split(/[\s\p{P}\p{S}\p{Z}]+/u)
      .some((word) => LEVELS.indexOf(restrictionLevel(word)) >= LEVELS.indexOf('moderately'))
  );
}

/**
 * Is the text wholly in another script than a name in plain Latin letters? Then only letters that are twins of the
 * name's make it a disguise, and a text that is merely near is a word of its own language (Анапа, Амана).
 */
export function isForeignWord(text: string, official: string): boolean {
  // symbols and digits that stand for letters are no word of any language
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
  // U+FE0E and U+FE0F stand behind every second emoji
  [
    'variation_selector',
    /[\ufe00-\ufe0d\u180b-\u180d\u{e0100}-\u{e01ef}]|[\p{L}\p{N}][\ufe0e\ufe0f](?!\u20e3)/u,
    'variation selectors, which nothing shows',
  ],
  ['blank', /[\u2800\u3164\uffa0\u115f\u1160\u17b4\u17b5]/u, 'letters that are blank'],
  ['mark_run', /\p{M}{3}/u, 'marks heaped on a letter'],
];

/**
 * What can be said of a text without comparing it: what is hidden in it, and scripts mixed in one word. No verdict
 * comes of it alone.
 * @returns each signal with words for a person
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
