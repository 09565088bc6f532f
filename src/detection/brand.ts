/**
 * The brand of an official name: what remains without role words, in any script. "Example" of "Example (Official
 * Account)", さくら銀行 of さくら銀行公式アカウント.
 */
import { isBorder, isUnspaced, wordStarts } from './borders.js';
import { fold } from './fold/fold.js';
import { Folded } from './fold/folded.js';
import { Spans } from './index/spans.js';
import type { Texts } from './index/texts.js';
import { foldedText, STRONG, WEAK, type Lexicon } from './lexicon.js';

export interface Brand {
  /** undefined when nothing of the name remains, or nothing is removed */
  core: string | undefined;
  /** role words were removed */
  hasRole: boolean;
  /** one of them claims authority (Support); a weak one (Kasa, a cash desk) may be part of the actual name */
  hasAuthority: boolean;
  /** the whole name consists of role words and plain words, so it identifies nobody (Server Notices, IT Support) */
  namesNobody: boolean;
}

/** The minimum number of remaining letters; otherwise accompanying words stay part of it. */
const LEAST_CORE = 4;
const AROUND = /^[^\p{L}\p{N}\p{M}]+|[^\p{L}\p{N}\p{M}\p{So}$@!|+]+$/gu;

/** Beside a name it may be a plea, and so not a claim of authority; in an official name it is not. */
const PLEA = /\bhelp\b/i;

const scratch = new Folded();
const spans = new Spans();

/** @param claims each text's claim as a role word, by its number; -1 for none */
export function brandOf(raw: string, texts: Texts, claims: readonly number[], lexicon: Lexicon): Brand {
  const folded = fold(raw, scratch);
  texts.inside(folded, spans);
  const all = wordsLeft(folded, raw, claims, WEAK);
  let left = all;
  const letters = foldedText(all.join(' '));
  const isWord = all.length === 1 && (lexicon.isOrdinary(all[0]!) || lexicon.isCommon(all[0]!));
  if (all.length > 0 && (letters.length < LEAST_CORE || isWord)) {
    const withWeak = wordsLeft(folded, raw, claims, STRONG);
    if (withWeak.length > all.length) left = withWeak;
  }
  const firm = withoutLegal(left, lexicon);
  const hasRole = foldedText(left.join(' ')) !== foldedText(raw);
  left = firm;
  const namesNobody = all.every((word) => lexicon.namesNobody(foldedText(word)));
  const core = left.join(' ');
  return {
    core: namesNobody || core === '' || foldedText(core) === foldedText(raw) ? undefined : core,
    hasRole: hasRole && !namesNobody,
    hasAuthority:
      hasRole && (PLEA.test(raw) || foldedText(wordsLeft(folded, raw, claims, STRONG).join(' ')) !== foldedText(raw)),
    namesNobody,
  };
}

/**
 * From how many letters on a single word that is not in the dictionary identifies its owner; other scripts need fewer.
 */
const RARE = 6;
const RARE_BEYOND_LATIN = 5;
const LATIN = /\p{Script=Latin}/u;

/** An official name in its short form. */
export interface Shortened {
  text: string;
  /** only a word for a trade was omitted: the rest may be a place name or a plain word */
  isTrade: boolean;
}

/**
 * The brand in its short form, without the word for the kind of body or trade at one end (Tessaly of "Tessaly
 * Foundation", Brac of "Mairie de Brac"); none when the rest would not identify its owner.
 */
export function shortened(brand: string, lexicon: Lexicon): Shortened[] {
  const words = brand.split(/\s+/u);
  const isIn = (list: ReadonlySet<string>, some: readonly string[]) => list.has(foldedText(some.join(' ')));
  const isBody = (some: readonly string[]) => isIn(lexicon.bodies, some) || isIn(lexicon.trades, some);
  let left = words;
  let isTrade = true;
  for (const count of [2, 1])
    for (const [some, others] of [
      [left.slice(0, count), left.slice(count)],
      [left.slice(-count), left.slice(0, -count)],
    ] as const) {
      if (left.length <= count || !isBody(some)) continue;
      left = others;
      isTrade &&= isIn(lexicon.trades, some);
      break;
    }
  if (left.length === words.length) return [];
  const before = words.length - left.length;
  const forms = left.length > 1 || meansItsBearer(left[0]!, lexicon) ? [left.join(' ')] : [];
  // "Universität Halden Rechenzentrum": the body and whose it is
  if (left.length > 1 && isBody(words.slice(0, before)) && foldedText(left[0]!).length >= LEAST_CORE)
    forms.push(words.slice(0, before + 1).join(' '));
  return forms.map((text) => ({ text, isTrade }));
}

function meansItsBearer(word: string, lexicon: Lexicon): boolean {
  const least = LATIN.test(word) ? RARE : RARE_BEYOND_LATIN;
  return foldedText(word).length >= least && !lexicon.isOrdinary(word) && !lexicon.isCommon(word);
}

/** Without "Company" and the like at either end, unless almost nothing or an ordinary word would remain. */
function withoutLegal(words: readonly string[], lexicon: Lexicon): string[] {
  let [start, end] = [0, words.length];
  while (start < end && lexicon.legal.has(foldedText(words[start]!))) start++;
  while (end > start && lexicon.legal.has(foldedText(words[end - 1]!))) end--;
  const left = words.slice(start, end);
  const isTooLittle =
    foldedText(left.join('')).length < LEAST_CORE ||
    (left.length === 1 && (lexicon.isOrdinary(left[0]!) || lexicon.isCommon(left[0]!)));
  return isTooLittle ? [...words] : left;
}

/** The words of the name except role words with at least this claim; fillers at its ends are removed too. */
function wordsLeft(folded: Folded, raw: string, claims: readonly number[], least: number): string[] {
  const covered = new Uint8Array(folded.length);
  const roles = rolesIn(claims, least);
  let until = 0;
  for (const { start, end } of roles) {
    if (start < until || !isBorder(folded, raw, start) || !isBorder(folded, raw, end)) continue;
    covered.fill(1, start, end);
    until = end;
  }
  const starts = wordStarts(folded);
  const words: string[] = [];
  for (const [index, first] of starts.entries()) {
    let [start, end] = [first, starts[index + 1] ?? folded.length];
    while (start < end && covered[start] === 1) start++;
    while (end > start && covered[end - 1] === 1) end--;
    if (isUnspaced(folded, end - 1)) end = withoutEnd(roles, start, end);
    if (isUnspaced(folded, start)) start = withoutBeginning(roles, start, end);
    if (end <= start) continue;
    const to = end < folded.length ? folded.source[end]! : folded.end;
    const word = raw.slice(folded.source[start]!, to).replace(AROUND, '');
    if (word !== '') words.push(word);
  }
  return words;
}

interface Role {
  start: number;
  end: number;
  claim: number;
}

/** Role words in the name, from the left, longer ones first. */
function rolesIn(claims: readonly number[], least: number): Role[] {
  const roles: Role[] = [];
  for (let index = 0; index < spans.count; index++) {
    const claim = claims[spans.ids[index]!] ?? -1;
    if (claim >= least) roles.push({ start: spans.starts[index]!, end: spans.ends[index]!, claim });
  }
  return roles.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** The end of the word without role words attached to it: 长城银行 of 长城银行官方客服. */
function withoutEnd(roles: readonly Role[], start: number, from: number): number {
  let end = from;
  for (;;) {
    const role = roles.find((each) => each.end === end && each.start >= start);
    if (role === undefined) return end;
    end = role.start;
  }
}

function withoutBeginning(roles: readonly Role[], from: number, end: number): number {
  let start = from;
  for (;;) {
    const role = roles.find((each) => each.claim === STRONG && each.start === start && each.end <= end);
    if (role === undefined) return start;
    start = role.end;
  }
}
