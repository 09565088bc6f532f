import type { ActionRecord, NewAction } from '../../store/records/actions.js';
import { redactUser } from '../actions.js';
import { canRedact } from '../../matrix/power.js';
import { MatrixError, type MatrixEvent } from '../../matrix/types.js';
import { systemClock } from '../../util/clock.js';
import { doublingMs } from '../../util/timers.js';
import { type RedactUserPayload } from '../payloads.js';
import type { ActionHandler, ActionOutcome } from '../../actions/types.js';
import { transactionIdOf, type HandlerDeps } from './parts.js';

const PAGE = 100;
/** A history without an end is a fault of the homeserver; the configuration allows at most 100,000 events. */
const MOST_STEPS = 2_000;
/** The homeserver's task is polled at growing intervals. */
const FIRST_LOOK_MS = 500;
const LAST_LOOK_MS = 30_000;
/** Refusals by the admin API that mean no permission or no such endpoint. Then it is done event by event. */
const NO_TASK: readonly number[] = [400, 401, 403, 404];

type Progress = NonNullable<RedactUserPayload['progress']>;

/** A redaction has its own lane: it may take long, and a room that cannot be read must not delay anything else. */
export function redactionAction(key: string, payload: RedactUserPayload, caseId?: number | null): NewAction {
  return redactUser.create(payload, { key, caseId: caseId ?? null });
}

/**
 * `redact_user`: redacts what a person wrote in one room, latest first, in the cheapest available way. Events that are
 * redacted already (servers with MSC4293 do it with the ban) are left alone. A short history is redacted event by
 * event. A longer one, of somebody who is being removed, is left to the homeserver's own task where we are server
 * admin, and checked afterwards, since the task skips stickers, reactions and polls. It cannot be undone.
 */
export function redactUserHandler(deps: HandlerDeps): ActionHandler {
  return redactUser.handler((payload, action) => new RedactionStep(deps, action, payload).take());
}

/** One page of the history, as this step found it. */
interface Page {
  /** what may be redacted of it, redacted already or not */
  events: MatrixEvent[];
  /** how many events the homeserver gave */
  size: number;
  next: string | undefined;
  /** there is nothing more to look at, or no more is wanted */
  isLast: boolean;
}

/** One step of a chain: a page is redacted, or the homeserver's task is started or looked after. */
class RedactionStep {
  readonly #progress: Progress;

  constructor(
    private readonly deps: Pick<HandlerDeps, 'homeserver' | 'rooms'>,
    private readonly action: ActionRecord,
    private readonly payload: RedactUserPayload,
  ) {
    this.#progress = payload.progress ?? {
      root: action.key,
      step: 0,
      since: sinceOf(action, payload.extent.hours),
      seen: 0,
      gone: 0,
      failed: 0,
      byHand: false,
    };
  }

  async take(): Promise<ActionOutcome> {
    const { task } = this.#progress;
    if (task !== undefined) return this.#lookAtTask(task);
    const page = await this.#page();
    if (this.#isTaskWorthIt(page)) return this.#startTask();
    return this.#redact(page);
  }

  get #limit(): number {
    return Math.min(PAGE, this.payload.extent.limit - this.#progress.seen);
  }

  async #page(): Promise<Page> {
    const { roomId, userId, extent } = this.payload;
    const { from, since, seen, step } = this.#progress;
    const { events: all, next } = await this.deps.homeserver.historyOf(roomId, userId, {
      limit: this.#limit,
      ...(from === undefined ? {} : { from }),
    });
    // newest first: what stands before a young event is young too, however its sender's server dated it
    const young = all.slice(0, all.findLastIndex((event) => event.origin_server_ts >= since) + 1);
    const standing = this.deps.rooms.get(roomId)?.members.get(userId)?.eventId;
    return {
      events: young.filter((event) => isRedactable(event, standing)),
      size: all.length,
      next,
      isLast:
        next === undefined ||
        // one event with a false date must not end it: a whole page must be older
        (all.length > 0 && young.length === 0) ||
        seen + all.length >= extent.limit ||
        step >= MOST_STEPS,
    };
  }

  /**
   * The task redacts the member event of somebody who stays as well, hence only for those who are taken down or not
   * inside.
   */
  #isTaskWorthIt({ events, size, isLast }: Page): boolean {
    const { roomId, userId, rule } = this.payload;
    const membership = this.deps.rooms.get(roomId)?.members.get(userId)?.membership;
    const goes = rule !== undefined || membership !== 'join';
    // Synapse returns a next page even when there is nothing more
    const isLong = !isLast && size >= this.#limit && events.some((event) => !isRedacted(event));
    return goes && isLong && !this.#progress.byHand;
  }

  async #startTask(): Promise<ActionOutcome> {
    const { homeserver, rooms } = this.deps;
    const { roomId, userId, extent, reason } = this.payload;
    const { since } = this.#progress;
    const room = rooms.get(roomId);
    if (room !== undefined && !canRedact(homeserver.botUserId, room)) return this.#goOn({ byHand: true });
    const task = await homeserver
      .startRedaction(userId, { roomId, limit: extent.limit, ...(since > 0 ? { afterTs: since } : {}), reason })
      .catch(refusalAs(undefined));
    return task === undefined ? this.#goOn({ byHand: true }) : this.#goOn({ task }, FIRST_LOOK_MS);
  }

  /** Waits for the homeserver's own task; what it skipped is then redacted event by event. */
  async #lookAtTask(id: string): Promise<ActionOutcome> {
    const task = await this.deps.homeserver.redactionTask(id).catch(refusalAs('unknown' as const));
    if (task === 'running') return this.#goOn({}, doublingMs(FIRST_LOOK_MS, LAST_LOOK_MS, this.#progress.step));
    return this.#goOn({ task: undefined, tasked: true, byHand: true });
  }

  /** Redacts what is left of the page. */
  async #redact({ events, size, next, isLast }: Page): Promise<ActionOutcome> {
    const left = events.filter((event) => !isRedacted(event));
    const redactedBefore = events.length - left.length;
    let failed = 0;
    for (const event of left) if (!(await this.#redactOne(event.event_id))) failed += 1;
    // what the homeserver's task redacted counts as ours
    const byTask = this.#progress.tasked === true ? redactedBefore : 0;
    const now = {
      from: next,
      seen: this.#progress.seen + size,
      gone: this.#progress.gone + left.length - failed + byTask,
      already: (this.#progress.already ?? 0) + redactedBefore - byTask,
      failed: this.#progress.failed + failed,
    };
    if (!isLast) return this.#goOn(now);
    const { gone, already, failed: allFailed } = now;
    return {
      state: 'done',
      result: { effect: gone === 0 ? 'held' : 'redacted', gone, already, failed: allFailed },
    };
  }

  /** False: the homeserver will not have this one redacted. */
  async #redactOne(eventId: string): Promise<boolean> {
    const { roomId, reason } = this.payload;
    const txnId = transactionIdOf({ key: `${this.action.lane}:${eventId}`, createdAt: 0 });
    try {
      await this.deps.homeserver.redact(roomId, eventId, txnId, reason);
      return true;
    } catch (error) {
      if (!(error instanceof MatrixError) || error.transient || error.status === 403) throw error;
      return false;
    }
  }

  /** The outcome of this step, with the next one. The first step's key names the chain: `KEY`, `KEY:1`, `KEY:2`, … */
  #goOn(change: Partial<Progress>, afterMs?: number): ActionOutcome {
    const progress = { ...this.#progress, ...change, step: this.#progress.step + 1 };
    const key = `${progress.root}:${progress.step}`;
    const next: NewAction = {
      ...redactionAction(key, { ...this.payload, progress }, this.action.caseId),
      ...(afterMs === undefined ? {} : { notBefore: systemClock() + afterMs }),
    };
    return { state: 'done', result: { effect: 'continued', next: next.key, gone: progress.gone }, follow: [next] };
  }
}

/** Older than this (ms since the epoch) is left alone. */
function sinceOf(action: ActionRecord, hours: number | null): number {
  return hours === null ? 0 : Math.round(action.createdAt - hours * 3_600_000);
}

function isRedacted(event: MatrixEvent): boolean {
  return event.unsigned?.redacted_because !== undefined;
}

/**
 * Messages of every kind, and the names under which the person joined, except the current member event, since the room
 * would lose the name of somebody who stays. Other state belongs to the room, whoever wrote it.
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
