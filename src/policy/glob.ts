/**
 * Globs of policy rules and server ACLs (spec appendices, "Glob-style matching"): `*` stands for any run of code
 * points, also none, newlines too; `?` for exactly one code point; everything else for itself. The whole text must
 * match; nothing is normalised, there is no escape.
 *
 * Matching never backtracks over a choice made: between two stars the leftmost place is always good enough, so the
 * work is at most (length of text) x (length of the longest piece), whatever the pattern.
 */

/** A glob made ready for matching and for indexing. */
export interface Glob {
  /** as written */
  readonly pattern: string;
  /** the same language with each run of wildcards in one form (`*?*` and `**?` become `?*`): equal canonical, equal meaning */
  readonly canonical: string;
  /** the literal text before the first wildcard and after the last one; both are the whole pattern when there is none */
  readonly head: string;
  readonly tail: string;
  /** the literal runs between wildcards, without head and tail */
  readonly inner: readonly string[];
  /** Says whether the whole text matches. */
  test(text: string): boolean;
}

const QUESTION = 0x3f;
const SURROGATE = /[\ud800-\udfff]/;
/** In a `u` pattern this class means surrogates without their partner only. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Says whether the text holds wildcards. */
export function isGlob(text: string): boolean {
  return text.includes('*') || text.includes('?');
}

/** Says whether the text has half a surrogate pair, which JSON can state and UTF-8 cannot. */
export function hasLoneSurrogate(text: string): boolean {
  return LONE_SURROGATE.test(text);
}

/** The form in which equal meaning is equal text: in a run of wildcards all `?` first, then one `*` if there is any. */
export function canonicalGlob(pattern: string): string {
  if (!/[*?]{2}/.test(pattern)) return pattern;
  return pattern.replace(/[*?]{2,}/g, (run) => (run.includes('*') ? `${run.replaceAll('*', '')}*` : run));
}

/** Makes a glob ready. A text without wildcards is a glob that matches itself only. */
export function compileGlob(pattern: string): Glob {
  const canonical = canonicalGlob(pattern);
  const runs = canonical.split(/[*?]+/);
  const head = runs[0] ?? '';
  const tail = runs[runs.length - 1] ?? '';
  return { pattern, canonical, head, tail, inner: runs.slice(1, -1).filter((run) => run !== ''), test: testerOf(canonical) };
}

function testerOf(canonical: string): (text: string) => boolean {
  const segments = canonical.split('*');
  if (canonical.includes('?') || hasLoneSurrogate(canonical)) return codePointTester(segments);
  const [first = '', second = ''] = segments;
  if (segments.length === 1) return (text) => text === first;
  if (segments.length > 2) return starTester(segments);
  if (second === '') return (text) => text.startsWith(first);
  if (first === '') return (text) => text.endsWith(second);
  return (text) => text.length >= first.length + second.length && text.startsWith(first) && text.endsWith(second);
}

/** Stars only: whole code points on both sides make comparing UTF-16 units the same as comparing code points. */
function starTester(segments: readonly string[]): (text: string) => boolean {
  const first = segments[0] ?? '';
  const last = segments[segments.length - 1] ?? '';
  const middle = segments.slice(1, -1);
  const length = segments.reduce((sum, segment) => sum + segment.length, 0);
  return (text) => {
    if (text.length < length || !text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const segment of middle) {
      const found = text.indexOf(segment, at);
      if (found < 0) return false;
      at = found + segment.length;
    }
    return at <= end;
  };
}

/** With `?`, or with half a pair in the pattern: compares code point by code point. */
function codePointTester(segments: readonly string[]): (text: string) => boolean {
  const pieces = segments.map(codePoints);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return (text) => {
    if (text.length < length) return false;
    const points = codePoints(text);
    return points.length >= length && matchPieces(points, pieces);
  };
}

function matchPieces(points: readonly number[], pieces: readonly number[][]): boolean {
  const first = pieces[0] ?? [];
  if (!pieceAt(points, first, 0)) return false;
  if (pieces.length === 1) return points.length === first.length;
  const last = pieces[pieces.length - 1] ?? [];
  const end = points.length - last.length;
  if (!pieceAt(points, last, end)) return false;
  let at = first.length;
  for (let index = 1; index < pieces.length - 1; index += 1) {
    const piece = pieces[index] ?? [];
    while (at + piece.length <= end && !pieceAt(points, piece, at)) at += 1;
    at += piece.length;
    if (at > end) return false;
  }
  return at <= end;
}

function pieceAt(points: readonly number[], piece: readonly number[], at: number): boolean {
  for (let index = 0; index < piece.length; index += 1) {
    const wanted = piece[index];
    if (wanted !== QUESTION && wanted !== points[at + index]) return false;
  }
  return true;
}

/** The code points of a text; half a surrogate pair counts as one. */
function codePoints(text: string): number[] {
  const points: number[] = [];
  if (!SURROGATE.test(text)) {
    for (let index = 0; index < text.length; index += 1) points.push(text.charCodeAt(index));
    return points;
  }
  for (const character of text) points.push(character.codePointAt(0) ?? 0);
  return points;
}
