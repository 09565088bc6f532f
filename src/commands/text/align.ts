import { parsePermalink } from '../../matrix/permalinks.js';
import type { Piece, Pill } from './html.js';

/** Signs of Markdown, which stand in `body` and are gone from the HTML. */
const MARKUP = /[*_~`[\]()<>#\\|!-]/;
const SPACE = /\s/;
/** Signs that clients put around a name before its link: `[Name](…)`, `"Name" (…)`. */
const OPENERS = /["“„«<([]/;

/**
 * Lays the pills of a message's HTML over its plain text. The plain text is what was typed, with `*` and `_` in their
 * places; but a pill stands in it only as a display name, which the accused chose. Undefined when the two say different
 * things.
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

/** Where the text ends when it stands at `at`, signs of Markdown and blanks aside. */
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

/** Where a pill stands in the plain text: as its name, its id, its link, or as its name with the link behind it. */
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

/** What belongs to the pill behind its name: the end of quotes or brackets, and its link in parentheses. */
function afterTail(body: string, end: number, pill: Pill, opened: boolean): number {
  const rest = body.slice(end, end + 4000);
  const [tail, url] = /^["”“»>\]]?\s?\(<?([^\s)]*(?:\)[^\s)]+)*)>?\)/.exec(rest) ?? [];
  if (tail !== undefined && parsePermalink(url ?? '')?.id === pill.link.id) return end + tail.length;
  return opened && /^["”“»>\])]/.test(rest) ? end + 1 : end;
}
