import type { ActionRecord, NewAction } from '../../store/records/actions.js';
import { redactUser } from '../actions.js';
import { canRedact } from '../../matrix/power.js';
import { MatrixError, type MatrixEvent } from '../../matrix/types.js';
import { systemClock } from '../../util/clock.js';
import { type RedactUserPayload } from '../payloads.js';
import type { ActionHandler, ActionOutcome } from '../../actions/types.js';
import { transactionIdOf, type HandlerDeps } from './parts.js';

const PAGE = 100;
/**
 * A history that never ends is a fault of the homeserver; 100,000 events are the most that the configuration allows.
 */
const MOST_STEPS = 2_000;
/** A task of the homeserver is asked after at first soon, then more seldom. */
const FIRST_LOOK_MS = 500;
const LAST_LOOK_MS = 30_000;
/** Refusals of the admin API that mean: not for us, or no such thing here. Then it is done event by event. */
const NO_TASK: readonly number[] = [400, 401, 403, 404];

/** How many events this has redacted, how many others had been redacted before, and how many would not go. */
interface Counts {
  gone: number;
  already: number;
  failed: number;
}

type Progress = NonNullable<RedactUserPayload['progress']>;

/** A redaction has a lane for itself: it may take long, and a room that cannot be read holds up nothing else. */
export function redactionAction(key: string, payload: RedactUserPayload, caseId?: number | null): NewAction {
  return redactUser.create(payload, { key, caseId: caseId ?? null });
}

/**
 * `redact_user`: redacts what a person wrote in one room, the latest first, in the cheapest way that is there. What is
 * redacted already (servers that know MSC4293 did it with the ban) is left alone. A short history is redacted event by
 * event; a longer one of somebody who is not to stay by the homeserver's own task where we are server admin, and looked
 * through afterwards, since the task passes over stickers, reactions and polls. It cannot be undone.
 */
export function redactUserHandler({ homeserver, rooms }: HandlerDeps): ActionHandler {
  return redactUser.handler(async (payload, action) => {
    const { roomId, userId, extent, reason } = payload;
    const progress = payload.progress ?? {
      root: action.key,
      step: 0,
      since: sinceOf(action, extent.hours),
      seen: 0,
      gone: 0,
      failed: 0,
      byHand: false,
    };
    if (progress.task !== undefined)
      return lookAtTask(homeserver, action, payload, { ...progress, task: progress.task });
    const { since } = progress;
    const limit = Math.min(PAGE, extent.limit - progress.seen);
    const page = await homeserver.historyOf(roomId, userId, {
      limit,
      ...(progress.from === undefined ? {} : { from: progress.from }),
    });
    const young = page.events.filter((event) => event.origin_server_ts >= since);
    const room = rooms.get(roomId);
    const standing = room?.members.get(userId);
    const events = young.filter((event) => isRedactable(event, standing?.eventId));
    const left = events.filter((event) => !isRedacted(event));
    const over =
      page.next === undefined ||
      young.length < page.events.length ||
      progress.seen + page.events.length >= extent.limit ||
      progress.step >= MOST_STEPS;

    // the task redacts the member event of somebody who stays as well, hence only for those who are taken down or not
    // inside
    const goes = payload.rule !== undefined || standing?.membership !== 'join';
    // Synapse names a next page also when there is nothing more
    if (!progress.byHand && !over && page.events.length >= limit && left.length > 0 && goes) {
      const task =
        room === undefined || canRedact(homeserver.botUserId, room)
          ? await homeserver
              .startRedaction(userId, {
                roomId,
                limit: extent.limit,
                ...(since > 0 ? { afterTs: since } : {}),
                reason,
              })
              .catch(refusalAs(undefined))
          : undefined;
      return task === undefined
        ? goOn(action, payload, { ...progress, byHand: true })
        : goOn(action, payload, { ...progress, task }, FIRST_LOOK_MS);
    }
    const { gone, already, failed } = await redactPage(homeserver, action, payload, events, progress.tasked === true);
    const now = {
      ...progress,
      from: page.next,
      seen: progress.seen + page.events.length,
      gone: progress.gone + gone,
      already: (progress.already ?? 0) + already,
      failed: progress.failed + failed,
    };
    if (!over) return goOn(action, payload, now);
    return {
      state: 'done',
      result: {
        effect: now.gone === 0 ? 'held' : 'redacted',
        gone: now.gone,
        already: now.already,
        failed: now.failed,
      },
    };
  });
}

/** Redacts what is left of one page; returns how many are gone now and how many would not go. */
async function redactPage(
  homeserver: HandlerDeps['homeserver'],
  action: ActionRecord,
  { roomId, reason }: RedactUserPayload,
  events: readonly MatrixEvent[],
  byTask: boolean,
): Promise<Counts> {
  let gone = 0;
  let already = 0;
  let failed = 0;
  for (const event of events) {
    if (isRedacted(event)) {
      // what the homeserver's task has redacted is our work
      if (byTask) gone += 1;
      else already += 1;
      continue;
    }
    try {
      await homeserver.redact(
        roomId,
        event.event_id,
        transactionIdOf({ key: `${action.lane}:${event.event_id}`, createdAt: 0 }),
        reason,
      );
      gone += 1;
    } catch (error) {
      if (!(error instanceof MatrixError) || error.transient || error.status === 403) throw error;
      failed += 1;
    }
  }
  return { gone, already, failed };
}

/** Waits for the homeserver's own task; what it passed over is done by hand then. */
async function lookAtTask(
  homeserver: HandlerDeps['homeserver'],
  action: ActionRecord,
  payload: RedactUserPayload,
  progress: Progress & { task: string },
): Promise<ActionOutcome> {
  const task = await homeserver.redactionTask(progress.task).catch(refusalAs('unknown' as const));
  if (task === 'running')
    return goOn(action, payload, progress, Math.min(LAST_LOOK_MS, FIRST_LOOK_MS * 2 ** Math.min(progress.step, 10)));
  return goOn(action, payload, { ...progress, task: undefined, tasked: true, byHand: true });
}

/** What this step came to, with the next one. The first step's key names the chain: `KEY`, `KEY:1`, `KEY:2`, … */
function goOn(action: ActionRecord, payload: RedactUserPayload, progress: Progress, afterMs?: number): ActionOutcome {
  const step = progress.step + 1;
  const next: NewAction = {
    ...redactionAction(`${progress.root}:${step}`, { ...payload, progress: { ...progress, step } }, action.caseId),
    ...(afterMs === undefined ? {} : { notBefore: systemClock() + afterMs }),
  };
  return { state: 'done', result: { effect: 'continued', next: next.key, gone: progress.gone }, follow: [next] };
}

/** Older than this (ms since the epoch) is left alone. */
function sinceOf(action: ActionRecord, hours: number | null): number {
  return hours === null ? 0 : Math.round(action.createdAt - hours * 3_600_000);
}

function isRedacted(event: MatrixEvent): boolean {
  return event.unsigned?.redacted_because !== undefined;
}

/**
 * Messages of every kind, and the names under which the person joined; but not the member event that stands, since the
 * room would forget the name of somebody who stays. Other state is the room's, whoever wrote it.
 */
function isRedactable(event: MatrixEvent, standing: string | undefined): boolean {
  if (event.state_key === undefined) return event.type !== 'm.room.redaction';
  return event.type === 'm.room.member' && event.content.membership === 'join' && event.event_id !== standing;
}

function refusalAs<T>(answer: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof MatrixError && NO_TASK.includes(error.status)) return answer;
    throw error;
  };
}
