import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { ActionHandler } from '../actions/types.js';
import { messageContent, type Block } from '../matrix/message.js';
import type { Homeserver } from '../matrix/types.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { sendOnce } from './send-once.js';
import { texts } from './texts.js';

/** A problem that an admin can fix. */
export interface Finding {
  /** distinguishes it from others and stays the same while it lasts */
  key: string;
  found: string;
  remedy: string;
}

const tellFindings = defineAction({
  kind: 'tell_findings',
  payload: z.object({}),
  hasSideEffects: false,
  lane: () => 'findings',
  failuresToldElsewhere: true,
});

const told = z.object({
  /** the current message; null when it has not been sent yet */
  eventId: z.string().nullable(),
  sentAt: z.number(),
  lines: z.array(z.object({ key: z.string(), found: z.string(), remedy: z.string(), mended: z.boolean() })),
});
type Told = z.infer<typeof told>;

const META_KEY = 'findings';
/** A problem found this soon after a message is added to it; a later one gets a new message. */
const ONE_MESSAGE_MS = 60 * 60_000;
const MOST_SHOWN = 20;

export interface FindingsOptions {
  homeserver: Homeserver;
  ledger: Pick<Ledger, 'commit' | 'meta'>;
  managementRoom: () => string | undefined;
  clock: Clock;
}

/**
 * One message in the management room about what an admin has to fix. It is edited when a problem is fixed, and nothing
 * is announced twice, even over restarts, because the ledger records what was.
 */
export class Findings {
  readonly #options: FindingsOptions;

  constructor(options: FindingsOptions) {
    this.#options = options;
  }

  /** Sets the complete list of current problems. */
  async report(findings: readonly Finding[]): Promise<void> {
    const { ledger, clock } = this.#options;
    const before = read((await ledger.meta(META_KEY)) ?? '');
    if (next(before, findings, clock()) === undefined) return;
    await ledger.commit(async (tx) => {
      const now = next(read(await tx.lockMeta(META_KEY)), findings, clock());
      if (now === undefined) return;
      await tx.setMeta(META_KEY, JSON.stringify(now));
      await tx.addActions([tellFindings.create({}, { key: META_KEY, renew: true })]);
    });
  }

  /** `tell_findings`: sends or edits the message so that it is up to date. */
  handler(): ActionHandler {
    return tellFindings.handler(async (_payload, action, attempt) => {
      const { homeserver, ledger, managementRoom } = this.#options;
      const roomId = managementRoom();
      if (roomId === undefined) return { state: 'retry', afterMs: 2000, error: texts.noManagementRoom };
      const now = read((await ledger.meta(META_KEY)) ?? '');
      if (now === undefined) return { state: 'done' };
      const content = messageContent(findingBlocks(now.lines), now.eventId === null ? {} : { replaces: now.eventId });
      const eventId = await sendOnce(homeserver, attempt, roomId, content, `${action.key}:${action.createdAt}`);
      if (now.eventId === null)
        await ledger.commit(async (tx) => {
          const latest = read(await tx.lockMeta(META_KEY)) ?? now;
          if (latest.sentAt === now.sentAt) await tx.setMeta(META_KEY, JSON.stringify({ ...latest, eventId }));
        });
      return { state: 'done' };
    });
  }
}

/** What the message should say next; undefined when it has not changed. */
function next(before: Told | undefined, findings: readonly Finding[], now: number): Told | undefined {
  const standing = new Set(findings.map(({ key }) => key));
  const known = new Map(before?.lines.map((line) => [line.key, line]));
  const fresh = findings.filter(({ key }) => !known.has(key));
  if (fresh.length > 0) {
    const lines = findings.map((finding) => ({ ...finding, mended: false }));
    // a clock that jumped back leads to a second message rather than none
    const age = now - (before?.sentAt ?? -Infinity);
    if (before === undefined || age < 0 || age > ONE_MESSAGE_MS) return { eventId: null, sentAt: now, lines };
    const gone = before.lines.filter(({ key }) => !standing.has(key)).map((line) => ({ ...line, mended: true }));
    return { ...before, lines: [...lines, ...gone] };
  }
  if (before === undefined) return undefined;
  const lines = before.lines.map((line) => ({ ...line, mended: !standing.has(line.key) }));
  return lines.every(({ mended }, at) => mended === before.lines[at]?.mended) ? undefined : { ...before, lines };
}

function findingBlocks(lines: Told['lines']): Block[] {
  const { findings } = texts;
  const open = lines.filter(({ mended }) => !mended);
  const shown = [...open, ...lines.filter(({ mended }) => mended)].slice(0, MOST_SHOWN);
  return [
    { heading: open.length === 0 ? findings.allMended : findings.heading },
    { list: shown.map(({ found, remedy, mended }) => [mended ? findings.mended(found) : `${found} ${remedy}`]) },
    ...(lines.length > shown.length ? [{ line: [texts.more(lines.length - shown.length)] }] : []),
  ];
}

function read(text: string): Told | undefined {
  try {
    return told.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
