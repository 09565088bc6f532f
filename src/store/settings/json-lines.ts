import { storeTexts } from '../texts.js';

/**
 * Parses JSON that a person may have edited, with the line of every value, so that errors can name it. `JSON.parse`
 * only sometimes gives the position, and in a different format in each version of Node.
 */

/** An error with its line (from 1). */
export class JsonLineError extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
    this.name = 'JsonLineError';
  }
}

type JsonPath = readonly PropertyKey[];

export interface LinedJson {
  value: unknown;
  /** The line of the value at this path; for a missing path, the line of the closest enclosing value. */
  lineOf(path: JsonPath): number;
}

/** Deeper than any settings, and far from a stack overflow. */
const MAX_DEPTH = 100;

/** @throws JsonLineError when the text is not JSON, or an object has the same key twice */
export function parseJsonWithLines(text: string): LinedJson {
  const reader = new Reader(text);
  const value = reader.document();
  return {
    value,
    lineOf: (path) => {
      for (let length = path.length; length > 0; length -= 1) {
        const line = reader.lines.get(pathKey(path.slice(0, length)));
        if (line !== undefined) return line;
      }
      return reader.lines.get(pathKey([])) ?? 1;
    },
  };
}

function pathKey(path: JsonPath): string {
  return JSON.stringify(path.map(String));
}

class Reader {
  readonly lines = new Map<string, number>();
  #at = 0;
  #line = 1;

  constructor(private readonly text: string) {}

  document(): unknown {
    if (this.text.startsWith('\uFEFF')) this.#at = 1;
    const value = this.#value([]);
    this.#skipSpace();
    if (this.#at < this.text.length) this.#fail(storeTexts.json.goesOn(this.#here()));
    return value;
  }

  #value(path: PropertyKey[]): unknown {
    if (path.length > MAX_DEPTH) this.#fail(storeTexts.json.tooDeep);
    this.#skipSpace();
    this.lines.set(pathKey(path), this.#line);
    const character = this.text[this.#at];
    if (character === '{') return this.#object(path);
    if (character === '[') return this.#array(path);
    if (character === '"') return this.#string();
    return this.#word();
  }

  #object(path: PropertyKey[]): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    this.#items('}', () => {
      this.#skipSpace();
      if (this.text[this.#at] !== '"') this.#fail(storeTexts.json.keyExpected(this.#here()));
      const line = this.#line;
      const key = this.#string();
      if (entries.has(key)) this.#fail(storeTexts.json.keyTwice(key));
      this.#skipSpace();
      if (this.text[this.#at] !== ':') this.#fail(storeTexts.json.colonExpected(key, this.#here()));
      this.#at += 1;
      entries.set(key, this.#value([...path, key]));
      // people look for an invalid value at its key
      this.lines.set(pathKey([...path, key]), line);
    });
    return Object.fromEntries(entries);
  }

  #array(path: PropertyKey[]): unknown[] {
    const values: unknown[] = [];
    this.#items(']', () => values.push(this.#value([...path, values.length])));
    return values;
  }

  /** The comma-separated items from the bracket here to its `end`. */
  #items(end: string, item: () => void): void {
    this.#at += 1;
    this.#skipSpace();
    if (this.text[this.#at] === end) {
      this.#at += 1;
      return;
    }
    for (;;) {
      item();
      const ended = this.#line;
      this.#skipSpace();
      const next = this.text[this.#at];
      if (next !== ',' && next !== end) {
        this.#fail(storeTexts.json.commaExpected(end, ended < this.#line ? ended : undefined, this.#here()));
      }
      this.#at += 1;
      if (next === end) return;
      this.#skipSpace();
      if (this.text[this.#at] === end) this.#fail(storeTexts.json.commaTooMany(end));
    }
  }

  #string(): string {
    const begin = this.#at;
    let at = begin + 1;
    while (at < this.text.length && this.text[at] !== '"' && this.text[at] !== '\n')
      at += this.text[at] === '\\' ? 2 : 1;
    if (this.text[at] !== '"') this.#fail(storeTexts.json.notClosed);
    this.#at = at + 1;
    return this.#parsed(this.text.slice(begin, this.#at)) as string;
  }

  #word(): unknown {
    const word = /^[-+.\w]+/.exec(this.text.slice(this.#at, this.#at + 40))?.[0] ?? '';
    if (word === '') this.#fail(storeTexts.json.valueExpected(this.#here()));
    const value = this.#parsed(word);
    this.#at += word.length;
    return value;
  }

  #parsed(token: string): unknown {
    try {
      return JSON.parse(token);
    } catch {
      return this.#fail(storeTexts.json.notAValue(token.slice(0, 40)));
    }
  }

  #skipSpace(): void {
    for (; this.#at < this.text.length; this.#at += 1) {
      const character = this.text[this.#at];
      if (character === '\n') this.#line += 1;
      else if (character !== ' ' && character !== '\t' && character !== '\r') return;
    }
  }

  /** The text at this position, for a message. */
  #here(): string {
    const character = this.text.codePointAt(this.#at);
    return character === undefined ? storeTexts.json.endOfFile : JSON.stringify(String.fromCodePoint(character));
  }

  #fail(message: string): never {
    throw new JsonLineError(this.#line, message);
  }
}
