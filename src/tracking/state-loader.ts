import PQueue from 'p-queue';
import { MatrixError, type HomeserverReader } from '../matrix/types.js';
import type { RuleChange } from '../policy/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import type { PolicyListSnapshots } from './list-snapshots.js';
import type { WatchedLists } from './lists.js';
import type { RoomStateCache } from './rooms.js';
import type { TrackedRoom } from './tracked-room.js';
import { endsWithin } from '../util/timers.js';
import { trackingTexts } from './texts.js';
import { Rounds } from '../util/rounds.js';

export interface StateLoaderOptions {
  homeserver: Pick<HomeserverReader, 'state' | 'stateInPieces'>;
  rooms: RoomStateCache;
  lists: WatchedLists;
  lastKnown: PolicyListSnapshots;
  clock: Clock;
  logger: Logger;
  /** called some time after a failed read, to retry it */
  again: (roomIds: readonly string[]) => Promise<void>;
}

/** Few, because more at a time would only pile up garbage (30 MB with 100 rooms of 1,000). */
const READS_AT_ONCE = 4;
const RETRY_MS = 15_000;
/** Longer than a large room takes, shorter than the request timeout. */
const PATIENCE_MS = 10_000;

/** Reads whole rooms and lists. What cannot be read is remembered and retried, and delays nothing else. */
export class StateLoader {
  readonly #options: StateLoaderOptions;
  /** what could not be read, and why */
  readonly failures = new Map<string, string>();
  /** failures to tell moderators about: those that do not, or did not, resolve themselves */
  readonly #lasting = new Set<string>();
  readonly #retries = new Rounds({
    work: () => this.#options.again([...this.failures.keys()]),
    failed: (error) => this.#options.logger.error({ error: messageOf(error) }, 'second reading failed'),
  });

  constructor(options: StateLoaderOptions) {
    this.#options = options;
  }

  stop(): Promise<void> {
    return this.#retries.stop();
  }

  /** The failures that moderators should hear of. */
  lasting(): Map<string, string> {
    return new Map([...this.failures].filter(([roomId]) => this.#lasting.has(roomId)));
  }

  forget(roomId: string): void {
    this.failures.delete(roomId);
    this.#lasting.delete(roomId);
  }

  /** Reads a room; rejects when that is impossible, and the room then stays as it was. */
  async room(roomId: string): Promise<TrackedRoom> {
    const { rooms, homeserver, clock } = this.#options;
    const room =
      homeserver.stateInPieces === undefined
        ? await rooms.load(roomId, () => homeserver.state(roomId), clock)
        : await rooms.loadInPieces(roomId, (take) => homeserver.stateInPieces!(roomId, take), clock);
    this.forget(roomId);
    return room;
  }

  /** Reads rooms, or retries later. */
  loadRoomsOrRetry(roomIds: readonly string[]): Promise<void> {
    return this.#each(roomIds, (roomId) => this.#orLater(roomId, () => this.room(roomId)));
  }

  /** Reads lists, or falls back to their last known rules, so that nobody is unbanned because a list failed to load. */
  async loadListsOrRetry(roomIds: readonly string[]): Promise<void> {
    const { lists, lastKnown } = this.#options;
    const missed: RuleChange[] = [];
    await this.#each(roomIds, async (roomId) => {
      const before = lists.isKnown(roomId) ? undefined : await lastKnown.stored(roomId);
      await this.#orLater(roomId, async () => {
        await lists.read(roomId);
        this.forget(roomId);
      });
      const known = this.failures.has(roomId) ? await lastKnown.of(roomId) : undefined;
      if (known !== undefined) lists.restore(roomId, known);
      else if (!this.failures.has(roomId)) missed.push(...lastKnown.changesSince(roomId, before));
    });
    // Only when all are read: one list may exempt from the rules of another.
    lists.missed(missed);
  }

  async #orLater(roomId: string, read: () => Promise<unknown>): Promise<void> {
    try {
      await this.#inTime(roomId, read());
    } catch (error) {
      const again = this.failures.has(roomId);
      if (!again)
        this.#options.logger.warn(
          { room_id: roomId, error: messageOf(error) },
          'room cannot be read; it is tried again',
        );
      if (again || !(error instanceof MatrixError && error.transient)) this.#lasting.add(roomId);
      this.failures.set(roomId, messageOf(error));
      this.#retries.soon(RETRY_MS);
    }
  }

  /**
   * A room whose server is slow to answer delays nothing: it counts as unread and is planned once the read, which
   * continues, is done.
   */
  async #inTime(roomId: string, reading: Promise<unknown>): Promise<void> {
    if (await endsWithin(PATIENCE_MS, reading)) return;
    reading.then(
      () => this.#options.again([roomId]),
      () => undefined,
    );
    throw new MatrixError(0, 'HEIMDALL_E_NETWORK', trackingTexts.notReadYet(PATIENCE_MS / 1000));
  }

  /** Does this for many rooms, a few at a time. */
  async #each(roomIds: readonly string[], work: (roomId: string) => Promise<void>): Promise<void> {
    const queue = new PQueue({ concurrency: READS_AT_ONCE });
    await Promise.all(roomIds.map((roomId) => queue.add(() => work(roomId))));
  }
}
