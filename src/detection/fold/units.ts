/**
 * A text as UTF-16 code units in a reused array, the input of folding. Callers with bytes can fill it without creating
 * a string.
 */

/** Maximum code units read: padding with invisible characters cannot hide a name within this limit. */
export const UNITS = 8192;

export class Units {
  /** terminated by 0, so that lookahead need not check for the end of the text */
  readonly codes = new Uint16Array(UNITS + 1);
  length = 0;

  /** Stores a text, or its part `from` to `to`, at most `UNITS`. */
  read(text: string, from = 0, to = text.length): this {
    const length = Math.min(to - from, UNITS);
    for (let at = 0; at < length; at++) this.codes[at] = text.charCodeAt(from + at);
    this.codes[length] = 0;
    this.length = length;
    return this;
  }

  /** The text as a string. */
  text(): string {
    return String.fromCharCode.apply(null, this.codes.subarray(0, this.length) as unknown as number[]);
  }
}

/** The code point at `at`; a lone surrogate is returned as it is. */
export function codePointAt(codes: Uint16Array, at: number): number {
  const unit = codes[at]!;
  if (unit < 0xd800 || unit > 0xdbff) return unit;
  const low = codes[at + 1]!;
  return low >= 0xdc00 && low <= 0xdfff ? ((unit - 0xd800) << 10) + low - 0xdc00 + 0x10000 : unit;
}
