/**
 * A path with every inserted part percent-encoded: `` pathOf`/rooms/${roomId}/state` ``. Ids come from strangers,
 * and a `/` or `?` in one must not lead to another endpoint.
 */
export function pathOf(texts: TemplateStringsArray, ...parts: readonly string[]): string {
  return texts.reduce((path, text, index) => path + encodePart(parts[index - 1] ?? '') + text);
}

/** `.` and `..` alone would be folded away by URL parsers on the way, so their dots are encoded too. */
function encodePart(part: string): string {
  if (part === '.' || part === '..') return part.replaceAll('.', '%2E');
  // encodeURIComponent throws at a lone surrogate, which has no UTF-8 form; the way through a Buffer mends it
  return encodeURIComponent(Buffer.from(part, 'utf8').toString('utf8'));
}
