import { setTimeout as pause } from 'node:timers/promises';
import { MatrixError, type Homeserver, type MatrixEvent } from '../matrix/types.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';

export interface PlaceReaderOptions {
  homeserver: Pick<Homeserver, 'stateEvent'>;
  /**
   * takes what the homeserver has at a place now (undefined: nothing), and decides what follows from it; `doubted` is
   * the event that raised the question
   */
  settle: (place: Place, event: MatrixEvent | undefined, doubted: MatrixEvent | undefined) => Promise<void>;
  /** reads a room or list whole; undefined when it is none that is read whole */
  readWhole: (roomId: string) => Promise<void> | undefined;
  logger: Logger;
}

/** One place of a room's state. */
export interface Place {
  roomId: string;
  type: string;
  stateKey: string;
}

interface Reading {
  place: Place;
  /** the last event that raised the doubt: what counts when the homeserver does not let us read */
  event: MatrixEvent | undefined;
  /** raised again while the answer was on its way */
  again: boolean;
  done: Promise<void>;
}

/** So many places of one room at once, and reading all of it is cheaper for the homeserver. */
const MOST_OF_A_ROOM = 20;
const FIRST_PAUSE_MS = 250;
const LAST_PAUSE_MS = 30_000;

/**
 * Reads single places of rooms' state again where an event could not be ordered by itself (`PlaceOrder`). Nothing of it
 * is written down: after a restart everything is read anyway.
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

  /** Resolves when the place was read, or could not be. */
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
    // the events of one transaction come together: by then it is known how many places they mean
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
      // It does not let us read (any more): then its events count as they come.
      if (error instanceof MatrixError && !error.transient && event !== undefined) return event;
      throw error;
    }
  }

  /** Says whether the room was read whole instead, because so many of its places are in doubt. */
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
