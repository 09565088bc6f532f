import { utilTexts } from './texts.js';

const OPEN = 0x5b;
/** Ends one object of an array and begins the next; it may also stand deeper, or in a string. */
const BETWEEN = '},{';
/** A cut at the wrong place costs a try, and somebody may have put such places there: past so many it is read whole, */
const MOST_MISSES = 1_000;
/** and past so many in a chunk the next one is waited for. */
const MOST_IN_A_CHUNK = 16;

/**
 * Parses a JSON array of objects while its bytes come in, so that a long one never lies in memory whole, neither as
 * text nor as objects. A piece ends at a place that looks like the end of an element. Whether it is one needs no
 * counting of brackets: what begins with an element is JSON only if it ends with one, too.
 */
export class JsonArrayPieces {
  /** what has come and is not parsed; begins with an element, once the array has begun */
  #rest: Buffer[] = [];
  #begun = false;
  #misses = 0;

  /** The elements that are complete with this chunk, or some of them. */
  push(chunk: Buffer): unknown[] {
    this.#rest.push(chunk);
    if (this.#misses >= MOST_MISSES || !chunk.includes(BETWEEN)) return [];
    const bytes = this.#bytes();
    this.#rest = [bytes];
    if (!this.#begun && !this.#begin(bytes)) return [];
    return this.#cut(this.#rest[0] ?? bytes);
  }

  /** What is left. @throws SyntaxError when all of it together is no JSON array */
  end(): unknown[] {
    const text = this.#bytes().toString('utf8');
    this.#rest = [];
    const values = JSON.parse(this.#begun ? `[${text}` : text) as unknown;
    if (!Array.isArray(values)) throw new SyntaxError(utilTexts.notAnArray);
    return values;
  }

  #bytes(): Buffer {
    return this.#rest.length === 1 ? this.#rest[0]! : Buffer.concat(this.#rest);
  }

  #begin(bytes: Buffer): boolean {
    if (bytes[0] === OPEN) {
      this.#begun = true;
      this.#rest = [bytes.subarray(1)];
    } else this.#misses = MOST_MISSES;
    return this.#begun;
  }

  #cut(bytes: Buffer): unknown[] {
    let at = bytes.length;
    for (let tries = 0; tries < MOST_IN_A_CHUNK; tries += 1) {
      at = at === 0 ? -1 : bytes.lastIndexOf(BETWEEN, at - 1);
      if (at < 0) break;
      try {
        const values = JSON.parse(`[${bytes.toString('utf8', 0, at + 1)}]`) as unknown[];
        this.#rest = [bytes.subarray(at + 2)];
        return values;
      } catch {
        this.#misses += 1;
      }
    }
    return [];
  }
}
