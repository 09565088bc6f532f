import { buildServerAcl } from './server-acl.js';
import type { EntityKind, Policy, PolicyMatch, PolicyRule } from './types.js';

/** Whether a list's allow rules exempt from other lists' rules too. */
export type MayExempt = (roomId: string | undefined) => boolean;

/**
 * The rules' answer when a list's allow rules only count against its own rules, unless the list is trusted: a foreign
 * list, or somebody who hijacked one, must not lift other lists' bans. Allow rules without effect are not returned.
 * @param skipped rules to ignore
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

/** The server rules for the server ACL: for an untrusted list, the bans that its own allow rules leave. */
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
