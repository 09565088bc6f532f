/**
 * Text that was turned around: upside-down, in a mirror, or with a control. With an override (U+202E, or U+202D inside
 * it) letters are printed against their order, so that `‮redro‬` reads "order"; U+202D does the same to Hebrew and
 * Arabic. Only explicit overrides reverse letters, so only they are undone.
 */
import type { Units } from './units.js';

const OVERRIDE = 0x202e;
/** The same to the right: turns around what is read from the right, Hebrew and Arabic. */
const TO_THE_RIGHT = 0x202d;
const FROM_THE_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
const POPS: ReadonlySet<number> = new Set([0x202c, 0x2069]);
const STARTS: ReadonlySet<number> = new Set([0x202a, 0x202b, 0x202d, 0x2066, 0x2067, 0x2068]);
/** What each letter looks like when it stands on its head; letters that stay the same are left out. */
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
/** So many letters on their heads, or in a mirror, turn the text around. */
const TURNED = 2;
/** Letters that are seldom written for themselves: these tell that a text is turned. */
const TELLING_HEADS = 'ɐɔǝɟƃɓᵷɥᴉɾʞɯɹʇʌʍʎ∀ƆƎℲ⅁⅂˥Ԁᴚ⊥∩⅄ꓒꓓꓔꓕꓘꓛꓞꓤꓨꓩꓭꓯꓱꓵꓶꓷᗡᗺ𐐒⋊Ⱶɡ';
const TELLING_MIRRORED = 'ɒɔɘꟻǫϱʜᴎɿꙅƨƧƚꟼƸƹЯИ⅃ƎƆᗺᗡꓘʞ';
const TELLING: readonly (readonly [telling: RegExp, letters: ReadonlyMap<string, string>])[] = [
  [new RegExp(`[${TELLING_HEADS}]`, 'gu'), ON_ITS_HEAD],
  [new RegExp(`[${TELLING_MIRRORED}]`, 'gu'), IN_A_MIRROR],
];
/** 1 for each code unit that they begin with. */
const MAY_TELL = new Uint8Array(0x10000);
for (const letter of TELLING_HEADS + TELLING_MIRRORED) MAY_TELL[letter.charCodeAt(0)] = 1;

/** May `visualOrder` turn the text around? "No" is certain. */
export function mayBeTurned({ codes, length }: Units): boolean {
  let count = 0;
  for (let at = 0; at < length; at++) {
    if (codes[at] === OVERRIDE || codes[at] === TO_THE_RIGHT) return true;
    count += MAY_TELL[codes[at]!]!;
  }
  return count >= TURNED;
}

/** `ɐa`: what stands there, and what it is. */
function pairs(list: string): [string, string][] {
  return list.split(' ').map((pair) => {
    const [seen, meant] = pair;
    return [seen!, meant!];
  });
}

/** A letter and the vowels and signs that are marks on it. */
const WITH_MARKS = /\P{M}\p{M}*|\p{M}+/gu;
/** Scripts that write vowels as marks, which stay on their letters whichever way the text runs. */
const VOWELS_AS_MARKS = /[\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/u;

/**
 * What a text may be in the order in which it is printed, likelier first: letter by letter, and, where vowels are marks
 * on letters, by letters with their marks. Empty when nothing turns it around.
 */
export function visualOrders(text: string): string[] {
  const printed = visualOrder(text);
  if (printed === undefined) return [];
  return text.includes('\u202e') && VOWELS_AS_MARKS.test(text)
    ? [printed, unreversed(text.slice(0, 2048).match(WITH_MARKS) ?? [])]
    : [printed];
}

/** The text as it is printed, letter by letter; undefined when nothing turns it around. */
export function visualOrder(text: string): string | undefined {
  if (text.includes('\u202e') || forcesToTheRight(text)) return unreversed([...text.slice(0, 2048)]);
  // letters on their heads, and those in a mirror, are read from the other end
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
