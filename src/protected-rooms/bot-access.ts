import { missingPower, powerNeeded } from '../enforcement/planner.js';
import type { Inline } from '../matrix/message.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import { texts } from './texts.js';

export interface BotAccess {
  botUserId: string;
  rooms: Pick<RoomStateCache, 'all' | 'get'>;
  lists: Pick<WatchedLists, 'isInside' | 'hasRules'>;
  /** room ids of the watched lists */
  watched: readonly string[];
  /** rooms and lists that cannot be read, and why */
  failures: ReadonlyMap<string, string>;
}

/**
 * Problems with our own membership and power in protected rooms and lists, one sentence each, with what to do. A
 * problem keeps its key whether an event or a read revealed it.
 */
export function accessAlerts(facts: BotAccess): Map<string, Inline[]> {
  const { botUserId, rooms, lists, watched, failures } = facts;
  const concerns = new Map<string, Inline[]>();
  for (const roomId of watched) {
    const failure = failures.get(roomId);
    if (failure === undefined && lists.isInside(roomId)) continue;
    const why = failure === undefined ? texts.access.leftList(roomId) : texts.access.unreadList(roomId, failure);
    const rules = lists.hasRules(roomId) ? texts.access.lastKnownRules : texts.access.noRules;
    concerns.set(`list:${roomId}`, [...why, ...texts.access.listRemedy(rules, botUserId)]);
  }
  for (const [roomId, failure] of failures) {
    if (!watched.includes(roomId)) concerns.set(`room:${roomId}`, texts.access.unreadRoom(roomId, failure, botUserId));
  }
  for (const room of rooms.all()) {
    if (failures.has(room.roomId)) continue;
    if (room.members.get(botUserId)?.membership !== 'join') {
      concerns.set(`room:${room.roomId}`, texts.access.leftRoom(room.roomId, botUserId));
      continue;
    }
    const missing = missingPower(room, botUserId);
    if (missing.length > 0)
      concerns.set(
        `power:${room.roomId}:${missing.join()}`,
        texts.access.power(room.canonicalAlias ?? room.roomId, missing.join(', '), botUserId, powerNeeded(room)),
      );
  }
  return concerns;
}

/** Lists with changes that are waiting for a moderator. */
export function heldListAlerts(held: ReadonlyMap<string, number>): Map<string, Inline[]> {
  return new Map([...held].map(([roomId, count]) => [roomId, texts.heldList(roomId, count)]));
}

/** Somebody keeps undoing one of our changes. */
export function standoffLine(what: string, roomId: string): Inline[] {
  return texts.standoff(what === 'acl' ? texts.replacesAcl : texts.liftsBan, roomId);
}
