import { visible } from '../detection/index.js';
import type { Block } from '../matrix/message.js';
import type { Erasure } from '../store/records/retention.js';
import { targets, yes } from './args/index.js';
import type { Targets } from './args/targets.js';
import { howToAnswer } from './answers.js';
import { command, type Command } from './spec.js';

const person = targets('USER', { kinds: ['user'], single: true });

function idOf(who: Targets): string {
  return who.targets[0]?.entity ?? '';
}

const exportCommand = command({
  name: 'privacy export',
  group: 'Accounts',
  role: 'admin',
  summary:
    'Says what is kept about a person and by a person. Asks first; the data themselves are shown in the shell only.',
  args: { who: person },
  options: { yes },
  examples: ['privacy export @anna:good.example --yes'],
  async run(services, { args, options, invocation }) {
    const userId = idOf(args.who);
    if (options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: {
          blocks: [{ line: ['Say here what is kept about ', { code: userId }, '?'] }, howToAnswer()],
        },
      };
    const { data } = await services.ledger.exportPerson(userId);
    const tables = Object.entries(data).map(([table, rows]) => `${table}: ${rows.length}`);
    return [
      { line: tables.length === 0 ? ['Nothing is kept about ', { code: userId }, '.'] : ['Kept, as rows of tables:'] },
      ...(tables.length === 0 ? [] : [{ list: tables.map((line) => [line]) } satisfies Block]),
      { line: ['All of it as JSON, in the shell: ', { code: `heimdall privacy export '${userId}' --config FILE` }] },
    ];
  },
});

const eraseCommand = command({
  name: 'privacy erase',
  group: 'Accounts',
  role: 'admin',
  summary: 'Erases what is kept about a person and by a person. Asks first; it cannot be undone.',
  args: { who: person },
  options: { yes },
  examples: ['privacy erase @anna:good.example --yes'],
  async run(services, { args, options, invocation }) {
    const userId = idOf(args.who);
    if (options.yes !== true && invocation.confirmed === undefined) {
      const { data } = await services.ledger.exportPerson(userId);
      const rows = Object.values(data).reduce((sum, table) => sum + table.length, 0);
      return {
        ask: {
          blocks: [
            {
              line: [
                'Erase what is kept about ',
                { code: userId },
                `: ${rows} rows? It cannot be undone. Rules in force and bans that stand stay; messages in rooms are not touched.`,
              ],
            },
            howToAnswer(),
          ],
        },
      };
    }
    return erasedBlocks(await services.ledger.erasePerson(userId, invocation.sender));
  },
});

/** The answer, without the id: it stays in this room. */
function erasedBlocks({ cases, removed, blanked, kept }: Erasure): Block[] {
  return [
    {
      line: [
        `Erased: ${removed} rows removed, ${blanked} blanked; ${cases} ${cases === 1 ? 'case stays' : 'cases stay'} as a number and its dates.`,
      ],
    },
    ...(kept.length === 0
      ? []
      : [
          { line: ['What had to stay:'] } satisfies Block,
          { list: kept.slice(0, 20).map((one) => [wordsOf(one)]) } satisfies Block,
        ]),
    ...(kept.length > 20 ? [{ line: [`and ${kept.length - 20} more.`] } satisfies Block] : []),
  ];
}

const KEPT: Readonly<Record<string, string>> = {
  rule: 'a rule in force',
  ban: 'a ban that stands',
  suspend: 'a suspension that stands',
  deactivate: 'that the account was deactivated',
  quarantine_media: 'a quarantine of media that stands',
  expire_rule: 'the end of a rule in force',
  settings: 'the settings',
  case: 'the case of somebody else that names the person',
};

function wordsOf(one: Erasure['kept'][number]): string {
  const what = KEPT[String(one.what)] ?? String(one.what);
  const room = (one.payload as { roomId?: unknown } | undefined)?.roomId ?? one.list;
  return typeof room === 'string' ? `${what} (${visible(room.replace(/^[^!]*(?=!)/, ''), 100)})` : what;
}

export const privacyCommands: readonly Command[] = [exportCommand, eraseCommand];
