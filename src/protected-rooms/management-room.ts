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

/** How long we wait for a missing alias before creating the room: moderators may be about to create it. */
const GRACE_MS = 15_000;
const MOST_INVITED = 20;

export type ManagementRoomSearch = { roomId: string } | { waiting: string };

export interface ManagementRoomOptions {
  homeserver: Omit<HomeserverReader, 'request'> &
    Pick<HomeserverEffects, 'join' | 'leave'> & { request: HomeserverReader['request'] };
  settings: SettingsStore;
  /** the management room and its predecessors */
  ownRooms: RoomStateCache;
  /** alias or id, from the configuration */
  room: string;
  /** people to invite to a room that we create; empty: the homeserver's admins */
  admins: readonly string[];
  botName: string;
  /** effects we may have without being asked */
  own: Pick<OwnEffects, 'createRoom' | 'invite'>;
  concerns: Pick<ModeratorAlerts, 'report'>;
  clock: Clock;
}

/**
 * The management room: found, created or rejoined. Its members give commands, so the room is remembered by its id: an
 * alias can be moved by whoever created it, even after they were removed. An alias is followed only when we are out of
 * the room and its moderators have moved.
 */
export class ManagementRoom {
  readonly #options: ManagementRoomOptions;
  /** invites to us since the start, by room */
  readonly #inviters = new Map<string, string>();
  /**
   * rooms behind the alias that we joined to see who had invited us, and left because it was nobody who may command
   * here
   */
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
   * One attempt to be in the management room; the caller repeats it. When it resolves with a room, that room has been
   * read and saved in the settings.
   */
  async enter(): Promise<ManagementRoomSearch> {
    const { settings, room } = this.#options;
    const { management_room: stored, management_room_name: name } = settings.get();
    // An admin's change in the configuration counts: another alias, or a room id.
    const renamed = isRoomAlias(room) ? name !== null && name !== room : stored !== null && this.#isOther(room, stored);
    if (stored === null || renamed) return this.#findNew();
    return this.#goBack(successorOf(settings.get(), stored));
  }

  /** Announces once, in the room, that the alias points elsewhere. Rejects when the homeserver does not answer. */
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

  /** Announces once that the room is encrypted, so that commands can no longer be read. */
  async checkEncryption(): Promise<void> {
    const { settings, homeserver, concerns } = this.#options;
    const roomId = settings.get().management_room;
    if (roomId === null) return;
    const encrypted = (await homeserver.stateContent(roomId, 'm.room.encryption')) !== undefined;
    await concerns.report('encryption', encrypted ? new Map([[roomId, [texts.managementRoom.encrypted]]]) : new Map());
  }

  /** Invites admins to a room that we created, as long as nobody else is in it. */
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
   * We are out of the room and its alias points to another: it is followed when somebody who may command here invites
   * us.
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
    // Who sent an invite from before our start is visible only from inside. It was nobody who may command here.
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

  /** A room's state as far as we may read it: after being removed we can still read the state of that moment. */
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
    // Saved first: a command may arrive while the room is being read.
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

  /**
   * Whom to invite to a room that we create: those in the configuration, else the homeserver's admins where they can be
   * read.
   */
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

/** Who had invited us, from the previous content that the homeserver adds to our join event. */
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

/** Whether anybody can join a room. */
export function isJoinable({ joinRule }: Pick<TrackedRoom, 'joinRule'>): boolean {
  return joinRule === 'public';
}

/**
 * Join rules under which a member must let a person in. `restricted` is not among them: its space may be open to all.
 */
const INVITE_ONLY: ReadonlySet<string> = new Set(['invite', 'private', 'knock']);

/**
 * Whether a person may give commands. The room is private, so its members may; if anybody can join, only those with the
 * power to send state.
 */
export function mayCommand(room: TrackedRoom, userId: string): boolean {
  if (room.members.get(userId)?.membership !== 'join') return false;
  return INVITE_ONLY.has(room.joinRule) || canSendState(userId, 'm.room.topic', room);
}
