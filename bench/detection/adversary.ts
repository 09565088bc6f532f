/**
 * Attacks by somebody who never saw the detector: driven by Unicode's own tables (UTS 39, compatibility, names of
 * characters, Default_Ignorable), by dnstwist's published classes of look-alikes, and by templates of name generators.
 * None of its letters come from our extras.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { unicodeName } from 'unicode-name';
import { packageRoot } from '../../src/util/package-root.js';

const getUnicodeName = (character: string) => unicodeName(character) ?? '';
type Random = () => number;
/** Makes a disguise of a text, or undefined when this kind can not be done to it. */
export type Disguise = (text: string, random: Random) => string | undefined;

const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)]!;
const TABLE_END = 0x20000;

const linesOf = (file: string) =>
  readFileSync(path.join(packageRoot(), 'scripts/unicode', file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '));

function group(pairs: Iterable<readonly [like: string, character: string]>): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [like, character] of pairs) (groups.get(like) ?? groups.set(like, []).get(like)!).push(character);
  return groups;
}

const CONFUSABLES = linesOf('confusables.txt').map((line): [string, string] => {
  const space = line.indexOf(' ');
  return [line.slice(space + 1), String.fromCodePoint(parseInt(line.slice(0, space), 16))];
});
const isOneLetter = (text: string) => [...text].length === 1;
/** Letters that UTS 39 takes for a letter, beyond what is merely a style of it. */
const TWINS = group(
  CONFUSABLES.filter(
    ([like, character]) =>
      isOneLetter(like) &&
      /\p{L}/u.test(like) &&
      /\p{L}/u.test(character) &&
      character > '~' &&
      character.normalize('NFKC') === character &&
      !/\p{M}/u.test(character.normalize('NFD')),
  ),
);
const FORMS = group(
  linesOf('han.txt').flatMap((line) => {
    const all = [...line].filter((character) => character.normalize('NFC') === character);
    return all.flatMap((one) => all.filter((other) => other !== one).map((other): [string, string] => [one, other]));
  }),
);

const everyCharacter = Array.from({ length: TABLE_END }, (_, codePoint) => codePoint)
  .filter((codePoint) => codePoint >= 0xa1 && !(codePoint >= 0xd800 && codePoint <= 0xf8ff))
  .map((codePoint) => String.fromCodePoint(codePoint));
/** Full-width, mathematical, enclosed and other styles, by the plain letter. */
const STYLES = group(
  everyCharacter
    .filter((character) => /^[A-Za-z]$/.test(character.normalize('NFKC')) && /[\p{L}\p{So}]/u.test(character))
    .map((character): [string, string] => [character.normalize('NFKC'), character]),
);
const UNSEEN = [
  ...everyCharacter.filter(
    (character) =>
      /[\p{Default_Ignorable_Code_Point}\p{Cf}]/u.test(character) &&
      !/\p{Bidi_Control}|[\u0600-\u06ff\u070f\u08e2\u{110bd}\u{110cd}\u{13430}-\u{1345f}]/u.test(character),
  ),
  '\u{e0001}',
  '\u{e0061}',
  '\u{e0100}',
  '\u{e0fff}',
  '\ue123',
  '\u{f1234}',
];
const MARKS = everyCharacter.filter(
  (character) =>
    /\p{Mn}/u.test(character) &&
    /^COMBINING/.test(getUnicodeName(character)) &&
    /\p{Script=Inherited}/u.test(character) &&
    !/KATAKANA/.test(getUnicodeName(character)),
);
const ORNAMENTS = everyCharacter.filter(
  (character) =>
    /[\p{So}\p{Extended_Pictographic}]/u.test(character) &&
    !/[\p{L}\p{N}]/u.test(character.normalize('NFKC')) &&
    !/LETTER|HANGUL|KATAKANA|IDEOGRAPH|RADICAL|SYLLABLE|DIGIT|NUMBER|STROKE/.test(getUnicodeName(character)),
);
const SPACES = everyCharacter.filter((character) => /\p{Zs}/u.test(character));
/**
 * Letters with a stroke, hook, tail or bar that neither UTS 39 nor compatibility knows, small capitals and turned ones:
 * what Unicode's names call "LATIN SMALL LETTER A WITH …".
 */
const known = new Set(CONFUSABLES.map(([, character]) => character));
const SHAPES = group(
  everyCharacter.flatMap((character): [string, string][] => {
    const name = getUnicodeName(character);
    const letter =
      /^LATIN (SMALL|CAPITAL) LETTER ([A-Z])(?: WITH (?:STROKE|HOOK|TAIL|DIAGONAL STROKE|RETROFLEX HOOK|PALATAL HOOK|CURL|SWASH TAIL|MIDDLE TILDE|OBLIQUE STROKE|DESCENDER|FLOURISH|TOPBAR|LEFT HOOK|BAR).*)?$/.exec(
        name,
      ) ?? /^LATIN LETTER (SMALL CAPITAL) ([A-Z])$/.exec(name);
    if (letter === null || known.has(character) || /[A-Za-z]/.test(character.normalize('NFKD'))) return [];
    return [[letter[1] === 'CAPITAL' ? letter[2]! : letter[2]!.toLowerCase(), character]];
  }),
);

/** Letters that Unicode's names call turned, reversed, open, insular, raised, …: a letter, drawn otherwise. */
const ODD = group(
  everyCharacter.flatMap((character): [string, string][] => {
    const letter =
      /^(?:LATIN (SMALL|CAPITAL) LETTER |MODIFIER LETTER (SMALL|CAPITAL) |LATIN SUBSCRIPT (SMALL) LETTER |COMBINING LATIN (SMALL) LETTER )(?:(?:TURNED|REVERSED|SIDEWAYS|INSULAR|OPEN|SCRIPT|BLACKLETTER|DOTLESS|BARRED|STIRRUP|LONG|ANGLICANA|TURNED INSULAR|REVERSED OPEN|SIDEWAYS OPEN) )?([A-Z])$/.exec(
        getUnicodeName(character),
      );
    return letter === null ? [] : [[letter[1] === 'CAPITAL' ? letter[5]! : letter[5]!.toLowerCase(), character]];
  }),
);

/** One letter of a text, or all that can be, from a table. */
function from(table: ReadonlyMap<string, readonly string[]>, share: 'one' | 'some' | 'all'): Disguise {
  return (text, random) => {
    const characters = [...text];
    const places = characters.flatMap((character, at) => (table.has(character) ? [at] : []));
    if (places.length === 0) return undefined;
    const one = pick(places, random);
    return characters
      .map((character, at) => {
        const taken =
          share === 'all'
            ? table.has(character)
            : at === one || (share === 'some' && table.has(character) && random() < 0.4);
        return taken ? pick(table.get(character)!, random) : character;
      })
      .join('');
  };
}

const insideOf = (text: string, random: Random) => 1 + Math.floor(random() * Math.max(1, [...text].length - 1));
const put = (text: string, at: number, what: string) =>
  [...text].slice(0, at).join('') + what + [...text].slice(at).join('');

/** dnstwist's look-alikes of one and two letters, as its documentation lists its class "homoglyph". */
const DNSTWIST: readonly (readonly [string, string])[] = [
  ['l', '1'],
  ['l', 'I'],
  ['i', '1'],
  ['i', 'l'],
  ['o', '0'],
  ['m', 'rn'],
  ['m', 'nn'],
  ['w', 'vv'],
  ['d', 'cl'],
  ['g', 'q'],
  ['b', 'lb'],
  ['k', 'lc'],
  ['n', 'r'],
  ['c', 'e'],
  ['h', 'lh'],
  ['u', 'v'],
];
const READ_ALIKE = new Set(['l1', 'lI', 'i1', 'il', 'o0', 'mrn', 'mnn', 'wvv', 'dcl']);
const dnstwist =
  (isTwin: boolean): Disguise =>
  (text, random) => {
    const fits = DNSTWIST.filter(([letter, like]) => READ_ALIKE.has(letter + like) === isTwin && text.includes(letter));
    if (fits.length === 0) return undefined;
    const [letter, like] = pick(fits, random);
    return text.replace(letter, like);
  };

const turned = new Map(
  [...'ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz'].map((character, at) => [String.fromCharCode(0x61 + at), character]),
);
for (const [capital, character] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map(
  (letter, at) => [letter, [...'∀ꓭƆꓷƎℲ⅁HIſꓘ⅂WNOԀΌᴚS⊥∩ΛMX⅄Z'][at]!] as const,
))
  turned.set(capital, character);

/** Disguises after which a reader sees the same name. */
export const DISGUISES: Readonly<Record<string, Disguise>> = {
  'UTS 39: one letter': from(TWINS, 'one'),
  'UTS 39: some letters': from(TWINS, 'some'),
  'style of one letter': from(STYLES, 'one'),
  'styles of all letters': from(STYLES, 'all'),
  'unseen character inside': (text, random) => put(text, insideOf(text, random), pick(UNSEEN, random)),
  'unseen characters between all': (text, random) => {
    const unseen = pick(UNSEEN, random);
    return [...text].join(unseen);
  },
  'unseen character at the end': (text, random) => text + pick(UNSEEN, random),
  'combining mark on a letter': (text, random) => put(text, insideOf(text, random), pick(MARKS, random)),
  'combining marks on all': (text, random) => {
    const mark = pick(MARKS, random);
    return [...text].map((character) => (character === ' ' ? ' ' : character + mark)).join('');
  },
  'other space': (text, random) => (text.includes(' ') ? text.replaceAll(' ', pick(SPACES, random)) : undefined),
  'ornament beside': (text, random) => `${text} ${pick(ORNAMENTS, random)}`,
  'ornaments on both sides': (text, random) => {
    const ornament = pick(ORNAMENTS, random);
    return `${ornament} ${text} ${ornament}`;
  },
  'ornament glued': (text, random) => text + pick(ORNAMENTS, random),
  'sign between all letters': (text, random) => [...text].join(pick([...'★☆•·|+~♡✦○│❘†‡°¦═┃'], random)),
  'dnstwist: look-alikes': dnstwist(true),
  override: (text) => `\u202e${[...text].reverse().join('')}`,
  'upside down': (text) =>
    /^[A-Za-z ]{5,}$/.test(text)
      ? [...text]
          .map((letter) => turned.get(letter) ?? letter)
          .reverse()
          .join('')
      : undefined,
  'percent escapes': (text) => (encodeURIComponent(text) === text ? undefined : encodeURIComponent(text)),
  'numbers of HTML': (text, random) => {
    const at = insideOf(text, random) - 1;
    return [...text]
      .map((character, index) => (index === at ? `&#x${character.codePointAt(0)!.toString(16)};` : character))
      .join('');
  },
  'padding behind': (text) => `${text}${'\u2003'.repeat(60)}not really`,
  'other form of an ideograph': from(FORMS, 'some'),
  'other kana': (text) => {
    const other = text.replace(/[\u3041-\u3096]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60));
    return other === text ? undefined : other;
  },
  'parts of Hangul': (text) =>
    text.normalize('NFD') !== text && /\p{Script=Hangul}/u.test(text) ? text.normalize('NFD') : undefined,
};

/** Shapes that UTS 39 lacks. */
export const SHAPES_BEYOND: Readonly<Record<string, Disguise>> = {
  'one letter of a shape that UTS 39 lacks': from(SHAPES, 'one'),
  'some letters of such shapes': from(SHAPES, 'some'),
  'one letter turned, reversed, open, insular, raised': from(ODD, 'one'),
  'dnstwist: less alike': dnstwist(false),
};
