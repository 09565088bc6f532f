/**
 * Globs of policy rules and server ACLs (spec appendices, "Glob-style matching"): `*` matches any run of code points,
 * including none and newlines; `?` exactly one code point; everything else itself. The whole text must match; nothing
 * is normalised, there is no escape.
 *
 * Matching never backtracks: between two stars the leftmost occurrence always suffices, so the work is at most (length
 * of text) x (length of the longest piece), whatever the pattern.
 */

/** A glob prepared for matching and indexing. */
export interface Glob {
  /** as written */
  readonly pattern: string;
  /**
   * the same language with each run of wildcards in one form (`*?*` and `**?` become `?*`): equal canonical forms mean
   * equal languages
   */
  readonly canonical: string;
  /** the literal text before the first and after the last wildcard; both are the whole pattern without wildcards */
  readonly head: string;
  readonly tail: string;
  /** the literal runs around and between wildcards, from head to tail */
  readonly runs: readonly string[];
  /** Whether the whole text matches. */
  test(text: string): boolean;
}

const QUESTION = 0x3f;
const NOTHING: readonly number[] = [];
/** In a `u` pattern this class matches lone surrogates only. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether the text contains wildcards. */
export function isGlob(text: string): boolean {
  return text.includes('*') || text.includes('?');
}

/** Whether the text has a lone surrogate, which JSON can express and UTF-8 cannot. */
export function hasLoneSurrogate(text: string): boolean {
  return LONE_SURROGATE.test(text);
}

/**
 * The canonical form, in which equivalent globs are equal texts: in a run of wildcards all `?` first, then one `*` if
 * there is any.
 */
export function canonicalGlob(pattern: string): string {
  if (!/[*?]{2}/.test(pattern)) return pattern;
  return pattern.replace(/[*?]{2,}/g, (run) => (run.includes('*') ? `${run.replaceAll('*', '')}*` : run));
}

/** Prepares a glob. A text without wildcards is a glob that matches only itself. */
export function compileGlob(pattern: string): Glob {
  const canonical = canonicalGlob(pattern);
  const runs = canonical.split(/[*?]+/);
  const head = runs[0] ?? '';
  const tail = runs[runs.length - 1] ?? '';
  return {
    pattern,
    canonical,
    head,
    tail,
    runs,
    test: testerOf(canonical, runs),
  };
}

/** @param runs the literal runs of the pattern, from head to tail */
function testerOf(canonical: string, runs: readonly string[]): (text: string) => boolean {
  const segments = canonical.split('*');
  if (canonical.includes('?') || hasLoneSurrogate(canonical)) return codePointTester(segments, runs);
  const [first = '', second = ''] = segments;
  if (segments.length === 1) return (text) => text === first;
  if (segments.length > 2) return starTester(segments);
  return (text) =>
    text.length >= first.length + second.length &&
    unitsAt(text, first, 0) &&
    unitsAt(text, second, text.length - second.length);
}

/** Stars only: whole code points on both sides make comparing UTF-16 units the same as comparing code points. */
function starTester(segments: readonly string[]): (text: string) => boolean {
  const head = segments[0] ?? '';
  const tail = segments[segments.length - 1] ?? '';
  const middle = segments.slice(1, -1);
  const length = segments.reduce((sum, segment) => sum + segment.length, 0);
  return (text) => {
    const end = text.length - tail.length;
    if (text.length < length || !unitsAt(text, head, 0) || !unitsAt(text, tail, end)) return false;
    let at = head.length;
    for (const segment of middle) {
      const found = text.indexOf(segment, at);
      if (found < 0) return false;
      at = found + segment.length;
    }
    return at <= end;
  };
}

/**
 * Replaces `text.startsWith(piece, at)`, which is several times slower in the hot path: most texts differ in the first
 * unit.
 */
function unitsAt(text: string, piece: string, at: number): boolean {
  for (let index = 0; index < piece.length; index += 1) {
    if (text.charCodeAt(at + index) !== piece.charCodeAt(index)) return false;
  }
  return true;
}

/** With `?`, or with a lone surrogate in the pattern: compares code point by code point. */
function codePointTester(segments: readonly string[], runs: readonly string[]): (text: string) => boolean {
  const head = runs[0] ?? '';
  const tail = runs[runs.length - 1] ?? '';
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  const pieces = segments.map((segment) => Array.from({ length: decode(segment) }, (_, at) => scratch[at]!));
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return (text) => {
    // cheap checks first: a literal substring by code points is one by units too
    if (
      text.length < length ||
      !unitsAt(text, head, 0) ||
      !unitsAt(text, tail, text.length - tail.length) ||
      !text.includes(longest)
    )
      return false;
    const count = decode(text);
    return count >= length && matchPieces(count, pieces);
  };
}

/** Matches the text that was decoded last. */
function matchPieces(count: number, pieces: readonly (readonly number[])[]): boolean {
  const first = pieces[0] ?? NOTHING;
  if (!pieceAt(first, 0)) return false;
  if (pieces.length === 1) return count === first.length;
  const last = pieces[pieces.length - 1] ?? NOTHING;
  const end = count - last.length;
  if (!pieceAt(last, end)) return false;
  let at = first.length;
  for (let index = 1; index < pieces.length - 1; index += 1) {
    const piece = pieces[index] ?? NOTHING;
    while (at + piece.length <= end && !pieceAt(piece, at)) at += 1;
    at += piece.length;
    if (at > end) return false;
  }
  return at <= end;
}

function pieceAt(piece: readonly number[], at: number): boolean {
  for (let index = 0; index < piece.length; index += 1) {
    const wanted = piece[index];
    if (wanted !== QUESTION && wanted !== scratch[at + index]) return false;
  }
  return true;
}

/** Shared buffer for decoded texts: nothing here is asynchronous, and an array per text would dominate the cost. */
let scratch = new Uint32Array(512);

/** Writes the code points of a text into `scratch`; a lone surrogate counts as one. @returns how many there are */
function decode(text: string): number {
  if (scratch.length < text.length) scratch = new Uint32Array(text.length * 2);
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    let point = text.charCodeAt(index);
    if (point >= 0xd800 && point < 0xdc00) {
      point = text.codePointAt(index) ?? point;
      if (point > 0xffff) index += 1;
    }
    scratch[count] = point;
    count += 1;
  }
  return count;
}
