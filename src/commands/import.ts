import { writeRule } from '../enforcement/actions.js';
import { visible } from '../detection/index.js';
import type { MatrixEvent } from '../matrix/types.js';
import { parseServerAcl } from '../matrix/events.js';
import { howToAnswer, listName, undoHint } from './answers.js';
import { enumerated } from './texts/enumerated.js';
import { list, room, yes } from './args/index.js';
import { isServerName } from './args/entity.js';
import { defaultList } from './args/lists.js';
import { workThrough } from './outcome.js';
import { command, type Command } from './spec.js';
import { outcomeTexts } from './texts/outcome.js';
import { listTexts } from './texts/lists.js';

const importBans = command({
  name: 'import',
  group: 'Lists',
  role: 'admin',
  summary: "Writes a room's bans and the servers that its server ACL denies into a list, as rules.",
  args: { room: room('ROOM'), list: list('LIST') },
  options: { yes },
  examples: ['import #lobby:example.org raids'],
  async run(services, { args, options, invocation }) {
    const { roomId, said } = args.room ?? { roomId: '', said: '' };
    const listRoomId = args.list ?? (await defaultList(services));
    const state = await services.homeserver.state(roomId);
    const wanted = rulesOf(state).filter(
      ({ kind, entity }) =>
        !services.lists.policy
          .rulesMatching(kind, entity)
          .some((rule) => rule.entity === entity && rule.roomId === listRoomId),
    );
    if (wanted.length === 0) return [{ line: listTexts.nothingToImport(said) }];
    const users = wanted.filter(({ kind }) => kind === 'user').length;
    if (options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: {
          blocks: [
            {
              line: listTexts.askImport(users, wanted.length - users, said, listName(services, listRoomId)),
            },
            { line: enumerated(wanted.map(({ entity }) => ({ code: visible(entity) }))) },
            howToAnswer(),
          ],
        },
      };
    const { ended, atWork } = await workThrough(
      services,
      invocation,
      outcomeTexts.rules,
      wanted.map(({ kind, entity, reason }, index) =>
        writeRule.create({ listRoomId, kind, entity, reason }, { key: `command:${invocation.key}:import:${index}` }),
      ),
    );
    if (atWork !== undefined) return [{ line: [atWork] }];
    const done = ended.filter(({ state: end }) => end === 'done').length;
    const refused = ended.filter(({ state: end }) => end === 'refused');
    return [
      { line: listTexts.imported(done, wanted.length, listName(services, listRoomId), undoHint()) },
      ...(refused.length === 0
        ? []
        : [{ line: [listTexts.leftOut(refused.length, visible(refused[0]?.lastError ?? '', 300))] }]),
    ];
  },
});

function rulesOf(state: readonly MatrixEvent[]): { kind: 'user' | 'server'; entity: string; reason: string }[] {
  const rules: { kind: 'user' | 'server'; entity: string; reason: string }[] = [];
  for (const { type, state_key: key, content } of state) {
    if (type === 'm.room.member' && content.membership === 'ban' && key?.startsWith('@') === true && !/[*?]/.test(key))
      rules.push({
        kind: 'user',
        entity: key,
        reason: typeof content.reason === 'string' ? content.reason.slice(0, 500) : 'imported',
      });
    if (type === 'm.room.server_acl' && key === '')
      for (const entity of parseServerAcl(content).deny)
        if (isServerName(entity) || /^[A-Za-z0-9.*?:-]+\.[A-Za-z*?]+$/.test(entity))
          rules.push({ kind: 'server', entity, reason: 'imported' });
  }
  return rules;
}

export const importCommands: readonly Command[] = [importBans];
