import type { RoomSighting } from '../detection/rooms.js';
import { strippedStateOf } from '../matrix/events.js';
import type { MatrixEvent } from '../matrix/types.js';

/** A room as an event describes it, and who described it. */
export interface SeenRoom {
  room: RoomSighting;
  /** user id of the author */
  sender: string;
  eventId: string;
  at: number;
}

type Told = Pick<RoomSighting, 'name' | 'topic' | 'aliases' | 'avatarUrl'>;

/**
 * What an event reveals about its room: one property for a state event, all of them for an invite's stripped state.
 * Pure.
 */
export function roomSeenIn(event: MatrixEvent): SeenRoom | undefined {
  const told =
    event.type === 'm.room.member' && event.content.membership === 'invite'
      ? fromStripped(event)
      : event.state_key === ''
        ? toldBy(event)
        : undefined;
  if (told === undefined || Object.keys(told).length === 0) return undefined;
  return {
    room: { roomId: event.room_id, ...told },
    sender: event.sender,
    eventId: event.event_id,
    at: event.origin_server_ts,
  };
}

function fromStripped(invite: MatrixEvent): Told {
  return Object.assign(
    {},
    ...strippedStateOf(invite)
      .filter(({ state_key: key }) => key === '')
      .map(toldBy),
  ) as Told;
}

function toldBy({ type, content }: { type: string; content: Record<string, unknown> }): Told | undefined {
  switch (type) {
    case 'm.room.name':
      return typeof content.name === 'string' ? { name: content.name } : undefined;
    case 'm.room.topic':
      return typeof content.topic === 'string' ? { topic: content.topic } : undefined;
    case 'm.room.avatar':
      return typeof content.url === 'string' ? { avatarUrl: content.url } : undefined;
    case 'm.room.canonical_alias': {
      const listed: unknown[] = Array.isArray(content.alt_aliases) ? content.alt_aliases : [];
      const aliases = [content.alias, ...listed].filter((alias): alias is string => typeof alias === 'string');
      return aliases.length > 0 ? { aliases } : undefined;
    }
    default:
      return undefined;
  }
}
