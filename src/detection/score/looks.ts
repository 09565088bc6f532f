/**
 * How a text differs from a name that folds to the same letters, character by character, to explain and weigh the
 * disguise. Only run on the few texts that resemble a protected name.
 */
import { canContract, contract } from '../fold/drawn.js';
import { fold } from '../fold/fold.js';
import { Folded } from '../fold/folded.js';
import { IS_WIDE, TABLE_END } from '../fold/table.js';
import { likenessTexts } from '../texts.js';
import { codePointOf, isUnseen, visible } from '../visible.js';

/** Kinds of difference, from invisible to obvious. */
export type Disguise =
  | 'same'
  | 'case'
  | 'style'
  | 'spacing'
  | 'accent'
  | 'form'
  | 'leet'
  | 'lookalike'
  | 'shape'
  | 'homoglyph'
  | 'invisible'
  | 'reversed';

export interface Looks {
  /** number of differences of each kind */
  counts: Readonly<Record<Disguise, number>>;
  /** the most telling kind */
  disguise: Disguise;
  /** no reader can distinguish the two, ignoring case */
  twin: boolean;
  /** deliberate: nobody writes like this by habit */
  deliberate: boolean;
  /** first and last different character, in code points of the text */
  position: { start: number; end: number } | undefined;
  /** the character and what it looks like: `"о" (U+043E) for "o"` */
  details: readonly string[];
}

const RANK: readonly Disguise[] = [
  'reversed',
  'invisible',
  'homoglyph',
  'shape',
  'lookalike',
  'leet',
  'form',
  'accent',
  'spacing',
  'style',
  'case',
  'same',
];
/** ASCII characters that are the same stroke in most fonts. */
const SAME_STROKE: readonly string[] = ['o0', 'il1|!'];
const LATIN = /\p{Script=Latin}/u;
/** UTF-16 units that are searched for hidden characters one by one. */
const LOOKED_AT = 1024;
const MARKS = /\p{M}+/gu;
/** Characters that are marks by name but display nothing: they count as invisible. */
const UNSEEN_MARKS = /[\u034f\u17b4\u17b5\u180b-\u180d\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
const FOREIGN = /[^ -~]/;

const textFold = new Folded();
const nameFold = new Folded();
const textContracted = new Folded();
const nameContracted = new Folded();

/**
 * Compares a text with a name that has the same fold. Composed and decomposed letters are equal, and so are capitals
 * that change a letter's shape (ß, SS).
 */
export function compareLooks(written: string, official: string): Looks {
  for (const known of latest) if (known?.written === written && known.official === official) return known.looks;
  const looks = compare(written, official);
  latest[next] = { written, official, looks };
  next = (next + 1) % LATEST;
  return looks;
}
/** The same two are compared for several signs. */
const LATEST = 4;
const latest: ({ written: string; official: string; looks: Looks } | undefined)[] = new Array(LATEST).fill(undefined);
let next = 0;

function compare(written: string, official: string): Looks {
  const text = written.normalize('NFC');
  const name = casedLike(text, official.normalize('NFC'));
  const counts: Record<Disguise, number> = {
    same: 0,
    case: 0,
    style: 0,
    spacing: 0,
    accent: 0,
    form: 0,
    leet: 0,
    lookalike: 0,
    shape: 0,
    homoglyph: 0,
    invisible: 0,
    reversed: 0,
  };
  const details: string[] = [];
  let [first, last] = [Infinity, -1];
  const note = (disguise: Disguise, at: number, detail?: string) => {
    counts[disguise]++;
    if (disguise === 'same') return;
    first = Math.min(first, at);
    last = Math.max(last, at + 1);
    if (detail !== undefined && details.length < 4 && !details.includes(detail)) details.push(detail);
  };
  const [a, b] = aligned(text, name);
  const isPlainly = a === textFold && b === nameFold;
  for (let index = 0; index < a.length; index++) {
    // nearly all letters are equal
    if (isPlainly && isSamePlain(text, a.source[index]!, name, b.source[index]!)) counts.same++;
    else {
      const seen = a === textFold ? characterAt(text, a.source[index]!) : drawnAt(text, a, index);
      const meant = b === nameFold ? characterAt(name, b.source[index] ?? 0) : drawnAt(name, b, index);
      const disguise = differenceOf(seen, meant);
      note(
        disguise,
        a.source[index]!,
        disguise === 'same' || disguise === 'case'
          ? undefined
          : likenessTexts.letter(visible(seen), seen > '~' ? codePointOf(seen) : '', visible(meant)),
      );
    }
    if (index > 0 && (a.gaps[index] === 0) !== (b.gaps[index] === 0)) note('spacing', a.source[index]!);
  }
  if (name !== official.normalize('NFC') && counts.case === 0) counts.case++;
  noteUnseen(text, name, note);
  if (marksOf(text) > marksOf(name)) {
    if (isOverdrawn(text)) {
      // the whole name is overlaid, which is a style rather than a spelling
      counts.accent = 0;
      note('style', a.source[0] ?? 0, likenessTexts.overdrawn);
    } else if (counts.accent === 0) note('accent', a.source[0] ?? 0, likenessTexts.marked);
  }
  const wholeScript = counts.shape > 0 && LATIN.test(name) && !LATIN.test(text);
  const deceptive = counts.homoglyph + counts.invisible + counts.shape;
  return {
    counts,
    details,
    disguise: RANK.find((kind) => counts[kind] > 0) ?? 'same',
    twin: counts.shape + counts.leet + counts.accent + counts.form + counts.spacing + counts.reversed === 0,
    deliberate: deceptive > 0 && !wholeScript,
    position: last < 0 ? undefined : { start: codePointsBefore(text, first), end: codePointsBefore(text, last) },
  };
}

/** The name in the case in which it folds as the text does: "STRASSE" beside "Straße". */
function casedLike(text: string, name: string): string {
  fold(text, textFold);
  const cases = [name, name.toUpperCase(), name.toLowerCase()];
  return (
    cases.find((cased) => cased === text) ?? cases.find((cased) => isSameText(textFold, fold(cased, nameFold))) ?? name
  );
}

/** Letter by letter; with pairs contracted if only then the lengths are equal. */
function aligned(text: string, name: string): [Folded, Folded] {
  const [a, b] = [foldOnce(text, textFold), foldOnce(name, nameFold)];
  if (a.length === b.length || !(canContract(a) || canContract(b))) return [a, b];
  return [contract(a, textContracted), contract(b, nameContracted)];
}

/** Folds a text unless it was the last one in this buffer. */
function foldOnce(text: string, into: Folded): Folded {
  return into.origin === text && text !== '' ? into : fold(text, into);
}

function isSameText(a: Folded, b: Folded): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a.codes[at] !== b.codes[at]) return false;
  return true;
}

/** Whether the same ASCII character stands at two places. */
function isSamePlain(text: string, at: number, name: string, place: number): boolean {
  const unit = text.charCodeAt(at);
  return unit < 0x80 && unit === name.charCodeAt(place);
}

function noteUnseen(text: string, name: string, note: (disguise: Disguise, at: number, detail?: string) => void): void {
  if (!FOREIGN.test(text)) return;
  let at = 0;
  let before = '';
  for (const character of text.slice(0, LOOKED_AT)) {
    if (character >= ' ' && character <= '~') {
      at++;
      before = character;
      continue;
    }
    // a variation selector turns a symbol into an emoji; after a letter it does nothing
    const isHonest = /[\ufe0e\ufe0f]/.test(character) ? !/\p{L}/u.test(before) : /\p{Zs}/u.test(character);
    if (isUnseen(character) && !name.includes(character) && !isHonest)
      note('invisible', at, likenessTexts.unseen(codePointOf(character)));
    at += character.length;
    before = character;
  }
}

/**
 * Whether half of the letters or more are overlaid with non-composing marks: struck out, underlined, boxed, stacked.
 * Scripts with vowel marks, and Latin letters with a mark or two of some language, do not count.
 */
function isOverdrawn(text: string): boolean {
  const letters = text.slice(0, LOOKED_AT).match(/[\p{L}\p{N}]\p{M}*/gu) ?? [];
  const drawn = letters.filter((letter) => OVERDRAWN.test(letter)).length;
  return drawn >= LEAST_OVERDRAWN && drawn * 2 >= letters.length;
}
const LEAST_OVERDRAWN = 3;
const OVERDRAWN =
  /[\u0305\u0332-\u0338\u033f\u0346\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]|^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}]\p{M}{2}/u;

function marksOf(text: string): number {
  if (!FOREIGN.test(text)) return 0;
  return text.slice(0, LOOKED_AT).replace(UNSEEN_MARKS, '').match(MARKS)?.length ?? 0;
}

/** A character, or both letters of a contracted pair. */
function drawnAt(text: string, folded: Folded, index: number): string {
  const first = characterAt(text, folded.source[index]!);
  const pair = text.slice(folded.source[index]!, folded.source[index]! + 2);
  const next = index + 1 < folded.length ? folded.source[index + 1]! : folded.end;
  return first < '\u0080' && next - folded.source[index]! === 2 && /^(?:rn|nn|vv|cl)$/i.test(pair) ? pair : first;
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function differenceOf(seen: string, meant: string): Disguise {
  if (seen === meant) return 'same';
  if (isPair(seen) || isPair(meant)) return 'lookalike';
  if (seen.toLowerCase() === meant.toLowerCase())
    return SAME_STROKE.some((strokes) => strokes.includes(seen) && strokes.includes(meant)) ? 'lookalike' : 'case';
  if (seen.normalize('NFKC').toLowerCase() === meant.normalize('NFKC').toLowerCase() || STYLED.test(seen))
    return 'style';
  if (isOtherForm(seen, meant)) return 'form';
  if (bare(seen) === bare(meant) || isHamza(seen, meant)) return 'accent';
  // a Latin letter in a name of another script is as foreign as the reverse
  if (seen <= '~' && meant > '~' && /[a-z]/i.test(seen))
    return IS_WIDE[meant.codePointAt(0) ?? 0] === 1 ? 'shape' : 'homoglyph';
  if (seen <= '~') return isSameStroke(seen, meant) ? 'lookalike' : 'leet';
  const codePoint = seen.codePointAt(0) ?? 0;
  return codePoint < TABLE_END && IS_WIDE[codePoint] === 1 ? 'shape' : 'homoglyph';
}

/** Letters in boxes, on flags and in small capitals, which Unicode does not decompose. */
export const STYLED = /^[\u{1f110}-\u{1f189}\u{1f1e6}-\u{1f1ff}\u1d00-\u1d22ɢɪɴʀʏʙʛʜʟɶꜰꜱꞯ\u{1ccd6}-\u{1ccf9}]$/u;

const HAN = /\p{Script=Han}/u;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** Traditional for simplified, hiragana for katakana: the same letter to its reader. */
function isOtherForm(seen: string, meant: string): boolean {
  return (HAN.test(seen) && HAN.test(meant)) || (KANA.test(seen) && KANA.test(meant) && bare(seen) !== bare(meant));
}

/** Two contracted letters, rather than one beyond the first plane. */
function isPair(letters: string): boolean {
  return letters.length > 1 && (letters.codePointAt(0) ?? 0) < 0x10000;
}

function isSameStroke(seen: string, meant: string): boolean {
  return SAME_STROKE.some((strokes) => strokes.includes(seen.toLowerCase()) && strokes.includes(meant.toLowerCase()));
}

/** Yeh with its hamza and without, in either of its two codes: how people spell the same name. */
function isHamza(seen: string, meant: string): boolean {
  const yehs = [seen, meant].map((character) => bare(character).replace(/[\u06cc\u0649]/, '\u064a'));
  return yehs[0] === '\u064a' && yehs[1] === '\u064a' && (seen + meant).includes('\u0626');
}

function bare(character: string): string {
  return character.normalize('NFKD').replace(MARKS, '').toLowerCase();
}

/** UTF-16 offset to code points. */
export function codePointsBefore(text: string, offset: number): number {
  let count = 0;
  for (let at = 0; at < offset && at < text.length; count++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return count;
}
