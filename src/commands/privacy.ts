import { visible } from '../detection/index.js';
import type { Block } from '../matrix/message.js';
import type { Erasure } from '../store/records/retention.js';
import { targets, yes } from './args/index.js';
import type { Targets } from './args/targets.js';
import { howToAnswer } from './answers.js';
import { command, type Command } from './spec.js';
import { privacyTexts } from './texts/privacy.js';

const person = targets('USER', { kinds: ['user'], single: true });

function idOf(who: Targets): string {
  return who.targets[0]?.entity ?? '';
}

const exportCommand = command({
  name: 'privacy export',
  group: 'Accounts',
  role: 'admin',
  summary: 'Shows what is kept about and by a person. Asks first; the data itself is shown in the shell only.',
  args: { who: person },
  options: { yes },
  examples: ['privacy export @anna:good.example --yes'],
  async run(services, { args, options, invocation }) {
    const userId = idOf(args.who);
    if (options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: {
          blocks: [{ line: privacyTexts.askExport(userId) }, howToAnswer()],
        },
      };
    const { data } = await services.ledger.exportPerson(userId);
    const tables = Object.entries(data).map(([table, rows]) => `${table}: ${rows.length}`);
    return [
      { line: tables.length === 0 ? privacyTexts.nothing(userId) : [privacyTexts.kept] },
      ...(tables.length === 0 ? [] : [{ list: tables.map((line) => [line]) } satisfies Block]),
      { line: privacyTexts.shell(userId) },
    ];
  },
});

const eraseCommand = command({
  name: 'privacy erase',
  group: 'Accounts',
  role: 'admin',
  summary: 'Erases what is kept about and by a person. Asks first; this cannot be undone.',
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
              line: privacyTexts.askErase(userId, rows),
            },
            howToAnswer(),
          ],
        },
      };
    }
    return erasedBlocks(await services.ledger.erasePerson(userId, invocation.sender));
  },
});

/** The answer does not contain the id, because it stays in this room. */
function erasedBlocks({ cases, removed, blanked, kept }: Erasure): Block[] {
  return [
    {
      line: [privacyTexts.erased(removed, blanked, cases)],
    },
    ...(kept.length === 0
      ? []
      : [
          { line: [privacyTexts.hadToStay] } satisfies Block,
          { list: kept.slice(0, 20).map((one) => [wordsOf(one)]) } satisfies Block,
        ]),
    ...(kept.length > 20 ? [{ line: [privacyTexts.more(kept.length - 20)] } satisfies Block] : []),
  ];
}

const keptWords = (): Readonly<Record<string, string>> => ({
  rule: privacyTexts.rule,
  ban: privacyTexts.ban,
  suspend: privacyTexts.suspension,
  deactivate: privacyTexts.deactivation,
  quarantine_media: privacyTexts.quarantine,
  expire_rule: privacyTexts.ruleEnd,
  settings: privacyTexts.settings,
  case: privacyTexts.otherCase,
});

function wordsOf(one: Erasure['kept'][number]): string {
  const what = keptWords()[String(one.what)] ?? String(one.what);
  const room = (one.payload as { roomId?: unknown } | undefined)?.roomId ?? one.list;
  return typeof room === 'string' ? `${what} (${visible(room.replace(/^[^!]*(?=!)/, ''), 100)})` : what;
}

export const privacyCommands: readonly Command[] = [exportCommand, eraseCommand];
