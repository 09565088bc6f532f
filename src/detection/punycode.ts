/**
 * Punycode (RFC 3492), decoding only. `domainToUnicode` of node:url returns an empty string for labels that IDNA
 * forbids (small capitals, letters newer than its tables, a label that decodes to ASCII), but a homeserver accepts any
 * name and a client may show it decoded.
 */
const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
/** A DNS label has at most 63 letters; longer input is not a label, and decoding is quadratic. */
const LONGEST = 63;

/** Decodes a label after `xn--`; undefined when it is not punycode. */
export function decodePunycode(encoded: string): string | undefined {
  if (encoded.length > LONGEST) return undefined;
  const border = encoded.lastIndexOf('-');
  const output = [...encoded.slice(0, Math.max(0, border))].map((letter) => letter.charCodeAt(0));
  let codePoint = 128;
  let insertAt = 0;
  let bias = 72;
  for (let at = border < 0 ? 0 : border + 1; at < encoded.length;) {
    const before = insertAt;
    for (let weight = 1, step = BASE; ; step += BASE) {
      const digit = digitOf(encoded.charCodeAt(at++));
      if (digit === undefined) return undefined;
      insertAt += digit * weight;
      const threshold = Math.min(T_MAX, Math.max(T_MIN, step - bias));
      if (digit < threshold) break;
      weight *= BASE - threshold;
      if (weight > 0x7fffffff) return undefined;
    }
    bias = adapt(insertAt - before, output.length + 1, before === 0);
    codePoint += Math.floor(insertAt / (output.length + 1));
    insertAt %= output.length + 1;
    if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint < 0xe000)) return undefined;
    output.splice(insertAt++, 0, codePoint);
  }
  return String.fromCodePoint(...output);
}

function digitOf(unit: number): number | undefined {
  if (unit >= 0x61 && unit <= 0x7a) return unit - 0x61;
  return unit >= 0x30 && unit <= 0x39 ? unit - 0x30 + 26 : undefined;
}

function adapt(delta: number, length: number, first: boolean): number {
  let scaled = Math.floor(delta / (first ? DAMP : 2));
  scaled += Math.floor(scaled / length);
  let steps = 0;
  for (; scaled > ((BASE - T_MIN) * T_MAX) / 2; steps += BASE) scaled = Math.floor(scaled / (BASE - T_MIN));
  return steps + Math.floor(((BASE - T_MIN + 1) * scaled) / (scaled + SKEW));
}
