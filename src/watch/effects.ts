import type { BanRegister } from '../enforcement/ban-register.js';
import { serversThatStay } from '../enforcement/interlock.js';
import { planMember, planRoom, type PlanOptions } from '../enforcement/planner.js';
import type { InterlockFacts } from '../enforcement/types.js';
import { buildServerAcl } from '../policy/index.js';
import type { PolicyRule, RuleChange, ServerAclContent } from '../policy/types.js';
import type { NewAction } from '../store/types.js';
import type { WatchedLists } from './lists.js';
import type { KeptRooms } from './rooms.js';

export interface EffectsOptions {
  rooms: KeptRooms;
  lists: WatchedLists;
  bans: BanRegister;
  facts: () => InterlockFacts;
  /** lists that are watched but could not be read */
  unreadLists: () => ReadonlySet<string>;
  /** another word for each start, see PlanOptions */
  epoch: string;
}

/** What rooms need, whatever it was that changed: every path asks the one planner of enforcement. */
export class Effects {
  readonly #options: EffectsOptions;
  #acl: { content: ServerAclContent; for: string } | undefined;

  constructor(options: EffectsOptions) {
    this.#options = options;
  }

  /** After rules changed. A rule for one person concerns that person only; anything wider looks at whole rooms. */
  ofChanges(changes: readonly RuleChange[]): NewAction[] {
    if (changes.length === 0) return [];
    const rules = changes.flatMap((change): PolicyRule[] => (change.change === 'added' ? [change.rule] : change.change === 'removed' ? [change.previous] : [change.rule, change.previous]));
    const people = peopleOf(rules);
    if (people === undefined) return this.ofAll();
    const plan = this.#planOfPeople();
    return [...this.#options.rooms.all()].flatMap((room) => people.flatMap((userId) => planMember(room, userId, this.#options.lists.policy, plan)));
  }

  /** After a member event: the hot path. */
  ofMember(roomId: string, userId: string): NewAction[] {
    const room = this.#options.rooms.get(roomId);
    if (room === undefined) return [];
    const plan = this.#planOfPeople();
    return userId === plan.facts.botUserId ? this.ofRoom(roomId) : planMember(room, userId, this.#options.lists.policy, plan);
  }

  /** Everything that one room needs. */
  ofRoom(roomId: string): NewAction[] {
    const room = this.#options.rooms.get(roomId);
    return room === undefined ? [] : planRoom(room, this.#options.lists.policy, this.#plan());
  }

  /** Everything that all rooms need. */
  ofAll(): NewAction[] {
    const plan = this.#plan();
    return [...this.#options.rooms.all()].flatMap((room) => planRoom(room, this.#options.lists.policy, plan));
  }

  /** The server ACL that the rules make now, with what had to be left out. */
  serverAcl(): ReturnType<typeof buildServerAcl> {
    const facts = this.#options.facts();
    return buildServerAcl(this.#options.lists.policy.rules({ kind: 'server' }), { ownServer: facts.serverName, mustAllow: [...serversThatStay(facts).keys()] });
  }

  /** What planning people needs. The server ACL is not among it: the hot path must not look at every room. */
  #planOfPeople(): PlanOptions {
    const { bans, facts, unreadLists, epoch } = this.#options;
    return { facts: facts(), ourBans: (roomId) => bans.bansIn(roomId), unreadLists: unreadLists(), epoch };
  }

  /** What planning whole rooms needs. The ACL is made anew when rules for servers, or the servers that must stay, have changed. */
  #plan(): PlanOptions {
    const plan = this.#planOfPeople();
    // A list that could not be read may hold rules for servers: then no ACL is opened for want of them.
    if (plan.unreadLists !== undefined && plan.unreadLists.size > 0) return plan;
    const madeFor = [this.#options.lists.serverRevision, ...[...serversThatStay(plan.facts).keys()].sort()].join('\n');
    if (this.#acl?.for !== madeFor) this.#acl = { content: this.serverAcl().content, for: madeFor };
    return { ...plan, acl: this.#acl.content };
  }
}

/** The people whom the rules name literally; undefined when a glob, a hash or a server rule asks for a wider look. */
function peopleOf(rules: readonly PolicyRule[]): string[] | undefined {
  const people = new Set<string>();
  for (const { kind, entity } of rules) {
    if (kind === 'room') continue;
    if (kind === 'server' || entity === undefined || /[*?]/.test(entity)) return undefined;
    people.add(entity);
  }
  return [...people];
}
