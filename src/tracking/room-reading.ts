import type { MatrixEvent } from '../matrix/types.js';
import { emptyRoom, takeState, type MutableRoom } from './tracked-room.js';

/** How many names are compared; beyond that, sharing them would cost more than it saves. */
const MOST_NAMES = 10_000;

/**
 * A room while its state is being read, piece by piece. Members, who may be very many, are applied at once; the rest
 * waits for the create event, which decides how it is interpreted and may come last.
 */
export class RoomReading {
  readonly #room: MutableRoom;
  readonly #rest: MatrixEvent[] = [];

  /**
   * @param names user ids of rooms read at the same time, so that a person in many rooms is one string in all of them
   */
  constructor(
    readonly roomId: string,
    private readonly names = new Map<string, string>(),
  ) {
    this.#room = emptyRoom(roomId, undefined, 0);
  }

  take(events: readonly MatrixEvent[]): void {
    for (const event of events) {
      const isMember = event.type === 'm.room.member';
      if (isMember) takeState(this.#room, this.#named(event));
      else this.#rest.push(event);
      // `PlaceOrder` need not be told who is in the room
      if (!isMember || !this.#room.members.has(event.state_key ?? '')) this.#room.order.noteRead(event);
    }
  }

  #named(event: MatrixEvent): MatrixEvent {
    const { state_key: userId } = event;
    if (userId === undefined) return event;
    const known = this.names.get(userId);
    if (known !== undefined) event.state_key = known;
    else if (this.names.size < MOST_NAMES) this.names.set(userId, userId);
    return event;
  }

  /** The state is complete. */
  end(now: number): MutableRoom {
    const create = this.#rest.find((event) => event.type === 'm.room.create');
    for (const event of create === undefined ? this.#rest : [create, ...this.#rest]) takeState(this.#room, event);
    this.#room.readAt = now;
    return this.#room;
  }
}
