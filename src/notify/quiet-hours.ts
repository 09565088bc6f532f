import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { ActionHandler } from '../actions/types.js';
import { messageContent } from '../matrix/message.js';
import type { Homeserver } from '../matrix/types.js';
import type { NewAction } from '../store/records/actions.js';
import type { CaseRecord } from '../store/records/cases.js';
import type { Ledger } from '../store/types.js';
import { nextTime } from '../util/time-of-day.js';
import { sendOnce } from './send-once.js';
import { countWords } from './levels.js';
import { texts } from './texts.js';

/** The states in which a case is waiting for a moderator. */
const WAITING: readonly CaseRecord['state'][] = ['open', 'triaged', 'appealed'];
/** How many of the waiting cases are counted at most. */
const MOST_COUNTED = 10_000;

/** Start and end of a period of quiet hours, in ms since the epoch. */
export interface Quiet {
  from: number;
  until: number;
}

/** The quiet hours (`HH:MM-HH:MM`, in this machine's time zone) that include `now`; undefined outside of them. */
export function quietHours(range: string | null, now: number): Quiet | undefined {
  if (range === null) return undefined;
  const [from = '', to = ''] = range.split('-');
  const until = nextTime(to, now);
  if (until >= nextTime(from, now)) return undefined;
  const began = new Date(until);
  const [hours = 0, minutes = 0] = from.split(':').map(Number);
  began.setHours(hours, minutes, 0, 0);
  if (began.getTime() >= until) began.setDate(began.getDate() - 1);
  return { from: began.getTime(), until };
}

/** The message type for verdicts of this level at this time: `certain` notifies at any hour. */
export function soundOf(
  verdict: CaseRecord['verdict'],
  quiet: () => Quiet | undefined,
): { msgtype: 'm.text' | 'm.notice'; follow: NewAction[] } {
  const hours = verdict === 'certain' ? undefined : quiet();
  return hours === undefined
    ? { msgtype: 'm.text', follow: [] }
    : {
        msgtype: 'm.notice',
        follow: [quietEnd.create(hours, { key: `quiet:${hours.until}`, notBefore: hours.until })],
      };
}

/** One message at the end of quiet hours in which cases arrived without a notification. */
const quietEnd = defineAction({
  kind: 'quiet_end',
  payload: z.object({ from: z.number(), until: z.number() }),
  hasSideEffects: false,
  lane: ({ until }) => `quiet:${until}`,
  failuresToldElsewhere: true,
});

/** `quiet_end`: says how many of the cases from that period are still waiting; nothing if none are. */
export function quietEndHandler({
  homeserver,
  ledger,
  managementRoom,
}: {
  homeserver: Homeserver;
  ledger: Ledger;
  /** undefined while there is no management room yet */
  managementRoom: () => string | undefined;
}): ActionHandler {
  return quietEnd.handler(async ({ from, until }, action, attempt) => {
    const roomId = managementRoom();
    if (roomId === undefined) return { state: 'retry', afterMs: 2000, error: texts.noManagementRoom };
    const waiting = (await ledger.cases({ states: WAITING, limit: MOST_COUNTED })).filter(
      ({ updatedAt, verdict }) => updatedAt >= from && updatedAt < until && verdict !== 'certain',
    );
    if (waiting.length === 0) return { state: 'done' };
    const content = messageContent([{ line: texts.quiet.over(waiting.length, countWords(waiting)) }], {
      msgtype: 'm.text',
    });
    return { state: 'done', result: { event_id: await sendOnce(homeserver, attempt, roomId, content, action.key) } };
  });
}
