/**
 * Globs of policy rules and server ACLs (spec appendices, "Glob-style matching"): `*` matches any run of code points,
 * including none and newlines; `?` exactly one code point; everything else itself. The whole text must match; nothing
 * is normalised, there is no escape.
 *
 * Matching never takes back a star: between two stars the leftmost occurrence always suffices, so the work is at most
 * (length of text) x (length of the longest piece), whatever the pattern.
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

const STAR = 0x2a;
const QUESTION = 0x3f;
/** Behind the last symbol of a pattern; no unit of a text. */
const END = -1;
/** In a `u` pattern this class matches lone surrogates only. */
const LONE_SURROGATE = /\p{Surrogate}/u;

export function isWildcard(unit: number): boolean {
  return unit === STAR || unit === QUESTION;
}

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
  return new PreparedGlob(pattern, canonicalGlob(pattern));
}

/** Small, and cheap to make: a list has thousands, and most are never asked. */
class PreparedGlob implements Glob {
  readonly #headEnd: number;
  readonly #tailStart: number;
  /** of the shortest text that can match, in UTF-16 units */
  readonly #least: number;
  /** stars only, and no surrogates: the units of head and tail decide where there is a single star */
  readonly #isOneStar: boolean;

  constructor(
    readonly pattern: string,
    readonly canonical: string,
  ) {
    const { length } = canonical;
    let [stars, others, headEnd, tailStart] = [0, 0, length, 0];
    for (let at = 0; at < length; at += 1) {
      const unit = canonical.charCodeAt(at);
      if (isSurrogate(unit)) others += 1;
      if (!isWildcard(unit)) continue;
      if (unit === STAR) stars += 1;
      else others += 1;
      if (headEnd === length) headEnd = at;
      tailStart = at + 1;
    }
    this.#headEnd = headEnd;
    this.#tailStart = tailStart;
    this.#least = length - stars;
    this.#isOneStar = stars === 1 && others === 0;
  }

  get head(): string {
    return this.canonical.slice(0, this.#headEnd);
  }

  get tail(): string {
    return this.canonical.slice(this.#tailStart);
  }

  get runs(): readonly string[] {
    return this.canonical.split(/[*?]+/);
  }

  test(text: string): boolean {
    const { canonical } = this;
    const headEnd = this.#headEnd;
    // cheap checks first: a literal substring by code points is one by units too
    if (text.length < this.#least || !unitsAt(text, 0, canonical, 0, headEnd)) return false;
    if (headEnd === canonical.length) return text.length === headEnd;
    const tailStart = this.#tailStart;
    const tailLength = canonical.length - tailStart;
    if (!unitsAt(text, text.length - tailLength, canonical, tailStart, tailLength)) return false;
    return this.#isOneStar || matchesAll(canonical, text);
  }
}

/**
 * Replaces `text.startsWith(piece, at)`, which is several times slower in the hot path: most texts differ in the first
 * unit.
 */
function unitsAt(text: string, at: number, pattern: string, from: number, count: number): boolean {
  for (let index = 0; index < count; index += 1) {
    if (text.charCodeAt(at + index) !== pattern.charCodeAt(from + index)) return false;
  }
  return true;
}

/** Compares code point by code point; what differs behind a star is tried again one code point later. */
function matchesAll(pattern: string, text: string): boolean {
  let [wanted, at] = [0, 0];
  let [afterStar, retry] = [-1, 0];
  while (at < text.length) {
    const symbol = wanted < pattern.length ? pattern.charCodeAt(wanted) : END;
    if (symbol === STAR) {
      wanted += 1;
      if (wanted === pattern.length) return true;
      [afterStar, retry] = [wanted, at];
    } else if (symbol === QUESTION) {
      wanted += 1;
      at += pointSize(text, at);
    } else if (
      symbol === text.charCodeAt(at) &&
      (!isSurrogate(symbol) || pattern.codePointAt(wanted) === text.codePointAt(at))
    ) {
      const size = isSurrogate(symbol) ? pointSize(text, at) : 1;
      wanted += size;
      at += size;
    } else {
      if (afterStar < 0) return false;
      retry += pointSize(text, retry);
      [wanted, at] = [afterStar, retry];
    }
  }
  return wanted === pattern.length || (wanted === pattern.length - 1 && pattern.charCodeAt(wanted) === STAR);
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xe000;
}

/** In UTF-16 units; a lone surrogate is a code point of one. */
function pointSize(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit < 0xdc00 && (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
