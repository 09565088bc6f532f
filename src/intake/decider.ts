import type { Detector } from '../detection/types.js';
import { serverNameOf } from '../matrix/identifiers.js';
import type { MatrixEvent } from '../matrix/types.js';
import type { Offence, ProtectionWatch } from '../protections/watch.js';
import type { NewAction } from '../store/records/actions.js';
import type { Clock } from '../util/clock.js';
import type { EnforcementPlanner } from '../protected-rooms/enforcement-planner.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { Place } from '../tracking/place-reader.js';
import type { RoomSnapshot } from '../enforcement/types.js';
import { isModerator } from '../matrix/power.js';
import type { RuleChange } from '../policy/types.js';
import type { History } from './history.js';
import { JoinBursts } from './join-bursts.js';
import type { OfficialRooms } from '../tracking/official-rooms.js';
import { backfillMembers } from '../impersonation/actions.js';
import { readList, readRoom } from '../protected-rooms/actions.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import { checkProfile, mayBeOthersWord } from '../impersonation/profile-check.js';
import { inspect, type Decision, type Match } from '../impersonation/match.js';
import { sightingsOf, type SeenIdentity } from '../impersonation/sightings.js';
import { BoundedSet } from '../util/bounded-map.js';

export interface DeciderOptions {
  serverName: string;
  botUserId: string;
  detector: () => Detector;
  protectedRooms: RoomStateCache;
  /** management room and own lists */
  ownRooms: RoomStateCache;
  lists: WatchedLists;
  effects: EnforcementPlanner;
  /** follows the state of official rooms */
  officialRooms: Pick<OfficialRooms, 'apply' | 'settle' | 'has'>;
  /** why no response acts on this person; undefined when they are not exempt */
  exempt: (userId: string) => string | undefined;
  /**
   * Checks whether the rooms in events copy official ones. `first`: one of our users has just joined. Returns actions.
   */
  roomImpersonationActions?: (event: MatrixEvent, first: boolean) => NewAction[];
  /** Events that concern neither detection nor policy: commands, invites to the bot. Returns actions. */
  extraActions: (event: MatrixEvent) => NewAction[];
  /** everything that is not about identity: floods, words, links, … */
  protections?: Pick<ProtectionWatch, 'decide' | 'record' | 'rulesChanged' | 'toAsk' | 'takeRows' | 'written'>;
  clock: Clock;
  count?: (what: 'events' | 'bad_events' | 'hits', times: number) => void;
  /** the homeserver's past, while it is being sent */
  history?: History;
}

/** The decisions, with the protections' findings. */
export interface PipelineDecision extends Decision {
  offences?: readonly Offence[];
}

/** How many checked rooms are remembered, to spare the ledger a query. */
const ROOMS_REMEMBERED = 100_000;
/** A room in which servers disagree shows gaps repeatedly; a large one is not reread more often than this. */
const READ_APART_MS = 30_000;
/** The empty decision, shared because most events lead to it. */
const NONE: readonly never[] = [];

function add(actions: NewAction[], more: readonly NewAction[]): void {
  for (const action of more) actions.push(action);
}

/**
 * Decides what follows from an event: memory is updated, in an order that matters, and then the event is judged.
 * Nothing is persisted here: what the ledger could not store is decided again.
 */
export class Decider {
  readonly #options: DeciderOptions;
  readonly #lookedAt = new BoundedSet<string>(ROOMS_REMEMBERED);
  /** rooms that one of our users has left since the last look */
  readonly #left = new BoundedSet<string>(ROOMS_REMEMBERED);
  readonly #bursts: JoinBursts;
  /** rooms to reread because of a gap, until that is committed: a gap shows only once */
  readonly #toRead = new Map<string, NewAction>();

  constructor(options: DeciderOptions) {
    this.#options = options;
    this.#bursts = new JoinBursts(options.clock);
  }

  /** The decisions are in the ledger. */
  noteCommitted(): void {
    this.#toRead.clear();
  }

  /** The commit failed: rooms are checked again when their events are resent. */
  noteFailed(): void {
    this.#lookedAt.clear();
  }

  /**
   * After a failed commit: everything is planned again from memory, since the resent events will change nothing there.
   */
  decideAgain(): PipelineDecision {
    const actions = [...this.#toRead.values(), ...this.#options.effects.planAll()];
    return { eventId: null, hits: [], actions };
  }

  /** Decides about one event, updating room state and lists on the way. */
  decide(event: MatrixEvent): PipelineDecision {
    const { lists, extraActions: others, history, botUserId } = this.#options;
    const { room_id: roomId, type } = event;
    const actions: NewAction[] = [];
    const isList = lists.has(roomId);
    const changes = this.#follow(event, isList, actions);
    if (isList && type === 'm.room.redaction') actions.push(readList(roomId, event.event_id));
    const past = history?.isOpen === true;
    this.#look(event, past, actions);
    add(actions, others(event));
    if (!past) this.#ask(event, isList, changes, actions);
    const hits = this.#sure(event, past, actions);
    const endsPast = past && event.sender === botUserId && history.isMarker(event);
    // past events are not rate-limited: a scan does not look for floods either
    const offences = past ? NONE : (this.#options.protections?.decide(event) ?? NONE);
    const decision: PipelineDecision = { eventId: event.event_id, hits, actions, offences };
    if (past) decision.past = true;
    if (endsPast) decision.endsPast = true;
    return decision;
  }

  /**
   * Updates memory from an event and returns the rules that it changed. The resulting plans are added to the actions.
   */
  #follow(event: MatrixEvent, isList: boolean, actions: NewAction[]): readonly RuleChange[] {
    const { ownRooms, protectedRooms, officialRooms, lists } = this.#options;
    const { room_id: roomId, type, state_key: stateKey } = event;
    // rooms keep nothing of non-state events, which are the majority
    if (stateKey === undefined) return isList ? lists.apply(event) : NONE;
    const own = ownRooms.apply(event);
    officialRooms.apply(event);
    if (protectedRooms.detectGap(event)) {
      const reading = this.#readAgain(event);
      this.#toRead.set(roomId, reading);
      actions.push(reading);
    }
    const followed = protectedRooms.apply(event);
    const changes = isList ? lists.apply(event) : NONE;
    if (own || followed || changes.length > 0)
      add(actions, this.#planned({ roomId, type, stateKey }, own, followed, changes));
    return changes;
  }

  /** Checks that an event calls for: rooms new to us, bursts of joins, rooms that copy others. */
  #look(event: MatrixEvent, past: boolean, actions: NewAction[]): void {
    const firstLook = this.#firstLook(event);
    // existing members are found by the first scan, within its limits
    if (!past) {
      add(actions, firstLook);
      if (event.type === 'm.room.member')
        add(actions, this.#bursts.follow(event, this.#options.protectedRooms.has(event.room_id)));
    }
    add(actions, this.#options.roomImpersonationActions?.(event, !past && firstLook.length > 0) ?? NONE);
  }

  /** The protections' messages about changed rules, and the lookups they need. */
  #ask(event: MatrixEvent, isList: boolean, changes: readonly RuleChange[], actions: NewAction[]): void {
    const { protections } = this.#options;
    if (protections === undefined) return;
    if (isList) add(actions, protections.rulesChanged(event, changes.length > 0 ? changes : this.#unfollowed(event)));
    add(actions, protections.toAsk(event));
  }

  /** What a list's event changes without being followed: a redaction, or what a read has shown before. */
  #unfollowed(event: MatrixEvent): readonly RuleChange[] {
    const { lists } = this.#options;
    return event.type === 'm.room.redaction' ? lists.takenBy(event) : lists.shownBefore(event);
  }

  /**
   * Hits on the identities in an event; where somebody else may have written them, the account's profile is looked up
   * first.
   */
  #sure(event: MatrixEvent, past: boolean, actions: NewAction[]): Match[] {
    const hits = this.#inspect(event);
    if (hits.length === 0) return hits;
    const unsure = (hit: Match) => !past && hit.exempt === undefined && mayBeOthersWord(hit, this.#options.serverName);
    actions.push(...hits.filter(unsure).map((hit) => checkProfile(hit, event)));
    return hits.filter((hit) => !unsure(hit));
  }

  /** What follows from the current event of one state entry. */
  #planned(
    { roomId, type, stateKey }: Place,
    own: boolean,
    followed: boolean,
    changes: readonly RuleChange[],
  ): NewAction[] {
    const { protectedRooms, effects } = this.#options;
    const isMember = type === 'm.room.member';
    const actions: NewAction[] = [];
    // The set of exempt people has changed; this comes before anything is planned by rules that would hit them.
    const whoStays =
      (own && DECIDES_WHO_STAYS.has(type)) ||
      (followed && (type === 'm.room.power_levels' || (isMember && hasPower(protectedRooms.get(roomId), stateKey))));
    if (whoStays) actions.push(...effects.replanIfContextChanged());
    actions.push(...effects.planForChanges(changes));
    if (followed && isMember) actions.push(...effects.planForMember(roomId, stateKey));
    if (followed && (type === 'm.room.server_acl' || type === 'm.room.power_levels'))
      actions.push(...effects.planForRoom(roomId));
    return actions;
  }

  #readAgain({ room_id: roomId, event_id: eventId }: MatrixEvent): NewAction {
    const notBefore = (this.#options.protectedRooms.get(roomId)?.readAt ?? 0) + READ_APART_MS;
    return { ...readRoom(roomId, eventId), notBefore };
  }

  /**
   * Applies the homeserver's current event of one state entry (undefined: none), where the event alone could not be
   * ordered.
   */
  settle(place: Place, event: MatrixEvent | undefined, doubted?: MatrixEvent): NewAction[] {
    const { ownRooms, protectedRooms, officialRooms, lists } = this.#options;
    const at = [place.roomId, place.type, place.stateKey, event] as const;
    const own = ownRooms.settle(...at);
    officialRooms.settle(...at);
    const followed = protectedRooms.settle(...at);
    const changes = lists.settle(...at);
    const actions = this.#planned(place, own, followed, changes);
    if (event !== undefined && changes.length > 0)
      add(actions, this.#options.protections?.rulesChanged(event, changes) ?? NONE);
    // It is current, and it replaced something other than what we had read, so an earlier event never arrived.
    const missed = followed && place.type === 'm.room.member' && event?.event_id === doubted?.event_id;
    const replaced = event?.unsigned?.replaces_state;
    if (missed && event !== undefined && typeof replaced === 'string') actions.push(this.#readAgain(event));
    return actions;
  }

  /** What follows from a rule that we wrote; undefined: only a read can tell what is there now. */
  written(event: MatrixEvent): NewAction[] | undefined {
    const changes = this.#options.lists.written(event);
    return changes === undefined ? undefined : this.#options.effects.planForChanges(changes);
  }

  /** The detector's verdict on an identity; undefined for no resemblance. */
  hitOf(seen: SeenIdentity): Match | undefined {
    const { detector, botUserId, exempt, count } = this.#options;
    const hit = inspect(seen, { detector: detector(), botUserId, exempt });
    if (hit !== undefined) count?.('hits', 1);
    return hit;
  }

  #isOurs(roomId: string): boolean {
    const { ownRooms, protectedRooms, lists, officialRooms } = this.#options;
    return ownRooms.has(roomId) || protectedRooms.has(roomId) || lists.has(roomId) || officialRooms.has(roomId);
  }

  #inspect(event: MatrixEvent): Match[] {
    const hits: Match[] = [];
    for (const seen of sightingsOf(event)) {
      // whoever may name one of our rooms may choose any name
      if (seen.where.source === 'naming' && this.#isOurs(event.room_id)) continue;
      const hit = this.hitOf(seen);
      if (hit !== undefined) hits.push({ ...hit, event });
    }
    return hits;
  }

  /**
   * A local user's join may be the first we hear of a room: Synapse never sent us its existing members. After one of
   * our users has left, this may be so again; the check finds out whether all of them were away.
   */
  #firstLook(event: MatrixEvent): readonly NewAction[] {
    if (
      event.type !== 'm.room.member' ||
      event.state_key === undefined ||
      // nearly everybody is of another server: their names need not be taken apart
      !event.state_key.endsWith(this.#options.serverName) ||
      serverNameOf(event.state_key) !== this.#options.serverName
    )
      return NONE;
    const {
      room_id: roomId,
      content: { membership },
    } = event;
    if (membership === 'leave' || membership === 'ban') this.#left.add(roomId);
    if (membership !== 'join') return [];
    const again = this.#left.delete(roomId);
    if (!again && this.#lookedAt.has(roomId)) return [];
    this.#lookedAt.add(roomId);
    const first = backfillMembers.create({ roomId }, { key: `look:${roomId}` });
    return again
      ? [first, backfillMembers.create({ roomId, again }, { key: `look:${roomId}:${event.event_id}` })]
      : [first];
  }
}

/** In the management room: who is in it, who may give commands, and whether anybody can join. */
const DECIDES_WHO_STAYS: ReadonlySet<string> = new Set(['m.room.member', 'm.room.power_levels', 'm.room.join_rules']);

/** People with power are exempt while they are in the room. */
function hasPower(room: RoomSnapshot | undefined, userId: string): boolean {
  return room !== undefined && (isModerator(userId, room) || room.create.creators.includes(userId));
}
