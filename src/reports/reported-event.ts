import { z } from 'zod';
import { MatrixError, type HomeserverReader } from '../matrix/types.js';
import { urlPath } from '../matrix/url-path.js';
import { clientEvent, contextEvents, profileInMember, type Report } from './report.js';

type Asker = Pick<HomeserverReader, 'event' | 'request' | 'adminRoomMembers'>;
type Found = Pick<Report, 'event' | 'context' | 'profile'> & { sender: string };

/**
 * An event reported by a link or a reply, with its context, as far as available: from a room that the bot is in, else
 * by the admin API. Scams happen in private chats without a bot; but the admin API can read everything, so it is only
 * used for reports by a member of the room.
 */
export async function reportedEvent(
  homeserver: Asker,
  reporter: string,
  roomId: string,
  eventId: string,
): Promise<Found | undefined> {
  const event = await orNothing(homeserver.event(roomId, eventId));
  if (event !== undefined) return { sender: event.sender, event: clientEvent({ ...event }) };
  if (!(await isMember(homeserver, roomId, reporter))) return undefined;
  const answer = contextAnswer.safeParse(
    await orNothing(
      homeserver.request('GET', urlPath`/_synapse/admin/v1/rooms/${roomId}/context/${eventId}`, {
        query: { limit: 6 },
        admin: true,
        timeoutMs: 10_000,
      }),
    ),
  );
  if (!answer.success || answer.data.event.room_id !== roomId || answer.data.event.event_id !== eventId)
    return undefined;
  const { event: raw, events_before: before, events_after: after, state } = answer.data;
  const context = contextEvents([...before.slice(0, 3).reverse(), ...after.slice(0, 3)]);
  const profile = state.map((entry) => profileInMember(entry, raw.sender)).find((found) => found !== undefined);
  return {
    sender: raw.sender,
    event: clientEvent(raw),
    ...(context.length === 0 ? {} : { context }),
    ...(profile === undefined ? {} : { profile }),
  };
}

const contextAnswer = z.object({
  event: z.looseObject({ event_id: z.string(), room_id: z.string(), sender: z.string().startsWith('@') }),
  events_before: z.array(z.unknown()).catch([]),
  events_after: z.array(z.unknown()).catch([]),
  state: z.array(z.unknown()).catch([]),
});

async function isMember(homeserver: Asker, roomId: string, userId: string): Promise<boolean> {
  for (const { state_key: who, content } of (await orNothing(homeserver.adminRoomMembers(roomId))) ?? [])
    if (who === userId) return content.membership === 'join' || content.membership === 'leave';
  return false;
}

/** A refusal yields nothing; a transient failure is retried. */
async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof MatrixError && !error.transient) return undefined;
    throw error;
  }
}
