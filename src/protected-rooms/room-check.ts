import { MatrixError, type HomeserverReader } from '../matrix/types.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import type { ProtectedRooms } from './protected-rooms.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import { encodePart } from '../util/encode.js';
import { Rounds } from '../util/rounds.js';

export interface RoomCheckOptions {
  homeserver: Pick<HomeserverReader, 'request' | 'botUserId'>;
  rooms: RoomStateCache;
  protection: Pick<ProtectedRooms, 'reloadRoom' | 'roomIds'>;
  logger: Logger;
}

/** Each room is compared once a day, a few at a time. */
const ROUND_MS = 24 * 3_600_000;
const STEP_MS = 600_000;

/**
 * Compares each protected room's member count with the homeserver's, once a day: a state reset changes a room's state
 * without any event. A room that differs is reread. The admin API returns just the count; without permission for it,
 * the members are counted.
 */
export class RoomCheck {
  readonly #options: RoomCheckOptions;
  readonly #rounds = new Rounds({ work: () => this.#compareSome(), everyMs: STEP_MS });
  #next = 0;

  constructor(options: RoomCheckOptions) {
    this.#options = options;
  }

  start(): void {
    this.#rounds.later(STEP_MS);
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #compareSome(): Promise<void> {
    const roomIds = this.#options.protection.roomIds;
    const share = Math.ceil((roomIds.length * STEP_MS) / ROUND_MS);
    for (let each = 0; each < share && roomIds.length > 0; each += 1) {
      this.#next = (this.#next + 1) % roomIds.length;
      const roomId = roomIds[this.#next];
      if (roomId === undefined) continue;
      try {
        await this.compare(roomId);
      } catch (error) {
        this.#options.logger.debug(
          { room_id: roomId, error: messageOf(error) },
          'room could not be compared; it is tried again tomorrow',
        );
      }
    }
  }

  /**
   * Compares one room and rereads it when it differs; returns whether it did. It compares twice, in case a change is
   * just in transit.
   */
  async compare(roomId: string): Promise<boolean> {
    const { rooms, protection, homeserver, logger } = this.#options;
    const room = rooms.get(roomId);
    if (room?.members.get(homeserver.botUserId)?.membership !== 'join') return false;
    const differs = async () => (await this.#joinedIn(roomId)) !== keptIn(rooms, roomId);
    if (!(await differs()) || !(await differs())) return false;
    logger.warn({ room_id: roomId }, 'the members of a room differ from those that are kept; it is read again');
    await protection.reloadRoom(roomId);
    return true;
  }

  async #joinedIn(roomId: string): Promise<number> {
    const { homeserver } = this.#options;
    try {
      const { joined_members: joined } = await homeserver.request<{ joined_members?: unknown }>(
        'GET',
        `/_synapse/admin/v1/rooms/${encodePart(roomId)}`,
        { admin: true },
      );
      if (typeof joined === 'number') return joined;
    } catch (error) {
      if (!(error instanceof MatrixError) || error.transient) throw error;
    }
    const { joined } = await homeserver.request<{ joined?: Record<string, unknown> }>(
      'GET',
      `/_matrix/client/v3/rooms/${encodePart(roomId)}/joined_members`,
    );
    return Object.keys(joined ?? {}).length;
  }
}

function keptIn(rooms: RoomStateCache, roomId: string): number {
  let joined = 0;
  for (const { membership } of rooms.get(roomId)?.members.values() ?? []) if (membership === 'join') joined += 1;
  return joined;
}
