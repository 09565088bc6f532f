import { visible } from '../detection/index.js';
import type { Inline } from '../matrix/message.js';
import {
  exempting,
  hitFinder,
  type HitFinder,
  type MayExempt,
  type RuleHits,
  type Untouchable,
} from '../policy/index.js';
import type { EntityKind, Policy, PolicyMatch, PolicyRule, RuleChange } from '../policy/types.js';
import { texts } from './texts.js';

/** An ignored rule and the exempt entities that it would hit. */
export type SkippedRules = ReadonlyMap<PolicyRule, RuleHits['hits']>;

/**
 * The rules that are followed: all rules of the watched lists except those that would hit us. Such a rule is ignored
 * completely, not only for the exempt person: a glob that covers our moderators cannot be trusted with anybody else.
 */
export class EffectiveRules implements Pick<Policy, 'match'> {
  readonly #skipped = new Map<PolicyRule, RuleHits['hits']>();
  readonly #followed: Pick<Policy, 'match'>;
  #find: HitFinder | undefined;
  #madeFor = '';
  #revision = -1;

  constructor(
    private readonly policy: Pick<Policy, 'match' | 'rulesMatching' | 'rules'>,
    mayExempt: MayExempt = () => true,
    /** rules that never act: those of lists that are only consulted */
    leftOut: (rule: PolicyRule) => boolean = () => false,
  ) {
    const skipped = this.#skipped;
    this.#followed = exempting(policy, mayExempt, {
      has: (rule) => leftOut(rule) || skipped.has(rule),
      get size() {
        return skipped.size;
      },
    });
  }

  /** The ignored rules, each with what it would hit. */
  get skipped(): SkippedRules {
    return this.#skipped;
  }

  match(kind: EntityKind, entity: string): PolicyMatch | null {
    return this.#followed.match(kind, entity);
  }

  /**
   * Updates the ignored rules after a change of rules or exemptions; returns whether they changed.
   * @param revision increases by one with each change of the rules
   * @param changes the latest change, if known, so that only those rules are checked
   */
  update(mustStay: Untouchable, revision: number, changes?: readonly RuleChange[]): boolean {
    const madeFor = [mustStay.users, mustStay.servers, mustStay.rooms]
      .map((names) => [...names.keys()].join('\n'))
      .join('\n\n');
    const sameFacts = this.#find !== undefined && madeFor === this.#madeFor;
    if (sameFacts && revision === this.#revision) return false;
    const find = sameFacts && this.#find !== undefined ? this.#find : hitFinder(mustStay);
    const single = sameFacts && changes !== undefined && revision === this.#revision + 1;
    [this.#find, this.#madeFor, this.#revision] = [find, madeFor, revision];
    return single ? this.#follow(changes, find) : this.#lookAtAll(find);
  }

  #follow(changes: readonly RuleChange[], find: HitFinder): boolean {
    let changed = false;
    for (const change of changes) {
      if (change.change !== 'added' && this.#skipped.delete(change.previous)) changed = true;
      const hits = change.change === 'removed' ? [] : find(change.rule);
      if (change.change === 'removed' || hits.length === 0) continue;
      this.#skipped.set(change.rule, hits);
      changed = true;
    }
    return changed;
  }

  #lookAtAll(find: HitFinder): boolean {
    const before = new Set(this.#skipped.keys());
    this.#skipped.clear();
    for (const rule of this.policy.rules()) {
      const hits = find(rule);
      if (hits.length > 0) this.#skipped.set(rule, hits);
    }
    return before.size !== this.#skipped.size || [...this.#skipped.keys()].some((rule) => !before.has(rule));
  }
}

/** What a rule would hit, in words: the first entity, and how many more. */
export function skipReason(hits: RuleHits['hits']): string {
  const [first] = hits;
  return first === undefined ? '' : texts.skippedRule.hits(first.entity, hits.length - 1, first.why);
}

/** One sentence per ignored rule: which rule, in which list, and why. An edited rule is announced again. */
export function skippedRuleAlerts(
  skipped: SkippedRules,
  lists: { shortcodeOf(roomId: string): string | undefined },
): Map<string, Inline[]> {
  return new Map(
    [...skipped].map(([rule, hits]) => {
      const list = rule.roomId === undefined ? '' : (lists.shortcodeOf(rule.roomId) ?? rule.roomId);
      const key = [rule.roomId, rule.type, rule.stateKey, rule.eventId].join('/');
      return [
        key,
        [
          ...texts.skippedRule.line(
            rule.kind,
            visible(rule.entity ?? `sha256:${rule.sha256 ?? ''}`),
            rule.action,
            rule.reason === undefined ? undefined : visible(rule.reason),
            list,
          ),
          skipReason(hits),
        ],
      ] as const;
    }),
  );
}
