import type { ServerAclConfig } from '../config/types.js';
import { protectedServers } from '../enforcement/interlock.js';
import type { GuardContext } from '../enforcement/types.js';
import { buildServerAcl, exemptingServerRules, type MayExempt } from '../policy/index.js';
import type { PolicyRule, ServerAclPlan } from '../policy/types.js';
import type { ListOptions } from './list-options.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { RoomStateCache } from '../tracking/rooms.js';

export interface RulesAclOptions {
  rooms: Pick<RoomStateCache, 'servers'>;
  lists: WatchedLists;
  serverAcl?: { settings: ServerAclConfig };
  /** how a list is followed; default: in full */
  listOptions?: (roomId: string | undefined) => ListOptions;
}

/**
 * The server ACL that the server rules produce. It is recomputed when those rules, their exemptions or the servers that
 * must stay have changed; hashed rules need the names of servers that were seen.
 */
export class RulesAcl {
  readonly #options: RulesAclOptions;
  readonly #mayExempt: MayExempt;
  #hashed: { revision: number; any: boolean } | undefined;
  #serversSeen = 0;
  /** the last result and its inputs */
  last: { plan: ServerAclPlan; for: string } | undefined;

  constructor(options: RulesAclOptions, mayExempt: MayExempt) {
    this.#options = options;
    this.#mayExempt = mayExempt;
  }

  /** New servers have been seen that a hashed rule may match. */
  mayHaveGrown(): boolean {
    return this.#options.rooms.servers.size !== this.#serversSeen && this.#hasHashedServers();
  }

  current(facts: GuardContext): ServerAclPlan {
    const { lists, rooms } = this.#options;
    this.#serversSeen = rooms.servers.size;
    const madeFor = [
      lists.serverRevision,
      this.#trustOf(lists.rooms()),
      this.#hasHashedServers() ? this.#serversSeen : '',
      ...[...protectedServers(facts).keys()].sort(),
    ].join('\n');
    if (this.last?.for !== madeFor) this.last = { plan: this.#make(facts), for: madeFor };
    return this.last.plan;
  }

  /** The server rules in it. */
  rules(): Iterable<PolicyRule> {
    const { lists, rooms } = this.#options;
    const rules = [...lists.policy.rules({ kind: 'server' })].filter(({ roomId }) => this.#shutsOut(roomId));
    return exemptingServerRules(rules, this.#mayExempt, [...rooms.servers]);
  }

  /** Whether a list's server rules go into server ACLs. */
  #shutsOut(roomId: string | undefined): boolean {
    const { apply = true, acl = true } = this.#options.listOptions?.(roomId) ?? {};
    return apply && acl;
  }

  /** Which lists may exempt anybody, as the server ACL depends on it. */
  #trustOf(lists: readonly string[]): string {
    return lists.map((roomId) => `${this.#mayExempt(roomId) ? '1' : '0'}${this.#shutsOut(roomId) ? '' : '-'}`).join('');
  }

  #hasHashedServers(): boolean {
    const { policy, serverRevision: revision } = this.#options.lists;
    if (this.#hashed?.revision !== revision)
      this.#hashed = {
        revision,
        any: [...policy.rules({ kind: 'server' })].some(({ entity }) => entity === undefined),
      };
    return this.#hashed.any;
  }

  /** The server ACL for the current rules, with what had to be left out. */
  #make(facts: GuardContext): ServerAclPlan {
    const { rooms, serverAcl } = this.#options;
    const seen = this.#hasHashedServers() ? [...rooms.servers] : [];
    const { mode, ip_literals } = serverAcl?.settings ?? {};
    return buildServerAcl(this.rules(), {
      ownServer: facts.serverName,
      mustAllow: [...protectedServers(facts).keys()],
      seen,
      allowList: mode === 'allow_list',
      allowIpLiterals: ip_literals === 'allow',
    });
  }
}
