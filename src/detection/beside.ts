/**
 * The words beside a name in a text: role words, disclaimers, and unknown words. So "Technical" and "Department" need
 * not be in any list for "Example Technical Support Department" to be read as a brand that claims authority.
 */
import { GAP_SOFT } from './fold/folded.js';
import { DISCLAIMS, STRONG, WEAK, type Lexicon } from './lexicon.js';

/** A role word in a text, by the letters it covers. */
export interface RoleSpan {
  start: number;
  end: number;
  /** see `Lexicon.roles` */
  authority: number;
}

/** A folded text at the time of the search. */
export interface Snapshot {
  text: string;
  letters: string;
  /** UTF-16 offset of each letter, and of the end */
  source: Uint16Array;
  /** the gap before each letter; 0: none */
  gaps: Uint8Array;
  /** role words that are separate words */
  roles: readonly RoleSpan[];
}

export interface Beside {
  /** counts of words that claim authority, that merely accompany, and that are unknown */
  strong: number;
  weak: number;
  unknown: number;
  /** words that go with any name (app, event) */
  lures: number;
  /** a disclaimer is present: not, fan, parody, … */
  disclaims: boolean;
  /** the words that claim authority (or else accompany), as written */
  claims: string[];
}

/** Maximum number of words; a name with more is running text. */
const MOST_WORDS = 24;
export const MOST_CLAIMS = 3;
/** A single letter (an initial) is not a word, an ideograph or a syllable is. */
const WORD =
  /\p{L}.*\p{L}|(?![彡ミツ乂卍卐メ灬亗丶])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/su;

/** @param from first letter of the name in the text, @param to the letter after its last */
export function readBeside(lexicon: Lexicon, snapshot: Snapshot, from: number, to: number): Beside {
  const beside: Beside = { strong: 0, weak: 0, unknown: 0, lures: 0, disclaims: false, claims: [] };
  const weak: string[] = [];
  let count = 0;
  const take = (start: number, end: number, authority: number | undefined) => {
    const written = rawOf(snapshot, start, end);
    if (authority === STRONG) {
      beside.strong++;
      beside.claims.push(written);
    } else if (authority === WEAK) {
      beside.weak++;
      weak.push(written);
    } else if (authority === DISCLAIMS) beside.disclaims = true;
    else if (authority === undefined) beside.unknown++;
    else if (lexicon.lures.has(snapshot.letters.slice(start, end))) beside.lures++;
  };
  for (const [start, end] of [
    [0, from],
    [to, snapshot.letters.length],
  ] as const) {
    let at = start;
    while (at < end && count < MOST_WORDS) {
      const role = roleAt(snapshot.roles, at, end);
      const next = role?.end ?? wordEnd(snapshot, at, end);
      if (role !== undefined) take(at, next, role.authority);
      else if (isWord(rawOf(snapshot, at, next))) take(at, next, lexicon.claimOf(snapshot.letters.slice(at, next)));
      count++;
      at = next;
    }
  }
  if (beside.claims.length === 0) beside.claims = weak;
  beside.claims = beside.claims.slice(0, MOST_CLAIMS);
  return beside;
}

function isWord(text: string): boolean {
  return WORD.test(text);
}

/** The longest role word that starts here. */
function roleAt(roles: readonly RoleSpan[], at: number, end: number): RoleSpan | undefined {
  let best: RoleSpan | undefined;
  for (const role of roles)
    if (role.start === at && role.end <= end && (best === undefined || role.end > best.end)) best = role;
  return best;
}

/** A word ends at a separator, and where a role word starts. */
function wordEnd({ gaps, roles }: Snapshot, start: number, end: number): number {
  for (let at = start + 1; at < end; at++)
    if ((gaps[at] !== 0 && gaps[at] !== GAP_SOFT) || roles.some((role) => role.start === at && role.end <= end))
      return at;
  return end;
}

function rawOf({ text, source }: Snapshot, start: number, end: number): string {
  return trimmed(text.slice(source[start]!, source[end] ?? text.length));
}

/** A word without surrounding symbols. */
export function trimmed(word: string): string {
  return word.replace(AROUND, '');
}
const AROUND = /^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu;
