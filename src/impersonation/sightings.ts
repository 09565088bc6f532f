import type { Sighting } from '../detection/types.js';
import { parseMember, strippedStateOf } from '../matrix/events.js';
import type { MatrixEvent } from '../matrix/types.js';
import type { VerdictFinding } from '../store/findings.js';

/** A sighting with where and when it was made. */
export interface SeenIdentity {
  sighting: Sighting;
  where: VerdictFinding['where'];
}

/**
 * The identities that an event shows. Pure.
 *
 * Only what an account says of ITSELF counts: a join or knock (sender = state key), and the inviter's own member event
 * in an invite's stripped state (spec "Stripped state"). The display name in an invite, kick or ban is written by
 * somebody else: trusting it would let anyone get an honest account banned by inviting it under an official name.
 *
 * A per-message profile (MSC4144) is also the sender's own choice: clients show it in place of the member's name.
 * Whoever gives a room the name of an official account, perhaps after the invite, or invites somebody by mail under
 * such a name, is judged by that name as in an invite.
 */
export function sightingsOf(event: MatrixEvent): SeenIdentity[] {
  if (event.state_key === undefined) return profilesIn(event);
  if (event.type === 'm.room.name' || event.type === 'm.room.third_party_invite') return namingIn(event);
  if (event.type !== 'm.room.member') return [];
  const member = parseMember(event.content);
  if (member?.membership === 'invite') return [inviterOf(event)];
  if ((member?.membership !== 'join' && member?.membership !== 'knock') || event.sender !== event.state_key) return [];
  return [
    {
      sighting: { userId: event.sender, displayName: member.displayname, avatarUrl: member.avatar_url },
      where: {
        source: isRename(event) ? 'rename' : 'member',
        roomId: event.room_id,
        eventId: event.event_id,
        at: event.origin_server_ts,
      },
    },
  ];
}

function isRename(event: MatrixEvent): boolean {
  const before = event.unsigned?.prev_content;
  return typeof before === 'object' && before !== null && (before as { membership?: unknown }).membership === 'join';
}

function inviterOf(invite: MatrixEvent): SeenIdentity {
  const state = strippedStateOf(invite);
  const own = state.find(
    (event) => event.type === 'm.room.member' && event.state_key === invite.sender && event.sender === invite.sender,
  );
  const profile = own === undefined ? undefined : parseMember(own.content);
  const name = state.find((event) => event.type === 'm.room.name')?.content.name;
  const roomName = typeof name === 'string' && name !== '' ? { roomName: name } : {};
  return {
    sighting: {
      userId: invite.sender,
      displayName: profile?.displayname ?? null,
      avatarUrl: profile?.avatar_url ?? null,
      ...roomName,
    },
    where: {
      source: 'invite',
      roomId: invite.room_id,
      ...roomName,
      eventId: invite.event_id,
      at: invite.origin_server_ts,
    },
  };
}

/** MSC4144: the unstable name, which clients write today, and the future stable one. */
const PROFILE_KEYS = ['com.beeper.per_message_profile', 'm.per_message_profile'];

/** An edit may carry another profile than the message that it replaces. */
function profilesIn(event: MatrixEvent): SeenIdentity[] {
  const profile = profileIn(event.content);
  if (profile === undefined) return [];
  const { displayname: name, avatar_url: avatar } = profile;
  return [
    {
      sighting: {
        userId: event.sender,
        displayName: typeof name === 'string' ? name : null,
        avatarUrl: typeof avatar === 'string' ? avatar : null,
      },
      where: { source: 'message', roomId: event.room_id, eventId: event.event_id, at: event.origin_server_ts },
    },
  ];
}

/** Nearly every event is a message without one. */
function profileIn(content: Record<string, unknown>): Record<string, unknown> | undefined {
  const edited = content['m.new_content'];
  for (const key of PROFILE_KEYS) {
    const profile = (isObject(edited) ? edited[key] : undefined) ?? content[key];
    if (isObject(profile)) return profile;
  }
  return undefined;
}

function namingIn(event: MatrixEvent): SeenIdentity[] {
  const name = event.type === 'm.room.name' ? event.content.name : event.content.display_name;
  if (typeof name !== 'string' || name === '' || (event.type === 'm.room.name' && event.state_key !== '')) return [];
  return [
    {
      sighting: { userId: event.sender, displayName: null, avatarUrl: null, roomName: name },
      where: {
        source: 'naming',
        roomId: event.room_id,
        ...(event.type === 'm.room.name' ? { roomName: name } : {}),
        eventId: event.event_id,
        at: event.origin_server_ts,
      },
    },
  ];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
