import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { ActionFailure } from '../actions/ends.js';
import type { ActionHandler } from '../actions/types.js';
import { visible } from '../detection/index.js';
import { messageContent, type Block } from '../matrix/message.js';
import type { Homeserver } from '../matrix/types.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { isoTime } from '../util/times.js';
import { sendOnce } from './send-once.js';
import { texts } from './texts.js';

/**
 * Failures that affect everything at once because one remote service is down: one message that is edited, however many
 * actions are waiting.
 */
const GROUPS = {
  mail: { kinds: ['mail', 'mail_gathered'] },
  report: { kinds: ['report', 'report_event'] },
} as const;
type Group = keyof typeof GROUPS;

function groupOf(kind: string): Group | undefined {
  return (Object.keys(GROUPS) as Group[]).find((group) => (GROUPS[group].kinds as readonly string[]).includes(kind));
}

const tellOutage = defineAction({
  kind: 'tell_outage',
  payload: z.object({ group: z.enum(Object.keys(GROUPS) as [Group, ...Group[]]) }),
  hasSideEffects: false,
  lane: ({ group }) => `outage:${group}`,
  failuresToldElsewhere: true,
});

/** What moderators were told about a current outage. */
const standing = z.object({
  eventId: z.string().nullable(),
  /** how many actions were given up since it began */
  givenUp: z.number(),
  error: z.string(),
  /** one action has succeeded since */
  over: z.boolean(),
});
type Standing = z.infer<typeof standing>;

/** How long changes are collected before the message is edited once. */
const GATHER_MS = 2_000;
/** The count of a continuing outage is updated no more often than this. */
const EDIT_APART_MS = 30_000;

export interface OutagesOptions {
  homeserver: Homeserver;
  ledger: Ledger;
  managementRoom: () => string | undefined;
  clock: Clock;
  logger: Logger;
}

/** One message per outage, over restarts too, because its state is kept in the ledger. */
export class Outages {
  readonly #options: OutagesOptions;
  /** groups without a current outage, as far as we know */
  readonly #calm = new Set<Group>();
  readonly #editedAt = new Map<Group, number>();

  constructor(options: OutagesOptions) {
    this.#options = options;
  }

  /** Records a failure; false when failures of its kind are announced one by one. */
  async failed({ action, error, givenUp }: ActionFailure): Promise<boolean> {
    const group = groupOf(action.kind);
    if (group === undefined) return false;
    this.#calm.delete(group);
    await this.#change(group, (before) => ({
      eventId: before?.eventId ?? null,
      givenUp: (before?.givenUp ?? 0) + (givenUp ? 1 : 0),
      error,
      over: false,
    }));
    return true;
  }

  /** Records that an action of this kind succeeded, which ends the outage. */
  ended(kind: string): void {
    const group = groupOf(kind);
    if (group === undefined || this.#calm.has(group)) return;
    this.#calm.add(group);
    this.#change(group, (before) => before && { ...before, over: true }).catch((error: unknown) =>
      this.#options.logger.error({ error: messageOf(error) }, 'the end of an outage could not be told'),
    );
  }

  async #change(group: Group, change: (before: Standing | undefined) => Standing | undefined): Promise<void> {
    const { ledger } = this.#options;
    await ledger.commit(async (tx) => {
      const now = change(read(await tx.lockMeta(keyOf(group))));
      if (now === undefined) return;
      await tx.setMeta(keyOf(group), JSON.stringify(now));
      await tx.addActions([tellOutage.create({ group }, { key: keyOf(group), inMs: GATHER_MS, renew: true })]);
    });
  }

  /** `tell_outage`: sends or edits the message so that it is up to date. */
  handler(): ActionHandler {
    return tellOutage.handler(async ({ group }, action, attempt) => {
      const { homeserver, ledger, managementRoom, clock } = this.#options;
      const roomId = managementRoom();
      if (roomId === undefined) return { state: 'retry', afterMs: 2000, error: texts.noManagementRoom };
      const now = read((await ledger.meta(keyOf(group))) ?? '');
      if (now === undefined) return { state: 'done' };
      const apart = (this.#editedAt.get(group) ?? -Infinity) + EDIT_APART_MS - clock();
      if (now.eventId !== null && !now.over && apart > 0 && apart <= EDIT_APART_MS)
        return { state: 'retry', afterMs: apart, error: texts.outage.justTold };
      const waiting = await Promise.all(GROUPS[group].kinds.map((kind) => ledger.troubleOf(kind)));
      const content = messageContent(
        outageBlocks(group, now, waiting),
        now.eventId === null ? {} : { replaces: now.eventId },
      );
      const eventId = await sendOnce(homeserver, attempt, roomId, content, `${action.key}:${action.createdAt}`);
      this.#editedAt.set(group, clock());
      await ledger.commit(async (tx) => {
        const latest = read(await tx.lockMeta(keyOf(group)));
        const kept = now.over ? '' : JSON.stringify({ ...(latest ?? now), eventId: now.eventId ?? eventId });
        await tx.setMeta(keyOf(group), kept);
      });
      return { state: 'done' };
    });
  }
}

function keyOf(group: Group): string {
  return `outage:${group}`;
}

function read(text: string): Standing | undefined {
  if (text === '') return undefined;
  try {
    return standing.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The current message about an outage. Pure. */
function outageBlocks(
  group: 'mail' | 'report',
  { error, givenUp, over }: Pick<Standing, 'error' | 'givenUp' | 'over'>,
  waiting: readonly { count: number; since: number | null }[],
): Block[] {
  const { many, one } = texts.outage[group];
  const count = waiting.reduce((sum, each) => sum + each.count, 0);
  const since = Math.min(...waiting.flatMap((each) => (each.since === null ? [] : [each.since])));
  const lost = givenUp === 0 ? '' : texts.outage.lost(givenUp, one);
  if (over) return [{ line: [`${texts.outage.over(many)}${lost}`] }];
  const first = isoTime(since)?.slice(0, 16).replace('T', ' ');
  const wait = count === 0 ? '' : texts.outage.waiting(count, one, first);
  return [{ line: [`${texts.outage.failing(many, visible(error))}${wait}${lost}`.replace('..', '.')] }];
}
