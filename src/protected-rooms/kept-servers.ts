import { createHash } from 'node:crypto';
import { createPolicy, foldCase, isGlob, portless, type MayExempt } from '../policy/index.js';
import type { PolicyRule, RuleChange } from '../policy/types.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { HeldLists } from './held-lists.js';

export interface KeptServersOptions {
  lists: Pick<WatchedLists, 'hasRules' | 'policy'>;
  /** watched lists that could not be read */
  unreadLists: () => ReadonlySet<string>;
  held?: Pick<HeldLists, 'all' | 'keepsServer' | 'mayLetIn'>;
  /** whether a list's allow rules exempt servers from other lists' bans; default: all do */
  mayExempt?: MayExempt;
  /** whether a list's server rules go into server ACLs; default: all do */
  shutsOut?: (roomId: string | undefined) => boolean;
}

/**
 * Which servers stay denied although no known rule wants it: nothing is opened because a list cannot be read or was
 * hijacked. Entries that other lists revoke are still removed: one list that is gone for good must not preserve every
 * entry for ever.
 */
export class KeptServers {
  readonly #options: KeptServersOptions;
  /** servers whose rule was revoked in a readable list while another list was unreadable */
  readonly #letIn = new Set<string>();

  constructor(options: KeptServersOptions) {
    this.#options = options;
  }

  /** Follows server rules that were revoked, or that an allow rule has disabled. */
  follow(changes: readonly RuleChange[]): void {
    const taken = new Map<string, string[]>();
    for (const change of changes) {
      if (change.change === 'added' || change.previous.kind !== 'server') continue;
      const { roomId, action, entity } = change.previous;
      const stays = change.change === 'changed' && change.rule.action !== 'allow' && change.rule.entity === entity;
      if (action === 'allow' || stays || roomId === undefined || !this.#shutsOut(roomId)) continue;
      taken.set(roomId, [...(taken.get(roomId) ?? []), nameIn(change.previous)]);
    }
    for (const [roomId, freed] of this.#freedBy(changes))
      taken.set(roomId, [...new Set([...(taken.get(roomId) ?? []), ...freed])]);
    if (taken.size === 0) return;
    const unknown = this.#isAnyUnknown();
    for (const [roomId, names] of taken) {
      const may = this.#options.held?.mayLetIn(roomId, names) ?? true;
      if (may && unknown) for (const name of names) this.#letIn.add(name);
    }
  }

  /** Whether an entry of ours that no rule wants stays; undefined when none does. */
  keeps(): ((entry: string) => boolean) | undefined {
    const { held } = this.#options;
    const unknown = this.#isAnyUnknown();
    if (!unknown && (held === undefined || held.all().size === 0)) return undefined;
    return (entry) => {
      const names = [nameOf(entry), hashOfName(entry)];
      return held?.keepsServer(names) === true || (unknown && !names.some((name) => this.#letIn.has(name)));
    };
  }

  #shutsOut(roomId: string | undefined): boolean {
    return this.#options.shutsOut?.(roomId) ?? true;
  }

  /**
   * By list: the servers that its new allow rules exempt from its own server rules or, where it is trusted, from any
   * list's.
   */
  #freedBy(changes: readonly RuleChange[]): Map<string, Set<string>> {
    const allows = new Map<string, PolicyRule[]>();
    for (const change of changes) {
      if (change.change === 'removed') continue;
      const { kind, action, roomId, entity } = change.rule;
      if (kind === 'server' && action === 'allow' && roomId !== undefined && entity !== undefined)
        allows.set(roomId, [...(allows.get(roomId) ?? []), change.rule]);
    }
    const freed = new Map<string, Set<string>>();
    // rules that arrived together with the allow rule never denied anybody
    const fresh = new Set(changes.flatMap((change) => (change.change === 'added' ? [placeOf(change.rule)] : [])));
    for (const [roomId, rules] of allows) {
      const names = this.#named(roomId, rules, fresh);
      if (names.size > 0) freed.set(roomId, names);
    }
    return freed;
  }

  #named(roomId: string, allows: readonly PolicyRule[], fresh: ReadonlySet<string>): Set<string> {
    const { policy } = this.#options.lists;
    const freesOthers = this.#options.mayExempt?.(roomId) ?? true;
    const isMeant = (rule: PolicyRule) =>
      rule.action !== 'allow' &&
      (freesOthers || rule.roomId === roomId) &&
      this.#shutsOut(rule.roomId) &&
      !fresh.has(placeOf(rule));
    const names = new Set<string>();
    const globs = createPolicy();
    let anyGlob = false;
    for (const { entity = '', type, stateKey: state_key, recommendation } of allows) {
      // a literal name: the rules that match it, including globs and hashes
      for (const rule of policy.rulesMatching('server', entity)) if (isMeant(rule)) names.add(nameIn(rule));
      if (!isGlob(entity)) continue;
      anyGlob = true;
      globs.apply({ type, state_key, content: { entity, recommendation } });
    }
    if (anyGlob)
      for (const rule of policy.rules({ kind: 'server' }))
        if (isMeant(rule) && globs.match('server', nameIn(rule)) !== null) names.add(nameIn(rule));
    return names;
  }

  /** Whether a watched list cannot be read and its last rules are unknown too. */
  #isAnyUnknown(): boolean {
    const { unreadLists, lists } = this.#options;
    const unknown = [...unreadLists()].some((roomId) => !lists.hasRules(roomId));
    if (!unknown) this.#letIn.clear();
    return unknown;
  }
}

function placeOf({ roomId, type, stateKey }: PolicyRule): string {
  return `${roomId ?? ''} ${type} ${stateKey}`;
}

/** The server ACL entry for what a rule matches; for a hashed rule its hash. */
function nameIn({ entity, sha256 }: PolicyRule): string {
  return entity === undefined ? (sha256 ?? '') : nameOf(entity);
}

/** The server ACL entry for it. */
function nameOf(entity: string): string {
  return foldCase(portless(entity));
}

function hashOfName(entry: string): string {
  return createHash('sha256').update(entry, 'utf8').digest('base64').replace(/=+$/, '');
}
