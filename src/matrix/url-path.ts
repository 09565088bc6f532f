import { encodePart } from '../util/encode.js';

/**
 * A path with every inserted part percent-encoded: `` pathOf`/rooms/${roomId}/state` ``. Ids are untrusted, and a `/`
 * or `?` in one must not lead to another endpoint.
 */
export function urlPath(texts: TemplateStringsArray, ...parts: readonly string[]): string {
  return texts.reduce((path, text, index) => path + encodeStep(parts[index - 1] ?? '') + text);
}

/** URL parsers on the way would resolve `.` and `..`, so their dots are encoded too. */
function encodeStep(part: string): string {
  if (part === '.' || part === '..') return part.replaceAll('.', '%2E');
  return encodePart(part);
}
