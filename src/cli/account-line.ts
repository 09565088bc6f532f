/**
 * Reads a line of `heimdall check` from its bytes: an object with the keys user_id, displayname and avatar_url, in any
 * order, with white space wherever JSON allows it. The result is the same as JSON.parse's; anything unusual (other
 * keys, duplicate keys, escapes in a user id, excessively long names) is left to JSON.parse.
 */
import { AccountText, type Units } from '../detection/index.js';

const [TAB, RETURN, NEWLINE, SPACE, QUOTE, COLON, COMMA, AT, BACKSLASH, OPEN, CLOSE] = [
  0x09, 0x0d, 0x0a, 0x20, 0x22, 0x3a, 0x2c, 0x40, 0x5c, 0x7b, 0x7d,
] as const;
const U = 0x75;
/** Escape characters and their meaning. */
const ESCAPES = new Map([...'"\\/bfnrt'].map((letter, at) => [letter.charCodeAt(0), '"\\/\b\f\n\r\t'.charCodeAt(at)]));
const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const USER_ID = bytesOf('user_id"');
const DISPLAY_NAME = bytesOf('displayname"');
const AVATAR_URL = bytesOf('avatar_url"');
const NULL = bytesOf('null');
/** The types of a value. */
const [TEXT, EMPTY, OTHER] = [0, 1, 2] as const;
/** Lines with longer names, which no client shows, are parsed normally. */
const LONGEST = 1000;

export class AccountLine {
  readonly text = new AccountText();
  /** position of the user id in the bytes, without its quotes */
  idStart = 0;
  idEnd = 0;
  /** the avatar URI is not read */
  hasAvatar = false;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  /**
   * @param at where the line begins in bytes that are UTF-8
   * @returns where it ends: its "\n", or the end of the bytes; -1: it is not a line of this form
   */
  read(bytes: Uint8Array, at: number): number {
    this.#bytes = bytes;
    this.#at = at;
    this.hasAvatar = false;
    this.text.displayName.length = 0;
    return this.#readObject() && this.#isEnd() ? this.#at : -1;
  }

  #readObject(): boolean {
    const bytes = this.#bytes;
    let hasId = false;
    let hasName = false;
    let hasAvatar = false;
    this.#skipSpace();
    if (bytes[this.#at++] !== OPEN) return false;
    do {
      this.#skipSpace();
      if (bytes[this.#at++] !== QUOTE) return false;
      if (!hasId && this.#takes(USER_ID)) {
        hasId = true;
        if (this.#beginValue() !== TEXT || !this.#readUserId()) return false;
      } else if (!hasName && this.#takes(DISPLAY_NAME)) {
        hasName = true;
        const value = this.#beginValue();
        if (value === OTHER || (value === TEXT && !this.#readDisplayName())) return false;
      } else if (!hasAvatar && this.#takes(AVATAR_URL)) {
        hasAvatar = true;
        const value = this.#beginValue();
        if (value === OTHER || (value === TEXT && !this.#skipText())) return false;
        this.hasAvatar = value === TEXT;
      } else return false;
      this.#skipSpace();
    } while (bytes[this.#at++] === COMMA);
    return bytes[this.#at - 1] === CLOSE && hasId;
  }

  #skipSpace(): void {
    const bytes = this.#bytes;
    while (bytes[this.#at] === SPACE || bytes[this.#at] === TAB || bytes[this.#at] === RETURN) this.#at++;
  }

  #isEnd(): boolean {
    this.#skipSpace();
    return this.#at >= this.#bytes.length || this.#bytes[this.#at] === NEWLINE;
  }

  /** Skips these bytes if they come next. */
  #takes(what: Uint8Array): boolean {
    const bytes = this.#bytes;
    for (let index = 0; index < what.length; index++) if (bytes[this.#at + index] !== what[index]) return false;
    this.#at += what.length;
    return true;
  }

  /** Skips the colon and a string's opening quote, or a null. */
  #beginValue(): typeof TEXT | typeof EMPTY | typeof OTHER {
    this.#skipSpace();
    if (this.#bytes[this.#at++] !== COLON) return OTHER;
    this.#skipSpace();
    if (this.#bytes[this.#at] === QUOTE) {
      this.#at++;
      return TEXT;
    }
    return this.#takes(NULL) ? EMPTY : OTHER;
  }

  #readUserId(): boolean {
    const bytes = this.#bytes;
    this.idStart = this.#at;
    if (bytes[this.#at++] !== AT || !this.#readUntil(COLON, this.text.localpart)) return false;
    if (!this.#readUntil(QUOTE, this.text.serverName)) return false;
    this.idEnd = this.#at - 1;
    return this.text.serverName.length > 0;
  }

  /** Reads a part of a string without escapes, and skips its terminator. */
  #readUntil(end: number, units: Units): boolean {
    const bytes = this.#bytes;
    const { codes } = units;
    let length = 0;
    let at = this.#at;
    for (;;) {
      const byte = bytes[at]!;
      if (byte === end) break;
      if (!(byte >= SPACE) || byte === QUOTE || byte === BACKSLASH || length > LONGEST) return false;
      if (byte < 0x80) {
        codes[length++] = byte;
        at++;
      } else {
        length = pushCharacter(bytes, at, codes, length);
        at += lengthOf(byte);
      }
    }
    codes[length] = 0;
    units.length = length;
    this.#at = at + 1;
    return true;
  }

  #readDisplayName(): boolean {
    const bytes = this.#bytes;
    const units = this.text.displayName;
    const { codes } = units;
    let length = 0;
    let at = this.#at;
    for (;;) {
      const byte = bytes[at]!;
      if (byte === QUOTE) break;
      if (!(byte >= SPACE) || length > LONGEST) return false;
      if (byte === BACKSLASH) {
        const unit = unescaped(bytes, at);
        if (unit < 0) return false;
        codes[length++] = unit;
        at += bytes[at + 1] === U ? 6 : 2;
      } else if (byte < 0x80) {
        codes[length++] = byte;
        at++;
      } else {
        length = pushCharacter(bytes, at, codes, length);
        at += lengthOf(byte);
      }
    }
    codes[length] = 0;
    units.length = length;
    this.#at = at + 1;
    return true;
  }

  #skipText(): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    for (; bytes[at] !== QUOTE; at++) if (!(bytes[at]! >= SPACE) || bytes[at] === BACKSLASH) return false;
    this.#at = at + 1;
    return true;
  }
}

/** The number of bytes of a non-ASCII character, by its first byte. */
function lengthOf(byte: number): number {
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/**
 * Appends the non-ASCII character at `at` as UTF-16.
 * @returns the length with it
 */
function pushCharacter(bytes: Uint8Array, at: number, codes: Uint16Array, length: number): number {
  const byte = bytes[at]!;
  const second = bytes[at + 1]! & 0x3f;
  if (byte < 0xe0) {
    codes[length] = ((byte & 0x1f) << 6) | second;
    return length + 1;
  }
  const third = bytes[at + 2]! & 0x3f;
  if (byte < 0xf0) {
    codes[length] = ((byte & 0x0f) << 12) | (second << 6) | third;
    return length + 1;
  }
  const beyond = (((byte & 0x07) << 18) | (second << 12) | (third << 6) | (bytes[at + 3]! & 0x3f)) - 0x10000;
  codes[length] = 0xd800 | (beyond >> 10);
  codes[length + 1] = 0xdc00 | (beyond & 0x3ff);
  return length + 2;
}

/** The code unit of an escape; -1 if it is not one. */
function unescaped(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] !== U) return ESCAPES.get(bytes[at + 1]!) ?? -1;
  let unit = 0;
  for (let index = at + 2; index < at + 6; index++) {
    const digit = HEX[bytes[index]!] ?? -1;
    if (digit < 0) return -1;
    unit = (unit << 4) | digit;
  }
  return unit;
}
const HEX = Int8Array.from({ length: 0x100 }, (_, byte) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(byte).toLowerCase()),
);
