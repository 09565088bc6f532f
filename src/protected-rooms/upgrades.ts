import type { NewAction } from '../store/records/actions.js';
import type { SettingsStore } from '../store/settings/types.js';
import { reconcileSpace } from './actions.js';
import { levelForState, powerOf } from '../matrix/power.js';
import { serverNameOf } from '../matrix/identifiers.js';
import type { Inline } from '../matrix/message.js';
import { isDryRun, type OwnEffects } from '../matrix/dry-run.js';
import { MatrixError, type HomeserverEffects, type HomeserverReader } from '../matrix/types.js';
import { missingPower } from '../enforcement/planner.js';
import type { PolicyRule } from '../policy/types.js';
import type { Clock } from '../util/clock.js';
import type { ModeratorAlerts } from '../notify/alerts.js';
import type { EnforcementPlanner } from './enforcement-planner.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { ProtectedRooms } from './protected-rooms.js';
import { RoomStateCache } from '../tracking/rooms.js';
import { isSpace, type TrackedRoom } from '../tracking/tracked-room.js';
import { ancestorsOf, isProtected } from '../tracking/settings.js';
import { texts } from './texts.js';

export interface UpgradesOptions {
  homeserver: HomeserverReader & Pick<HomeserverEffects, 'join' | 'leave'>;
  settings: SettingsStore;
  protection: ProtectedRooms;
  rooms: RoomStateCache;
  /** the management room */
  ownRooms: RoomStateCache;
  lists: WatchedLists;
  effects: EnforcementPlanner;
  concerns: ModeratorAlerts;
  commit: (actions: NewAction[]) => Promise<void>;
  clock: Clock;
  /** effects we may have without being asked */
  own: Pick<OwnEffects, 'join'>;
  /** a protected room is about to be replaced by a room that was not protected: called before its people come */
  moving: (old: TrackedRoom, to: string) => void;
}

/** More upgrades of one room than this are somebody playing games. */
const LONGEST_CHAIN = 10;

/**
 * Follows room upgrades: the successor takes over the old room's role. Only when the two rooms agree: the old one's
 * tombstone names the new one, the new one's create event names the old one, and the creator of the new one had the
 * power to upgrade the old one. Everything else is announced and left alone. The old room keeps its role until the new
 * one is ready.
 */
export class Upgrades {
  readonly #options: UpgradesOptions;
  /** by upgraded room: what prevents the move, or its outcome */
  readonly #told = new Map<string, { key: string; line: Inline[] }>();

  constructor(options: UpgradesOptions) {
    this.#options = options;
  }

  /** The rooms whose tombstone names this one: their upgrade may be waiting for an invite to it. */
  waitingFor(to: string): string[] {
    const { rooms, ownRooms, lists } = this.#options;
    const kept = [...rooms.all(), ...ownRooms.all()]
      .filter((room) => room.tombstone?.replacementRoom === to)
      .map(({ roomId }) => roomId);
    return [
      ...new Set([...kept, ...lists.rooms().filter((roomId) => lists.tombstoneOf(roomId)?.replacementRoom === to)]),
    ];
  }

  /** Follows a room's upgrade, if there is one. `closed`: its successor does not let us in yet. */
  async follow(from: string): Promise<'followed' | 'closed' | 'not followed'> {
    const { settings, homeserver, lists, clock } = this.#options;
    const now = settings.get();
    if (!isProtected(now, from) && !lists.has(from) && now.management_room !== from) return 'not followed';
    const old = new RoomStateCache().read(from, await homeserver.state(from), clock());
    const to = old.tombstone?.replacementRoom;
    if (old.tombstone === undefined || to == null) return 'not followed';
    const refusal = this.#refusalOf(from, to);
    if (refusal !== undefined) return this.#refuse(from, to, refusal);
    const joined = (await homeserver.joinedRooms()).includes(to);
    if (!joined && !(await this.#join(old, to))) return 'closed';
    const successor = new RoomStateCache().read(to, await homeserver.state(to), clock());
    const mismatch = mismatchOf(old, successor);
    if (mismatch !== undefined) {
      if (!joined) await homeserver.leave(to).catch(() => undefined);
      return this.#refuse(from, to, mismatch);
    }
    await this.#move(old, successor);
    return 'followed';
  }

  /** Why a room must not become the successor, whatever it claims; undefined when it may. */
  #refusalOf(from: string, to: string): string | undefined {
    const { settings, lists } = this.#options;
    const now = settings.get();
    if (to === from) return texts.upgrades.namesItself;
    if (now.followed_upgrades.some((upgrade) => upgrade.from === to)) return texts.upgrades.leftBefore;
    if (ancestorsOf(now, from).length >= LONGEST_CHAIN) return texts.upgrades.tooOften(LONGEST_CHAIN);
    if (to === now.management_room) return texts.upgrades.isManagementRoom;
    // a successor that is protected (watched) already needs no move; one with another role is not a successor
    if (now.management_room === from && (isProtected(now, to) || lists.has(to)))
      return texts.upgrades.managementRoomElsewhere;
    if (isProtected(now, from) && lists.has(to) && !lists.has(from)) return texts.upgrades.isList;
    if (lists.has(from) && isProtected(now, to) && !isProtected(now, from)) return texts.upgrades.isProtected;
    return undefined;
  }

  async #join(old: TrackedRoom, to: string): Promise<boolean> {
    const { homeserver, own } = this.#options;
    let why = '';
    try {
      await own.join(to, serversOf(old, to));
      return true;
    } catch (error) {
      if (!(error instanceof MatrixError) || error.transient) throw error;
      if (isDryRun(error)) why = ` (${error.message})`;
    }
    await this.#tell(old.roomId, 'closed', texts.upgrades.cannotEnter(old.roomId, to, homeserver.botUserId, why));
    return false;
  }

  async #refuse(from: string, to: string, why: string): Promise<'not followed'> {
    await this.#tell(from, `refused:${to}`, texts.upgrades.refused(from, to, why));
    return 'not followed';
  }

  async #tell(from: string, key: string, line: Inline[]): Promise<void> {
    this.#told.set(from, { key: `${from}/${key}`, line });
    await this.#options.concerns.report(
      'upgrades',
      new Map([...this.#told.values()].map((word) => [word.key, word.line])),
    );
  }

  async #move(old: TrackedRoom, successor: TrackedRoom): Promise<void> {
    const { settings, lists } = this.#options;
    const { roomId: from } = old;
    const { roomId: to } = successor;
    await settings.update((draft) => {
      if (!draft.followed_upgrades.some((upgrade) => upgrade.from === from && upgrade.to === to))
        draft.followed_upgrades.push({ from, to });
    });
    if (lists.has(from)) await this.#moveList(from, to);
    if (isProtected(settings.get(), from)) await this.#moveProtection(old, successor);
    if (settings.get().management_room === from) await this.#moveManagement(from, to);
  }

  async #moveProtection(old: TrackedRoom, successor: TrackedRoom): Promise<void> {
    const { protection, homeserver, settings, moving, commit } = this.#options;
    const { roomId: from } = old;
    const { roomId: to } = successor;
    if (!isProtected(settings.get(), to)) moving(old, to);
    await protection.load(to);
    await settings.update((draft) => {
      if (draft.protected_rooms.includes(from) && !draft.protected_rooms.includes(to)) draft.protected_rooms.push(to);
      for (const space of draft.protected_spaces) {
        if (space.rooms.includes(from) && !space.rooms.includes(to)) space.rooms.push(to);
      }
      const space = draft.protected_spaces.find((one) => one.room_id === from);
      if (space !== undefined && !draft.protected_spaces.some((one) => one.room_id === to))
        draft.protected_spaces.push({ room_id: to, rooms: [...space.rooms] });
      for (const { rooms } of Object.values(draft.protections)) {
        const place = rooms[from];
        if (place !== undefined) rooms[to] ??= structuredClone(place);
      }
    });
    await protection.planNewlyProtected([to]);
    // While we lack power in the new room, only the old one is protected.
    if (missingPower(successor, homeserver.botUserId).length > 0) return;
    await protection.updateSettings((draft) => {
      draft.protected_rooms = draft.protected_rooms.filter((id) => id !== from);
      draft.protected_spaces = draft.protected_spaces.filter((space) => space.room_id !== from);
      for (const space of draft.protected_spaces) space.rooms = space.rooms.filter((id) => id !== from);
      for (const { rooms } of Object.values(draft.protections)) delete rooms[from];
    });
    if (isSpace(successor)) await commit([reconcileSpace(to, `upgrade:${from}`)]);
  }

  /** Homeservers do not copy rules in an upgrade: the old list is released only when the new one has its rules. */
  async #moveList(from: string, to: string): Promise<void> {
    const { protection, settings, lists, effects } = this.#options;
    const terms = settings.get().watched_lists.find((list) => list.room_id === from);
    await protection.lists.watch(to, { trustAllow: terms?.trust_allow === true, options: terms?.options ?? {} });
    // Its maintainers may have moved it after emptying it: releasing it would lift bans that are held for a moderator.
    const waits = protection.lists.heldCount(from);
    if (waits > 0) return this.#tell(from, 'held', texts.upgrades.held(from, to, waits));
    const held = new Set([...lists.policy.rules({ roomId: to })].map(meaningOf));
    const missing = [...lists.policy.rules({ roomId: from })].filter(
      (rule) => !effects.rules.skipped.has(rule) && !held.has(meaningOf(rule)),
    ).length;
    if (settings.get().policy_list_room === from) await settings.update((draft) => void (draft.policy_list_room = to));
    if (settings.get().default_list === from) await settings.update((draft) => void (draft.default_list = to));
    if (missing === 0) {
      await protection.lists.unwatch(from);
      return;
    }
    await this.#tell(from, 'both', texts.upgrades.both(from, to, missing));
  }

  /** The members of the old management room stay exempt (`ancestorsOf`): most of them have not followed yet. */
  async #moveManagement(from: string, to: string): Promise<void> {
    const { homeserver, ownRooms, settings, effects, commit, clock } = this.#options;
    await ownRooms.load(to, () => homeserver.state(to), clock);
    await settings.update((draft) => void (draft.management_room = to));
    await commit(effects.replanIfContextChanged());
    await this.#tell(from, 'moved', texts.upgrades.moved(from));
  }
}

/** Why two rooms do not agree that one replaces the other; undefined when they do. */
function mismatchOf(old: TrackedRoom, successor: TrackedRoom): string | undefined {
  if (successor.predecessor !== old.roomId) return texts.upgrades.noPredecessor;
  // The sender of the create event, not the additional creators: anybody can list our admins as additional creators.
  const [maker = ''] = successor.create.creators;
  if (powerOf(maker, old) < levelForState('m.room.tombstone', old)) return texts.upgrades.noPower;
  return undefined;
}

/**
 * Servers that certainly know the new room: those of its id, of the sender of the tombstone, and of people with power
 * there.
 */
function serversOf(old: TrackedRoom, to: string): string[] {
  const people = [to, old.tombstone?.sender ?? '', ...old.create.creators, ...(old.powerLevels?.users.keys() ?? [])];
  return [...new Set(people.flatMap((id) => serverNameOf(id) ?? []))].slice(0, 10);
}

function meaningOf({ kind, action, entity, sha256 }: PolicyRule): string {
  return `${kind} ${action} ${entity ?? `#${sha256 ?? ''}`}`;
}
