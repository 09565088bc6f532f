import type { ServerAclConfig } from '../config/types.js';
import { visible } from '../detection/index.js';
import { desiredAcl } from '../enforcement/acl-planner.js';
import type { AclRegister } from '../enforcement/acl-register.js';
import type { BanRegister } from '../enforcement/ban-register.js';
import { protectedEntities } from '../enforcement/interlock.js';
import { planAcl, planMember, planRoom, type PlanOptions } from '../enforcement/planner.js';
import { planTakedowns, type TakedownPlan } from '../enforcement/takedown-planner.js';
import type { GuardContext } from '../enforcement/types.js';
import { exempting, isGlob, proposeCoveringGlobs, type GlobProposal, type MayExempt } from '../policy/index.js';
import type { Policy, PolicyRule, RuleChange } from '../policy/types.js';
import type { AclPayload, BanPayload } from '../enforcement/payloads.js';
import type { NewAction } from '../store/records/actions.js';
import type { HeldLists } from './held-lists.js';
import { KeptServers } from './kept-servers.js';
import { liftOf, type Lift } from './lifts.js';
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
  /** lists that are watched but could not be read */
  unreadLists: () => ReadonlySet<string>;
  /** what takedown rules do beyond the ban */
  takedown?: TakedownPlan;
  /** how rules for servers become server ACLs, and what was sent before */
  serverAcl?: { settings: ServerAclConfig; register: AclRegister };
  /** another word for each start, see PlanOptions */
  epoch: string;
  /** says whether a list's allow rules free anybody whom another list bans; default: all do */
  mayExempt?: MayExempt;
  /** how a list is followed; default: in full */
  listOptions?: (roomId: string | undefined) => ListOptions;
  /** the list that a list has become by upgrades: bans for its rules are its successor's; default: itself */
  successorOf?: (roomId: string) => string;
  /** foreign lists whose changes would lift too many bans */
  held?: HeldLists;
  /** who undoes what we do, again and again */
  standoffs?: Standoffs;
  /** called with the rules that are passed over, whenever they are others than before */
  onSkipped?: (skipped: SkippedRules) => void;
}

/**
 * More rules at once than this are no change but a new list: looking at everybody once is cheaper than finding whom
 * each means.
 */
const MOST_SINGLE_RULES = 100;
/** More people than this named by changes at once: a list was read, and their past messages are not looked for. */
const MOST_ABSENT = 20;

/** What rooms need, whatever it was that changed: every path asks the one planner of enforcement. */
export class EnforcementPlanner {
  readonly #options: EnforcementPlannerOptions;
  /** the rules that are followed: without those that would hit us */
  readonly rules: EffectiveRules;
  /** the same, with those that are passed over */
  readonly #allRules: Pick<Policy, 'match'>;
  readonly #serverAcl: RulesAcl;
  #botUserId: string | undefined;
  readonly #keptServers: KeptServers;

  constructor(options: EnforcementPlannerOptions) {
    this.#options = options;
    this.#keptServers = new KeptServers({
      ...options,
      shutsOut: (roomId) => this.#applies(roomId) && (options.listOptions?.(roomId).acl ?? true),
    });
    // whichever way a change came: by an event, or by reading a list again after nobody could
    options.lists.onChanges = (changes) => this.#keptServers.follow(changes);
    const mayExempt: MayExempt = (roomId) =>
      this.#applies(roomId) && options.held?.isHeld(roomId) !== true && (options.mayExempt?.(roomId) ?? true);
    const leftOut = ({ roomId }: PolicyRule): boolean => !this.#applies(roomId);
    this.#serverAcl = new RulesAcl(options, mayExempt);
    this.rules = new EffectiveRules(options.lists.policy, mayExempt, leftOut);
    this.#allRules = exempting(options.lists.policy, mayExempt, { has: leftOut, size: 0 });
  }

  #applies(roomId: string | undefined): boolean {
    return this.#options.listOptions?.(roomId).apply ?? true;
  }

  /** What the interlock looks at now. */
  guardContext(): GuardContext {
    return this.#options.facts();
  }

  /**
   * After rules changed. A rule for people concerns those whom it means; only very many at once look at whole rooms.
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
    return this.#checked([...(forServers ? this.#acls() : []), ...this.#ofPeople(people), ...this.#takedowns(rules)]);
  }

  /**
   * After those who stay have changed (moderators, power, protected rooms): rules that would hit them are passed over,
   * others are followed again.
   */
  replanIfContextChanged(): NewAction[] {
    return this.#recheck() ? this.planAll() : [];
  }

  /** After a member event: the hot path. */
  planForMember(roomId: string, userId: string): NewAction[] {
    const room = this.#options.rooms.get(roomId);
    if (room === undefined) return [];
    const plan = this.#planOfPeople();
    if (userId === plan.facts.botUserId) return this.planForRoom(roomId);
    if (!isIn(room, plan)) return [];
    const acls = this.#serverAcl.mayHaveGrown() ? this.#acls() : [];
    return this.#checked([...acls, ...planMember(room, userId, this.rules, plan)]);
  }

  /** Everything that one room needs. */
  planForRoom(roomId: string): NewAction[] {
    const room = this.#options.rooms.get(roomId);
    const plan = this.#plan();
    return room === undefined || !isIn(room, plan) ? [] : this.#checked(planRoom(room, this.rules, plan));
  }

  /** Everything that all rooms need. */
  planAll(): NewAction[] {
    this.#recheck();
    const plan = this.#plan();
    return this.#checked([
      ...this.#roomsWeAreIn(plan).flatMap((room) => planRoom(room, this.rules, plan)),
      ...this.#takedowns(),
    ]);
  }

  /** A moderator has decided that what a held list lifts is lifted. */
  planReleased(roomId: string): NewAction[] {
    return this.#options.held?.release(roomId, () => this.planAll()) ?? [];
  }

  /** Leaves out what waits for a moderator, and what somebody undoes as often as it is done. */
  #checked(actions: NewAction[]): NewAction[] {
    const { held, standoffs } = this.#options;
    const agreed = standoffs === undefined ? actions : actions.filter((action) => this.#isAgreed(action, standoffs));
    if (held === undefined) return agreed;
    const lifting = new Map<NewAction, string>();
    const names = new Map<string, string[]>();
    for (const action of agreed) {
      const lift = this.#liftOf(action);
      if (lift === undefined) continue;
      lifting.set(action, lift.list);
      const ofList = names.get(lift.list);
      if (ofList === undefined) names.set(lift.list, [lift.name]);
      else ofList.push(lift.name);
    }
    const waiting = new Set([...names].filter(([list, lifts]) => !held.mayLift(list, lifts)).map(([list]) => list));
    return waiting.size === 0 ? agreed : agreed.filter((action) => !waiting.has(lifting.get(action) ?? ''));
  }

  /** What an action lifts, and the list whose change does: the one that allows it now, or the one that wanted it. */
  #liftOf(action: NewAction): (Lift & { list: string }) | undefined {
    const { bans, takedown, lists, successorOf } = this.#options;
    const lift = liftOf(action, bans, takedown?.register);
    if (lift === undefined) return undefined;
    const match = this.#allRules.match(lift.kind, lift.entity);
    const wanted = lift.list === undefined || lists.has(lift.list) ? lift.list : successorOf?.(lift.list);
    const list = match?.action === 'allow' ? match.rule.roomId : (wanted ?? lift.list);
    return list === undefined ? undefined : { ...lift, list };
  }

  #isAgreed({ kind, key, payload }: NewAction, standoffs: Standoffs): boolean {
    if (kind === 'acl') {
      const { roomId } = payload as AclPayload;
      const acl = this.#options.rooms.get(roomId)?.acl;
      if (acl === undefined || acl.sender === (this.#botUserId ??= this.guardContext().botUserId)) return true;
      return standoffs.mayAct(`acl ${roomId} ${this.#serverAcl.last?.for ?? ''}`, acl.eventId);
    }
    if (kind !== 'ban') return true;
    const { roomId, userId, rule } = payload as BanPayload;
    return standoffs.mayAct(`ban ${roomId} ${userId} ${rule?.eventId ?? ''}`, key);
  }

  /** What takedown rules ask for outside of rooms; only `changed` rules may ask for something new. */
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
    // of a whole new list only those concern us who are there; of a few rules also what the absent wrote before they
    // left
    return this.#roomsWeAreIn(plan).flatMap((room) =>
      [...people].flatMap((userId) =>
        people.size > MOST_ABSENT && !room.members.has(userId) ? [] : planMember(room, userId, this.rules, plan),
      ),
    );
  }

  /**
   * Everybody in the rooms whom these rules mean; undefined when there are so many rules that all should be looked at.
   */
  #peopleMeant(rules: readonly PolicyRule[]): Set<string> | undefined {
    const wide = rules.filter(({ entity }) => entity === undefined || isGlob(entity));
    if (wide.length > MOST_SINGLE_RULES) return undefined;
    const people = new Set(rules.flatMap(({ entity }) => (entity === undefined || isGlob(entity) ? [] : [entity])));
    for (const rule of wide) for (const userId of this.#options.rooms.usersMatching(rule)) people.add(userId);
    return people;
  }

  /** A room that we are not in takes nothing from us: what it needs is planned when we are in it again. */
  #roomsWeAreIn(plan: PlanOptions): TrackedRoom[] {
    return [...this.#options.rooms.all()].filter((room) => isIn(room, plan));
  }

  /** Looks anew which rules would hit us; says whether they are others than before. */
  #recheck(changes?: readonly RuleChange[]): boolean {
    const { lists, facts, onSkipped } = this.#options;
    const changed = this.rules.update(protectedEntities(facts()), lists.revision, changes);
    if (changed) onSkipped?.(this.rules.skipped);
    return changed;
  }

  /** What of the server ACLs moderators should know: what found no room, and what of a room's own ACL had to go. */
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

  /** What planning people needs. The server ACL is not among it: the hot path must not look at every room. */
  #planOfPeople(): PlanOptions {
    const { bans, facts, unreadLists, epoch, held, takedown } = this.#options;
    return {
      facts: facts(),
      allRules: this.#allRules,
      ourBans: (roomId) => bans.bansIn(roomId),
      // what a held list wanted stays as if it could not be read
      unreadLists: new Set([
        ...unreadLists(),
        ...[...(held?.all().keys() ?? [])].filter((roomId) => held?.isHeld(roomId) === true),
      ]),
      epoch,
      ...(takedown === undefined ? {} : { takedown }),
    };
  }

  /**
   * What planning whole rooms needs. The ACL is made anew when rules for servers, or the servers that must stay, have
   * changed.
   */
  #plan(): PlanOptions {
    const plan = this.#planOfPeople();
    const { serverAcl } = this.#options;
    const keepsEntry = this.#keptServers.keeps();
    // An allow rule of a list that cannot be read would be missing, and its server shut out.
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
