import { createHash } from 'node:crypto';
import { actionsOfVerdict, noticeEdit, type ResponseCapabilities } from '../cases/decide.js';
import type { Config } from '../config/types.js';
import type { Detector, Sighting } from '../detection/types.js';
import { parseEvent } from '../matrix/events.js';
import { serverNameOf } from '../matrix/identifiers.js';
import type { MatrixEvent } from '../matrix/types.js';
import type { Offence, ProtectionWatch } from '../protections/watch.js';
import type { Ledger, LedgerTransaction, NewAction, ProtectionRow } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import type { EnforcementPlanner } from '../protected-rooms/enforcement-planner.js';
import { findingOf } from '../impersonation/finding-of.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { OfficialRooms } from '../tracking/official-rooms.js';
import { readRoom } from '../protected-rooms/room-actions.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import { checkAvatar } from '../impersonation/avatar-check.js';
import { findingKey, impersonates, inspect, type Decision, type Match } from '../impersonation/match.js';
import { sightingsOf, type SeenIdentity } from '../impersonation/sightings.js';

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
  officialRooms: Pick<OfficialRooms, 'apply'>;
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
  protections?: Pick<ProtectionWatch, 'decide' | 'record' | 'takeRows' | 'written'>;
  clock: Clock;
  count?: (what: 'events' | 'bad_events' | 'hits') => void;
  /** called after every commit that added something */
  onCommitted: () => void;
}

/** What was decided, with what the protections found. */
export interface PipelineDecision extends Decision {
  offences?: Offence[];
}

function isSomething({ hits, actions, offences }: PipelineDecision): boolean {
  return hits.length > 0 || actions.length > 0 || (offences?.length ?? 0) > 0;
}

/** How many rooms we remember having looked at, without asking the ledger. */
const ROOMS_REMEMBERED = 100_000;
/** A room in which servers disagree shows gaps again and again; a large one is not read more often than this. */
const READ_APART_MS = 30_000;
/** First looks go out in so many lanes: enough to be quick, few enough to be polite to a homeserver with many rooms. */
const LOOK_LANES = 4;

/**
 * The live pipeline: events in, decisions out, one commit for a transaction. A transaction that decided nothing
 * writes nothing: sending it again decides nothing again.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #lookedAt = new Set<string>();
  /** rooms that one of us has left since a look */
  readonly #left = new Set<string>();
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
  }

  /**
   * Handles a transaction's events; resolves when what they led to is committed. Events of a bad form are counted and
   * skipped.
   */
  async handle(raw: readonly unknown[]): Promise<void> {
    try {
      const decisions = this.#decideAll(raw);
      const rows = this.#options.protections?.takeRows() ?? [];
      if (decisions.length > 0 || rows.length > 0) await this.commit(decisions, rows);
      this.#options.protections?.written();
      this.#planAgain = false;
      this.#toRead.clear();
    } catch (error) {
      this.#planAgain = true;
      this.#lookedAt.clear();
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
      const decision = this.decide(event);
      if (isSomething(decision)) decisions.push(decision);
    }
    return decisions;
  }

  /** What one event leads to. Follows room state and lists as it goes. */
  decide(event: MatrixEvent): PipelineDecision {
    const { ownRooms, protectedRooms, officialRooms, lists, effects, extraActions: others } = this.#options;
    const actions: NewAction[] = [];
    const aboutUs = ownRooms.apply(event) && event.type === 'm.room.member';
    officialRooms.apply(event);
    if (protectedRooms.detectGap(event)) {
      const notBefore = (protectedRooms.get(event.room_id)?.readAt ?? 0) + READ_APART_MS;
      const reading = { ...readRoom(event.room_id, event.event_id), notBefore };
      this.#toRead.set(event.room_id, reading);
      actions.push(reading);
    }
    const followed = protectedRooms.apply(event);
    // Who may not be hit has changed: before anything is planned by rules that would hit them now.
    if (aboutUs || (followed && event.type === 'm.room.power_levels'))
      actions.push(...effects.replanIfContextChanged());
    if (lists.has(event.room_id)) {
      actions.push(...effects.planForChanges(lists.apply(event)));
      if (event.type === 'm.room.redaction') actions.push(readListAgain(event));
    }
    if (followed && event.type === 'm.room.member' && event.state_key !== undefined)
      actions.push(...effects.planForMember(event.room_id, event.state_key));
    if (followed && (event.type === 'm.room.server_acl' || event.type === 'm.room.power_levels'))
      actions.push(...effects.planForRoom(event.room_id));
    const firstLook = this.#firstLook(event);
    actions.push(
      ...firstLook,
      ...(this.#options.roomImpersonationActions?.(event, firstLook.length > 0) ?? []),
      ...others(event),
    );
    const offences = this.#options.protections?.decide(event) ?? [];
    return { eventId: event.event_id, hits: this.#inspect(event), actions, offences };
  }

  /** The detector's word on an identity; undefined when there is nothing to say. */
  hitOf(seen: SeenIdentity): Match | undefined {
    const { detector, botUserId, exempt, count } = this.#options;
    const hit = inspect(seen, { detector: detector(), botUserId, exempt });
    if (hit !== undefined) count?.('hits');
    return hit;
  }

  /** Writes actions down that came of no event. */
  async commitActions(actions: NewAction[]): Promise<void> {
    if (actions.length > 0) await this.commit([{ eventId: null, hits: [], actions }]);
  }

  /** Writes decisions down: all or none. An event that was decided upon before changes nothing. */
  async commit(decisions: readonly PipelineDecision[], rows: readonly ProtectionRow[] = []): Promise<void> {
    const now = this.#options.clock();
    const cases = await this.#casesOf(decisions.flatMap((decision) => decision.actions));
    await this.#options.ledger.commit(async (tx) => {
      for (const decision of decisions) {
        if (decision.eventId !== null && !(await tx.markEventSeen(decision.eventId, now))) continue;
        const actions = decision.actions.flatMap((action) => withCase(action, cases));
        for (const hit of decision.hits) actions.push(...(await this.recordHit(tx, hit)));
        for (const offence of decision.offences ?? [])
          actions.push(...((await this.#options.protections?.record(tx, offence)) ?? []));
        await tx.addActions(actions);
      }
      if (rows.length > 0) await tx.keepProtectionRows(rows);
    });
    this.#options.onCommitted();
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
    const recorded = await tx.recordFinding(finding);
    if (recorded.opened) {
      await tx.audit({
        at: this.#options.clock(),
        actor: 'heimdall',
        what: 'case.opened',
        caseId: recorded.case.id,
        data: { verdict: level, protected: verdict.protected },
      });
    }
    const look =
      recorded.fresh && level !== 'certain' && this.#options.wantsAvatar?.(seen.sighting) === true
        ? [checkAvatar(key, recorded.case.id, data)]
        : [];
    const asked = actionsOfVerdict(
      {
        recorded,
        findingKey: key,
        responses: this.#options.config.responses[level],
        reason: impersonates(verdict.protected, recorded.case.id),
        ...(seen.where.roomId === undefined ? {} : { roomId: seen.where.roomId }),
        ...(seen.where.eventId === undefined ? {} : { eventId: seen.where.eventId }),
      },
      this.#options.capabilities(),
    );
    return [...asked, ...look];
  }

  /** The cases of those whom bans and unbans hit, so that a case tells what was done about its subject. */
  async #casesOf(actions: readonly NewAction[]): Promise<Map<string, number>> {
    const cases = new Map<string, number>();
    for (const userId of new Set(actions.flatMap((action) => subjectOf(action) ?? []))) {
      const record = await this.#options.ledger.caseOfSubject('user', userId);
      if (record !== undefined) cases.set(userId, record.id);
    }
    return cases;
  }

  #inspect(event: MatrixEvent): Match[] {
    return sightingsOf(event).flatMap((seen) => {
      const hit = this.hitOf(seen);
      return hit === undefined ? [] : [{ ...hit, event }];
    });
  }

  /**
   * A local user's join may be the first we hear of a room: those already inside were never sent (FACTS). After one of
   * us has left it may be the first again; whether all of us were away, the look asks.
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
    if (membership === 'leave' || membership === 'ban') remember(this.#left, roomId);
    if (membership !== 'join') return [];
    const again = this.#left.delete(roomId);
    if (!again && this.#lookedAt.has(roomId)) return [];
    remember(this.#lookedAt, roomId);
    const look = { kind: 'look_at_room', lane: `look:${laneNumber(roomId)}` };
    const first = { ...look, key: `look:${roomId}`, payload: { roomId } };
    return again ? [first, { ...look, key: `look:${roomId}:${event.event_id}`, payload: { roomId, again } }] : [first];
  }
}

/** Notes a room, in bounded memory. */
function remember(rooms: Set<string>, roomId: string): void {
  if (rooms.size >= ROOMS_REMEMBERED) rooms.clear();
  rooms.add(roomId);
}

/** What rules do to a person, and its undoing: told in the person's case, if there is one. */
const ABOUT_A_PERSON: ReadonlySet<string> = new Set([
  'ban',
  'unban',
  'redact_user',
  'suspend',
  'unsuspend',
  'deactivate',
  'quarantine_media',
  'unquarantine_media',
]);

function subjectOf(action: NewAction): string | undefined {
  if (!ABOUT_A_PERSON.has(action.kind)) return undefined;
  const userId = (action.payload as { userId?: unknown }).userId;
  return typeof userId === 'string' ? userId : undefined;
}

function withCase(action: NewAction, cases: ReadonlyMap<string, number>): NewAction[] {
  const caseId = cases.get(subjectOf(action) ?? '');
  return caseId === undefined ? [action] : [{ ...action, caseId }, noticeEdit(caseId, action.key)];
}

function laneNumber(roomId: string): number {
  return createHash('sha256').update(roomId).digest().readUInt32BE(0) % LOOK_LANES;
}

/** A redaction does not say what it emptied in a form that all room versions share: one cheap read does. */
function readListAgain(redaction: MatrixEvent): NewAction {
  return {
    kind: 'read_list',
    lane: `list:${redaction.room_id}`,
    key: `read_list:${redaction.event_id}`,
    payload: { roomId: redaction.room_id },
  };
}
