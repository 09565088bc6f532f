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
 * somebody else: to believe it would let anyone get an honest account banned by inviting it under an official name.
 */
export function sightingsOf(event: MatrixEvent): SeenIdentity[] {
  if (event.type !== 'm.room.member' || event.state_key === undefined) return [];
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
