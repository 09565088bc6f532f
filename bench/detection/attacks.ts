/**
 * An attacker: makes disguises of a name, one kind at a time or several at once. Seeded, so that two runs are the same.
 * The letters it swaps in are drawn from lists of its own, not from the fold table.
 */

/** Small, fast and the same everywhere (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Random = () => number;
/** Makes a disguise of the text, or undefined when this kind can not be done to it. */
export type Attack = (text: string, random: Random) => string | undefined;

const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)] as T;
const lettersAt = (text: string, fits: (character: string) => boolean) =>
  [...text].map((character, index) => (fits(character) ? index : -1)).filter((index) => index >= 0);
const replaceAt = (text: string, at: number, by: string) =>
  [...text].map((character, index) => (index === at ? by : character)).join('');
const insertAt = (text: string, at: number, what: string) =>
  [...text].slice(0, at).join('') + what + [...text].slice(at).join('');

/** One letter, or all that can be, replaced from a table. */
function swapping(table: Readonly<Record<string, string>>, how: 'one' | 'all'): Attack {
  return (text, random) => {
    const places = lettersAt(text, (character) => table[character] !== undefined);
    if (places.length === 0) return undefined;
    const chosen = how === 'one' ? [pick(places, random)] : places;
    return chosen.reduce(
      (result, at) => replaceAt(result, at, pick([...(table[[...text][at] ?? ''] ?? '')], random)),
      text,
    );
  };
}

function mathematical(first: number): Attack {
  return (text) =>
    /[a-z]/i.test(text)
      ? text
          .replace(/[a-z]/g, (letter) => String.fromCodePoint(first + 26 + letter.charCodeAt(0) - 97))
          .replace(/[A-Z]/g, (letter) => String.fromCodePoint(first + letter.charCodeAt(0) - 65))
      : undefined;
}

const CYRILLIC = {
  a: 'а',
  c: 'с',
  e: 'е',
  i: 'і',
  j: 'ј',
  o: 'о',
  p: 'р',
  s: 'ѕ',
  x: 'х',
  y: 'у',
  h: 'һ',
  d: 'ԁ',
  A: 'А',
  B: 'В',
  C: 'С',
  E: 'Е',
  H: 'Н',
  I: 'І',
  K: 'К',
  M: 'М',
  O: 'О',
  P: 'Р',
  S: 'Ѕ',
  T: 'Т',
  X: 'Х',
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  А: 'A',
  К: 'K',
  М: 'M',
  Т: 'T',
};
const GREEK = {
  o: 'ο',
  v: 'ν',
  a: 'α',
  i: 'ι',
  k: 'κ',
  p: 'ρ',
  u: 'υ',
  A: 'Α',
  B: 'Β',
  E: 'Ε',
  H: 'Η',
  I: 'Ι',
  K: 'Κ',
  M: 'Μ',
  N: 'Ν',
  O: 'Ο',
  P: 'Ρ',
  T: 'Τ',
  X: 'Χ',
  Y: 'Υ',
  Z: 'Ζ',
};
const LEET = {
  a: '4@',
  e: '3',
  i: '1!',
  o: '0',
  s: '5$',
  t: '7',
  l: '1',
  b: '8',
  A: '4',
  E: '3',
  I: '1',
  O: '0',
  S: '5',
  T: '7',
  B: '8',
};
const ACCENTS = {
  a: 'áàâäãåā',
  e: 'éèêëē',
  i: 'íìîï',
  o: 'óòôöõ',
  u: 'úùûü',
  c: 'çć',
  n: 'ñń',
  s: 'šś',
  r: 'ř',
  y: 'ýÿ',
  t: 'ť',
};
const SMALL_CAPITALS = {
  a: 'ᴀ',
  b: 'ʙ',
  c: 'ᴄ',
  d: 'ᴅ',
  e: 'ᴇ',
  f: 'ꜰ',
  g: 'ɢ',
  h: 'ʜ',
  i: 'ɪ',
  j: 'ᴊ',
  k: 'ᴋ',
  l: 'ʟ',
  m: 'ᴍ',
  n: 'ɴ',
  o: 'ᴏ',
  p: 'ᴘ',
  r: 'ʀ',
  s: 'ꜱ',
  t: 'ᴛ',
  u: 'ᴜ',
  v: 'ᴠ',
  w: 'ᴡ',
  y: 'ʏ',
  z: 'ᴢ',
};
const SHAPES = {
  a: 'ɑⱥᶏ',
  b: 'ɓƀ',
  c: 'ƈȼ',
  d: 'ɗđ',
  e: 'ɇɛ',
  f: 'ƒ',
  g: 'ǥɠ',
  h: 'ɦħ',
  i: 'ɨı',
  k: 'ƙ',
  l: 'ƚɭ',
  m: 'ɱ',
  n: 'ɲŋ',
  o: 'ɵø',
  p: 'ƥ',
  r: 'ɽɍ',
  s: 'ʂș',
  t: 'ŧƭ',
  u: 'ʉ',
  v: 'ʋ',
  x: 'ẋ',
  y: 'ƴɏ',
  z: 'ƶʐ',
};
const ARMENIAN_CHEROKEE = {
  o: 'օ',
  s: 'Տ',
  u: 'ս',
  h: 'հ',
  n: 'ո',
  A: 'Ꭺ',
  B: 'Ᏼ',
  C: 'Ꮯ',
  D: 'Ꭰ',
  E: 'Ꭼ',
  G: 'Ꮐ',
  H: 'Ꮋ',
  M: 'Ꮇ',
  P: 'Ꮲ',
  R: 'Ꭱ',
  S: 'Ꮪ',
  T: 'Ꭲ',
  a: 'Ꭺ',
  e: 'Ꭼ',
  r: 'Ꭱ',
  t: 'Ꭲ',
  m: 'Ꮇ',
  p: 'Ꮲ',
};
const PAIRS: readonly (readonly [RegExp, string])[] = [
  [/m/, 'rn'],
  [/m/, 'nn'],
  [/w/, 'vv'],
  [/d/, 'cl'],
];
const INVISIBLE = [
  '\u200b',
  '\u200c',
  '\u200d',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u034f',
  '\u2063',
  '\u180e',
  '\u{e0061}',
  '\ufe0f',
];

const inside = (text: string, random: Random) => 1 + Math.floor(random() * Math.max(1, [...text].length - 1));

/** All kinds, by name. `slip` kinds change what is read; the others only how it is written. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  'cyrillic letter': swapping(CYRILLIC, 'one'),
  'cyrillic letters': swapping(CYRILLIC, 'all'),
  'greek letter': swapping(GREEK, 'one'),
  'greek letters': swapping(GREEK, 'all'),
  'armenian or cherokee letter': swapping(ARMENIAN_CHEROKEE, 'one'),
  'leet digit': swapping(LEET, 'one'),
  'leet digits': swapping(LEET, 'all'),
  accent: swapping(ACCENTS, 'one'),
  accents: swapping(ACCENTS, 'all'),
  'small capitals': swapping(SMALL_CAPITALS, 'all'),
  'shape not in UTS 39': swapping(SHAPES, 'one'),
  'full width': (text) =>
    /[!-~]/.test(text)
      ? text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0))
      : undefined,
  'mathematical bold': mathematical(0x1d400),
  'mathematical script': mathematical(0x1d4d0),
  'mathematical double-struck': mathematical(0x1d538),
  'mathematical monospace': mathematical(0x1d670),
  circled: (text) =>
    /[a-z]/i.test(text)
      ? text.toLowerCase().replace(/[a-z]/g, (letter) => String.fromCodePoint(0x24d0 + letter.charCodeAt(0) - 97))
      : undefined,
  squared: (text) =>
    /[a-z]/i.test(text)
      ? text.toUpperCase().replace(/[A-Z]/g, (letter) => String.fromCodePoint(0x1f130 + letter.charCodeAt(0) - 65))
      : undefined,
  'negative squared': (text) =>
    /[a-z]/i.test(text)
      ? text.toUpperCase().replace(/[A-Z]/g, (letter) => String.fromCodePoint(0x1f170 + letter.charCodeAt(0) - 65))
      : undefined,
  'regional indicators': (text) =>
    /[a-z]{3}/i.test(text)
      ? text.toUpperCase().replace(/[A-Z]/g, (letter) => String.fromCodePoint(0x1f1e6 + letter.charCodeAt(0) - 65))
      : undefined,
  'invisible character': (text, random) => insertAt(text, inside(text, random), pick(INVISIBLE, random)),
  'invisible everywhere': (text) => [...text].join('\u200b'),
  'combining marks': (text, random) => insertAt(text, inside(text, random), '\u0335\u0301\u0323'),
  'right-to-left override': (text) => `\u202e${[...text].reverse().join('')}\u202c`,
  'drawn pair': (text) =>
    PAIRS.filter(([letter]) => letter.test(text)).map(([letter, pair]) => text.replace(letter, pair))[0],
  'other case': (text) =>
    text.toUpperCase() === text ? (text.toLowerCase() === text ? undefined : text.toLowerCase()) : text.toUpperCase(),
  separators: (text, random) => insertAt(text, inside(text, random), pick(['.', '-', '_', ' '], random)),
  spaced: (text) => [...text].join(' '),
  badge: (text) => `${text} ✅`,
  punctuation: (text) => `~${text}~`,
  'slip: swap': (text, random) => {
    const letters = [...text];
    const places = letters
      .map((_, index) => index)
      .filter((index) => index > 0 && index + 1 < letters.length && letters[index] !== letters[index + 1]);
    if (places.length === 0) return undefined;
    const at = pick(places, random);
    letters.splice(at, 2, letters[at + 1]!, letters[at]!);
    return letters.join('');
  },
  'slip: doubled': (text, random) => {
    const at = inside(text, random);
    return insertAt(text, at, [...text][at - 1] ?? '');
  },
  'slip: left out': (text, random) => ([...text].length > 5 ? replaceAt(text, inside(text, random), '') : undefined),
  'slip: put in': (text, random) =>
    insertAt(text, inside(text, random), pick([...'abcdefghijklmnopqrstuvwxyz'], random)),
  'slip: other letter': (text, random) =>
    replaceAt(
      text,
      Math.min(inside(text, random), [...text].length - 1),
      pick([...'abcdefghijklmnopqrstuvwxyz'], random),
    ),
};

/** Several kinds one after another; undefined when one can not be done. */
export function compound(text: string, kinds: readonly string[], random: Random): string | undefined {
  return kinds.reduce<string | undefined>(
    (result, kind) => (result === undefined ? undefined : ATTACKS[kind]?.(result, random)),
    text,
  );
}
