import { canonicalJson } from '../canonical-json.js';
import { aclPayload } from '../payloads.js';
import type { ActionHandler, ActionOutcome } from '../types.js';
import type { HandlerParts } from './parts.js';

const TYPE = 'm.room.server_acl';

/** `acl`: gives a room its server ACL. An older one still in the lane goes out first; the newest comes last. */
export function aclHandler({ homeserver, rooms }: HandlerParts): ActionHandler {
  return {
    kind: 'acl',
    changesWorld: true,
    guard(action) {
      const { roomId, content } = aclPayload.parse(action.payload);
      return { about: 'acl', roomId, content };
    },
    async perform(action, { mayHaveBeenSent }): Promise<ActionOutcome> {
      const { roomId, content } = aclPayload.parse(action.payload);
      const wanted = canonicalJson(content);
      const now = mayHaveBeenSent ? await homeserver.stateContent(roomId, TYPE) : rooms.get(roomId)?.acl?.content;
      if (now !== undefined && canonicalJson(now) === wanted) return { state: 'done', result: { effect: 'held' } };
      const eventId = await homeserver.sendState(roomId, TYPE, '', content);
      return { state: 'done', result: { effect: 'sent', event_id: eventId } };
    },
  };
}
