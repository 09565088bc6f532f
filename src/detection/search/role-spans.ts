/** Role words, fillers and disclaimers in a folded text, and the rest of it. */
import { isDigit } from '../../util/ascii.js';
import { MOST_CLAIMS, trimmed, type RoleSpan } from '../beside.js';
import { isUnspaced } from '../borders.js';
import type { Folded } from '../fold/folded.js';
import type { Spans } from '../index/spans.js';
import { DISCLAIMS, STRONG, WEAK } from '../lexicon.js';

/** Maximum number of role words: enough for any name. */
const MOST_SPANS = 64;
/** A role word with at least this many letters is recognised when attached to either end of a server name. */
export const GLUED = 4;

/** Whether a word claims authority, or accompanies one that does. */
export function isRole(claim: number): boolean {
  return claim > 0 && claim !== DISCLAIMS;
}

/** Whether a word claims authority, so that each other word may be a brand with a slip. */
export function claimsAuthority(roles: readonly RoleSpan[] | undefined): boolean {
  return roles?.some(({ authority }) => authority === STRONG) === true;
}

/** A folded text, and all known words in it. */
export interface Inside {
  folded: Folded;
  /** whether there is a word boundary before this letter */
  isBorder: (at: number) => boolean;
  spans: Spans;
  /** see `Names.claims` */
  claims: readonly number[];
}

/** Separate role words, from the left, longest first, with adjacent fillers; undefined when there are none. */
export function roleSpans(inside: Inside, glued: boolean): RoleSpan[] | undefined {
  const { spans, claims } = inside;
  const { count, ids } = spans;
  let some = false;
  for (let index = 0; index < count && !some; index++)
    some = (isRole(claims[ids[index]!]!) || (glued && claims[ids[index]!] === 0)) && isApart(inside, index, glued);
  if (!some) return undefined;
  const apart: RoleSpan[] = [];
  for (let index = 0; index < count; index++)
    if (claims[ids[index]!]! >= 0 && claims[ids[index]!] !== DISCLAIMS && isApart(inside, index, glued))
      apart.push(spanAt(inside, index));
  const roles: RoleSpan[] = [];
  let until = 0;
  for (const span of apart.sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (span.start < until) continue;
    roles.push(span);
    until = span.end;
  }
  return roles;
}

/** All separate role words, fillers and disclaimers; those inside a name are excluded later. */
export function wordsBeside(inside: Inside): RoleSpan[] {
  const { spans, claims } = inside;
  const apart: RoleSpan[] = [];
  for (let index = 0; index < spans.count && apart.length < MOST_SPANS; index++)
    if (claims[spans.ids[index]!]! >= 0 && isApart(inside, index, false)) apart.push(spanAt(inside, index));
  return apart;
}

/** All role words, anywhere, followed by the fillers. */
export function rolesFirst(inside: Inside): RoleSpan[] {
  const { spans, claims } = inside;
  const all: RoleSpan[] = [];
  // role words first, so that fillers are dropped first at the limit
  for (const forRoles of [true, false]) {
    for (let index = 0; index < spans.count && all.length < MOST_SPANS; index++) {
      const claim = claims[spans.ids[index]!]!;
      if (forRoles ? isRole(claim) : claim === 0) all.push(spanAt(inside, index));
    }
  }
  return all;
}

function isApart({ folded, isBorder, spans }: Inside, index: number, glued: boolean): boolean {
  const [start, end] = [spans.starts[index]!, spans.ends[index]!];
  return (
    ((isBorder(start) || isUnspaced(folded, start)) && (isBorder(end) || isUnspaced(folded, end - 1))) ||
    (glued && end - start >= GLUED && (start === 0 || end === folded.length))
  );
}

function spanAt({ spans, claims }: Inside, index: number): RoleSpan {
  return { start: spans.starts[index]!, end: spans.ends[index]!, authority: claims[spans.ids[index]!]! };
}

/** The words with the strongest claim, as written. */
export function claimsOf(text: string, source: Uint16Array, roles: readonly RoleSpan[]): string[] {
  const most = roles.some(({ authority }) => authority === STRONG) ? STRONG : WEAK;
  return roles
    .filter(({ authority }) => authority === most)
    .slice(0, MOST_CLAIMS)
    .map(({ start, end }) => trimmed(text.slice(source[start]!, source[end])));
}

/** If the letters `from` to `to` can be read as role words and digits only, how many claim authority and accompany. */
export function cover(
  spans: readonly RoleSpan[],
  text: string,
  source: Uint16Array,
  from: number,
  to: number,
): { strong: number; weak: number } | undefined {
  const reached = new Map<number, { strong: number; weak: number }>([[from, { strong: 0, weak: 0 }]]);
  for (let at = from; at < to; at++) {
    const here = reached.get(at);
    if (here === undefined) continue;
    const unit = text.charCodeAt(source[at]!);
    if (isDigit(unit) && !reached.has(at + 1)) reached.set(at + 1, here);
    for (const { start, end, authority } of spans) {
      if (start === at && end <= to && !reached.has(end))
        reached.set(end, {
          strong: here.strong + (authority === 2 ? 1 : 0),
          weak: here.weak + (authority === 1 ? 1 : 0),
        });
    }
  }
  return reached.get(to);
}
