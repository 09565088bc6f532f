import { buildServerAcl } from './server-acl.js';
import type { EntityKind, Policy, PolicyMatch, PolicyRule } from './types.js';

/** Says whether a list's allow rules free from the rules of other lists too. */
export type MayExempt = (roomId: string | undefined) => boolean;

/**
 * What the rules say when allow rules of a list count against that list's own rules only, unless the list is trusted
 * to free anybody: a foreign list, or somebody who has got hold of one, must not lift what others ban. Allow rules
 * without effect answer nothing.
 * @param skipped rules that are passed over
 */
export function exempting(
  policy: Pick<Policy, 'match' | 'rulesMatching'>,
  mayExempt: MayExempt,
  skipped: Pick<ReadonlySet<PolicyRule>, 'has' | 'size'> = new Set(),
): Pick<Policy, 'match'> {
  return {
    match(kind: EntityKind, entity: string): PolicyMatch | null {
      const match = policy.match(kind, entity);
      if (match === null) return null;
      const speaks = match.action === 'allow' ? mayExempt(match.rule.roomId) : !skipped.has(match.rule);
      if (speaks) return match;
      const rules = policy.rulesMatching(kind, entity).filter((rule) => !skipped.has(rule));
      const allows = rules.filter(({ action }) => action === 'allow');
      const exempt = new Set(allows.map(({ roomId }) => roomId));
      const rule =
        allows.find(({ roomId }) => mayExempt(roomId)) ??
        rules.find(({ action, roomId }) => action !== 'allow' && !exempt.has(roomId));
      return rule === undefined ? null : { action: rule.action, rule };
    },
  };
}

/**
 * The server rules of which the server ACL is made: of a list that is not trusted to free anybody, what its own allow
 * rules leave of its bans.
 */
export function exemptingServerRules(
  rules: Iterable<PolicyRule>,
  mayExempt: MayExempt,
  seen: readonly string[],
): PolicyRule[] {
  const kept: PolicyRule[] = [];
  const untrusted = new Map<string | undefined, PolicyRule[]>();
  for (const rule of rules) {
    if (mayExempt(rule.roomId)) kept.push(rule);
    else untrusted.set(rule.roomId, [...(untrusted.get(rule.roomId) ?? []), rule]);
  }
  for (const ofList of untrusted.values()) kept.push(...leftOf(ofList, seen));
  return kept;
}

function leftOf(rules: readonly PolicyRule[], seen: readonly string[]): readonly PolicyRule[] {
  const [allow] = rules.filter(({ action }) => action === 'allow');
  if (allow === undefined) return rules;
  const { deny } = buildServerAcl(rules, { ownServer: '', mustAllow: [], seen, allowIpLiterals: true }).content;
  const asWritten = new Map(rules.filter(({ action }) => action !== 'allow').map((rule) => [rule.entity, rule]));
  return deny.map(
    (entity): PolicyRule =>
      asWritten.get(entity) ?? { ...allow, action: 'ban', recommendation: 'm.ban', entity, sha256: undefined },
  );
}
