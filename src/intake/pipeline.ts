import type { ResponseCapabilities } from '../cases/decide.js';
import { casesFor } from '../cases/tell-in-case.js';
import { recordSighting, respond } from '../cases/record.js';
import type { Config } from '../config/types.js';
import type { Detector, Sighting } from '../detection/types.js';
import { parseEvent } from '../matrix/events.js';
import { serverNameOf } from '../matrix/identifiers.js';
import type { MatrixEvent } from '../matrix/types.js';
import type { Offence, ProtectionWatch } from '../protections/watch.js';
import type { NewAction } from '../store/records/actions.js';
import type { ProtectionRow } from '../store/records/protections.js';
import type { Ledger, LedgerTransaction } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import type { EnforcementPlanner } from '../protected-rooms/enforcement-planner.js';
import { findingOf } from '../impersonation/finding-of.js';
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
import { checkAvatar } from '../impersonation/avatar-check.js';
import { findingKey, impersonates, inspect, type Decision, type Match } from '../impersonation/match.js';
import { sightingsOf, type SeenIdentity } from '../impersonation/sightings.js';
import { BoundedSet } from '../util/bounded-map.js';

export interface PipelineOptions {
  config: Pick<Config, 'responses'>;
  serverName: string;
  botUserId: string;
  detector: () => Detector;
  ledger: Ledger;
  protectedRooms: RoomStateCache;
  /** management room and own lists */
  ownRooms: RoomStateCache;
  lists: WatchedLists;
  effects: EnforcementPlanner;
  /** follows the state of official rooms */
  officialRooms: Pick<OfficialRooms, 'apply' | 'settle' | 'has'>;
  /** why no response acts on this person; undefined when nothing exempts them */
  exempt: (userId: string) => string | undefined;
  /** says whether this picture may be fetched and compared: it may raise the verdict later */
  wantsAvatar?: (sighting: Sighting) => boolean;
  /**
   * Looks at the rooms that events tell of: do they copy official ones? `first`: one of our users has just entered.
   * Returns actions.
   */
  roomImpersonationActions?: (event: MatrixEvent, first: boolean) => NewAction[];
  /** hears of each hit on which no response acts */
  onExempt?: (hit: Match & { exempt: string }) => void;
  capabilities: () => ResponseCapabilities;
  /** Events that are none of detection's and policy's: commands, invites to the bot. Returns actions. */
  extraActions: (event: MatrixEvent) => NewAction[];
  /** what is no question of identity: floods, words, links, … */
  protections?: Pick<ProtectionWatch, 'decide' | 'record' | 'rulesChanged' | 'toAsk' | 'takeRows' | 'written'>;
  clock: Clock;
  count?: (what: 'events' | 'bad_events' | 'hits') => void;
  /** the homeserver's past, while it is being sent */
  history?: History;
  /** called with an event that is passed over because its handling threw twice */
  onSetAside?: (eventId: string, error: unknown) => void;
}

/** What was decided, with what the protections found. */
export interface PipelineDecision extends Decision {
  offences?: Offence[];
}

function isSomething({ hits, actions, offences, endsPast }: PipelineDecision): boolean {
  return hits.length > 0 || actions.length > 0 || endsPast === true || (offences?.length ?? 0) > 0;
}

/** How many rooms we remember having looked at, without asking the ledger. */
const ROOMS_REMEMBERED = 100_000;
/** A room in which servers disagree shows gaps again and again; a large one is not read more often than this. */
const READ_APART_MS = 30_000;

/** A broken event is kept in mind until it comes again: so many at most. */
const MOST_BROKEN = 1_000;

/**
 * The live pipeline: events in, decisions out, one commit for a transaction. A transaction that decided nothing
 * writes nothing: sending it again decides nothing again.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #lookedAt = new BoundedSet<string>(ROOMS_REMEMBERED);
  /** rooms that one of us has left since a look */
  readonly #left = new BoundedSet<string>(ROOMS_REMEMBERED);
  readonly #bursts: JoinBursts;
  /** events whose handling threw once */
  readonly #broken = new BoundedSet<string>(MOST_BROKEN);
  /**
   * a transaction failed: what memory already followed must be planned again, since the same events will change nothing
   * there
   */
  #planAgain = false;
  /**
   * rooms that are to be read because something was missed there, until that is written down: the gap shows itself once
   */
  readonly #toRead = new Map<string, NewAction>();

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#bursts = new JoinBursts(options.clock);
  }

  /**
   * Handles a transaction's events; resolves when what they led to is committed. Events of a bad form are counted and
   * skipped; one whose handling throws twice is set aside, and the others go on.
   */
  async handle(raw: readonly unknown[]): Promise<void> {
    try {
      const decisions = this.#decideAll(raw);
      const rows = this.#options.protections?.takeRows() ?? [];
      if (decisions.length > 0 || rows.length > 0) await this.#commitOrSetAside(decisions, rows);
      this.#options.protections?.written();
      this.#planAgain = false;
      this.#toRead.clear();
      this.#options.history?.noteTransaction(true);
    } catch (error) {
      this.#planAgain = true;
      this.#lookedAt.clear();
      this.#options.history?.noteTransaction(false);
      throw error;
    }
  }

  #decideAll(raw: readonly unknown[]): PipelineDecision[] {
    const decisions: PipelineDecision[] = [];
    if (this.#planAgain) {
      const actions = [...this.#toRead.values(), ...this.#options.effects.planAll()];
      decisions.push({ eventId: null, hits: [], actions });
    }
    for (const item of raw) {
      const event = parseEvent(item);
      this.#options.count?.(event === undefined ? 'bad_events' : 'events');
      if (event === undefined) continue;
      try {
        const decision = this.decide(event);
        if (isSomething(decision)) decisions.push(decision);
      } catch (error) {
        if (!this.#isSetAside(event.event_id, error)) throw error;
      }
    }
    return decisions;
  }

  /** One that cannot be written down must not keep the others from being written, for ever. */
  async #commitOrSetAside(decisions: readonly PipelineDecision[], rows: readonly ProtectionRow[]): Promise<void> {
    try {
      await this.commit(decisions, rows);
    } catch (error) {
      // The ledger is out of reach: that is not an event's fault, and the homeserver sends all of it again.
      if (!(await isThere(this.#options.ledger))) throw error;
      let first: unknown;
      for (const decision of decisions) {
        try {
          await this.commit([decision]);
        } catch (broken) {
          if (!this.#isSetAside(decision.eventId ?? '', broken)) first ??= broken;
        }
      }
      if (first !== undefined) throw first;
    }
  }

  /** Says whether this is the second time; then it is told, and the event is passed over. */
  #isSetAside(eventId: string, error: unknown): boolean {
    if (!this.#broken.has(eventId)) {
      this.#broken.add(eventId);
      return false;
    }
    this.#broken.delete(eventId);
    this.#options.onSetAside?.(eventId, error);
    return true;
  }

  /** What one event leads to. Follows room state and lists as it goes. */
  decide(event: MatrixEvent): PipelineDecision {
    const { ownRooms, protectedRooms, officialRooms, lists, extraActions: others, history, botUserId } = this.#options;
    const actions: NewAction[] = [];
    const own = ownRooms.apply(event);
    officialRooms.apply(event);
    if (protectedRooms.detectGap(event)) {
      const reading = this.#readAgain(event);
      this.#toRead.set(event.room_id, reading);
      actions.push(reading);
    }
    const followed = protectedRooms.apply(event);
    const changes = lists.has(event.room_id) ? lists.apply(event) : [];
    const { room_id: roomId, type, state_key: stateKey } = event;
    if (stateKey !== undefined) actions.push(...this.#planned({ roomId, type, stateKey }, own, followed, changes));
    if (lists.has(roomId) && type === 'm.room.redaction') actions.push(readList(roomId, event.event_id));
    const past = history?.isOpen === true;
    const firstLook = this.#firstLook(event);
    actions.push(
      // who was inside before is found by the first scan, within its limits
      ...(past ? [] : firstLook),
      ...(past ? [] : this.#bursts.follow(event, protectedRooms.has(roomId))),
      ...(this.#options.roomImpersonationActions?.(event, !past && firstLook.length > 0) ?? []),
      ...others(event),
      ...(past || !lists.has(roomId) ? [] : (this.#options.protections?.rulesChanged(event, changes) ?? [])),
      ...(past ? [] : (this.#options.protections?.toAsk(event) ?? [])),
    );
    const hits = this.#inspect(event);
    const unsure = (hit: Match) => !past && hit.exempt === undefined && mayBeOthersWord(hit, this.#options.serverName);
    actions.push(...hits.filter(unsure).map((hit) => checkProfile(hit, event)));
    const endsPast = past && event.sender === botUserId && history.isMarker(event);
    // what was long ago is judged by nobody's rate: a scan does not look for floods either
    const offences = past ? [] : (this.#options.protections?.decide(event) ?? []);
    return {
      eventId: event.event_id,
      hits: hits.filter((hit) => !unsure(hit)),
      actions,
      offences,
      ...(past ? { past } : {}),
      ...(endsPast ? { endsPast } : {}),
    };
  }

  /** What follows from what stands at one place now. */
  #planned({ roomId, type, stateKey }: Place, own: boolean, followed: boolean, changes: RuleChange[]): NewAction[] {
    const { protectedRooms, effects } = this.#options;
    const isMember = type === 'm.room.member';
    const actions: NewAction[] = [];
    // Who may not be hit has changed: before anything is planned by rules that would hit them now.
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

  /** Takes what the homeserver has at one place now (undefined: nothing), where an event could not tell. */
  async settle(place: Place, event: MatrixEvent | undefined, doubted?: MatrixEvent): Promise<void> {
    const { ownRooms, protectedRooms, officialRooms, lists } = this.#options;
    const at = [place.roomId, place.type, place.stateKey, event] as const;
    const own = ownRooms.settle(...at);
    officialRooms.settle(...at);
    const followed = protectedRooms.settle(...at);
    const actions = this.#planned(place, own, followed, lists.settle(...at));
    // It stands there, and what it replaced was not what we had read: something before it never came.
    const missed = followed && place.type === 'm.room.member' && event?.event_id === doubted?.event_id;
    const replaced = event?.unsigned?.replaces_state;
    if (missed && event !== undefined && typeof replaced === 'string') actions.push(this.#readAgain(event));
    if (actions.length > 0) await this.commit([{ eventId: null, hits: [], actions }]);
  }

  /** Takes a rule that we wrote; false: only a reading tells what stands there now. */
  async written(event: MatrixEvent): Promise<boolean> {
    const changes = this.#options.lists.written(event);
    if (changes === undefined) return false;
    const actions = this.#options.effects.planForChanges(changes);
    try {
      if (actions.length > 0) await this.commit([{ eventId: null, hits: [], actions }]);
      return true;
    } catch (error) {
      // Its event changes nothing any more.
      this.#planAgain = true;
      throw error;
    }
  }

  /** The detector's word on an identity; undefined when there is nothing to say. */
  hitOf(seen: SeenIdentity): Match | undefined {
    const { detector, botUserId, exempt, count } = this.#options;
    const hit = inspect(seen, { detector: detector(), botUserId, exempt });
    if (hit !== undefined) count?.('hits');
    return hit;
  }

  /** Writes decisions down: all or none. An event that was decided upon before changes nothing. */
  async commit(decisions: readonly PipelineDecision[], rows: readonly ProtectionRow[] = []): Promise<void> {
    const now = this.#options.clock();
    const inCase = await casesFor(
      this.#options.ledger,
      decisions.flatMap((decision) => decision.actions),
    );
    await this.#options.ledger.commit(async (tx) => {
      for (const decision of decisions) {
        if (decision.endsPast === true) await this.#options.history?.end(tx);
        if (decision.eventId !== null && !(await tx.markEventSeen(decision.eventId, now))) continue;
        const actions = decision.actions.flatMap(inCase);
        for (const hit of decision.hits) {
          if (decision.past === true && hit.exempt === undefined) await this.#options.history?.record(tx, hit);
          else actions.push(...(await this.recordHit(tx, hit)));
        }
        for (const offence of decision.offences ?? [])
          actions.push(...((await this.#options.protections?.record(tx, offence)) ?? []));
        await tx.addActions(actions);
      }
      if (rows.length > 0) await tx.keepProtectionRows(rows);
    });
    if (decisions.some(({ endsPast }) => endsPast === true)) this.#options.history?.noteEnd();
  }

  /**
   * Records one hit in its case; returns what the responses ask for. An exempt one leaves no case and asks for nothing.
   */
  async recordHit(tx: LedgerTransaction, hit: Match): Promise<NewAction[]> {
    const { seen, verdict } = hit;
    const level = verdict.verdict;
    if (level === 'none' || level === 'official') return [];
    if (hit.exempt !== undefined) {
      this.#options.onExempt?.({ ...hit, exempt: hit.exempt });
      return [];
    }
    const key = findingKey(seen);
    const { finding, data } = findingOf(hit, key, level);
    const now = this.#options.clock();
    const recorded = await recordSighting(tx, { finding, sighting: seen.sighting }, now);
    const look =
      recorded.fresh && level !== 'certain' && this.#options.wantsAvatar?.(seen.sighting) === true
        ? [checkAvatar(key, recorded.case.id, data)]
        : [];
    const asked = await respond(
      tx,
      recorded,
      {
        level,
        findingKey: key,
        responses: this.#options.config.responses[level],
        reason: impersonates(verdict.protected, recorded.case.id),
        ...(seen.where.roomId === undefined ? {} : { roomId: seen.where.roomId }),
        ...(seen.where.eventId === undefined ? {} : { eventId: seen.where.eventId }),
      },
      this.#options.capabilities(),
      now,
    );
    return [...asked, ...look];
  }

  #isOurs(roomId: string): boolean {
    const { ownRooms, protectedRooms, lists, officialRooms } = this.#options;
    return ownRooms.has(roomId) || protectedRooms.has(roomId) || lists.has(roomId) || officialRooms.has(roomId);
  }

  #inspect(event: MatrixEvent): Match[] {
    return sightingsOf(event).flatMap((seen) => {
      // whoever may name a room of ours may call it what they like
      if (seen.where.source === 'naming' && this.#isOurs(event.room_id)) return [];
      const hit = this.hitOf(seen);
      return hit === undefined ? [] : [{ ...hit, event }];
    });
  }

  /**
   * A local user's join may be the first we hear of a room: those already inside were never sent by Synapse. After one
   * of us has left it may be the first again; whether all of us were away, the look asks.
   */
  #firstLook(event: MatrixEvent): NewAction[] {
    if (
      event.type !== 'm.room.member' ||
      event.state_key === undefined ||
      serverNameOf(event.state_key) !== this.#options.serverName
    )
      return [];
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

/** In the management room: who is in it, who may command there, and whether anybody can walk in. */
const DECIDES_WHO_STAYS: ReadonlySet<string> = new Set(['m.room.member', 'm.room.power_levels', 'm.room.join_rules']);

/** People with power stay while they are in the room. */
function hasPower(room: RoomSnapshot | undefined, userId: string): boolean {
  return room !== undefined && (isModerator(userId, room) || room.create.creators.includes(userId));
}

async function isThere(ledger: Pick<Ledger, 'ping'>): Promise<boolean> {
  return ledger.ping().then(
    () => true,
    () => false,
  );
}
