/**
 * Text that was turned around: with an override (U+202E, or U+202D inside it) letters are printed against their order,
 * so that `‮redro‬` reads "order". Only explicit overrides reverse Latin letters, so only they are undone.
 */
const OVERRIDE = 0x202e;
const POPS: ReadonlySet<number> = new Set([0x202c, 0x2069]);
const STARTS: ReadonlySet<number> = new Set([0x202a, 0x202b, 0x202d, 0x2066, 0x2067, 0x2068]);
const TURNED = /[\u0250\u0259\u025f\u0265\u026f\u0279\u0279\u0287\u028c\u028d\u028e\u029e\u01dd\u0183\u1d09]/gu;

/** The text as it is printed; undefined when nothing turns it around. */
export function visualOrder(text: string): string | undefined {
  const at = text.indexOf('\u202e');
  if (at >= 0) return unreversed([...text.slice(0, 2048)]);
  // upside-down letters are read from the other end
  if ((text.slice(0, 2048).match(TURNED)?.length ?? 0) >= 2) return [...text.slice(0, 2048)].reverse().join('');
  return undefined;
}

function unreversed(characters: readonly string[]): string {
  let result = '';
  for (let at = 0; at < characters.length; at++) {
    if (characters[at]!.codePointAt(0) !== OVERRIDE) {
      result += characters[at]!;
      continue;
    }
    let depth = 1;
    let end = at + 1;
    while (end < characters.length && depth > 0) {
      const codePoint = characters[end]!.codePointAt(0) ?? 0;
      if (POPS.has(codePoint)) depth--;
      else if (STARTS.has(codePoint) || codePoint === OVERRIDE) depth++;
      end++;
    }
    result += characters
      .slice(at + 1, end)
      .reverse()
      .join('');
    at = end - 1;
  }
  return result;
}
