import { isIpLiteral } from '../matrix/identifiers.js';
import { Covering } from './acl-covers.js';
import { allowListOf, OPEN } from './acl-allow-list.js';
import { AclRules, writtenIn, type AclEntry } from './acl-entries.js';
import { didNotFit, fit, jsonBytes, LARGEST_CONTENT } from './acl-fit.js';
import { globCovers, WorkLimit } from './glob-covers.js';
import { hasLoneSurrogate } from './glob.js';
import { quote } from './quote.js';
import { compareCodePoints } from './rule-order.js';
import { canMatchServer, foldCase, portless } from './server-name.js';
import type { PolicyRule, ServerAclContent, ServerAclOptions, ServerAclPlan } from './types.js';
import { policyTexts } from './texts.js';

/**
 * Builds an `m.room.server_acl` content from the server rules in force. Whatever the rules say, it never denies our own
 * server or one that must stay (with port, which is how Synapse checks its own name, or without), it allows everybody
 * else, and it fits into an event. The result does not depend on the order of the rules.
 */
export function buildServerAcl(rules: Iterable<PolicyRule>, options: ServerAclOptions): ServerAclPlan {
  const names = [options.ownServer, ...options.mustAllow].filter((name) => name !== '');
  const allowIpLiterals = options.allowIpLiterals === true || names.some(isIpLiteral);
  const asked = new AclRules(rules, options.seen);
  const warnings = [
    ...leaveOutLockOuts(asked, options),
    ...leaveOutExempt(asked),
    ...leaveOutImpossible(asked, allowIpLiterals),
    ...shutOutAddresses(asked, allowIpLiterals),
  ];
  if (asked.hashed > 0) warnings.push(policyTexts.hashedRules(asked.hashed));

  const allowed = options.allowList === true ? allowListOf(asked, names) : OPEN;
  warnings.push(...allowed.warnings);
  const content: ServerAclContent = { allow: allowed.entries, deny: [], allow_ip_literals: allowIpLiterals };
  const space = LARGEST_CONTENT - Buffer.byteLength(JSON.stringify(content));
  const tooBig = entriesWhere(asked, (entry) => jsonBytes(entry) > space);
  for (const entry of tooBig) {
    asked.drop(entry);
    warnings.push(policyTexts.tooLarge(nameOf(entry)));
  }
  const kept = prune(asked);
  const chosen = fit(kept, space);
  content.deny = chosen.map((entry) => entry.text).sort(compareCodePoints);
  const leftOut = allowed.leftOut + tooBig.length + kept.length - chosen.length;
  if (leftOut > 0) warnings.push(didNotFit(leftOut));
  return { content, warnings, leftOut };
}

/** Steps for comparing ban globs with allow globs; see `WorkLimit`. */
const MOST_STEPS = 400_000;

/** Whether the ACL in a room matches the plan, ignoring order, so that nothing needs to be sent. */
export function sameServerAcl(wanted: ServerAclContent, found: unknown): boolean {
  if (typeof found !== 'object' || found === null) return false;
  const { allow, deny, allow_ip_literals: addresses } = found as Record<string, unknown>;
  return addresses === wanted.allow_ip_literals && sameList(wanted.allow, allow) && sameList(wanted.deny, deny);
}

function sameList(wanted: readonly string[], found: unknown): boolean {
  if (!Array.isArray(found) || found.length !== wanted.length) return false;
  if (wanted.every((entry, index) => found[index] === entry)) return true;
  const entries = new Set<unknown>(found);
  return entries.size === wanted.length && wanted.every((entry) => entries.has(entry));
}

/** Entries that would deny our own server or one that must stay, compared with and without port. */
function leaveOutLockOuts(asked: AclRules, { ownServer, mustAllow }: ServerAclOptions): string[] {
  const forms = new Map<string, string>();
  for (const name of [ownServer, ...mustAllow]) {
    const told = name === ownServer ? policyTexts.ownServer(quote(name)) : policyTexts.mustStay(quote(name));
    for (const form of [foldCase(name), foldCase(portless(name))]) {
      if (form !== '' && !forms.has(form)) forms.set(form, told);
    }
  }
  return leaveOutHits(asked, forms, (told) => policyTexts.wouldBlock(told));
}

/**
 * Allow beats takedown beats ban: what an allow rule exempts is removed from `deny`, and so is each glob that would hit
 * a literal name in an allow rule, or a literally banned name that an allow glob covers.
 */
function leaveOutExempt(asked: AclRules): string[] {
  if (!asked.exempting) return [];
  const exempt = new Map<string, string>();
  for (const [key, written] of asked.allowLiterals) exempt.set(key, quote(written));
  const freed = new Map<AclEntry, string>();
  const limit = new WorkLimit(MOST_STEPS);
  for (const entry of asked.deny.values()) {
    const by = asked.exemption(entry, (wide, narrow) => globCovers(wide, narrow, limit));
    if (by !== undefined) freed.set(entry, by);
  }
  const warnings = sorted(freed.keys()).map((entry) => {
    asked.drop(entry);
    if (entry.glob === undefined)
      for (const form of [entry.key, ...[...writtenIn(entry)].map(foldCase)]) exempt.set(form, nameOf(entry));
    return policyTexts.exempted(nameOf(entry), quote(freed.get(entry) ?? ''));
  });
  return [...warnings, ...leaveOutHits(asked, exempt, (told) => policyTexts.wouldBlockExempt(told))];
}

/** Drops the entries that hit one of these names; each is reported with the first name it hits. */
function leaveOutHits(
  asked: AclRules,
  names: ReadonlyMap<string, string>,
  because: (told: string) => string,
): string[] {
  const hits = new Map<AclEntry, string>();
  for (const name of [...names.keys()].sort(compareCodePoints)) {
    const told = names.get(name) ?? name;
    const literal = asked.deny.get(name);
    if (literal !== undefined && !hits.has(literal)) hits.set(literal, told);
    asked.denyGlobs.matches(name, (entry) => {
      if (!hits.has(entry)) hits.set(entry, told);
    });
  }
  return sorted(hits.keys()).map((entry) => {
    asked.drop(entry);
    return policyTexts.leftOut(nameOf(entry), because(hits.get(entry) ?? ''));
  });
}

/** Entries that can match no server name, or only names that the ACL denies anyway, or that fit into no event. */
function leaveOutImpossible(asked: AclRules, allowIpLiterals: boolean): string[] {
  const warnings: string[] = [];
  const suspects = entriesWhere(
    asked,
    ({ plain, key }) => !plain && (key === '' || key.includes(':') || hasLoneSurrogate(key)),
  );
  for (const entry of suspects) {
    const possible = canMatchServer(entry.key) && (allowIpLiterals || entry.key.startsWith('['));
    if (possible && !hasLoneSurrogate(entry.key)) continue;
    asked.drop(entry);
    warnings.push(policyTexts.matchesNothing(nameOf(entry)));
  }
  return warnings;
}

/** Allow rules for addresses do not enable address literals: `allow_ip_literals` depends on our own servers. */
function shutOutAddresses(asked: AclRules, allowIpLiterals: boolean): string[] {
  if (allowIpLiterals) return [];
  const addresses = new Set([...asked.allowLiterals].filter(([key]) => isIpLiteral(key)).map(([, written]) => written));
  return [...addresses].sort(compareCodePoints).map((written) => policyTexts.addressBlocked(quote(written)));
}

/** The entries that no other covers. An entry that covers a takedown gets its priority. */
function prune(asked: AclRules): AclEntry[] {
  if (asked.denyGlobs.size === 0) return [...asked.deny.values()];
  const covering = new Covering([], asked.denyGlobs);
  const kept: AclEntry[] = [];
  for (const entry of shortFirst([...asked.deny.values()])) {
    let covered = false;
    covering.visitCovering(entry, (other) => {
      covered = true;
      other.rank = Math.max(other.rank, entry.rank);
    });
    if (!covered) kept.push(entry);
  }
  return kept;
}

/** Longer than any name; such an entry is meant to waste our time. */
const LONG = 512;

/** Cheap comparisons come first, so that entries meant to waste our time only use up the rest of the budget. */
function shortFirst(entries: AclEntry[]): AclEntry[] {
  if (entries.every(({ key }) => key.length <= LONG)) return entries;
  return entries.sort((a, b) => a.key.length - b.key.length || compareCodePoints(a.key, b.key));
}

/** The entries that pass a test, sorted; nearly always few. */
function entriesWhere(asked: AclRules, test: (entry: AclEntry) => boolean): AclEntry[] {
  const found: AclEntry[] = [];
  for (const entry of asked.deny.values()) if (test(entry)) found.push(entry);
  return sorted(found);
}

function sorted(entries: Iterable<AclEntry>): AclEntry[] {
  return [...entries].sort((a, b) => compareCodePoints(a.key, b.key));
}

/** The entry as its rules wrote it. */
function nameOf(entry: AclEntry): string {
  return [...writtenIn(entry)].sort(compareCodePoints).map(quote).join(', ');
}
