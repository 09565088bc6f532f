import type { Asking } from './command.js';
import { command } from './command.js';
import type { Person } from './synapse/person.js';
import { waitFor } from './wait.js';

/** The link to the web pages that a moderator gets by direct message when they ask for it. It works once. */
export async function signInLink(asking: Asking): Promise<string> {
  const { moderator, botUserId } = asking;
  const before = await linksOf(moderator, botUserId);
  await command(asking, '!heimdall web');
  return waitFor(async () => (await linksOf(moderator, botUserId)).find((link) => !before.includes(link)), {
    what: 'a link to sign in',
  });
}

/** Links that the bot sent to this person, in rooms that they are in or invited to. */
async function linksOf(person: Person, botUserId: string): Promise<string[]> {
  for (const [roomId, state] of await person.invites())
    if (state.some(({ type, sender }) => type === 'm.room.member' && sender === botUserId)) await person.join(roomId);
  const links: string[] = [];
  for (const roomId of await person.joinedRooms())
    for (const { sender, content } of await person.messages(roomId)) {
      const link = sender === botUserId ? /http\S+\/sign-in\/\S+/.exec(String(content.body))?.[0] : undefined;
      if (link !== undefined) links.push(link);
    }
  return links;
}
