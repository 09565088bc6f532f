import type { MatrixEvent } from '../matrix/types.js';
import { HeimdallError } from '../util/errors.js';
import type { NamedEvent } from './args/index.js';
import { peopleTexts } from './texts/people.js';
import type { Services } from './types.js';

/** A named event, from the homeserver. */
export async function eventOf({ homeserver }: Services, { roomId, eventId }: NamedEvent): Promise<MatrixEvent> {
  const event = await homeserver.event(roomId, eventId).catch(() => undefined);
  if (event !== undefined) return event;
  throw new HeimdallError(
    'HEIMDALL_E_NO_EVENT',
    peopleTexts.cannotSeeEvent,
    peopleTexts.cannotSeeEventRemedy(homeserver.botUserId),
  );
}
