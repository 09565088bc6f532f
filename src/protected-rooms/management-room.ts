import { isRoomAlias, serverNameOf } from '../matrix/identifiers.js';
import { canSendState } from '../matrix/power.js';
import { isDryRun, type OwnEffects } from '../matrix/dry-run.js';
import { MatrixError, type HomeserverEffects, type HomeserverReader, type MatrixEvent } from '../matrix/types.js';
import type { ModeratorAlerts } from '../notify/alerts.js';
import type { SettingsStore } from '../store/settings/types.js';
import { RoomStateCache } from '../tracking/rooms.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import { successorOf } from '../tracking/settings.js';
import type { Clock } from '../util/clock.js';
import { texts } from './texts.js';

/** How long a missing alias is waited for before we make the room: its people may be about to. */
const GRACE_MS = 15_000;
const MOST_INVITED = 20;

export type ManagementRoomSearch = { roomId: string } | { waiting: string };

export interface ManagementRoomOptions {
  homeserver: Omit<HomeserverReader, 'request'> &
    Pick<HomeserverEffects, 'join' | 'leave'> & { request: HomeserverReader['request'] };
  settings: SettingsStore;
  /** the management room, and what it replaced */
  ownRooms: RoomStateCache;
  /** alias or id, from the configuration */
  room: string;
  /** who is to be invited to a room that we make; empty: the homeserver's admins */
  admins: readonly string[];
  botName: string;
  /** what may be done of our own accord */
  own: Pick<OwnEffects, 'createRoom' | 'invite'>;
  concerns: Pick<ModeratorAlerts, 'report'>;
  clock: Clock;
}

/**
 * The management room: found, made or entered again. Whoever is in it commands, so the room that was taken once is held
 * by its id: an alias can be pointed elsewhere by whoever made it, also after that person was put out. An alias is
 * followed only when we are out of the room and those who command there have moved.
 */
export class ManagementRoom {
  readonly #options: ManagementRoomOptions;
  /** who has invited us where, since the start */
  readonly #inviters = new Map<string, string>();
  /** rooms that the alias led to, entered to see whose invite it was, and left: nobody who commands here had asked */
  readonly #declined = new Set<string>();
  #missingSince: number | undefined;

  constructor(options: ManagementRoomOptions) {
    this.#options = options;
  }

  /** The bot was invited somewhere. */
  invited(roomId: string, sender: string): void {
    this.#inviters.set(roomId, sender);
    this.#declined.delete(roomId);
  }

  /**
   * One try to be in the management room; the caller repeats it. When it resolves with a room, that room is read and
   * noted in the settings.
   */
  async enter(): Promise<ManagementRoomSearch> {
    const { settings, room } = this.#options;
    const { management_room: stored, management_room_name: name } = settings.get();
    // What an admin writes into the configuration counts; another name, or a room's id.
    const renamed = isRoomAlias(room) ? name !== null && name !== room : stored !== null && this.#isOther(room, stored);
    if (stored === null || renamed) return this.#findNew();
    return this.#goBack(successorOf(settings.get(), stored));
  }

  /** Says once, in the room, when the alias leads elsewhere. Rejects when the homeserver does not answer. */
  async checkAlias(): Promise<void> {
    const { settings, homeserver, room, concerns } = this.#options;
    const stored = settings.get().management_room;
    if (stored === null || !isRoomAlias(room)) return;
    const leadsTo = await homeserver.resolveAlias(room);
    const stays = leadsTo === undefined || leadsTo === stored || successorOf(settings.get(), leadsTo) === stored;
    await concerns.report(
      'management_room',
      stays ? new Map() : new Map([[`alias ${leadsTo}`, texts.managementRoom.aliasMoved(room, leadsTo)]]),
    );
  }

  /** Says once when the room is encrypted: then no command is read any more. */
  async checkEncryption(): Promise<void> {
    const { settings, homeserver, concerns } = this.#options;
    const roomId = settings.get().management_room;
    if (roomId === null) return;
    const encrypted = (await homeserver.stateContent(roomId, 'm.room.encryption')) !== undefined;
    await concerns.report('encryption', encrypted ? new Map([[roomId, [texts.managementRoom.encrypted]]]) : new Map());
  }

  /** Invites admins to a room that we made, as long as nobody else is in it. */
  async inviteAdmins(): Promise<void> {
    const { homeserver, ownRooms, settings, own } = this.#options;
    const room = ownRooms.get(settings.get().management_room ?? '');
    if (room?.create.creators.includes(homeserver.botUserId) !== true) return;
    const joined = [...room.members].filter(([, { membership }]) => membership === 'join');
    if (joined.length > 1) return;
    for (const userId of await this.#people()) {
      if (room.members.has(userId)) continue;
      await own.invite(room.roomId, userId).catch((error: unknown) => {
        if (!(error instanceof MatrixError) || error.transient) throw error;
      });
    }
  }

  #isOther(roomId: string, stored: string): boolean {
    const { settings } = this.#options;
    return successorOf(settings.get(), roomId) !== successorOf(settings.get(), stored);
  }

  async #goBack(roomId: string): Promise<ManagementRoomSearch> {
    const { homeserver, room } = this.#options;
    if ((await homeserver.joinedRooms()).includes(roomId)) return this.#take(roomId);
    try {
      await homeserver.join(roomId, viaOf(roomId));
      return await this.#take(roomId);
    } catch (error) {
      if (!(error instanceof MatrixError) || error.transient) throw error;
    }
    const moved = await this.#movedByItsPeople(roomId);
    if (moved !== undefined) return moved;
    return {
      waiting: texts.managementRoom.notIn(room, roomId, homeserver.botUserId),
    };
  }

  /**
   * We are out of the room. Its alias leads to another one: followed when one of those who command here asks for it.
   */
  async #movedByItsPeople(stored: string): Promise<ManagementRoomSearch | undefined> {
    const { homeserver, room, clock } = this.#options;
    const leadsTo = isRoomAlias(room) ? await homeserver.resolveAlias(room) : undefined;
    if (leadsTo === undefined || leadsTo === stored) return undefined;
    const old = this.#options.ownRooms.get(stored) ?? (await this.#read(stored));
    if (old === undefined) return undefined;
    const joined = (await homeserver.joinedRooms()).includes(leadsTo);
    const inviter = this.#inviters.get(leadsTo);
    if (!joined && (inviter === undefined ? this.#declined.has(leadsTo) : !mayCommand(old, inviter))) return undefined;
    if (!joined && !(await this.#letsUsIn(leadsTo))) return undefined;
    const state = await homeserver.state(leadsTo);
    const next = new RoomStateCache().read(leadsTo, state, clock());
    const [maker = ''] = next.create.creators;
    const asked = [inviter ?? inviterIn(state, homeserver.botUserId), maker].some((userId) => mayCommand(old, userId));
    if (asked && !isJoinable(next)) return this.#take(leadsTo);
    if (joined || inviter !== undefined) return undefined;
    // An invite from before our start shows whose it was only from inside. It was nobody's who commands here.
    this.#declined.add(leadsTo);
    await homeserver.leave(leadsTo).catch(() => undefined);
    return undefined;
  }

  async #letsUsIn(roomId: string): Promise<boolean> {
    const { homeserver, room } = this.#options;
    try {
      await homeserver.join(roomId, viaOf(room));
      return true;
    } catch (error) {
      if (error instanceof MatrixError && !error.transient) return false;
      throw error;
    }
  }

  /** A room's state as far as we may read it: who was put out may read what stood then. */
  async #read(roomId: string): Promise<TrackedRoom | undefined> {
    const { homeserver, clock } = this.#options;
    try {
      return new RoomStateCache().read(roomId, await homeserver.state(roomId), clock());
    } catch (error) {
      if (error instanceof MatrixError && !error.transient) return undefined;
      throw error;
    }
  }

  async #findNew(): Promise<ManagementRoomSearch> {
    const { homeserver, room, settings, clock } = this.#options;
    const found = isRoomAlias(room) ? await homeserver.resolveAlias(room) : room;
    if (found === undefined) return this.#makeOrWait();
    const roomId = successorOf(settings.get(), found);
    try {
      await homeserver.join(roomId, viaOf(room));
    } catch (error) {
      if (!(error instanceof MatrixError) || error.transient) throw error;
      return { waiting: texts.managementRoom.letsNobodyIn(room, homeserver.botUserId) };
    }
    const candidate = new RoomStateCache().read(roomId, await homeserver.state(roomId), clock());
    if (isJoinable(candidate))
      return {
        waiting: texts.managementRoom.anybodyCanJoin(room, roomId),
      };
    return this.#take(roomId);
  }

  async #take(roomId: string): Promise<ManagementRoomSearch> {
    const { homeserver, settings, ownRooms, room, clock } = this.#options;
    const now = settings.get();
    // Noted first: a command may come while the room is being read.
    if (now.management_room !== roomId || now.management_room_name !== room)
      await settings.update((draft) => {
        draft.management_room = roomId;
        draft.management_room_name = room;
      });
    await ownRooms.load(roomId, () => homeserver.state(roomId), clock);
    return { roomId };
  }

  async #makeOrWait(): Promise<ManagementRoomSearch> {
    const { homeserver, room, own, botName, clock } = this.#options;
    const create = texts.managementRoom.create(homeserver.botUserId);
    if (serverNameOf(room) !== homeserver.serverName) return { waiting: texts.managementRoom.unknown(room, create) };
    this.#missingSince ??= clock();
    if (clock() - this.#missingSince < GRACE_MS) return { waiting: texts.managementRoom.missing(room, create) };
    const invite = await this.#people();
    if (invite.length === 0)
      return {
        waiting: texts.managementRoom.nobodyToInvite(room, create),
      };
    try {
      const made = await own.createRoom({
        room_alias_name: room.slice(1, room.indexOf(':')),
        name: texts.managementRoom.name(botName),
        topic: texts.managementRoom.topic,
        preset: 'private_chat',
        invite,
      });
      return await this.#take(made);
    } catch (error) {
      if (!isDryRun(error)) throw error;
      return { waiting: texts.managementRoom.notMade(room, error.message, create) };
    }
  }

  /** Who is to be in a room that we make: by the configuration, else the homeserver's admins where they can be read. */
  async #people(): Promise<readonly string[]> {
    const { admins, homeserver } = this.#options;
    if (admins.length > 0) return admins.slice(0, MOST_INVITED);
    try {
      const answer = await homeserver.request<{ users?: { name?: unknown }[] }>('GET', '/_synapse/admin/v2/users', {
        query: { admins: true, limit: MOST_INVITED },
        admin: true,
      });
      return (answer.users ?? []).flatMap(({ name }) =>
        typeof name === 'string' && name !== homeserver.botUserId ? [name] : [],
      );
    } catch (error) {
      if (error instanceof MatrixError) return [];
      throw error;
    }
  }
}

/** Who had invited us, as the homeserver notes it beside the join that followed. */
function inviterIn(state: readonly MatrixEvent[], botUserId: string): string {
  const ours = state.find(({ type, state_key: userId }) => type === 'm.room.member' && userId === botUserId);
  const before = ours?.unsigned?.prev_content as { membership?: unknown } | undefined;
  const sender = ours?.unsigned?.prev_sender;
  return before?.membership === 'invite' && typeof sender === 'string' ? sender : '';
}

function viaOf(room: string): string[] {
  const server = serverNameOf(room);
  return server === undefined ? [] : [server];
}

/** Says whether anybody can walk into a room. */
export function isJoinable({ joinRule }: Pick<TrackedRoom, 'joinRule'>): boolean {
  return joinRule === 'public';
}

/**
 * Join rules under which somebody inside must let a person in. `restricted` is not among them: its space may be open to
 * all.
 */
const INVITE_ONLY: ReadonlySet<string> = new Set(['invite', 'private', 'knock']);

/**
 * Says whether a person may command. The room is private, so its members may; if anybody can walk in, only those with
 * the power to send state.
 */
export function mayCommand(room: TrackedRoom, userId: string): boolean {
  if (room.members.get(userId)?.membership !== 'join') return false;
  return INVITE_ONLY.has(room.joinRule) || canSendState(userId, 'm.room.topic', room);
}
