import type { MatrixEvent } from '../matrix/types.js';
import { emptyRoom, takeState, type MutableRoom } from './tracked-room.js';

/**
 * A room while its state is read, piece by piece. Members, who may be very many, are taken at once; the rest waits for
 * the room's create event, which says how it is to be understood and may come last.
 */
export class RoomReading {
  readonly #room: MutableRoom;
  readonly #rest: MatrixEvent[] = [];

  constructor(readonly roomId: string) {
    this.#room = emptyRoom(roomId, undefined, 0);
  }

  take(events: readonly MatrixEvent[]): void {
    for (const event of events) {
      const isMember = event.type === 'm.room.member';
      if (isMember) takeState(this.#room, event);
      else this.#rest.push(event);
      // the order of places knows by itself who is in the room
      if (!isMember || !this.#room.members.has(event.state_key ?? '')) this.#room.order.noteRead(event);
    }
  }

  /** All of it is there. */
  end(now: number): MutableRoom {
    const create = this.#rest.find((event) => event.type === 'm.room.create');
    for (const event of create === undefined ? this.#rest : [create, ...this.#rest]) takeState(this.#room, event);
    this.#room.readAt = now;
    return this.#room;
  }
}
