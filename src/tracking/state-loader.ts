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
  /** called some time after a reading failed: what failed is to be read again */
  again: (roomIds: readonly string[]) => Promise<void>;
}

/** Few: what is read is parsed whole, and more at a time would only pile up garbage (30 MB with 100 rooms of 1,000). */
const READS_AT_ONCE = 4;
const RETRY_MS = 15_000;
/** Longer than a large room takes, shorter than a request may hang. */
const PATIENCE_MS = 10_000;

/** Reading rooms and lists whole. What cannot be read is remembered, tried again, and holds up nothing else. */
export class StateLoader {
  readonly #options: StateLoaderOptions;
  /** what could not be read, and why */
  readonly failures = new Map<string, string>();
  /** failures that are worth a word to the moderators: those that waiting alone does not heal, or did not */
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

  /** Reads a room; rejects when that cannot be, and then it stays as it was kept. */
  async room(roomId: string): Promise<TrackedRoom> {
    const { rooms, homeserver, clock } = this.#options;
    const room =
      homeserver.stateInPieces === undefined
        ? await rooms.load(roomId, () => homeserver.state(roomId), clock)
        : await rooms.loadInPieces(roomId, (take) => homeserver.stateInPieces!(roomId, take), clock);
    this.forget(roomId);
    return room;
  }

  /** Reads rooms, or later. */
  loadRoomsOrRetry(roomIds: readonly string[]): Promise<void> {
    return this.#each(roomIds, (roomId) => this.#orLater(roomId, () => this.room(roomId)));
  }

  /** Reads lists, or takes their last known rules: nobody is unbanned because something failed to load. */
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
    // When all are read: a list may free from the rules of another one.
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
   * A room whose server is slow to answer holds up nothing: it counts as not read, and is planned when it is. The
   * reading itself goes on.
   */
  async #inTime(roomId: string, reading: Promise<unknown>): Promise<void> {
    if (await endsWithin(PATIENCE_MS, reading)) return;
    reading.then(
      () => this.#options.again([roomId]),
      () => undefined,
    );
    throw new MatrixError(0, 'HEIMDALL_E_NETWORK', trackingTexts.notReadYet(PATIENCE_MS / 1000));
  }

  /** Does the same for many rooms, some at a time. */
  async #each(roomIds: readonly string[], work: (roomId: string) => Promise<void>): Promise<void> {
    const queue = new PQueue({ concurrency: READS_AT_ONCE });
    await Promise.all(roomIds.map((roomId) => queue.add(() => work(roomId))));
  }
}
