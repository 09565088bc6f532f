import { EntityIndex } from './entity-index.js';
import { compileGlob, isGlob } from './glob.js';
import { sha256 } from './rule-index.js';
import { foldCase, serverForms, serverKey } from './server-name.js';
import type { EntityKind, Policy, PolicyMatch, PolicyRule } from './types.js';

/**
 * People, servers and rooms that no rule may hit, each with the reason as the rest of a sentence ("is our own server").
 */
export interface Untouchable {
  /** by user id, compared byte for byte; globs also ignore case, because a pattern covers more than one spelling */
  users: ReadonlyMap<string, string>;
  /** by server name as written, compared ignoring case, with and without port */
  servers: ReadonlyMap<string, string>;
  /** by room id or alias */
  rooms: ReadonlyMap<string, string>;
}

/** A rule that would hit something exempt. */
export interface RuleHits {
  rule: PolicyRule;
  hits: { entity: string; why: string }[];
}

/** The exempt entities that a ban or takedown rule would hit. Allow rules hit nobody. */
export type HitFinder = (rule: Pick<PolicyRule, 'kind' | 'action' | 'entity' | 'sha256'>) => RuleHits['hits'];

/** Prepared for many rules. */
export function hitFinder(untouchable: Untouchable): HitFinder {
  const users = finderOfTexts(untouchable.users, (text) => text.toLowerCase());
  const rooms = finderOfTexts(untouchable.rooms, undefined);
  const servers = finderOfServers(untouchable.servers);
  return (rule) => {
    if (rule.action === 'allow') return [];
    const why = untouchable[`${rule.kind}s`];
    const finder = rule.kind === 'user' ? users : rule.kind === 'room' ? rooms : servers;
    return [...finder(rule)].map((entity) => ({ entity, why: why.get(entity) ?? '' }));
  };
}

/**
 * The rules that would hit ourselves, a server that must stay, a protected identity or a moderator. In a watched list
 * they are ignored and announced once, and the rest applies; before a list is watched they are a reason to look twice.
 */
export function rulesThatHit(rules: Iterable<PolicyRule>, untouchable: Untouchable): RuleHits[] {
  const find = hitFinder(untouchable);
  const found: RuleHits[] = [];
  for (const rule of rules) {
    const hits = find(rule);
    if (hits.length > 0) found.push({ rule, hits });
  }
  return found;
}

/** The policy's answer without these rules: the next matching rule counts instead. */
export function skipping(
  policy: Pick<Policy, 'match' | 'rulesMatching'>,
  skipped: Pick<ReadonlySet<PolicyRule>, 'has' | 'size'>,
): Pick<Policy, 'match'> {
  return {
    match(kind: EntityKind, entity: string): PolicyMatch | null {
      const match = policy.match(kind, entity);
      if (match === null || skipped.size === 0 || !skipped.has(match.rule)) return match;
      const rule = policy.rulesMatching(kind, entity).find((each) => !skipped.has(each));
      return rule === undefined ? null : { action: rule.action, rule };
    },
  };
}

type Finder = (rule: Pick<PolicyRule, 'entity' | 'sha256'>) => Iterable<string>;

/** @param fold how a glob and its candidates are folded for a second comparison; undefined: there is none */
function finderOfTexts(texts: ReadonlyMap<string, string>, fold: ((text: string) => string) | undefined): Finder {
  const asWritten = new EntityIndex();
  const folded = new EntityIndex();
  const byFolded = new Map<string, string[]>();
  for (const text of texts.keys()) {
    asWritten.add(text);
    if (fold === undefined) continue;
    folded.add(fold(text));
    byFolded.set(fold(text), [...(byFolded.get(fold(text)) ?? []), text]);
  }
  return (rule) => {
    const found = asWritten.matching(rule);
    if (fold === undefined || rule.entity === undefined || !isGlob(rule.entity)) return found;
    const more = folded
      .matching({ entity: fold(rule.entity), sha256: undefined })
      .flatMap((text) => byFolded.get(text) ?? []);
    return new Set([...found, ...more]);
  };
}

function finderOfServers(servers: ReadonlyMap<string, string>): Finder {
  const names = [...servers.keys()];
  const byForm = new Map<string, Set<string>>();
  const byHash = new Map<string, Set<string>>();
  for (const name of names) {
    for (const form of [serverKey(name), foldCase(name)]) byForm.set(form, (byForm.get(form) ?? new Set()).add(name));
    for (const form of serverForms(name)) byHash.set(sha256(form), (byHash.get(sha256(form)) ?? new Set()).add(name));
  }
  return ({ entity, sha256: hash }) => {
    if (entity === undefined) return byHash.get(hash ?? '') ?? [];
    const key = serverKey(entity);
    if (!isGlob(key)) return byForm.get(key) ?? [];
    const glob = compileGlob(key);
    return names.filter((name) => glob.test(serverKey(name)) || glob.test(foldCase(name)));
  };
}
