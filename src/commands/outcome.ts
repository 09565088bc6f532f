import { createHash } from 'node:crypto';
import { endsOfChains } from '../actions/chains.js';
import { defineAction } from '../actions/define.js';
import { ban } from '../enforcement/actions.js';
import { CANCEL, message, reaction } from '../notify/actions.js';
import { z } from 'zod';
import type { ActionHandler } from '../actions/types.js';
import { escapeHtml, paginate, type Block } from '../matrix/message.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import { answerContent } from './answers.js';
import { outcomeBlocks, type Deed } from './outcome-blocks.js';
import { outcomeTexts } from './texts/outcome.js';
import type { Invocation, Services } from './types.js';
import type { Clock } from '../util/clock.js';
import { answerTexts } from './texts/answers.js';
import { doublingMs } from '../util/timers.js';

const outcome = defineAction({
  kind: 'outcome',
  payload: z.object({
    deed: z.enum(['kick', 'redact', 'work']),
    /** the person kicked or redacted; for other work, the unit counted */
    whom: z.string(),
    keys: z.array(z.string()),
    /** key of the command, whose first answer shows progress */
    command: z.string().optional(),
    /** the progress sentence in that answer */
    said: z.string().optional(),
    cancelled: z.boolean().optional(),
    /** it follows from a rule that the command wrote, so cancelling means removing the rule */
    ofRule: z.boolean().optional(),
    roomId: z.string(),
    inReplyTo: z.string(),
    thread: z.string().optional(),
  }),
  hasSideEffects: false,
  lane: ({ inReplyTo }) => `outcome:${inReplyTo}`,
  failuresToldElsewhere: true,
});

type OutcomePayload = z.infer<typeof outcome.payload>;

const WAIT_MS = 6_000;
/** How often progress is checked and shown: clients tolerate at most an edit a second. */
const AGAIN_FIRST_MS = 2_000;
const AGAIN_LAST_MS = 30_000;
/** How many checks use the first interval. */
const LOOKS_A_PACE = 20;

/**
 * Carries out many actions and answers with counts and failures by room: at once if they end soon, otherwise with
 * progress, followed by the outcome as a second answer, even after a restart.
 */
export async function answerWithOutcome(
  services: Services,
  invocation: Invocation,
  deed: Deed,
  whom: string,
  actions: NewAction[],
): Promise<Block[]> {
  const ends = await services.runChainsAndWait(actions, WAIT_MS);
  if (!ends.some(isDue)) return outcomeBlocks(deed, whom, ends);
  return [{ line: [await leaveAtWork(services, invocation, deed, whom, ends, actions)] }];
}

/**
 * Carries out many actions, like `runAndWait`. If they take longer, the answer is `atWork`, which is updated while they
 * run, and the outcome is announced separately.
 */
export async function workThrough(
  services: Services,
  invocation: Invocation,
  what: string,
  actions: NewAction[],
): Promise<{ ended: ActionRecord[]; atWork?: string }> {
  const ended = actions.length === 0 ? [] : await services.runAndWait(actions);
  if (!ended.some(isDue)) return { ended };
  return { ended, atWork: await leaveAtWork(services, invocation, 'work', what, ended, actions) };
}

/** The same for bans that follow from a rule and are still due. Undefined when there are none. */
export async function bansAtWork(
  services: Services,
  invocation: Invocation,
  rule: { roomId: string; entity: string },
): Promise<string | undefined> {
  const all = await services.ledger.actionsOfKind([ban.kind], 'due', { afterId: 0, limit: MOST_BANS });
  const due = all.filter(({ payload }) => {
    const wanted = (payload as { rule?: { roomId?: unknown; entity?: unknown } }).rule;
    return wanted?.entity === rule.entity && wanted.roomId === rule.roomId;
  });
  if (due.length === 0) return undefined;
  return leaveAtWork(services, invocation, 'work', outcomeTexts.bans, due, due, true);
}

/** More than the members of a large homeserver's rooms. */
const MOST_BANS = 100_000;

async function leaveAtWork(
  services: Services,
  invocation: Invocation,
  deed: Deed,
  whom: string,
  ends: readonly ActionRecord[],
  actions: readonly Pick<NewAction, 'key'>[],
  ofRule = false,
): Promise<string> {
  const said = outcomeTexts.atWork(ends.length - ends.filter(isDue).length, ends.length);
  const payload: OutcomePayload = {
    deed,
    whom,
    keys: actions.map(({ key }) => key),
    roomId: invocation.roomId,
    inReplyTo: invocation.replyTo,
    thread: invocation.thread,
    command: invocation.key,
    said,
    ...(ofRule ? { ofRule } : {}),
  };
  const placement = { key: `outcome:${invocation.key}`, notBefore: services.clock() + AGAIN_FIRST_MS };
  await services.commit([outcome.create(payload, placement)]);
  return said;
}

/** Whether a command's answer will report this action's outcome, so that nothing else needs to. */
export function isAnsweredFor({ kind, key }: Pick<ActionRecord, 'kind' | 'key'>): boolean {
  return (kind === 'kick' || kind === 'redact_user') && key.startsWith('command:');
}

/** `outcome`: updates the progress in the first answer; the second answer follows once everything has ended. */
export function outcomeHandler(
  ledger: Pick<Ledger, 'actionsByKey' | 'cancelByKey' | 'commit'>,
  clock: Clock,
): ActionHandler {
  return outcome.handler(async (payload, action) => {
    const { deed, whom, keys, roomId, inReplyTo, thread, cancelled = false } = payload;
    let ends = await endsOfChains(ledger, keys);
    // a step that was running when cancelled may have had a follow-up
    if (cancelled && (await ledger.cancelByKey(dueKeys(ends), clock())) > 0) ends = await endsOfChains(ledger, keys);
    const open = ends.filter(isDue).length;
    const now =
      open > 0
        ? outcomeTexts.atWork(ends.length - open, ends.length)
        : outcomeTexts.over(ends.filter(({ state }) => state !== 'cancelled').length, ends.length, cancelled);
    const shown = await showProgress(ledger, payload, action, now, open > 0);
    if (open > 0) {
      await ledger.commit((tx) => tx.addActions(shown));
      const pace = Math.floor(action.attempts / LOOKS_A_PACE);
      return {
        state: 'retry',
        afterMs: doublingMs(AGAIN_FIRST_MS, AGAIN_LAST_MS, pace),
        error: answerTexts.waitingToBegin,
      };
    }
    const follow = paginate(outcomeBlocks(deed, whom, ends)).map((page, index) =>
      message.create(
        { roomId, content: answerContent({ replyTo: inReplyTo, thread }, page) },
        { key: `${action.key}:${index}` },
      ),
    );
    return { state: 'done', follow: [...shown, ...follow] };
  });
}

const dueKeys = (ends: readonly ActionRecord[]): string[] => ends.filter(isDue).map(({ key }) => key);

/** Edits the progress sentence in the first answer, and adds the cancel button. */
async function showProgress(
  ledger: Pick<Ledger, 'actionsByKey'>,
  { command, said, roomId }: OutcomePayload,
  action: ActionRecord,
  now: string,
  goesOn: boolean,
): Promise<NewAction[]> {
  if (command === undefined || said === undefined) return [];
  const [answer] = await ledger.actionsByKey([firstAnswerOf(command)]);
  const eventId = (answer?.result as { event_id?: unknown } | null | undefined)?.event_id;
  if (answer === undefined || typeof eventId !== 'string') return [];
  const { content } = answer.payload as { content: Record<string, unknown> };
  const edit = withSentence(content, said, now, eventId);
  return [
    ...(now === said || edit === undefined
      ? []
      : [message.create({ roomId, content: edit }, { key: `${action.key}:progress:${digest(now)}` })]),
    ...(goesOn
      ? [reaction.create({ roomId, on: eventId, key: CANCEL }, { key: `reaction:${eventId}:${CANCEL}` })]
      : []),
  ];
}

/** The key of a command's first answer. */
export function firstAnswerOf(command: string): string {
  return `answer:${command}:0`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** An edit of the message with the sentence replaced; undefined when it does not contain the sentence. */
function withSentence(
  content: Record<string, unknown>,
  said: string,
  now: string,
  eventId: string,
): Record<string, unknown> | undefined {
  const { body, formatted_body: html, msgtype, format, 'm.mentions': mentions } = content;
  if (typeof body !== 'string' || typeof html !== 'string' || !body.includes(said)) return undefined;
  const replaced = {
    msgtype,
    format,
    'm.mentions': mentions,
    body: body.replace(said, () => now),
    formatted_body: html.replace(escapeHtml(said), () => escapeHtml(now)),
  };
  return {
    ...replaced,
    body: `* ${replaced.body}`,
    'm.new_content': replaced,
    'm.relates_to': { rel_type: 'm.replace', event_id: eventId },
  };
}

/** A command that is still running. */
export interface AtWork {
  action: ActionRecord;
  payload: OutcomePayload;
}

const MOST_AT_WORK = 100;

/** The commands that are still running, oldest first. */
export async function atWork(ledger: Pick<Ledger, 'actionsOfKind'>): Promise<AtWork[]> {
  const due = await ledger.actionsOfKind([outcome.kind], 'due', { afterId: 0, limit: MOST_AT_WORK });
  return due.map((action) => ({ action, payload: outcome.payload.parse(action.payload) }));
}

/** Stops a running command; its outcome is announced as usual. */
export async function cancelWork(
  ledger: Pick<Ledger, 'actionsByKey' | 'cancelByKey' | 'commit'>,
  { action, payload }: AtWork,
  at: number,
): Promise<void> {
  const ends = await endsOfChains(ledger, payload.keys);
  await ledger.cancelByKey([action.key, ...dueKeys(ends)], at);
  await ledger.commit((tx) =>
    tx.addActions([outcome.create({ ...payload, cancelled: true }, { key: `${action.key}:cancelled` })]),
  );
}

const isDue = ({ state }: ActionRecord): boolean => state === 'due';
