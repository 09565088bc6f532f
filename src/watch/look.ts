import type { ActionHandler, ActionOutcome } from '../enforcement/types.js';
import { parseMember } from '../matrix/events.js';
import type { Homeserver } from '../matrix/types.js';
import { z } from 'zod';
import type { Pipeline } from './pipeline.js';
import type { Protection } from './protection.js';
import { roomStateOf } from './room-state.js';

const roomPayload = z.object({ roomId: z.string() });

/** Without admin rights a first look waits; they may be given at any time, so it is tried again and again, but seldom. */
const NO_RIGHTS_FIRST_MS = 15_000;
const NO_RIGHTS_LAST_MS = 600_000;

/**
 * `look_at_room`: the members of a room that we hear of for the first time. The homeserver never sends those who were
 * inside before one of our users joined, so a look-alike among them is only found by asking.
 */
export function lookAtRoomHandler(homeserver: Homeserver, pipeline: Pipeline): ActionHandler {
  return {
    kind: 'look_at_room',
    changesWorld: false,
    async perform(action): Promise<ActionOutcome> {
      const { roomId } = roomPayload.parse(action.payload);
      const state = await roomStateOf(homeserver, roomId);
      if (state === 'gone') return { state: 'done', result: { looked_at: 0 } };
      if (state === 'no_rights') {
        const afterMs = Math.min(NO_RIGHTS_FIRST_MS * 2 ** action.attempts, NO_RIGHTS_LAST_MS);
        return { state: 'retry', afterMs, error: 'The bot is no server admin and not in the room.' };
      }
      const members = state.filter((event) => event.type === 'm.room.member');
      const hits = members.flatMap((event) => {
        const member = parseMember(event.content);
        if (member?.membership !== 'join' || event.state_key === undefined) return [];
        const hit = pipeline.hitOf({
          sighting: { userId: event.state_key, displayName: member.displayname, avatarUrl: member.avatar_url },
          where: { source: 'room_members', roomId, eventId: event.event_id, at: event.origin_server_ts },
        });
        return hit === undefined ? [] : [{ ...hit, event }];
      });
      if (hits.length > 0) await pipeline.commit([{ eventId: null, hits, actions: [] }]);
      return { state: 'done', result: { looked_at: members.length, hits: hits.length } };
    },
  };
}

/** `read_list`: a watched list is read again, because something in it was redacted. */
export function readListHandler(protection: Protection): ActionHandler {
  return {
    kind: 'read_list',
    changesWorld: false,
    async perform(action): Promise<ActionOutcome> {
      await protection.readListAgain(roomPayload.parse(action.payload).roomId);
      return { state: 'done' };
    },
  };
}
