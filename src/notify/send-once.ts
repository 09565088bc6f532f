import { createHash } from 'node:crypto';
import type { AttemptContext } from '../actions/types.js';
import { MatrixError, type Homeserver } from '../matrix/types.js';

/** Marks our messages, so that one that may have been sent before a crash is recognised and not sent again. */
const MARK = 'io.heimdall.action';
/** After this many refusals in a row a room is expected to keep refusing. */
const REFUSALS = 7;
/** How many of the room's latest events are read back before a message is sent again. */
const READ_BACK = 100;

/**
 * Sends a message once. Synapse keeps appservices' transaction ids only in memory, so after its restart the same id
 * would create a second event. When an earlier attempt may have succeeded, the room's latest messages are read back
 * first.
 */
export async function sendOnce(
  homeserver: Homeserver,
  attempt: AttemptContext,
  roomId: string,
  content: Record<string, unknown>,
  key: string,
): Promise<string> {
  const mark = createHash('sha256').update(key).digest('hex').slice(0, 32);
  if (attempt.mayHaveBeenSent) {
    const sent = (await homeserver.recentEvents(roomId, READ_BACK)).find(
      (event) => event.sender === homeserver.botUserId && event.content[MARK] === mark,
    );
    if (sent !== undefined) return sent.event_id;
  }
  try {
    return await homeserver.sendEvent(roomId, 'm.room.message', mark, { ...content, [MARK]: mark });
  } catch (error) {
    const refused = error instanceof MatrixError && error.status === 403 && (attempt.attempts ?? 0) < REFUSALS;
    // Permissions change: one refusal must not lose an answer or a notice for good.
    throw refused ? new MatrixError(503, error.errcode, error.message) : error;
  }
}
