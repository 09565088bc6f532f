import { fold } from '../detection/fold/fold.js';
import { Folded, GAP_DOT, LETTERS } from '../detection/fold/folded.js';
import { Purse } from './purse.js';

/**
 * The average number of UTF-16 units read of all texts of a message together. Ordinary messages are far shorter, and
 * their unused share allows for longer ones. If many long ones follow each other, only the start and the end of each
 * are read. This bounds the cost of messages.
 */
const MOST_UNITS = 2048;
/** Savings for long messages: enough for a few of maximum length. */
const purse = new Purse(4 * 2 * 65_536);
/** of these, reserved for the end of a longer text */
const TAIL_UNITS = 640;
/** The overlap of consecutive pieces in letters, so that a phrase is never cut. */
const OVERLAP = 64;

/** Scripts without spaces between words, where each character is a word boundary. */
export function isUnspaced(code: number): boolean {
  return (
    (code >= 0x2e80 && code <= 0x9fff && !(code >= 0x3130 && code <= 0x318f)) ||
    (code >= 0x0e00 && code <= 0x0eff) ||
    (code >= 0x1000 && code <= 0x109f) ||
    (code >= 0x1780 && code <= 0x17ff) ||
    (code >= 0xf900 && code <= 0xfaff)
  );
}

/** A folded piece of text (detection/fold), with the start positions of its words. */
export interface Piece {
  folded: Folded;
  /** indices of letters at which words start, in order; the last entry is the number of letters */
  starts: Uint16Array;
  /** number of valid entries in `starts` */
  count: number;
}

/** Pieces are reused between messages, since one scan ends before the next starts. */
const pool: Piece[] = [];

/** The texts of one message as letters and words. */
export class TextScan {
  readonly #pieces: Piece[] = [];
  readonly #turn: number;

  constructor(readonly texts: readonly string[]) {
    this.#turn = ++turns;
    let whole = 0;
    // non-ASCII letters count twice
    for (const text of texts) whole += 2 * text.length;
    let left = MOST_UNITS + (whole > MOST_UNITS ? purse.take(whole - MOST_UNITS) : 0);
    for (const text of texts) {
      if (left <= 0) break;
      left -= this.#take(text, left);
    }
    if (left > 0) purse.save(left);
  }

  /** The pieces, folded again if another message was scanned in between. */
  get pieces(): readonly Piece[] {
    return turns === this.#turn ? this.#pieces : new TextScan(this.texts).pieces;
  }

  #take(text: string, budget: number): number {
    if (text.length <= budget) return this.#fold(text, 0, text.length, budget);
    const tail = Math.min(TAIL_UNITS, budget >> 1);
    const used = this.#fold(text, 0, text.length - tail, budget - tail);
    return used + this.#fold(text, text.length - tail, text.length, budget - used);
  }

  /** Folds a section of a text piece by piece; returns how many units were read. */
  #fold(text: string, from: number, to: number, budget: number): number {
    let used = 0;
    let at = from;
    while (at < to && used < budget) {
      const piece = (pool[this.#pieces.length] ??= {
        folded: new Folded(),
        starts: new Uint16Array(LETTERS + 6),
        count: 0,
      });
      this.#pieces.push(piece);
      const { folded } = piece;
      const end = Math.min(to, at + budget - used, at + 2 * LETTERS);
      fold(at === 0 && end === text.length ? text : text.slice(at, end), folded);
      split(piece);
      const looked = Math.max(1, folded.end);
      // non-ASCII letters take twice as long
      const weight = folded.foreign ? 2 : 1;
      used += looked * weight;
      if (at + looked >= end && folded.length < LETTERS) {
        at += looked;
        continue;
      }
      // the piece is full: continue at the last word that starts well before its end
      let start = piece.count - 2;
      while (start > 0 && folded.length - piece.starts[start]! < OVERLAP) start--;
      const next = start > 0 ? folded.source[piece.starts[start]!]! : 0;
      if (next > 0) {
        used -= (looked - next) * weight;
        at += next;
      } else at = behindWord(text, at + looked, to);
    }
    return used;
  }
}

/** Saves the unused share of a message that needed no scan. */
export function saveUnread(texts: readonly string[]): void {
  let left = MOST_UNITS;
  for (const text of texts) left -= 2 * text.length;
  if (left > 0) purse.save(left);
}

/** number of scans so far; the pool's pieces belong to the latest */
let turns = 0;

/** The start of the next word after an overlong one; finding spaces is cheap. */
function behindWord(text: string, at: number, to: number): number {
  const [space, line] = [text.indexOf(' ', at), text.indexOf('\n', at)];
  const next = Math.min(space < 0 ? to : space, line < 0 ? to : line);
  return Math.max(at, next);
}

function split(piece: Piece): void {
  const { folded, starts } = piece;
  const { codes, gaps, length, foreign } = folded;
  let count = 0;
  for (let index = 0; index < length; index++) {
    if (index === 0 || gaps[index]! !== 0 || (foreign && (isUnspaced(codes[index]!) || isUnspaced(codes[index - 1]!))))
      starts[count++] = index;
  }
  starts[count++] = length;
  piece.count = count;
}

/** Whether the gap before a letter is a dot, without visible space. */
export function isDot(folded: Folded, index: number): boolean {
  return (folded.gaps[index]! & GAP_DOT) !== 0;
}

/** Whether there is white space before a letter, as between words. */
export function isBlankBefore(folded: Folded, index: number): boolean {
  if (index === 0 || folded.gaps[index]! === 0) return false;
  const { origin, source } = folded;
  for (let at = source[index]! - 1; at > source[index - 1]!; at--) {
    const unit = origin.charCodeAt(at);
    if (
      unit === 0x20 ||
      (unit >= 0x09 && unit <= 0x0d) ||
      unit === 0xa0 ||
      unit === 0x3000 ||
      (unit >= 0x2000 && unit <= 0x200a) ||
      unit === 0x2028 ||
      unit === 0x2029
    )
      return true;
  }
  return false;
}
