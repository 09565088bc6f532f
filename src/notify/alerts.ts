import type { NewAction } from '../store/records/actions.js';
import { tell } from './actions.js';
import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { sendOnce } from './send-once.js';
import type { ActionHandler } from '../actions/types.js';
import { messageContent, plainText, type Block, type Inline } from '../matrix/message.js';
import type { Homeserver } from '../matrix/types.js';
import type { Ledger } from '../store/types.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { SerialQueue } from '../util/serial-queue.js';
import { texts } from './texts.js';

/** Conditions that moderators should know about while they last; each topic is announced and remembered separately. */
export type AlertTopic =
  | 'rooms'
  | 'skipped_rules'
  | 'upgrades'
  | 'spaces'
  | 'server_acl'
  | 'set_aside'
  | 'management_room'
  | 'encryption'
  | 'start'
  | 'way_back'
  | 'held_lists'
  | 'standoffs';

/** Topics that nothing else logs. */
const LOGGED: ReadonlySet<AlertTopic> = new Set([
  'rooms',
  'upgrades',
  'spaces',
  'server_acl',
  'management_room',
  'encryption',
  'held_lists',
  'standoffs',
]);

const HEADINGS: Record<AlertTopic, string> = texts.alerts;

/** How many of one topic a message lists; the rest are counted. */
const MOST_SHOWN = 20;

export interface ModeratorAlertsOptions {
  ledger: Pick<Ledger, 'commit' | 'meta'>;
  logger: Logger;
}

/**
 * Tells the management room what prevents protection, each problem once: not again while it lasts, nor after a restart.
 * A problem that has passed is forgotten, so that it is announced again when it returns.
 */
export class ModeratorAlerts {
  readonly #options: ModeratorAlertsOptions;
  readonly #standing = new Map<AlertTopic, ReadonlyMap<string, Inline[]>>();
  /** by topic: current problems that this process has logged */
  readonly #logged = new Map<AlertTopic, ReadonlySet<string>>();
  #begun = false;
  readonly #turns = new SerialQueue();

  constructor(options: ModeratorAlertsOptions) {
    this.#options = options;
  }

  /**
   * Announcements begin now. Earlier not everything is known, and an unknown problem would be forgotten as if it had
   * passed.
   */
  enable(): Promise<void> {
    this.#begun = true;
    for (const [topic, entries] of this.#standing) this.#queue(topic, entries);
    return this.#turns.idle();
  }

  /**
   * Sets the complete list of current problems of a topic, each with a distinguishing key and a sentence. Problems that
   * are `answered` were just mentioned in the answer to a command, and count as announced.
   */
  report(
    topic: AlertTopic,
    entries: ReadonlyMap<string, Inline[]>,
    answered: (key: string) => boolean = () => false,
  ): Promise<void> {
    this.#standing.set(topic, entries);
    this.#log(topic, entries);
    if (this.#begun) this.#queue(topic, entries, answered);
    return this.#turns.idle();
  }

  /** The current problems that an admin can fix, in words. */
  standing(): string[] {
    return [...this.#standing]
      .filter(([topic]) => LOGGED.has(topic))
      .flatMap(([, entries]) => [...entries.values()].slice(0, MOST_SHOWN).map(plainText));
  }

  /** Logs each problem once while it lasts; after a restart again, so that a new log has it too. */
  #log(topic: AlertTopic, entries: ReadonlyMap<string, Inline[]>): void {
    if (!LOGGED.has(topic)) return;
    const before = this.#logged.get(topic);
    this.#logged.set(topic, new Set(entries.keys()));
    const fresh = [...entries].filter(([key]) => before?.has(key) !== true);
    for (const [, line] of fresh.slice(0, MOST_SHOWN))
      this.#options.logger.warn({ topic, reason: plainText(line) }, 'protection is hindered');
  }

  #queue(
    topic: AlertTopic,
    entries: ReadonlyMap<string, Inline[]>,
    answered: (key: string) => boolean = () => false,
  ): void {
    void this.#turns
      .run(() => this.#tell(topic, entries, answered))
      .catch((error: unknown) => {
        this.#options.logger.error(
          { topic, error: messageOf(error) },
          'a word to the moderators could not be written down',
        );
      });
  }

  async #tell(
    topic: AlertTopic,
    entries: ReadonlyMap<string, Inline[]>,
    answered: (key: string) => boolean,
  ): Promise<void> {
    const { ledger } = this.#options;
    const name = `told:${topic}`;
    const told = new Set(toldBefore(await ledger.meta(name)));
    const hashes = new Map([...entries.keys()].map((key) => [key, hashOf(key)]));
    const fresh = [...entries]
      .filter(([key]) => !told.has(hashes.get(key) ?? '') && !answered(key))
      .map(([, line]) => line);
    const now = [...new Set(hashes.values())];
    if (fresh.length === 0 && told.size === now.length && now.every((hash) => told.has(hash))) return;
    await ledger.commit(async (tx) => {
      await tx.setMeta(name, JSON.stringify(now));
      if (fresh.length > 0) await tx.addActions([tellAction(`${name}:${randomUUID()}`, blocksOf(topic, fresh))]);
    });
  }
}

function blocksOf(topic: AlertTopic, lines: Inline[][]): Block[] {
  const [first] = lines;
  if (first !== undefined && lines.length === 1) return [{ line: first }];
  const more = lines.length - MOST_SHOWN;
  return [
    { line: [HEADINGS[topic]] },
    { list: lines.slice(0, MOST_SHOWN) },
    ...(more > 0 ? [{ line: [texts.more(more)] }] : []),
  ];
}

/**
 * A message to whichever room is the management room when it is sent. What was announced is recorded in the same
 * commit, so any key will do.
 */
function tellAction(key: string, blocks: Block[]): NewAction {
  return tell.create({ content: messageContent(blocks) }, { key });
}

const tellPayload = z.object({ content: z.record(z.string(), z.unknown()) });

/** `tell`: sends a message to the management room, in a dry run too, because it affects nobody. */
export function tellHandler(homeserver: Homeserver, managementRoom: () => string | undefined): ActionHandler {
  return tell.handler(async (_payload, action, attempt) => {
    const roomId = managementRoom();
    if (roomId === undefined) return { state: 'retry', afterMs: 2000, error: texts.noManagementRoom };
    const { content } = tellPayload.parse(action.payload);
    return { state: 'done', result: { event_id: await sendOnce(homeserver, attempt, roomId, content, action.key) } };
  });
}

function toldBefore(text: string | undefined): string[] {
  const list: unknown = text === undefined ? [] : JSON.parse(text);
  return Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [];
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 16);
}
