import { fold } from '../detection/fold/fold.js';
import { Folded, GAP_DOT, LETTERS } from '../detection/fold/folded.js';
import { Purse } from './purse.js';

/**
 * UTF-16 units that are looked at of all texts of a message together, in the mean. Ordinary messages are far below, and
 * what they leave over makes room for a longer one. When many long ones come one after the other, the beginning and the
 * end of each are looked at. It bounds what messages cost.
 */
const MOST_UNITS = 2048;
/** What is saved for long messages: some of the longest that an event can hold. */
const purse = new Purse(4 * 2 * 65_536);
/** of those, kept for the end of a text that is longer */
const TAIL_UNITS = 640;
/** Letters that one piece has in common with the next, so that a phrase is never cut. */
const OVERLAP = 64;

/** Writing without blanks between words: each character begins and ends something. */
export function isUnspaced(code: number): boolean {
  return (
    (code >= 0x2e80 && code <= 0x9fff && !(code >= 0x3130 && code <= 0x318f)) ||
    (code >= 0x0e00 && code <= 0x0eff) ||
    (code >= 0x1000 && code <= 0x109f) ||
    (code >= 0x1780 && code <= 0x17ff) ||
    (code >= 0xf900 && code <= 0xfaff)
  );
}

/** A piece of text, folded (detection/fold), with where its words begin. */
export interface Piece {
  folded: Folded;
  /** offsets of letters at which a word begins, in order; the last entry is the number of letters */
  starts: Uint16Array;
  /** how many entries of `starts` count */
  count: number;
}

/** Pieces are used again from message to message: the scan of one is over before the next begins. */
const pool: Piece[] = [];

/** The texts of one message as letters and words. */
export class TextScan {
  readonly #pieces: Piece[] = [];
  readonly #turn: number;

  constructor(readonly texts: readonly string[]) {
    this.#turn = ++turns;
    let whole = 0;
    // letters beyond ASCII count twice
    for (const text of texts) whole += 2 * text.length;
    let left = MOST_UNITS + (whole > MOST_UNITS ? purse.take(whole - MOST_UNITS) : 0);
    for (const text of texts) {
      if (left <= 0) break;
      left -= this.#take(text, left);
    }
    if (left > 0) purse.save(left);
  }

  /** The pieces; folded anew when another message was scanned meanwhile. */
  get pieces(): readonly Piece[] {
    return turns === this.#turn ? this.#pieces : new TextScan(this.texts).pieces;
  }

  #take(text: string, budget: number): number {
    if (text.length <= budget) return this.#fold(text, 0, text.length, budget);
    const tail = Math.min(TAIL_UNITS, budget >> 1);
    const used = this.#fold(text, 0, text.length - tail, budget - tail);
    return used + this.#fold(text, text.length - tail, text.length, budget - used);
  }

  /** Folds a stretch of a text piece by piece; returns how many units were looked at. */
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
      // letters beyond ASCII take twice as long
      const weight = folded.foreign ? 2 : 1;
      used += looked * weight;
      if (at + looked >= end && folded.length < LETTERS) {
        at += looked;
        continue;
      }
      // the piece is full: go on at the last word that begins well before its end
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

/** scans so far: the pieces of the pool belong to the latest */
let turns = 0;

/** Where the next word begins after one that is too long to be any; finding blanks is cheap. */
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

/** What was between a letter and the one before is a dot, and nothing that is seen as a blank. */
export function isDot(folded: Folded, index: number): boolean {
  return (folded.gaps[index]! & GAP_DOT) !== 0;
}

/** Says whether white space stands before a letter, as it does between words. */
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
