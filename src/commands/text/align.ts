import { parsePermalink } from '../../matrix/permalinks.js';
import type { Piece, Pill } from './html.js';

/** Markdown characters, which are in `body` but not in the HTML. */
const MARKUP = /[*_~`[\]()<>#\\|!-]/;
const SPACE = /\s/;
/** Characters that clients put around a name before its link: `[Name](…)`, `"Name" (…)`. */
const OPENERS = /["“„«<([]/;

/**
 * Maps the pills of a message's HTML to its plain text. The plain text is what was typed, including `*` and `_`, but a
 * pill appears in it only as a display name, which the accused chose. Undefined when the two differ in content.
 */
export function layPillsOver(body: string, pieces: readonly Piece[]): Piece[] | undefined {
  const result: Piece[] = [];
  let from = 0;
  let at = 0;
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      const end = matchText(body, at, piece);
      if (end === undefined) return undefined;
      at = end;
      continue;
    }
    const place = placeOf(body, at, piece);
    if (place === undefined) return undefined;
    result.push(body.slice(from, place.start), piece);
    from = place.end;
    at = place.end;
  }
  result.push(body.slice(from));
  return result.filter((piece) => piece !== '');
}

/** The end of the text if it occurs at `at`, ignoring Markdown characters and spaces. */
function matchText(body: string, at: number, text: string): number | undefined {
  let place = at;
  for (const character of text) {
    if (SPACE.test(character)) continue;
    while (place < body.length && !body.startsWith(character, place)) {
      const passed = body.charAt(place);
      if (!SPACE.test(passed) && !MARKUP.test(passed)) return undefined;
      place += 1;
    }
    if (place >= body.length) return undefined;
    place += character.length;
  }
  return place;
}

/** The position of a pill in the plain text: as its name, its id, its link, or its name followed by the link. */
function placeOf(body: string, at: number, pill: Pill): { start: number; end: number } | undefined {
  let start = at;
  while (start < body.length && (SPACE.test(body.charAt(start)) || /[*_~`\\]/.test(body.charAt(start)))) start += 1;
  let inside = start;
  while (inside < body.length && OPENERS.test(body.charAt(inside))) inside += 1;
  for (const [text, begin] of [
    [pill.label, start],
    [pill.label, inside],
    [pill.link.id, start],
    [pill.link.id, inside],
  ] as const) {
    if (text.trim() === '') continue;
    const end = matchText(body, begin, text);
    if (end !== undefined) return { start, end: afterTail(body, end, pill, begin > start) };
  }
  const [word] = /^\S+/.exec(body.slice(inside)) ?? [''];
  const link = parsePermalink(word.replace(/[)>\]]+$/, ''));
  return link !== undefined && link.id === pill.link.id ? { start, end: inside + word.length } : undefined;
}

/** The rest of a pill after its name: closing quotes or brackets, and its link in parentheses. */
function afterTail(body: string, end: number, pill: Pill, opened: boolean): number {
  const rest = body.slice(end, end + 4000);
  const [tail, url] = /^["”“»>\]]?\s?\(<?([^\s)]*(?:\)[^\s)]+)*)>?\)/.exec(rest) ?? [];
  if (tail !== undefined && parsePermalink(url ?? '')?.id === pill.link.id) return end + tail.length;
  return opened && /^["”“»>\])]/.test(rest) ? end + 1 : end;
}
