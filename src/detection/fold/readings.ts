/**
 * Readings of a text other than letter by letter, where applicable: escapes decoded (`%40`, `=40`, `&nbsp;`, `xn--`,
 * "dot"), strokes combined (`|<`, `I-I`, `IVI`), symbols read as ornaments or separators (`Foxfire│Support`,
 * `M★e★t★a`), upside-down and mirrored letters. Each reading is judged like a separate text, and the strongest counts.
 */
import { decodePunycode } from '../punycode.js';
import { characterOf } from './entities.js';
import type { Folded } from './folded.js';
import { IS_SIGN, TABLE_END } from './table.js';
import { Units } from './units.js';

/** A text with more characters than this is read as it is. */
const LONGEST = 2048;

/**
 * The other readings of a text; undefined for nearly all texts.
 * @param folded the text, folded
 */
export function otherReadings(text: string, folded: Folded): readonly string[] | undefined {
  const { signs, escaped } = folded;
  const isSpelled = mayBeSpelled(text, folded);
  const strokes = text.length <= LONGEST ? strokesIn(read.read(text)) : 0;
  if (!(signs || escaped || isSpelled || strokes !== 0) || text.length > LONGEST) return undefined;
  const readings = new Set<string>();
  const decoded = escaped || isSpelled ? withoutEscapes(text) : text;
  readings.add(decoded);
  const built = strokes === 0 ? decoded : withStrokesJoined(decoded, strokes);
  readings.add(built);
  if (signs || decoded !== text) {
    readings.add(withoutSigns(decoded));
    readings.add(withoutSigns(built));
  }
  readings.delete(text);
  return [...readings];
}

/** Letters that every spelled-out dot (`dot`, `punkt`, `ponto`) and `xn--` must contain, as in `Folded.letterSet`. */
const bitsOf = (letters: string) => [...letters].reduce((set, letter) => set | (1 << (letter.charCodeAt(0) & 31)), 0);
const [DOT, PUNKT, PONT, XN] = [bitsOf('dot'), bitsOf('punkt'), bitsOf('pont'), bitsOf('xn')] as const;

/** Whether the text may contain a word for a dot, or `xn--`. Almost free for a plain name. */
function mayBeSpelled(text: string, { spaced, foreign, letterSet }: Folded): boolean {
  return (
    (spaced &&
      (foreign || (letterSet & DOT) === DOT || (letterSet & PUNKT) === PUNKT || (letterSet & PONT) === PONT) &&
      DOT_WORD.test(text)) ||
    ((letterSet & XN) === XN && text.includes('--'))
  );
}
/** When adding a word here, check `mayBeReadOtherwise` too. */
const DOT_WORD = /\b(?:dot|punkt|point|punto|ponto)\b|точка|нקודה|نقطة|点|ドット/iu;

/**
 * Whether `otherReadings` may return anything. "No" is definite.
 * @param folded the text, folded
 */
export function mayBeReadOtherwise(text: Units, folded: Folded): boolean {
  const { signs, escaped, spaced, foreign, letterSet } = folded;
  return (
    signs ||
    escaped ||
    strokesIn(text) !== 0 ||
    (spaced &&
      (foreign || (letterSet & DOT) === DOT || (letterSet & PUNKT) === PUNKT || (letterSet & PONT) === PONT) &&
      mayHoldDotWord(text)) ||
    ((letterSet & XN) === XN && hasTwoDashes(text))
  );
}

/** 1 for prefixes of Latin words for a dot, as one number. */
const DOT_BEGINNINGS = new Uint8Array(1 << 15);
for (const word of ['dot', 'pun', 'poi', 'pon'])
  DOT_BEGINNINGS[[...word].reduce((all, letter) => (all << 5) | (letter.charCodeAt(0) & 31), 0)] = 1;
/** 1 for letters that occur in words for a dot of other scripts and in few other words. */
const RARE_DOT_LETTERS = new Uint8Array(0x10000);
for (const letter of 'чЧקط点ッ') RARE_DOT_LETTERS[letter.charCodeAt(0)] = 1;

function mayHoldDotWord({ codes, length }: Units): boolean {
  let last = 0;
  for (let at = 0; at < length; at++) {
    const unit = codes[at]!;
    last = unit < 0x80 ? ((last << 5) | (unit & 31)) & 0x7fff : 0;
    if ((unit < 0x80 ? DOT_BEGINNINGS[last] : RARE_DOT_LETTERS[unit]) === 1) return true;
  }
  return false;
}

function hasTwoDashes({ codes, length }: Units): boolean {
  for (let at = 1; at < length; at++) if (codes[at] === DASH && codes[at - 1] === DASH) return true;
  return false;
}
const DASH = 0x2d;

/** Words for the dot of a domain, between two words that may form a domain. */
const SPELLED_DOT =
  /(?<=[\p{L}\p{N}])[\s_-]*(?:[[({<]\s*(?:dot|punkt|point|punto|ponto|točka|точка|נקודה|نقطة|点|ドット|\.)\s*[\])}>]|(?<=[\s_-])(?:dot|punkt|point|punto|ponto|точка|点|ドット)(?=[\s_-]))[\s_-]*(?=[\p{L}\p{N}])/giu;
const SPELLED_AT = /(?<=[\p{L}\p{N}])\s*[[({<]\s*(?:at|@)\s*[\])}>]\s*(?=[\p{L}\p{N}])/giu;

/**
 * Links spell user ids with %40 and %3A, localparts with =40 (the specification's mapping from other character sets),
 * pages with &nbsp; and &#1077;. These are decoded; invalid UTF-8 is left as it is.
 */
export function withoutEscapes(text: string): string {
  return text
    .replace(/(?:%[0-9a-f]{2})+/gi, fromBytes)
    .replace(/(?:=[0-9a-f]{2})+/gi, fromBytes)
    .replace(/\\u\{?([0-9a-f]{4,6})\}?/gi, (escape, digits: string) => fromNumber(parseInt(digits, 16)) ?? escape)
    .replace(/&(#x[0-9a-f]{1,6}|#[0-9]{1,7}|[a-z][a-z0-9]{1,30});?/gi, (escape, name: string) =>
      /^#x/i.test(name)
        ? (fromNumber(parseInt(name.slice(2), 16)) ?? escape)
        : name.startsWith('#')
          ? (fromNumber(Number(name.slice(1))) ?? escape)
          : (characterOf(name) ?? escape),
    )
    .replace(
      /(?<![a-z0-9-])xn--([a-z0-9-]+)/gi,
      (label, encoded: string) => decodePunycode(encoded.toLowerCase()) ?? label,
    )
    .replace(SPELLED_AT, '@')
    .replace(SPELLED_DOT, '.');
}

function fromBytes(escapes: string): string {
  try {
    return decodeURIComponent(escapes.replaceAll('=', '%'));
  } catch {
    return escapes;
  }
}

function fromNumber(codePoint: number): string | undefined {
  const isCharacter = codePoint > 0 && codePoint < 0x110000 && (codePoint < 0xd800 || codePoint > 0xdfff);
  return isCharacter ? String.fromCodePoint(codePoint) : undefined;
}

/**
 * Strokes that draw one letter: nobody writes a capital I among small letters, or a bracket inside a word. Preceded by
 * the two adjacent characters that such strokes contain.
 */
const STROKES: readonly (readonly [before: string, after: string, strokes: RegExp, letter: string])[] = [
  ['Il1|', 'V', /[Il1|]V[Il1|](?=\p{L})|(?<=\p{L})[Il1|]V[Il1|]/gu, 'M'],
  ['/\\|', '\\/|', /\/\\\/\\|\|\\\/\|/g, 'm'],
  ['/\\|', '\\/|', /\\\/\\\/|\|\/\\\|/g, 'w'],
  ['|\\', '\\|', /\|\\\|/g, 'n'],
  ['N', 'I', /(?<![\p{L}\p{N}])NI(?=\p{Ll})/gu, 'M'],
  ['I|])', '-~=+', /[I|][-~=+][I|]|[\])]-[[(]/g, 'h'],
  ['cC(', 'I|', /[cC](?:I(?=\p{Ll}|$)|\|)|\(\||\(I/gu, 'd'],
  ['([<', ')]>', /\(\)|\[\]|<>/g, 'o'],
  ['>)', '<(', />\s?<|\)\(/g, 'x'],
  ['|Il', '<(', /[|Il]<|\|\(/g, 'k'],
  ['|Il1', '3)', /[Il1|](?:3|\))(?=\p{L})|(?<=\p{L})[Il1|]3/gu, 'b'],
  ['|Il', '°º>', /[|Il][°º>]/gu, 'p'],
  ['_', '|Il1)', /[|Il1]_[|Il1]|\(_\)/g, 'u'],
  ['\\', '/', /\\\//g, 'v'],
  ['xX', 'xX', /^[xX]{2,}(?=\p{L})|(?<=\p{L})[xX]{2,}$/gu, ''],
  ['abcdefghijklmnopqrstuvwxyz', 'I', /(?<=\p{Ll})I(?=\p{Ll})/gu, 'l'],
];
const BEFORE = new Uint16Array(0x100);
const AFTER = new Uint16Array(0x100);
for (const [rule, [before, after]] of STROKES.entries()) {
  for (const character of before) BEFORE[character.charCodeAt(0)]! |= 1 << rule;
  for (const character of after) AFTER[character.charCodeAt(0)]! |= 1 << rule;
}

const read = new Units();

/** Which strokes may be combined in a text, one bit per rule. Runs for every name, so without regular expressions. */
function strokesIn({ codes, length }: Units): number {
  let found = 0;
  let before = 0;
  for (let at = 0; at < length; at++) {
    const unit = codes[at]!;
    if (unit > 0xff) before = 0;
    else {
      found |= before & AFTER[unit]!;
      before = BEFORE[unit]!;
    }
  }
  return found;
}

function withStrokesJoined(text: string, rules: number): string {
  return STROKES.reduce(
    (joined, [, , strokes, letter], rule) => (((rules >> rule) & 1) === 1 ? joined.replace(strokes, letter) : joined),
    text,
  );
}

/** Marks that turn the preceding character into an emoji. */
const SELECTOR = /[\u200d\ufe0e\ufe0f\u20e3]/;
const LETTER = /[\p{L}\p{N}]/u;
const SPELLS = /[\p{L}\p{N}]/u;
/** ASCII symbols that replace letters, or separate them. */
const ASCII_SIGNS = '|+$!@';
/** How many symbols of one kind between letters indicate a name generator. */
const HABIT = 3;
const PLAIN = /^[ "#%-?A-~]*$/;
const BARS = /[|+]/g;
/** From this length on a run of enclosed letters is a word: 🅂🅄🄿🄿🄾🅁🅃. */
const WORD = 3;

/**
 * The text with a space for each symbol that may be an ornament or separate two words: bars, stars, currency signs, and
 * isolated enclosed letters and keycaps. Character by character, so that positions stay the same.
 */
export function withoutSigns(text: string): string {
  if (PLAIN.test(text)) return text.replace(BARS, ' ');
  const characters = [...text];
  const counts = new Map<string, number>();
  for (const character of characters)
    if (ASCII_SIGNS.includes(character)) counts.set(character, (counts.get(character) ?? 0) + 1);
  const isLatin = /\p{Script=Latin}{2}/u.test(text);
  let isCut = false;
  return characters
    .map((character, at) => {
      // a following emoji mark is removed with it
      if (isCut && SELECTOR.test(character)) return ' ';
      const kept = keptOf(character, at);
      isCut = kept !== character;
      return kept;
    })
    .join('');

  function keptOf(character: string, at: number): string {
    if (character < '\u0080') {
      if (/[0-9#*]/.test(character) && isKey(characters, at)) return ' ';
      if (character === '|' || character === '+') return ' ';
      return (counts.get(character) ?? 0) >= HABIT ? ' ' : character;
    }
    const codePoint = character.codePointAt(0)!;
    if (codePoint >= TABLE_END || IS_SIGN[codePoint] !== 1) return character;
    if (LETTER.test(character) && !isLatin) return character;
    return spells(character) && isInWord(characters, at) ? character : ' ';
  }
}

/** A keycap digit: 0️⃣. */
function isKey(characters: readonly string[], at: number): boolean {
  return characters[at + 1] === '\u20e3' || (characters[at + 1] === '\ufe0f' && characters[at + 2] === '\u20e3');
}

/** Whether a symbol is an enclosed or styled letter or digit, rather than one that merely resembles it. */
function spells(sign: string): boolean {
  const codePoint = sign.codePointAt(0)!;
  return (
    (!LETTER.test(sign) && SPELLS.test(sign.normalize('NFKC'))) ||
    (codePoint >= 0x1f110 && codePoint <= 0x1f19a) ||
    (codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff) ||
    (codePoint >= 0x1ccd6 && codePoint <= 0x1ccf9)
  );
}

/** Whether an enclosed letter is part of a word: next to a plain letter, or among others that are not all the same. */
function isInWord(characters: readonly string[], at: number): boolean {
  const run = [characters[at]!];
  for (const step of [-1, 1]) {
    for (let next = at + step; next >= 0 && next < characters.length; next += step) {
      const character = characters[next]!;
      if (SELECTOR.test(character)) {
        // an emoji letter beside a plain word is an ornament
        if (step === 1 && next === at + 1 && character === '\ufe0f') return new Set(run).size >= WORD;
        continue;
      }
      if (LETTER.test(character) && !spells(character)) return true;
      if (!spells(character)) break;
      run.push(character);
    }
  }
  return run.length >= WORD && new Set(run).size > 1;
}
