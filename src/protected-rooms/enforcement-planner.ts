import type { ServerAclConfig } from '../config/types.js';
import { visible } from '../detection/index.js';
import { desiredAcl } from '../enforcement/acl-planner.js';
import type { AclRegister } from '../enforcement/acl-register.js';
import type { BanRegister } from '../enforcement/ban-register.js';
import type { LeftBehind } from '../enforcement/left-behind.js';
import { protectedEntities } from '../enforcement/interlock.js';
import { planAcl, planMember, planRoom, type PlanOptions } from '../enforcement/planner.js';
import { planTakedowns, type TakedownPlan } from '../enforcement/takedown-planner.js';
import type { GuardContext } from '../enforcement/types.js';
import { exempting, isGlob, proposeCoveringGlobs, type GlobProposal, type MayExempt } from '../policy/index.js';
import type { Policy, PolicyRule, RuleChange } from '../policy/types.js';
import type { NewAction } from '../store/records/actions.js';
import { AllowedActions } from './allowed-actions.js';
import type { HeldLists } from './held-lists.js';
import { KeptServers } from './kept-servers.js';
import type { ListOptions } from './list-options.js';
import type { Standoffs } from './standoffs.js';
import type { Inline } from '../matrix/message.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import { EffectiveRules, type SkippedRules } from './effective-rules.js';
import { texts } from './texts.js';
import { RulesAcl } from './rules-acl.js';

export interface EnforcementPlannerOptions {
  rooms: RoomStateCache;
  lists: WatchedLists;
  bans: BanRegister;
  facts: () => GuardContext;
  /** watched lists that could not be read */
  unreadLists: () => ReadonlySet<string>;
  /** what takedown rules do besides the ban */
  takedown?: TakedownPlan;
  /** how server rules become server ACLs, and what was sent before */
  serverAcl?: { settings: ServerAclConfig; register: AclRegister };
  /** what an earlier process planned and is still due */
  leftBehind?: LeftBehind;
  /** differs for each start, see PlanOptions */
  epoch: string;
  /** whether a list's allow rules exempt people from other lists' bans; default: all do */
  mayExempt?: MayExempt;
  /** how a list is followed; default: in full */
  listOptions?: (roomId: string | undefined) => ListOptions;
  /** a list's current room after upgrades, which inherits the bans for its rules; default: itself */
  successorOf?: (roomId: string) => string;
  /** foreign lists with changes that would lift too many bans */
  held?: HeldLists;
  /** tracks who keeps undoing our changes */
  standoffs?: Standoffs;
  /** called with the ignored rules whenever they change */
  onSkipped?: (skipped: SkippedRules) => void;
}

/**
 * More rules at once than this are treated as a new list: checking everybody once is cheaper than finding each rule's
 * matches.
 */
const MOST_SINGLE_RULES = 100;
/** If changes name more people than this at once, a list was read, and their past messages are not searched. */
const MOST_ABSENT = 20;

/** Plans what rooms need, whatever has changed: every path goes through enforcement's planner. */
export class EnforcementPlanner {
  readonly #options: EnforcementPlannerOptions;
  /** the rules that are followed, without those that would hit us */
  readonly rules: EffectiveRules;
  /** the same, including ignored ones */
  readonly #allRules: Pick<Policy, 'match'>;
  readonly #serverAcl: RulesAcl;
  readonly #allowed: AllowedActions;
  readonly #keptServers: KeptServers;

  constructor(options: EnforcementPlannerOptions) {
    this.#options = options;
    this.#keptServers = new KeptServers({
      ...options,
      shutsOut: (roomId) => this.#applies(roomId) && (options.listOptions?.(roomId).acl ?? true),
    });
    // however a change arrived: by an event, or by rereading a list that was unreadable
    options.lists.onChanges = (changes) => this.#keptServers.follow(changes);
    const mayExempt: MayExempt = (roomId) =>
      this.#applies(roomId) && options.held?.isHeld(roomId) !== true && (options.mayExempt?.(roomId) ?? true);
    const leftOut = ({ roomId }: PolicyRule): boolean => !this.#applies(roomId);
    this.#serverAcl = new RulesAcl(options, mayExempt);
    this.rules = new EffectiveRules(options.lists.policy, mayExempt, leftOut);
    this.#allRules = exempting(options.lists.policy, mayExempt, { has: leftOut, size: 0 });
    this.#allowed = new AllowedActions({
      ...options,
      allRules: this.#allRules,
      acl: () => this.#serverAcl.last,
    });
  }

  #applies(roomId: string | undefined): boolean {
    return this.#options.listOptions?.(roomId).apply ?? true;
  }

  /** The interlock's current facts. */
  guardContext(): GuardContext {
    return this.#options.facts();
  }

  /**
   * Plans after rules have changed. A user rule concerns only the people whom it matches; whole rooms are checked only
   * after very many changes at once.
   */
  planForChanges(changes: readonly RuleChange[]): NewAction[] {
    if (changes.length === 0) return [];
    this.#recheck(changes);
    const rules = changes.flatMap((change): PolicyRule[] =>
      change.change === 'added'
        ? [change.rule]
        : change.change === 'removed'
          ? [change.previous]
          : [change.rule, change.previous],
    );
    const forServers = rules.some(({ kind }) => kind === 'server');
    const people = this.#peopleMeant(rules.filter(({ kind }) => kind === 'user'));
    if (people === undefined) return this.planAll();
    return this.#allowed.of([
      ...(forServers ? this.#acls() : []),
      ...this.#ofPeople(people),
      ...this.#takedowns(rules),
    ]);
  }

  /**
   * Plans after the exempt people have changed (moderators, power, protected rooms): rules that would hit them are
   * ignored, others are followed again.
   */
  replanIfContextChanged(): NewAction[] {
    return this.#recheck() ? this.planAll() : [];
  }

  /** Plans after a member event: the hot path. */
  planForMember(roomId: string, userId: string): NewAction[] {
    const room = this.#options.rooms.get(roomId);
    if (room === undefined) return [];
    const plan = this.#planOfPeople();
    if (userId === plan.facts.botUserId) return this.planForRoom(roomId);
    if (!isIn(room, plan)) return [];
    const acls = this.#serverAcl.mayHaveGrown() ? this.#acls() : [];
    return this.#allowed.of([...acls, ...planMember(room, userId, this.rules, plan)]);
  }

  /** Everything that one room needs. */
  planForRoom(roomId: string): NewAction[] {
    const room = this.#options.rooms.get(roomId);
    const plan = this.#plan();
    return room === undefined || !isIn(room, plan) ? [] : this.#allowed.of(planRoom(room, this.rules, plan));
  }

  /** Everything that all rooms need. */
  planAll(): NewAction[] {
    this.#recheck();
    const plan = this.#plan();
    return this.#allowed.of([
      ...this.#roomsWeAreIn(plan).flatMap((room) => planRoom(room, this.rules, plan)),
      ...this.#takedowns(),
    ]);
  }

  /** A moderator has released a held list, so its bans are lifted. */
  planReleased(roomId: string): NewAction[] {
    return this.#options.held?.release(roomId, () => this.planAll()) ?? [];
  }

  /** What takedown rules call for outside of rooms; only `changed` rules may start something new. */
  #takedowns(changed?: readonly PolicyRule[]): NewAction[] {
    return planTakedowns(this.rules, this.#planOfPeople(), changed ?? this.#options.lists.policy.rules());
  }

  /** The server ACLs that all rooms need. */
  #acls(): NewAction[] {
    const plan = this.#plan();
    return this.#roomsWeAreIn(plan).flatMap((room) => planAcl(room, plan) ?? []);
  }

  #ofPeople(people: ReadonlySet<string>): NewAction[] {
    if (people.size === 0) return [];
    const plan = this.#planOfPeople();
    // for a whole new list only current members matter; for a few rules also messages by people who have left
    return this.#roomsWeAreIn(plan).flatMap((room) =>
      [...people].flatMap((userId) =>
        people.size > MOST_ABSENT && !room.members.has(userId) ? [] : planMember(room, userId, this.rules, plan),
      ),
    );
  }

  /**
   * Everybody in the rooms whom these rules match; undefined when there are so many rules that everybody should be
   * checked.
   */
  #peopleMeant(rules: readonly PolicyRule[]): Set<string> | undefined {
    const wide = rules.filter(({ entity }) => entity === undefined || isGlob(entity));
    if (wide.length > MOST_SINGLE_RULES) return undefined;
    const people = new Set(rules.flatMap(({ entity }) => (entity === undefined || isGlob(entity) ? [] : [entity])));
    for (const rule of wide) for (const userId of this.#options.rooms.usersMatching(rule)) people.add(userId);
    return people;
  }

  /** We cannot act in a room that we are not in: it is planned when we are back. */
  #roomsWeAreIn(plan: PlanOptions): TrackedRoom[] {
    return [...this.#options.rooms.all()].filter((room) => isIn(room, plan));
  }

  /** Recomputes which rules would hit us; returns whether they changed. */
  #recheck(changes?: readonly RuleChange[]): boolean {
    const { lists, facts, onSkipped } = this.#options;
    const changed = this.rules.update(protectedEntities(facts()), lists.revision, changes);
    if (changed) onSkipped?.(this.rules.skipped);
    return changed;
  }

  /**
   * What moderators should know about server ACLs: entries that did not fit, and entries of a room's own ACL that were
   * removed.
   */
  aclAlerts(): Map<string, Inline[]> {
    const plan = this.#plan();
    const concerns = new Map<string, Inline[]>();
    if (plan.acl === undefined || this.#serverAcl.last === undefined) return concerns;
    const { leftOut, content } = this.#serverAcl.last.plan;
    if (leftOut > 0)
      concerns.set(`left out ${leftOut}`, leftOutLine(leftOut, proposeCoveringGlobs(this.#serverAcl.rules(), content)));
    for (const room of this.#roomsWeAreIn(plan)) {
      for (const warning of desiredAcl(room, plan)?.warnings ?? [])
        concerns.set(`${room.roomId} ${warning}`, texts.acl.warning(room.roomId, visible(warning)));
    }
    return concerns;
  }

  /** Input for planning people. The server ACL is not part of it: the hot path must not check every room. */
  #planOfPeople(): PlanOptions {
    const { bans, facts, unreadLists, epoch, held, takedown } = this.#options;
    return {
      facts: facts(),
      allRules: this.#allRules,
      ourBans: (roomId) => bans.bansIn(roomId),
      // a held list is treated like an unreadable one: its effects stay
      unreadLists: { has: (roomId) => held?.isHeld(roomId) === true || unreadLists().has(roomId) },
      epoch,
      ...(takedown === undefined ? {} : { takedown }),
    };
  }

  /**
   * Input for planning whole rooms. The ACL is recomputed when server rules, or the servers that must stay, have
   * changed.
   */
  #plan(): PlanOptions {
    const plan = this.#planOfPeople();
    const { serverAcl } = this.#options;
    const keepsEntry = this.#keptServers.keeps();
    // An unreadable list's allow rules would be missing, and their servers denied.
    if (serverAcl?.settings.mode === 'allow_list' && keepsEntry !== undefined) return plan;
    const { content: acl } = this.#serverAcl.current(plan.facts);
    const acls =
      serverAcl === undefined
        ? {}
        : {
            acls: { existing: serverAcl.settings.existing, sentIn: serverAcl.register.sentIn.bind(serverAcl.register) },
          };
    return { ...plan, acl, ...acls, ...(keepsEntry === undefined ? {} : { keepsEntry }) };
  }
}

function isIn(room: TrackedRoom, { facts }: PlanOptions): boolean {
  return room.members.get(facts.botUserId)?.membership === 'join';
}

function leftOutLine(leftOut: number, proposals: readonly GlobProposal[]): Inline[] {
  const globs = proposals.flatMap(({ glob, standsFor }) => texts.acl.glob(glob, standsFor));
  return [texts.acl.leftOut(leftOut), ...(globs.length === 0 ? [] : [texts.acl.globs, ...globs])];
}
