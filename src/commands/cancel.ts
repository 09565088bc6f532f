import { atWork, cancelWork, firstAnswerOf, type AtWork } from './outcome.js';
import { command, type Command } from './spec.js';
import { outcomeTexts as texts } from './texts/outcome.js';
import { scanTexts } from './texts/scans.js';
import { lookedAtWords } from '../scan/summary.js';
import { commandAction, NOTHING_AROUND } from './command-action.js';
import type { NewAction } from '../store/records/actions.js';
import type { Invocation, Services } from './types.js';

const cancel = command({
  name: 'cancel',
  group: 'General',
  role: 'moderator',
  summary:
    'Stops a command that is still at work (an import, many bans, kicks, redactions, a scan): what has not ' +
    'begun is not done.',
  args: {},
  options: {},
  examples: ['cancel'],
  async run(services, { around, bare, invocation }) {
    const { ledger, scans, clock } = services;
    const works = await atWork(ledger);
    const meant = around.repliesTo === undefined ? undefined : await workUnder(services, works, around.repliesTo);
    const work = meant ?? (around.repliesTo === undefined && works.length === 1 && !bare ? works[0] : undefined);
    if (work !== undefined) {
      await cancelWork(ledger, work, clock());
      if (work.payload.ofRule !== true) return [{ line: [texts.cancelled] }];
      await services.commit([undoOf(work, invocation)]);
      return [{ line: [texts.takenBack] }];
    }
    // addressed to somebody else, or about something else
    if (bare) return [];
    if (works.length > 1 && around.repliesTo === undefined) return [{ line: [texts.whichWork(works.length)] }];
    const ended = await scans.end();
    return [{ line: [ended === undefined ? texts.noWork : scanTexts.stopped(lookedAtWords(ended.state))] }];
  },
});

/** The effects of a rule continue while it is in force, so they are undone like by a reply to its command. */
function undoOf({ payload: { roomId, inReplyTo } }: AtWork, { key, sender }: Invocation): NewAction {
  const around = { ...NOTHING_AROUND, repliesTo: inReplyTo };
  const words = [{ text: 'undo', quoted: false }];
  return commandAction({ eventId: `${key}:undo`, roomId, sender, words, around, replyTo: inReplyTo }, 0);
}

/** The job that a message refers to: its command, or the answer that shows its progress. */
export async function workUnder(
  { ledger }: Pick<Services, 'ledger'>,
  works: readonly AtWork[],
  eventId: string,
): Promise<AtWork | undefined> {
  const answers = await ledger.actionsByKey(
    works.flatMap(({ payload: { command } }) => (command === undefined ? [] : [firstAnswerOf(command)])),
  );
  const answer = answers.find(({ result }) => (result as { event_id?: unknown } | null)?.event_id === eventId);
  return works.find(
    ({ payload }) =>
      payload.inReplyTo === eventId ||
      (payload.command !== undefined && answer !== undefined && firstAnswerOf(payload.command) === answer.key),
  );
}

export const cancelCommands: readonly Command[] = [cancel];
