/**
 * A text as UTF-16 code units in an array that is used again: what folding reads. Whoever has a text as bytes fills it
 * without making a string first.
 */

/** Code units looked at: padding with invisible characters cannot push a name out of sight below this. */
export const UNITS = 8192;

export class Units {
  /** a 0 stands behind the last one, so that whoever looks ahead need not ask where the text ends */
  readonly codes = new Uint16Array(UNITS + 1);
  length = 0;

  /** Takes a text in, or the part `from` to `to` of it; no more than `UNITS`. */
  read(text: string, from = 0, to = text.length): this {
    const length = Math.min(to - from, UNITS);
    for (let at = 0; at < length; at++) this.codes[at] = text.charCodeAt(from + at);
    this.codes[length] = 0;
    this.length = length;
    return this;
  }
}

/** The code point that begins at `at`; half a character is itself. */
export function codePointAt(codes: Uint16Array, at: number): number {
  const unit = codes[at]!;
  if (unit < 0xd800 || unit > 0xdbff) return unit;
  const low = codes[at + 1]!;
  return low >= 0xdc00 && low <= 0xdfff ? ((unit - 0xd800) << 10) + low - 0xdc00 + 0x10000 : unit;
}
