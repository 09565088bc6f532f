/**
 * What stands beside a name in a text, word by word: words for roles, words that say that this is not the official
 * account, and words that no list knows. So "Technical" and "Department" need not stand in any list for "Example
 * Technical Support Department" to be read as a brand that claims authority.
 */
import { GAP_SOFT } from './fold/folded.js';
import { DISCLAIMS, STRONG, WEAK, type Lexicon } from './lexicon.js';

/** A word for a role in a text, by the letters that it takes up. */
export interface RoleSpan {
  start: number;
  end: number;
  /** see `Lexicon.roles` */
  authority: number;
}

/** A folded text as it was when it was searched. */
export interface Snapshot {
  text: string;
  letters: string;
  /** UTF-16 offset of each letter, and of the end behind the last */
  source: Uint16Array;
  /** what stands before each letter; 0: nothing */
  gaps: Uint8Array;
  /** words for roles that stand by themselves */
  roles: readonly RoleSpan[];
}

export interface Beside {
  /** words that claim authority, that go along, and that no list knows */
  strong: number;
  weak: number;
  unknown: number;
  /** words that are put beside any name (app, event) */
  lures: number;
  /** something says that this is not the official account: not, fan, parody, … */
  disclaims: boolean;
  /** the words that claim authority (or else go along), as they are written */
  claims: string[];
}

/** Words looked at; a name with more is a text. */
const MOST_WORDS = 24;
export const MOST_CLAIMS = 3;
/** A letter by itself (an initial) is no word, an ideograph or a syllable is. */
const WORD =
  /\p{L}.*\p{L}|(?![彡ミツ乂卍卐メ灬亗丶])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/su;

/** @param from first letter of the name in the text, @param to the letter behind its last */
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

/** The longest word for a role that begins here. */
function roleAt(roles: readonly RoleSpan[], at: number, end: number): RoleSpan | undefined {
  let best: RoleSpan | undefined;
  for (const role of roles)
    if (role.start === at && role.end <= end && (best === undefined || role.end > best.end)) best = role;
  return best;
}

/** A word ends at a separator, and where a word for a role begins. */
function wordEnd({ gaps, roles }: Snapshot, start: number, end: number): number {
  for (let at = start + 1; at < end; at++)
    if ((gaps[at] !== 0 && gaps[at] !== GAP_SOFT) || roles.some((role) => role.start === at && role.end <= end))
      return at;
  return end;
}

function rawOf({ text, source }: Snapshot, start: number, end: number): string {
  return trimmed(text.slice(source[start]!, source[end] ?? text.length));
}

/** A word without the signs around it. */
export function trimmed(word: string): string {
  return word.replace(AROUND, '');
}
const AROUND = /^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu;
