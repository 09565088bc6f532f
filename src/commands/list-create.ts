import { answerFor } from './answers.js';
import { noteRoom } from './audit.js';
import { word } from './args/index.js';
import { isServerName } from './args/entity.js';
import { usageError } from './args/reading.js';
import { type Command, command } from './spec.js';
import type { Services } from './types.js';
import { listTexts } from './texts/lists.js';

const create = command({
  name: 'list create',
  aliases: ['lists create', 'policy create'],
  group: 'Lists',
  role: 'admin',
  summary:
    'Creates a policy list with an alias and watches it. Write to it with ban SHORTCODE …, or make it the default.',
  args: { shortcode: word('SHORTCODE'), alias: word('[ALIAS_LOCALPART]') },
  options: {},
  examples: ['list create raids', 'list create raids raid-list'],
  async run(services, { args, invocation }) {
    const shortcode = checkedShortcode(services, args.shortcode ?? '');
    const alias = args.alias ?? shortcode.toLowerCase();
    const aliasLocalpart = alias.replace(/^#/, '').replace(/:.*$/, '');
    const [made] = await services.runAndWait([
      {
        kind: 'create_list',
        lane: `create_list:${aliasLocalpart}`,
        key: `command:${invocation.key}:create`,
        payload: { shortcode, aliasLocalpart, invite: invocation.sender },
      },
    ]);
    const roomId = made?.state === 'done' ? (made.result as { room_id?: string }).room_id : undefined;
    if (roomId === undefined) return answerFor(made, () => []);
    await services.protection.lists.watch(roomId);
    await noteRoom(services, invocation.sender, 'lists.watch', roomId);
    return [
      {
        line: listTexts.created(shortcode, aliasLocalpart, services.homeserver.serverName),
      },
    ];
  },
});

const RESERVED = ['user', 'room', 'server', 'create', 'true', 'false', 'apply', 'all', 'case', 'fall', 'yes', 'no'];

/** A shortcode that cannot be mistaken for anything else in a command. */
function checkedShortcode(services: Services, shortcode: string): string {
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(shortcode)) throw usageError(listTexts.whatName, listTexts.createUsage);
  const small = shortcode.toLowerCase();
  if (RESERVED.includes(small) || services.isReserved(small))
    throw usageError(listTexts.reserved(shortcode), listTexts.chooseAnother);
  if (/^[-#\d]+$/.test(shortcode) || (shortcode.includes('.') && isServerName(shortcode)))
    throw usageError(
      listTexts.takenFor(shortcode, shortcode.includes('.') ? 'server' : 'number'),
      listTexts.chooseAnother,
    );
  if (services.lists.allByShortcode(shortcode).length > 0)
    throw usageError(listTexts.alreadyWatched(shortcode), listTexts.chooseAnother);
  return shortcode;
}

export const listCreateCommands: readonly Command[] = [create];
