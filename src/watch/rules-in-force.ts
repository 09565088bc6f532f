import { visible } from '../detection/index.js';
import type { Inline } from '../matrix/message.js';
import type { EntityKind, Policy, PolicyMatch, PolicyRule } from '../policy/types.js';

/**
 * The rules that are followed: all rules of the watched lists without those that would hit us. Such a rule is passed
 * over whole, not only for the person whom it must not hit: a glob that covers our moderators is no rule that we trust
 * with anybody else.
 */
export class RulesInForce implements Pick<Policy, 'match'> {
  #skipped: ReadonlyMap<PolicyRule, string> = new Map();

  constructor(private readonly policy: Pick<Policy, 'match' | 'rulesMatching'>) {}

  /** The rules that are passed over, each with the reason in words. */
  get skipped(): ReadonlyMap<PolicyRule, string> {
    return this.#skipped;
  }

  /** Takes what is to be passed over from now on; says whether that is another set of rules than before. */
  skip(rules: ReadonlyMap<PolicyRule, string>): boolean {
    const before = this.#skipped;
    this.#skipped = rules;
    if (before.size !== rules.size) return true;
    for (const rule of rules.keys()) if (!before.has(rule)) return true;
    return false;
  }

  match(kind: EntityKind, entity: string): PolicyMatch | null {
    const match = this.policy.match(kind, entity);
    if (match === null || this.#skipped.size === 0 || !this.#skipped.has(match.rule)) return match;
    const rule = this.policy.rulesMatching(kind, entity).find((other) => !this.#skipped.has(other));
    return rule === undefined ? null : { action: rule.action, rule };
  }
}

/** One sentence for each rule that is passed over: which, of which list, and why. A rule that is edited is told anew. */
export function skippedConcerns(skipped: ReadonlyMap<PolicyRule, string>, lists: { shortcodeOf(roomId: string): string | undefined }): Map<string, Inline[]> {
  return new Map([...skipped].map(([rule, why]) => {
    const list = rule.roomId === undefined ? '' : (lists.shortcodeOf(rule.roomId) ?? rule.roomId);
    const key = [rule.roomId, rule.type, rule.stateKey, rule.eventId].join('/');
    return [key, [`I do not follow the ${rule.kind} rule `, { code: visible(rule.entity ?? `sha256:${rule.sha256 ?? ''}`) }, ` (${rule.action}${rule.reason === undefined ? '' : `, "${visible(rule.reason)}"`}) of the list `, { code: list }, `. ${why}`]] as const;
  }));
}
