import type { MatrixEvent } from '../matrix/types.js';

/**
 * How an incoming event relates to what is known about its state entry (room, type and state key): `same`: it is the
 * known event; `newer`: it comes after it; `unknown`: only the homeserver's current state can tell.
 */
export type EventOrder = 'same' | 'newer' | 'unknown';

/** How many state entries of people who have left are remembered per room. */
const MOST_EMPTY = 2_000;

type Ids = Map<string, Map<string, string>>;

/**
 * Orders the state events of one room by what the homeserver says, never by `origin_server_ts`, which the sender's
 * server chooses; member events are sent by the very people they concern. The homeserver says which event a state event
 * replaces (`unsigned.replaces_state`, written by our homeserver and stripped from federated events). An event that
 * replaces the one we know is newer. Any other may predate a read, or may have lost in state resolution: that state
 * entry is then read again.
 */
export class PlaceOrder {
  /**
   * true once the homeserver has sent any event with that field: an event without it is then the first of its state
   * entry
   */
  #saysReplaced = false;

  /** entries from a read that no event has followed since; of members only those who are not in the room */
  readonly #read: Ids = new Map();
  readonly #followed: Ids = new Map();
  readonly #empty = new Set<string>();
  /** entries waiting to be read again; events that arrive meanwhile are left to that read */
  readonly #doubted = new Set<string>();

  /** @param memberEventId the current event of a member (or banned person), which need not be recorded here */
  constructor(private readonly memberEventId: (userId: string) => string | undefined = () => undefined) {}

  /** Records a state event from a read. */
  noteRead(event: MatrixEvent): void {
    at(this.#read, event.type).set(event.state_key ?? '', event.event_id);
  }

  judge(event: MatrixEvent): EventOrder {
    const key = event.state_key ?? '';
    const replaced = event.unsigned?.replaces_state;
    if (typeof replaced === 'string') this.#saysReplaced = true;
    const followed = this.#followed.get(event.type)?.get(key);
    const held = followed ?? this.#idRead(event.type, key);
    if (held === event.event_id) return 'same';
    if (this.#doubted.has(placeOf(event.type, key))) return 'unknown';
    if (held === undefined) return 'newer';
    if (typeof replaced === 'string') return replaced === held ? 'newer' : 'unknown';
    return followed !== undefined && !this.#saysReplaced ? 'newer' : 'unknown';
  }

  /** Whether a state entry is known from an event rather than only from a read. */
  isFollowed({ type, state_key: key = '' }: MatrixEvent): boolean {
    return this.#followed.get(type)?.has(key) === true;
  }

  /** This event is now the known one of its state entry. `empty`: the person has left. */
  follow(event: MatrixEvent, empty = false): void {
    const key = event.state_key ?? '';
    this.#read.get(event.type)?.delete(key);
    at(this.#followed, event.type).set(key, event.event_id);
    const place = placeOf(event.type, key);
    this.#empty.delete(place);
    if (!empty) return;
    this.#empty.add(place);
    const [oldest] = this.#empty;
    if (this.#empty.size <= MOST_EMPTY || oldest === undefined) return;
    this.#empty.delete(oldest);
    const cut = oldest.indexOf('\n');
    this.#followed.get(oldest.slice(0, cut))?.delete(oldest.slice(cut + 1));
  }

  /** Only a read can tell the current event of a state entry. */
  doubt(type: string, key: string): void {
    this.#doubted.add(placeOf(type, key));
  }

  isDoubted(type: string, key: string): boolean {
    return this.#doubted.has(placeOf(type, key));
  }

  /** The state entry was read again; later events are compared with the result. */
  settle(type: string, key: string): void {
    this.#doubted.delete(placeOf(type, key));
    this.#read.get(type)?.delete(key);
    this.#followed.get(type)?.delete(key);
  }

  /** The id of the known event of a state entry. */
  idAt(type: string, key: string): string | undefined {
    return this.#followed.get(type)?.get(key) ?? this.#idRead(type, key);
  }

  #idRead(type: string, key: string): string | undefined {
    return (type === 'm.room.member' ? this.memberEventId(key) : undefined) ?? this.#read.get(type)?.get(key);
  }
}

function placeOf(type: string, key: string): string {
  return `${type}\n${key}`;
}

function at(ids: Ids, type: string): Map<string, string> {
  const found = ids.get(type) ?? new Map<string, string>();
  ids.set(type, found);
  return found;
}
