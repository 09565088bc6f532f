import { backfillMembers } from './actions.js';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ActionHandler } from '../actions/types.js';
import { MatrixError, type HomeserverReader } from '../matrix/types.js';
import { membersSeen } from './members.js';
import type { HitRecorder } from './match.js';
import type { Match } from './match.js';
import { roomMembersOf } from '../tracking/room-state.js';
import { doublingMs } from '../util/timers.js';
import { impersonationTexts } from './texts.js';

/** Without admin rights the first look waits. They may be granted at any time, so it is retried, at long intervals. */
const NO_RIGHTS_FIRST_MS = 15_000;
const NO_RIGHTS_LAST_MS = 600_000;
/** Members are checked in batches of this size, so that a room of 50,000 does not delay the live watch. */
const BITE = 500;
/**
 * With more of our users than this in a room, at least one of them was there while another was away. Several may return
 * at once.
 */
const FEW_OF_US = 3;

/**
 * `backfill_members`: reads the members of a room that is new to us, or that all our users may have left for a while.
 * The homeserver never sends us those who joined before our first user did, so a look-alike among them is only found by
 * asking.
 */
export function backfillMembersHandler(homeserver: HomeserverReader, pipeline: HitRecorder): ActionHandler {
  return backfillMembers.handler(async ({ roomId, again, once }, action) => {
    if (again && !(await newlyEntered(homeserver, roomId))) return { state: 'done', result: { looked_at: 0 } };
    const state = await roomMembersOf(homeserver, roomId);
    if (state === 'gone' || (once && state === 'no_rights')) return { state: 'done', result: { looked_at: 0 } };
    if (state === 'no_rights') {
      const afterMs = doublingMs(NO_RIGHTS_FIRST_MS, NO_RIGHTS_LAST_MS, action.attempts);
      return { state: 'retry', afterMs, error: impersonationTexts.cannotReadMembers };
    }
    let lookedAt = 0;
    const hits: Match[] = [];
    for (const { seen, event } of membersSeen(state)) {
      const hit = pipeline.hitOf(seen);
      if (hit !== undefined) hits.push({ ...hit, event });
      lookedAt += 1;
      if (lookedAt % BITE === 0) await nextTurn();
    }
    if (hits.length > 0) await pipeline.commit([{ eventId: null, hits, actions: [] }]);
    return { state: 'done', result: { looked_at: lookedAt, hits: hits.length } };
  });
}

/**
 * Whether all our users may have been away from a room at the same time, so that joins in between were never sent to
 * us. This costs one request where a full look needs the whole state; without admin rights the bot would be the one
 * looking, and it has been there all along.
 */
async function newlyEntered(homeserver: HomeserverReader, roomId: string): Promise<boolean> {
  try {
    const room = await homeserver.adminRoom(roomId);
    return room !== undefined && (room.localMembers ?? 0) <= FEW_OF_US;
  } catch (error) {
    if (!(error instanceof MatrixError) || error.transient) throw error;
    return false;
  }
}
