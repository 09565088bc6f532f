/**
 * Walks over JSON bytes without building values, for files with many lines of which only a few fields are needed. It
 * accepts nothing that JSON.parse refuses (RFC 8259), and leaves deeply nested input to JSON.parse. The bytes are UTF-8
 * and end at a "\n", which an NDJSON line does not contain as white space.
 */
const [TAB, NEWLINE, RETURN, SPACE, QUOTE, PLUS, COMMA, MINUS, POINT, SLASH, ZERO, NINE, COLON] = [
  0x09, 0x0a, 0x0d, 0x20, 0x22, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x39, 0x3a,
] as const;
const [OPEN_ARRAY, BACKSLASH, CLOSE_ARRAY, OPEN, CLOSE] = [0x5b, 0x5c, 0x5d, 0x7b, 0x7d] as const;
const [B, E, F, N, R, T, U] = [0x62, 0x65, 0x66, 0x6e, 0x72, 0x74, 0x75] as const;
const DEEPEST = 32;

/** The bytes of an ASCII word, for comparison with a key or string. */
export function wordOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
const [TRUE, FALSE, NULL] = [wordOf('true'), wordOf('false'), wordOf('null')];

export class JsonBytes {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  /** position of the string that `text` skipped, without its quotes, and whether it has no escapes */
  from = 0;
  to = 0;
  isPlain = true;

  begin(bytes: Uint8Array, at: number): void {
    this.bytes = bytes;
    this.at = at;
  }

  /** The next byte after white space; NaN at the end. */
  next(): number {
    const { bytes } = this;
    let { at } = this;
    for (;;) {
      const byte = at < bytes.length ? bytes[at]! : NaN;
      if (byte !== SPACE && byte !== TAB && byte !== RETURN) {
        this.at = at;
        return byte;
      }
      at++;
    }
  }

  /** Whether only white space is left on the line; `at` is then its end. */
  isEnd(): boolean {
    const byte = this.next();
    return byte === NEWLINE || Number.isNaN(byte);
  }

  /**
   * Skips an object: `member` is called for each key, with the key in `from`, `to` and `isPlain`, and has to skip the
   * value.
   */
  object(member: () => boolean): boolean {
    if (this.next() !== OPEN) return false;
    this.at++;
    if (this.next() === CLOSE) {
      this.at++;
      return true;
    }
    for (;;) {
      if (!this.text() || this.next() !== COLON) return false;
      this.at++;
      if (!member()) return false;
      const byte = this.next();
      this.at++;
      if (byte === CLOSE) return true;
      if (byte !== COMMA) return false;
    }
  }

  /** Skips a string, if one comes next. */
  text(): boolean {
    if (this.next() !== QUOTE) return false;
    const { bytes } = this;
    let at = this.at + 1;
    this.from = at;
    this.isPlain = true;
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        this.to = at;
        this.at = at + 1;
        return true;
      }
      if (byte < SPACE) return false;
      if (byte === BACKSLASH) {
        this.isPlain = false;
        at = escapeEnd(bytes, at + 1);
        if (at < 0) return false;
      }
    }
    return false;
  }

  /** Skips a value of any kind. */
  value(depth = 0): boolean {
    const byte = this.next();
    if (byte === QUOTE) return this.text();
    if (byte === OPEN) return depth < DEEPEST && this.object(() => this.value(depth + 1));
    if (byte === OPEN_ARRAY) return depth < DEEPEST && this.#array(depth + 1);
    if (byte === T) return this.#word(TRUE);
    if (byte === F) return this.#word(FALSE);
    if (byte === N) return this.#word(NULL);
    return this.#number();
  }

  /** Whether the skipped string is this word, written without escapes. */
  is(word: Uint8Array): boolean {
    const { bytes, from, to } = this;
    if (!this.isPlain || to - from !== word.length) return false;
    for (let index = 0; index < word.length; index++) if (bytes[from + index] !== word[index]) return false;
    return true;
  }

  #array(depth: number): boolean {
    this.at++;
    if (this.next() === CLOSE_ARRAY) {
      this.at++;
      return true;
    }
    for (;;) {
      if (!this.value(depth)) return false;
      const byte = this.next();
      this.at++;
      if (byte === CLOSE_ARRAY) return true;
      if (byte !== COMMA) return false;
    }
  }

  #word(word: Uint8Array): boolean {
    const { bytes, at } = this;
    for (let index = 0; index < word.length; index++) if (bytes[at + index] !== word[index]) return false;
    this.at += word.length;
    return true;
  }

  #number(): boolean {
    const { bytes } = this;
    if (bytes[this.at] === MINUS) this.at++;
    if (bytes[this.at] === ZERO) this.at++;
    else if (!this.#digits()) return false;
    if (bytes[this.at] === POINT) {
      this.at++;
      if (!this.#digits()) return false;
    }
    if ((bytes[this.at]! | SPACE) !== E) return true;
    this.at++;
    if (bytes[this.at] === PLUS || bytes[this.at] === MINUS) this.at++;
    return this.#digits();
  }

  #digits(): boolean {
    const { bytes, at } = this;
    while (bytes[this.at]! >= ZERO && bytes[this.at]! <= NINE) this.at++;
    return this.at > at;
  }
}

/** Position of the last byte of the escape whose backslash precedes `at`; -1 when it is not an escape. */
function escapeEnd(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === U) {
    for (let index = at + 1; index <= at + 4; index++) if (!isHex(bytes[index])) return -1;
    return at + 4;
  }
  const isKnown =
    byte === QUOTE ||
    byte === BACKSLASH ||
    byte === SLASH ||
    byte === B ||
    byte === F ||
    byte === N ||
    byte === R ||
    byte === T;
  return isKnown ? at : -1;
}

function isHex(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (byte >= ZERO && byte <= NINE) || ((byte | SPACE) >= 0x61 && (byte | SPACE) <= 0x66);
}
