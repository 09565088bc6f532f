import { endsOfChains } from '../actions/chains.js';
import { defineAction } from '../actions/define.js';
import { message } from '../notify/actions.js';
import { z } from 'zod';
import { visible } from '../detection/index.js';
import type { ActionHandler } from '../actions/types.js';
import { paginate, type Block, type Inline } from '../matrix/message.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import { answerContent, effectOf } from './answers.js';
import { outcomeTexts } from './texts/outcome.js';
import type { Invocation, Services } from './types.js';
import { answerTexts } from './texts/answers.js';
import { doublingMs } from '../util/timers.js';

/** What many actions came to, by room. */
type Deed = 'kick' | 'redact';

const outcome = defineAction({
  kind: 'outcome',
  payload: z.object({
    deed: z.enum(['kick', 'redact']),
    whom: z.string(),
    keys: z.array(z.string()),
    roomId: z.string(),
    inReplyTo: z.string(),
    thread: z.string().optional(),
  }),
  hasSideEffects: false,
  lane: ({ inReplyTo }) => `outcome:${inReplyTo}`,
  failuresToldElsewhere: true,
});

const WAIT_MS = 6_000;
const AGAIN_FIRST_MS = 2_000;
const AGAIN_LAST_MS = 60_000;
const FAILURES_SHOWN = 20;

/**
 * Carries many actions out and answers with counts and failures by room: at once when they end soon, else with how it
 * goes, and the outcome follows as a second answer, also after a restart.
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
  const payload = {
    deed,
    whom,
    keys: actions.map(({ key }) => key),
    roomId: invocation.roomId,
    inReplyTo: invocation.replyTo,
    thread: invocation.thread,
  };
  await services.commit([
    outcome.create(payload, {
      key: `outcome:${invocation.key}`,
      notBefore: services.clock() + AGAIN_FIRST_MS,
    }),
  ]);
  const open = ends.filter(isDue).length;
  return [{ line: [outcomeTexts.atWork(ends.length - open, open)] }];
}

/** Says whether a command's answer tells what becomes of this action, so that nobody else needs to. */
export function isAnsweredFor({ kind, key }: Pick<ActionRecord, 'kind' | 'key'>): boolean {
  return (kind === 'kick' || kind === 'redact_user') && key.startsWith('command:');
}

/** `outcome`: the second answer, once all has ended. */
export function outcomeHandler(ledger: Pick<Ledger, 'actionsByKey'>): ActionHandler {
  return outcome.handler(async ({ deed, whom, keys, roomId, inReplyTo, thread }, action) => {
    const ends = await endsOfChains(ledger, keys);
    if (ends.some(isDue))
      return {
        state: 'retry',
        afterMs: doublingMs(AGAIN_FIRST_MS, AGAIN_LAST_MS, action.attempts),
        error: answerTexts.waitingToBegin,
      };
    const follow = paginate(outcomeBlocks(deed, whom, ends)).map((page, index) =>
      message.create(
        { roomId, content: answerContent({ replyTo: inReplyTo, thread }, page) },
        { key: `${action.key}:${index}` },
      ),
    );
    return { state: 'done', follow };
  });
}

const isDue = ({ state }: ActionRecord): boolean => state === 'due';

/** Counts what was done, and says where it was not, and why. */
export function outcomeBlocks(deed: Deed, whom: string, ends: readonly ActionRecord[]): Block[] {
  const simulated = ends.filter(({ state }) => state === 'simulated').length;
  const done = ends.filter(({ state }) => state === 'done');
  const acted = done.filter((action) => ['kicked', 'redacted'].includes(effectOf(action)));
  const rooms = new Set(acted.map(roomOf)).size;
  const failed = ends.filter(({ state }) => ['failed', 'refused', 'cancelled'].includes(state));
  const gone = acted.reduce((sum, action) => sum + numberIn(action, 'gone'), 0);
  const stayed = done.reduce((sum, action) => sum + numberIn(action, 'failed'), 0);
  const already = done.reduce((sum, action) => sum + numberIn(action, 'already'), 0);
  const where = outcomeTexts.where(deed, rooms);
  const what =
    deed === 'kick'
      ? outcomeTexts.kicked(whom, ends.length > rooms ? acted.length : undefined, where)
      : outcomeTexts.redacted(gone, whom, where);
  const nothing: Inline[] = [deed === 'kick' ? outcomeTexts.nobodyKicked : outcomeTexts.nothingRedacted];
  const line: Inline[] = simulated > 0 ? [outcomeTexts.simulated(simulated)] : acted.length === 0 ? nothing : what;
  const blocks: Block[] = [
    {
      line: [...line, already > 0 ? outcomeTexts.already(already) : '', stayed > 0 ? outcomeTexts.stayed(stayed) : ''],
    },
  ];
  if (failed.length > 0) {
    blocks.push(
      { line: [outcomeTexts.notDone(failed.length)] },
      {
        list: failed
          .slice(0, FAILURES_SHOWN)
          .map((action) => [{ code: roomOf(action) }, ` – ${visible(action.lastError ?? action.state)}`]),
      },
    );
  }
  return blocks;
}

function roomOf(action: ActionRecord): string {
  return String((action.payload as { roomId?: unknown }).roomId);
}

function numberIn(action: ActionRecord, key: 'gone' | 'already' | 'failed'): number {
  const value = (action.result as Record<string, unknown> | null)?.[key];
  return typeof value === 'number' ? value : 0;
}
