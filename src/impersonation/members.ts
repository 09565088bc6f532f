import { parseMember } from '../matrix/events.js';
import type { MatrixEvent } from '../matrix/types.js';
import type { SeenIdentity } from './sightings.js';

/** A room member with the event that carries their name there. */
export interface SeenMember {
  seen: SeenIdentity;
  event: MatrixEvent;
}

/** The joined members under the names they chose: only what an account says about itself counts (sightings.ts). */
export function* membersSeen(events: Iterable<MatrixEvent>): Generator<SeenMember> {
  for (const event of events) {
    if (event.type !== 'm.room.member' || event.state_key === undefined || event.sender !== event.state_key) continue;
    const member = parseMember(event.content);
    if (member?.membership !== 'join' && member?.membership !== 'knock') continue;
    yield {
      seen: {
        sighting: { userId: event.state_key, displayName: member.displayname, avatarUrl: member.avatar_url },
        where: { source: 'room_members', roomId: event.room_id, eventId: event.event_id, at: event.origin_server_ts },
      },
      event,
    };
  }
}
