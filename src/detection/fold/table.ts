/**
 * The fold table in memory: for each code point below 0x20000 the class letters it is taken for.
 * Made by scripts/generate-fold-table.ts from Unicode's data and reviewed extras; here it is only unpacked.
 */
import { FOLD_ROWS, FORMS, SIGNS, SOFT_ROWS } from './table.generated.js';

export const TABLE_END = 0x20000;

/** Values of `CLASS_OF` that are no class letter. */
export const DROP = 0;
export const SPACE = 1;
export const DOT = 2;
export const COLON = 3;
export const ITSELF = 4;
/** From here to 0xDFFF (no character's code unit): an index into `SEQUENCES`. */
export const SEQUENCE = 0xd800;

/** One value a code point: a class letter's code unit, or one of the above. */
export const CLASS_OF = new Uint16Array(TABLE_END).fill(ITSELF);
/** Code points that fold to several letters point in here. */
export const SEQUENCES: Uint16Array[] = [];
/**
 * 1 for signs that are read as letters (★, €, 🆘, ①) and may as well be an ornament, or stand between words; and for
 * the few letters that look like a bar or serve as ornaments.
 */
export const IS_SIGN = new Uint8Array(TABLE_END);
/** 1 for code points that only resemble their letters by shape (our extras), not by UTS 39 or compatibility. */
export const IS_WIDE = new Uint8Array(TABLE_END);

/** The ideographs beyond the table that are another form of one, and what is not assigned among them. */
const BEYOND = new Map<number, number>();
/** Nothing beyond this is a letter. */
const IDEOGRAPHS_END = 0x33480;

/** The same for a code point beyond the table: ideographs stand for themselves; tags and empty planes are not seen. */
export function beyondTable(codePoint: number): number {
  return BEYOND.get(codePoint) ?? (codePoint < IDEOGRAPHS_END ? ITSELF : DROP);
}

/** What any code point is taken for: a class letter, an index, or one of the values above. */
export function classOf(codePoint: number): number {
  return codePoint < TABLE_END ? CLASS_OF[codePoint]! : beyondTable(codePoint);
}

/**
 * A letter that stands for itself, as one code unit: those beyond the first plane get one of the private use units, so
 * that a letter that no table knows is one letter, and replacing one by it one slip.
 */
export function unitOf(codePoint: number): number {
  return codePoint > 0xffff ? 0xe000 + (codePoint % 0x1900) : codePoint;
}

const SEPARATORS: Readonly<Record<string, number>> = { '': DROP, ' ': SPACE, '.': DOT, ':': COLON };

function valueOf(target: string): number {
  const separator = SEPARATORS[target];
  if (separator !== undefined) return separator;
  const units = Array.from(target, (character) => unitOf(character.codePointAt(0) ?? 0));
  if (units.length === 1) return units[0]!;
  SEQUENCES.push(Uint16Array.from(units));
  return SEQUENCE + SEQUENCES.length - 1;
}

// a letter that is not in the table is its own class
for (let codePoint = 0x20; codePoint < SEQUENCE; codePoint++) CLASS_OF[codePoint] = codePoint;

/** Runs a function over the code points that the generator packed as gaps and runs in base 36. */
function unpack(packed: string, each: (codePoint: number) => void): void {
  if (packed === '') return;
  let at = 0;
  for (const part of packed.split(' ')) {
    const [gap = '0', run = '1'] = part.split('+');
    at += parseInt(gap, 36);
    const end = at + parseInt(run, 36);
    while (at < end) each(at++);
  }
}

function put(codePoint: number, value: number): void {
  if (codePoint < TABLE_END) CLASS_OF[codePoint] = value;
  else BEYOND.set(codePoint, value);
}

for (const [target, strict, wide] of FOLD_ROWS) {
  const value = valueOf(target);
  unpack(strict, (codePoint) => {
    put(codePoint, value);
  });
  unpack(wide, (codePoint) => {
    put(codePoint, value);
    if (codePoint < TABLE_END) IS_WIDE[codePoint] = 1;
  });
}

for (const group of FORMS.split(' ')) {
  const [form, ...others] = group;
  const value = valueOf(form!);
  for (const other of others) put(other.codePointAt(0)!, value);
}

/** Ideographs for compatibility are the ones that Unicode says they are, in whatever form those stand in the table. */
const COMPATIBLE: readonly (readonly [first: number, end: number])[] = [
  [0xf900, 0xfb00],
  [0x2f800, 0x2fa20],
];
for (const [first, end] of COMPATIBLE) {
  for (let codePoint = first; codePoint < end; codePoint++) {
    const same = String.fromCodePoint(codePoint).normalize('NFC').codePointAt(0)!;
    if (same === codePoint) continue;
    const value = classOf(same);
    put(codePoint, value === ITSELF ? unitOf(same) : value);
    if (same < TABLE_END && IS_WIDE[same] === 1 && codePoint < TABLE_END) IS_WIDE[codePoint] = 1;
  }
}

// nobody sees what is half a character, or of private use
CLASS_OF.fill(DROP, 0xd800, 0xf900);

/**
 * Symbols that are a letter between two letters and an ornament elsewhere: the letter's code by the symbol's code
 * point.
 */
export const SOFT_LETTERS = new Map<number, number>();
for (const [letter, packed] of SOFT_ROWS)
  unpack(packed, (codePoint) => SOFT_LETTERS.set(codePoint, letter.charCodeAt(0)));
unpack(SIGNS, (codePoint) => {
  IS_SIGN[codePoint] = 1;
});
