import { answerFor } from './answers.js';
import { noteRoom } from './audit.js';
import { word } from './args/index.js';
import { isServerName } from './args/entity.js';
import { usageError } from './args/reading.js';
import { type Command, command } from './spec.js';
import type { Services } from './types.js';

const create = command({
  name: 'list create',
  aliases: ['lists create', 'policy create'],
  group: 'Lists',
  role: 'admin',
  summary:
    'Makes a policy list with an alias and watches it. Write to it with ban SHORTCODE …, or make it the default.',
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
    await services.protection.watchList(roomId);
    await noteRoom(services, invocation.sender, 'lists.watch', roomId);
    return [
      {
        line: [
          'Made the list ',
          { code: shortcode },
          ' in ',
          { code: `#${aliasLocalpart}:${services.homeserver.serverName}` },
          ', and I watch it. You are invited. To write to it: ',
          { code: `!heimdall ban ${shortcode} @them:server` },
          '; to make it the default: ',
          { code: `!heimdall default ${shortcode}` },
          '.',
        ],
      },
    ];
  },
});

const RESERVED = ['user', 'room', 'server', 'create', 'true', 'false', 'apply', 'all', 'case', 'fall', 'yes', 'no'];

/** A shortcode that nothing else in a command can be taken for. */
function checkedShortcode(services: Services, shortcode: string): string {
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(shortcode))
    throw usageError(
      'What is the list to be called?',
      'Write: list create SHORTCODE [ALIAS_LOCALPART], with letters, digits, _ . and - in the shortcode.',
    );
  const small = shortcode.toLowerCase();
  if (RESERVED.includes(small) || services.isReserved(small))
    throw usageError(`${shortcode} is a reserved word.`, 'Choose another shortcode. Nothing was done.');
  if (/^[-#\d]+$/.test(shortcode) || (shortcode.includes('.') && isServerName(shortcode)))
    throw usageError(
      `${shortcode} could be taken for a ${shortcode.includes('.') ? 'server' : 'number'}.`,
      'Choose another shortcode. Nothing was done.',
    );
  if (services.lists.allByShortcode(shortcode).length > 0)
    throw usageError(`A list called ${shortcode} is watched already.`, 'Choose another shortcode. Nothing was done.');
  return shortcode;
}

export const listCreateCommands: readonly Command[] = [create];
