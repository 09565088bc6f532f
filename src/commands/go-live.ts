/** `go live` and `go dry`: end and start of a dry run, by command. */
import type { Block } from '../matrix/message.js';
import { yes } from './args/index.js';
import { howToAnswer } from './answers.js';
import { command, type Command } from './spec.js';
import { texts } from './texts/go-live.js';
import type { Services } from './types.js';
import { EFFECTS } from '../cases/decide.js';

const live = command({
  name: 'go live',
  group: 'Bot',
  role: 'admin',
  summary: texts.liveSummary,
  args: {},
  options: { yes },
  examples: ['go live', 'go live --yes'],
  async run(services, { options, invocation }) {
    if (!services.config.dry_run) return [{ line: [texts.alreadyLive] }];
    if (options.yes !== true && invocation.confirmed === undefined)
      return { ask: { blocks: [{ line: [texts.question] }, ...(await preview(services)), howToAnswer()] } };
    await services.setDryRun(false, invocation.sender);
    return [{ line: texts.wentLive(services.configuredDryRun) }];
  },
});

/** What the dry run prevented, and what will happen at once. */
async function preview({ ledger, lists, protection }: Services): Promise<Block[]> {
  const simulated = await ledger.simulatedActions();
  const lines = simulated.flatMap(({ kind, count }) => texts.simulated(kind, count) ?? []);
  const waiting = await ledger.countCasesWaiting(EFFECTS);
  const rules = [...lists.policy.rules()].length;
  const rooms = protection.roomIds.length;
  return [
    ...(lines.length === 0
      ? [{ line: [texts.nothingSimulated] }]
      : [{ line: [texts.simulatedHead] }, { list: lines.map((line) => [line]) }]),
    ...(waiting === 0 ? [] : [{ line: texts.waiting(waiting) }]),
    ...(rooms === 0 ? [{ line: texts.noRooms }] : rules === 0 ? [] : [{ line: texts.listsNow(rules, rooms) }]),
  ];
}

const dry = command({
  name: 'go dry',
  group: 'Bot',
  role: 'admin',
  summary: texts.drySummary,
  args: {},
  options: {},
  examples: ['go dry'],
  async run(services, { invocation }) {
    if (services.config.dry_run) return [{ line: [texts.alreadyDry] }];
    await services.setDryRun(true, invocation.sender);
    return [{ line: texts.wentDry }];
  },
});

export const goLiveCommands: readonly Command[] = [live, dry];
