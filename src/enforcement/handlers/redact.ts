import { redact } from '../actions.js';
import { urlPath } from '../../matrix/url-path.js';
import { MatrixError, type Homeserver } from '../../matrix/types.js';
import type { ActionHandler } from '../../actions/types.js';
import { transactionIdOf, type HandlerDeps } from './parts.js';

/** `redact`: removes one event's content. It cannot be undone. */
export function redactHandler({ homeserver }: HandlerDeps): ActionHandler {
  return redact.handler(async ({ roomId, eventId, reason }, action, { mayHaveBeenSent }) => {
    if (mayHaveBeenSent && (await isRedacted(homeserver, roomId, eventId)))
      return { state: 'done', result: { effect: 'held' } };
    const redaction = await homeserver.redact(roomId, eventId, transactionIdOf(action), reason);
    return { state: 'done', result: { effect: 'redacted', event_id: redaction } };
  });
}

/** Whether the homeserver returns the event together with its redaction; false for an event that it does not return. */
async function isRedacted(homeserver: Homeserver, roomId: string, eventId: string): Promise<boolean> {
  try {
    const event = await homeserver.request<{ unsigned?: { redacted_because?: unknown } } | null>(
      'GET',
      urlPath`/_matrix/client/v3/rooms/${roomId}/event/${eventId}`,
    );
    return event?.unsigned?.redacted_because !== undefined;
  } catch (error) {
    if (error instanceof MatrixError && !error.transient) return false;
    throw error;
  }
}
