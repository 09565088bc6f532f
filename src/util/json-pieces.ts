import { utilTexts } from './texts.js';

const OPEN = 0x5b;
/** Ends one object of an array and starts the next; it may also occur at a deeper level, or in a string. */
const BETWEEN = '},{';
/** A cut at the wrong place costs a try, and somebody may have put such places there: past so many it is read whole, */
const MOST_MISSES = 1_000;
/** and past so many in a chunk the next one is waited for. */
const MOST_IN_A_CHUNK = 16;

/**
 * Parses a JSON array of objects as its bytes arrive, so that a long one is never in memory as a whole, neither as text
 * nor as objects. A piece ends where an element seems to end. No brackets need counting to verify this: text that
 * starts with an element is valid JSON only if it also ends with one.
 */
export class JsonArrayPieces {
  /** bytes not parsed yet; starts with an element, once the array has started */
  #rest: Buffer[] = [];
  #begun = false;
  #misses = 0;

  /** Elements completed by this chunk, or some of them. */
  push(chunk: Buffer): unknown[] {
    this.#rest.push(chunk);
    if (this.#misses >= MOST_MISSES || !chunk.includes(BETWEEN)) return [];
    const bytes = this.#bytes();
    this.#rest = [bytes];
    if (!this.#begun && !this.#begin(bytes)) return [];
    return this.#cut(this.#rest[0] ?? bytes);
  }

  /** The rest. @throws SyntaxError when all of it together is no JSON array */
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
