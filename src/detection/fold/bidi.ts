/**
 * Reversed text: upside down, mirrored, or by a control character. With an override (U+202E, or U+202D inside it)
 * letters are displayed in reverse order, so that `‮redro‬` reads "order"; U+202D does the same to Hebrew and Arabic.
 * Only explicit overrides reverse letters, so only they are undone.
 */
import type { Units } from './units.js';

const OVERRIDE = 0x202e;
/** The same to the right: turns around what is read from the right, Hebrew and Arabic. */
const TO_THE_RIGHT = 0x202d;
const FROM_THE_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
const POPS: ReadonlySet<number> = new Set([0x202c, 0x2069]);
const STARTS: ReadonlySet<number> = new Set([0x202a, 0x202b, 0x202d, 0x2066, 0x2067, 0x2068]);
/** What each letter looks like upside down, except letters that stay the same. */
const ON_ITS_HEAD = new Map(
  pairs(
    'ɐa qb ɔc pd ǝe əe ɟf ƃg ɓg ɡb ᵷg ɥh ᴉi ıi !i ɾj ᒉj ʞk ꞁl ןl ʅl ɯm un dp bq ɹr ʇt nu ʌv ʍw ʎy ∀A ᗄA Ɐa 𐐒B ' +
      'ᗺB ꓭB ℇB ƆC ↃC ꓛC ᗡD ◖D ꓷD ƎE ∃E ꓱE ℲF ᖵF ꓞF ⅁G פG ꓨG ꓖG ſJ ᒋJ ꓩJ ⋊K ꓘK ⅂L ˥L ꓶL WM MW ԀP ꓒP ὉQ Ꝺq ΌQ ᴚR ' +
      "ꓤR ᖈR ⊥T ┴T ꓕT ⟂T ∩U ꓵU ՈU ΛV ꓥV ⅄Y ˙. '. ¡! ¿? Ɩ1 ᄅ2 ↊2 Ɛ3 ↋3 ㄣ4 ㄅ5 ϛ5 96 ㄥ7 69",
  ),
);
/** What each letter looks like in a mirror. */
const IN_A_MIRROR = new Map(
  pairs(
    'ɒa db ɔc bd ɘe ꟻF ᎸF ʇf ϱg ǫg ᎮG Ꭾg ʜh ꞁj įj ᒐj ʞk ⅃L ᴎn ИN иn qp pq ɿr ЯR яr ꙅs ƨs ƧS ƚt ɟt ƎE ƆC ᗺB ᗡD ' +
      'ꓘK ꟼP Ƹz ƹz',
  ),
);
/** How many upside-down or mirrored letters make a text reversed. */
const TURNED = 2;
/** Letters that are rarely used in their own right, so that they indicate reversed text. */
const TELLING_HEADS = 'ɐɔǝɟƃɓᵷɥᴉɾʞɯɹʇʌʍʎ∀ƆƎℲ⅁⅂˥Ԁᴚ⊥∩⅄ꓒꓓꓔꓕꓘꓛꓞꓤꓨꓩꓭꓯꓱꓵꓶꓷᗡᗺ𐐒⋊Ⱶɡ';
const TELLING_MIRRORED = 'ɒɔɘꟻǫϱʜᴎɿꙅƨƧƚꟼƸƹЯИ⅃ƎƆᗺᗡꓘʞ';
const TELLING: readonly (readonly [telling: RegExp, letters: ReadonlyMap<string, string>])[] = [
  [new RegExp(`[${TELLING_HEADS}]`, 'gu'), ON_ITS_HEAD],
  [new RegExp(`[${TELLING_MIRRORED}]`, 'gu'), IN_A_MIRROR],
];
/** 1 for each of their first code units. */
const MAY_TELL = new Uint8Array(0x10000);
for (const letter of TELLING_HEADS + TELLING_MIRRORED) MAY_TELL[letter.charCodeAt(0)] = 1;

/** Whether `visualOrder` may reverse the text. "No" is definite. */
export function mayBeTurned({ codes, length }: Units): boolean {
  let count = 0;
  for (let at = 0; at < length; at++) {
    if (codes[at] === OVERRIDE || codes[at] === TO_THE_RIGHT) return true;
    count += MAY_TELL[codes[at]!]!;
  }
  return count >= TURNED;
}

/** `ɐa`: the character, and what it represents. */
function pairs(list: string): [string, string][] {
  return list.split(' ').map((pair) => {
    const [seen, meant] = pair;
    return [seen!, meant!];
  });
}

/** A letter with its vowel signs and other marks. */
const WITH_MARKS = /\P{M}\p{M}*|\p{M}+/gu;
/** Scripts with vowel marks, which stay on their letters in either direction. */
const VOWELS_AS_MARKS = /[\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/u;

/**
 * The possible readings of a text in visual order, likelier first: letter by letter, and, in scripts with vowel marks,
 * by letters with their marks. Empty if nothing reverses it.
 */
export function visualOrders(text: string): string[] {
  const printed = visualOrder(text);
  if (printed === undefined) return [];
  return text.includes('\u202e') && VOWELS_AS_MARKS.test(text)
    ? [printed, unreversed(text.slice(0, 2048).match(WITH_MARKS) ?? [])]
    : [printed];
}

/** The text in visual order, letter by letter; undefined if nothing reverses it. */
export function visualOrder(text: string): string | undefined {
  if (text.includes('\u202e') || forcesToTheRight(text)) return unreversed([...text.slice(0, 2048)]);
  // upside-down and mirrored text is read from the other end
  const beginning = text.slice(0, 2048);
  let best: { count: number; letters: ReadonlyMap<string, string> } | undefined;
  for (const [telling, letters] of TELLING) {
    const count = beginning.match(telling)?.length ?? 0;
    if (count >= TURNED && count > (best?.count ?? 0)) best = { count, letters };
  }
  if (best === undefined) return undefined;
  const { letters } = best;
  return Array.from(
    beginning.normalize('NFC'),
    (character) => letters.get(character) ?? MIRRORED.get(character) ?? character,
  )
    .reverse()
    .join('');
}

/** Is there an override to the right on what is read from the right? */
function forcesToTheRight(text: string): boolean {
  return text.includes('\u202d') && FROM_THE_RIGHT.test(text);
}

/** Brackets face the other way. */
const MIRRORED = new Map(pairs(')( () ][ [] }{ {} >< <>'));

function unreversed(characters: readonly string[]): string {
  const isFromTheRight = characters.some((character) => FROM_THE_RIGHT.test(character));
  let result = '';
  for (let at = 0; at < characters.length; at++) {
    const code = characters[at]!.codePointAt(0);
    if (code !== OVERRIDE && !(code === TO_THE_RIGHT && isFromTheRight)) {
      result += characters[at]!;
      continue;
    }
    let depth = 1;
    let end = at + 1;
    while (end < characters.length && depth > 0) {
      const codePoint = characters[end]!.codePointAt(0) ?? 0;
      if (POPS.has(codePoint)) depth--;
      else if (STARTS.has(codePoint) || codePoint === OVERRIDE) depth++;
      end++;
    }
    result += characters
      .slice(at + 1, end)
      .reverse()
      .join('');
    at = end - 1;
  }
  return result;
}
