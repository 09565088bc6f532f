import { protectedEntities } from '../enforcement/interlock.js';
import type { GuardContext } from '../enforcement/types.js';
import type { MatrixEvent } from '../matrix/types.js';
import { createPolicy, previewList, type ListPreview } from '../policy/index.js';
import type { Policy } from '../policy/types.js';
import { isPolicyEvent } from '../tracking/lists.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';

export interface PreviewContext {
  rooms: Pick<RoomStateCache, 'all'>;
  facts: GuardContext;
  /** the rules in force already */
  current: Pick<Policy, 'match'>;
  /** its allow rules would exempt from other lists' bans too; default: they would not */
  freesOthers?: boolean;
}

/** What watching a list with this room state would do. Pure: nothing is watched and nothing is sent. */
export function previewOf(
  roomId: string,
  state: readonly MatrixEvent[],
  { rooms, facts, current, freesOthers = false }: PreviewContext,
): ListPreview {
  const list = createPolicy();
  list.replaceList(roomId, state.filter(isPolicyEvent));
  const seen = [...rooms.all()].map((room) => ({
    roomId: room.roomId,
    aliases: room.canonicalAlias === null ? [] : [room.canonicalAlias],
    members: membersOf(room),
  }));
  const preview = previewList(list, { rooms: seen, current, untouchable: protectedEntities(facts), samples: 10 });
  return freesOthers ? preview : { ...preview, freed: 0 };
}

/** People whom a ban would affect, without those banned already. */
function* membersOf(room: TrackedRoom): Iterable<string> {
  for (const [userId, { membership }] of room.members) if (membership !== 'ban') yield userId;
}
