import type { Person, RoomEvent } from './synapse/person.js';
import { waitFor, type WaitOptions } from './wait.js';

/** Who asks, where, and whom. */
export interface Asking {
  moderator: Person;
  managementRoom: string;
  botUserId: string;
}

/** Says whether an event answers another: as a reply, in its thread, or as a reaction on it. */
export function isAnswerTo(event: RoomEvent, asked: string): boolean {
  const relation = event.content['m.relates_to'] as
    { event_id?: string; 'm.in_reply_to'?: { event_id?: string } } | undefined;
  return relation?.event_id === asked || relation?.['m.in_reply_to']?.event_id === asked;
}

/** A moderator gives a command in the management room and waits for the bot's first answer. Resolves with it. */
export async function command(
  { moderator, managementRoom, botUserId }: Asking,
  words: string,
  options: WaitOptions = {},
): Promise<RoomEvent> {
  const asked = await moderator.sendMessage(managementRoom, words);
  return waitFor(
    async () =>
      (await moderator.messages(managementRoom)).find(
        (event) => event.sender === botUserId && isAnswerTo(event, asked),
      ),
    { what: `an answer to "${words}"`, ...options },
  );
}
