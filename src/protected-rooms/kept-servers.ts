import { createHash } from 'node:crypto';
import { foldCase, portless } from '../policy/index.js';
import type { RuleChange } from '../policy/types.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { HeldLists } from './held-lists.js';

export interface KeptServersOptions {
  lists: Pick<WatchedLists, 'hasRules'>;
  /** lists that are watched but could not be read */
  unreadLists: () => ReadonlySet<string>;
  held?: Pick<HeldLists, 'all' | 'keepsServer' | 'mayLetIn'>;
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

  /** Follows rules for servers that were taken back. */
  follow(changes: readonly RuleChange[]): void {
    const taken = new Map<string, string[]>();
    for (const change of changes) {
      if (change.change === 'added' || change.previous.kind !== 'server') continue;
      const { roomId, action, entity, sha256 } = change.previous;
      const stays = change.change === 'changed' && change.rule.action !== 'allow' && change.rule.entity === entity;
      if (action === 'allow' || stays || roomId === undefined) continue;
      const name = entity === undefined ? (sha256 ?? '') : nameOf(entity);
      taken.set(roomId, [...(taken.get(roomId) ?? []), name]);
    }
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

  /** Says whether a watched list cannot be read, and nothing is known of it from before either. */
  #isAnyUnknown(): boolean {
    const { unreadLists, lists } = this.#options;
    const unknown = [...unreadLists()].some((roomId) => !lists.hasRules(roomId));
    if (!unknown) this.#letIn.clear();
    return unknown;
  }
}

/** As an entry of a server ACL stands for it. */
function nameOf(entity: string): string {
  return foldCase(portless(entity));
}

function hashOfName(entry: string): string {
  return createHash('sha256').update(entry, 'utf8').digest('base64').replace(/=+$/, '');
}
