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
 * The server ACL that the rules for servers make. It is made anew when those rules, who may be freed from them, or the
 * servers that must stay have changed; hashed rules need the names of the servers that were seen.
 */
export class RulesAcl {
  readonly #options: RulesAclOptions;
  readonly #mayExempt: MayExempt;
  #hashed: { revision: number; any: boolean } | undefined;
  #serversSeen = 0;
  /** as it was made last, and what for */
  last: { plan: ServerAclPlan; for: string } | undefined;

  constructor(options: RulesAclOptions, mayExempt: MayExempt) {
    this.#options = options;
    this.#mayExempt = mayExempt;
  }

  /** Servers were seen since it was made that a hashed rule may mean. */
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

  /** The rules for servers that stand in it. */
  rules(): Iterable<PolicyRule> {
    const { lists, rooms } = this.#options;
    const rules = [...lists.policy.rules({ kind: 'server' })].filter(({ roomId }) => this.#shutsOut(roomId));
    return exemptingServerRules(rules, this.#mayExempt, [...rooms.servers]);
  }

  /** Whether the server rules of a list stand in server ACLs. */
  #shutsOut(roomId: string | undefined): boolean {
    const { apply = true, acl = true } = this.#options.listOptions?.(roomId) ?? {};
    return apply && acl;
  }

  /** Which lists may free anybody: the server ACL depends on it. */
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

  /** The server ACL that the rules make now, with what had to be left out. */
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
