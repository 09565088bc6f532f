import { createHash } from 'node:crypto';
import { createPolicy, foldCase, isGlob, portless, type MayExempt } from '../policy/index.js';
import type { PolicyRule, RuleChange } from '../policy/types.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { HeldLists } from './held-lists.js';

export interface KeptServersOptions {
  lists: Pick<WatchedLists, 'hasRules' | 'policy'>;
  /** lists that are watched but could not be read */
  unreadLists: () => ReadonlySet<string>;
  held?: Pick<HeldLists, 'all' | 'keepsServer' | 'mayLetIn'>;
  /** says whether a list's allow rules free anybody whom another list bans; default: all do */
  mayExempt?: MayExempt;
  /** says whether a list's rules for servers stand in server ACLs; default: all do */
  shutsOut?: (roomId: string | undefined) => boolean;
}

/**
 * Which servers stay shut out though no rule that is known wants it: nothing is opened because a list cannot be read,
 * or because somebody got hold of it. What other lists take back goes all the same: one list that is gone for good must
 * not hold fast every entry for ever.
 */
export class KeptServers {
  readonly #options: KeptServersOptions;
  /** whose rule was taken back in a list that is known, while another list was unknown */
  readonly #letIn = new Set<string>();

  constructor(options: KeptServersOptions) {
    this.#options = options;
  }

  /** Follows rules for servers that were taken back, or that an allow rule has made idle. */
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

  /** Says of an entry of ours that no rule wants whether it stays; undefined when none does. */
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

  /** By list: whom its new allow rules free from rules for servers, its own or, where it is trusted, of any list. */
  #freedBy(changes: readonly RuleChange[]): Map<string, Set<string>> {
    const allows = new Map<string, PolicyRule[]>();
    for (const change of changes) {
      if (change.change === 'removed') continue;
      const { kind, action, roomId, entity } = change.rule;
      if (kind === 'server' && action === 'allow' && roomId !== undefined && entity !== undefined)
        allows.set(roomId, [...(allows.get(roomId) ?? []), change.rule]);
    }
    const freed = new Map<string, Set<string>>();
    // what came with the allow rule never shut anybody out
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
      // a name: the rules that hit it, globs and hashes too
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

  /** Says whether a watched list cannot be read, and nothing is known of it from before either. */
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

/** As an entry of a server ACL stands for what a rule means; of a hashed rule its hash. */
function nameIn({ entity, sha256 }: PolicyRule): string {
  return entity === undefined ? (sha256 ?? '') : nameOf(entity);
}

/** As an entry of a server ACL stands for it. */
function nameOf(entity: string): string {
  return foldCase(portless(entity));
}

function hashOfName(entry: string): string {
  return createHash('sha256').update(entry, 'utf8').digest('base64').replace(/=+$/, '');
}
