import { Covering } from './acl-covers.js';
import { Rank, entryOf, type AclEntry, type AclRules } from './acl-entries.js';
import { fit, LARGEST_CONTENT } from './acl-fit.js';
import { hasLoneSurrogate, isGlob } from './glob.js';
import { quote } from './quote.js';
import { compareCodePoints } from './rule-order.js';
import { canMatchServer, foldCase, portless } from './server-name.js';
import { policyTexts } from './texts.js';

/** An `allow` list with what had to be left out of it. */
export interface AllowList {
  readonly entries: string[];
  readonly warnings: readonly string[];
  readonly leftOut: number;
}

/** Everybody may take part: the value when allow-list mode is off. */
export const OPEN: AllowList = { entries: ['*'], warnings: [], leftOut: 0 };

const SPACE = LARGEST_CONTENT - Buffer.byteLength(JSON.stringify({ allow: [], allow_ip_literals: false, deny: [] }));

/**
 * The `allow` list of allow-list mode: the names and globs of allow rules, and every server that must stay, also with
 * its port, because Synapse checks its own name that way. It is never empty. If not even the servers that must stay fit
 * into an event, nobody is denied instead.
 */
export function allowListOf(asked: AclRules, mustStay: readonly string[]): AllowList {
  if (asked.allow.has('*')) return OPEN;
  const stay = new Map<string, AclEntry>();
  for (const name of mustStay) {
    for (const form of [portless(name), name])
      if (!stay.has(foldCase(form))) stay.set(foldCase(form), entryOf(form, Rank.Takedown));
  }
  const warnings: string[] = [];
  const listed: AclEntry[] = [];
  for (const [key, text] of asked.allow) {
    if (stay.has(key)) continue;
    if (canMatchServer(key) && !hasLoneSurrogate(key)) listed.push(entryOf(text, isGlob(key) ? Rank.Glob : Rank.Rest));
    else warnings.push(policyTexts.allowMatchesNothing(quote(text)));
  }
  const covering = new Covering(listed);
  const kept = listed.filter((entry) => !covering.covers(entry));
  const chosen = fit([...stay.values(), ...kept], SPACE);
  const stayed = chosen.filter((entry) => entry.rank === Rank.Takedown).length;
  if (stayed === 0 || stayed < stay.size)
    return {
      ...OPEN,
      warnings: [policyTexts.allowListFull],
    };
  return {
    entries: chosen.map((entry) => entry.text).sort(compareCodePoints),
    warnings: warnings.sort(compareCodePoints),
    leftOut: stay.size + kept.length - chosen.length,
  };
}
