/** A person in a room. The strings are shared, so that lookups by them compare addresses. */
export interface Place {
  readonly roomId: string;
  readonly userId: string;
  /** both in one string, as a key for memories */
  readonly key: string;
  /** the same person in the room before */
  next: Place | undefined;
}

/** People remembered in each of two generations; of one person the latest rooms; and rooms in all. */
const MOST_PEOPLE = 8_192;
const MOST_ROOMS = 8;
const MOST_ROOM_IDS = 20_000;

/**
 * The places of active people. An event contains new copies of known strings: looking each up several times, and
 * keeping all copies, would cost more than most other work for an event.
 */
export class Places {
  /** by user id: their latest room, which links to the others */
  #young = new Map<string, Place>();
  #old = new Map<string, Place>();
  #roomIds = new Map<string, string>();

  of(roomId: string, userId: string): Place {
    const room = this.#roomIds.get(roomId) ?? this.#newRoom(roomId);
    const first = this.#young.get(userId) ?? this.#again(userId);
    if (first === undefined) return this.#newPlace(room, userId, undefined);
    let count = 0;
    for (let place: Place | undefined = first; place !== undefined; place = place.next) {
      if (place.roomId === room) return place;
      // with very many rooms the oldest are forgotten
      if (++count >= MOST_ROOMS - 1) place.next = undefined;
    }
    return this.#newPlace(room, first.userId, first);
  }

  /** Moves somebody from the old generation to the new one. */
  #again(userId: string): Place | undefined {
    const place = this.#old.get(userId);
    if (place !== undefined) this.#keep(place);
    return place;
  }

  #newPlace(roomId: string, userId: string, next: Place | undefined): Place {
    // join creates a flat string at once; a template would keep its parts too
    const place = { roomId, userId, key: [roomId, userId].join('|'), next };
    this.#keep(place);
    return place;
  }

  #keep(place: Place): void {
    if (this.#young.size >= MOST_PEOPLE && !this.#young.has(place.userId)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(place.userId, place);
  }

  #newRoom(roomId: string): string {
    if (this.#roomIds.size >= MOST_ROOM_IDS) this.#roomIds = new Map();
    this.#roomIds.set(roomId, roomId);
    return roomId;
  }
}
