import { setTimeout as pause } from 'node:timers/promises';
import { MatrixError, type Homeserver, type MatrixEvent } from '../matrix/types.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';

export interface PlaceReaderOptions {
  homeserver: Pick<Homeserver, 'stateEvent'>;
  /**
   * applies the homeserver's current event of a state entry (undefined: none) and decides what follows from it;
   * `doubted` is the event that raised the question
   */
  settle: (place: Place, event: MatrixEvent | undefined, doubted: MatrixEvent | undefined) => Promise<void>;
  /** reads a whole room or list; undefined for rooms that are never read whole */
  readWhole: (roomId: string) => Promise<void> | undefined;
  logger: Logger;
}

/** One state entry of a room. */
export interface Place {
  roomId: string;
  type: string;
  stateKey: string;
}

interface Reading {
  place: Place;
  /** the last event that raised the question, which counts if the homeserver does not let us read */
  event: MatrixEvent | undefined;
  /** raised again while the request was in progress */
  again: boolean;
  done: Promise<void>;
}

/** From this many state entries of one room on, reading the whole room is cheaper for the homeserver. */
const MOST_OF_A_ROOM = 20;
const FIRST_PAUSE_MS = 250;
const LAST_PAUSE_MS = 30_000;

/**
 * Rereads single state entries of rooms where an event alone could not be ordered (`PlaceOrder`). None of this is
 * persisted: after a restart everything is read anyway.
 */
export class PlaceReader {
  readonly #options: PlaceReaderOptions;
  readonly #readings = new Map<string, Reading>();
  readonly #whole = new Map<string, Promise<void>>();
  #stopped = false;

  constructor(options: PlaceReaderOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Resolves when the entry was read, or could not be. */
  read(place: Place, event?: MatrixEvent): Promise<void> {
    const key = `${place.roomId}\n${place.type}\n${place.stateKey}`;
    const underway = this.#readings.get(key);
    if (underway !== undefined) {
      underway.again = true;
      underway.event = event ?? underway.event;
      return underway.done;
    }
    const reading: Reading = { place, event, again: false, done: Promise.resolve() };
    this.#readings.set(key, reading);
    reading.done = this.#run(reading).finally(() => this.#readings.delete(key));
    return reading.done;
  }

  async #run(reading: Reading): Promise<void> {
    // the events of one transaction arrive together, so after a tick it is known how many entries they concern
    await Promise.resolve();
    const { logger, settle } = this.#options;
    for (let wait = FIRST_PAUSE_MS; !this.#stopped; wait = Math.min(wait * 2, LAST_PAUSE_MS)) {
      reading.again = false;
      try {
        if (await this.#wholeInstead(reading.place.roomId)) return;
        const found = await this.#ask(reading);
        if (reading.again) continue;
        return await settle(reading.place, found, reading.event);
      } catch (error) {
        const { roomId, type } = reading.place;
        logger.warn({ room_id: roomId, type, error: messageOf(error) }, 'state could not be read again; it is retried');
        const asked = error instanceof MatrixError ? (error.retryAfterMs ?? 0) : 0;
        await pause(Math.max(wait, asked), undefined, { ref: false });
      }
    }
  }

  async #ask({ place, event }: Reading): Promise<MatrixEvent | undefined> {
    try {
      return await this.#options.homeserver.stateEvent(place.roomId, place.type, place.stateKey);
    } catch (error) {
      // We may not read the room (any more): its events then count as they arrive.
      if (error instanceof MatrixError && !error.transient && event !== undefined) return event;
      throw error;
    }
  }

  /** Whether the whole room was read instead, because so many of its entries are in doubt. */
  async #wholeInstead(roomId: string): Promise<boolean> {
    const underway = this.#whole.get(roomId);
    if (underway !== undefined) return underway.then(() => true);
    let count = 0;
    for (const { place } of this.#readings.values()) if (place.roomId === roomId) count += 1;
    const reading = count <= MOST_OF_A_ROOM ? undefined : this.#options.readWhole(roomId);
    if (reading === undefined) return false;
    this.#whole.set(
      roomId,
      reading.finally(() => this.#whole.delete(roomId)),
    );
    await reading;
    return true;
  }
}
