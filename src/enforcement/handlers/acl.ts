import { setServerAcl } from '../actions.js';
import { sentOf, type AclRegister } from '../acl-register.js';
import { canonicalJson } from '../../matrix/canonical-json.js';
import type { ActionHandler } from '../../actions/types.js';
import { wasJustRead, type HandlerDeps } from './parts.js';

const TYPE = 'm.room.server_acl';
/**
 * How long what was read of a room is used for its ACL. Shorter than for memberships: an ACL that moderators set in
 * between, and whose event has not arrived yet, would be overwritten.
 */
const JUST_READ_MS = 3_000;

/** `acl`: sets a room's server ACL. It is skipped if the ACL that it was based on has been replaced. */
export function aclHandler({ homeserver, rooms, acls, clock }: HandlerDeps & { acls: AclRegister }): ActionHandler {
  /** what this process sent, and the room's ACL event at that time: until another arrives, ours is in force */
  const sentHere = new Map<string, { content: Record<string, unknown>; after: string | undefined }>();
  return setServerAcl.handler(async (payload, _action, { attempts = 0 }) => {
    const { roomId, content, basedOn } = payload;
    const wanted = canonicalJson(content);
    const room = rooms.get(roomId);
    // Read from the homeserver: what the room's moderators set a moment ago may not have reached us yet.
    const isKnown = attempts === 0 && wasJustRead(room, clock, JUST_READ_MS);
    const ours = sentHere.get(roomId);
    const known = ours !== undefined && ours.after === room?.acl?.eventId ? ours.content : room?.acl?.content;
    const now = isKnown ? known : await homeserver.stateContent(roomId, TYPE);
    if (now !== undefined && canonicalJson(now) === wanted) {
      acls.note(roomId, sentOf(payload));
      return { state: 'done', result: { effect: 'held' } };
    }
    // Without a result, none of it counts as ours. An ACL that somebody set in between must not be overwritten.
    if (room !== undefined && basedOn !== undefined && (room.acl?.eventId ?? null) !== basedOn)
      return { state: 'done' };
    // It is theirs, and its event is still to come: the room is then planned again, with what they have set.
    const isOursOrSeen = sameContent(now, room?.acl?.content) || (now !== undefined && acls.isSent(roomId, now));
    if (room !== undefined && !isOursOrSeen) return { state: 'done' };
    // Recorded before it is sent: its event may come back before the response.
    const sent = sentOf(payload);
    acls.sending(roomId, sent);
    try {
      const after = room?.acl?.eventId;
      const eventId = await homeserver.sendState(roomId, TYPE, '', content);
      sentHere.set(roomId, { content, after });
      return { state: 'done', result: { effect: 'sent', event_id: eventId } };
    } catch (error) {
      acls.withdraw(roomId, sent);
      throw error;
    }
  });
}

function sameContent(a: Record<string, unknown> | undefined, b: Record<string, unknown> | undefined): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}
