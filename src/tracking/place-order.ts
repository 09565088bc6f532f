import type { MatrixEvent } from '../matrix/types.js';

/**
 * How an event that arrives stands to what is known of its place (a room's type and state key): `same`: it is what is
 * known; `newer`: it comes after it; `unknown`: only the homeserver can tell, by its state of that place.
 */
export type EventOrder = 'same' | 'newer' | 'unknown';

/** Places that only followed events told of, and where nobody is any more: so many are remembered of a room. */
const MOST_EMPTY = 2_000;

type Ids = Map<string, Map<string, string>>;

/**
 * Orders the state events of one room by what the homeserver says, never by `origin_server_ts`: that is the claim of
 * the sender's server, and member events are sent by those whom they concern. The homeserver says which event a state
 * event replaces (`unsigned.replaces_state`, written by our homeserver and taken off what comes over federation). An
 * event that replaces the very one we know is newer. Any other one may come from before a reading, or may have lost
 * against another branch of the room: then the one place is read again.
 */
export class PlaceOrder {
  /** true once the homeserver has said of any event what it replaces: then one without that is a place's first */
  #saysReplaced = false;

  /** what a reading gave, and nothing has followed since; of members only those who are out */
  readonly #read: Ids = new Map();
  readonly #followed: Ids = new Map();
  readonly #empty = new Set<string>();
  /** places that are to be read again; what comes meanwhile is for that reading */
  readonly #doubted = new Set<string>();

  /** @param memberEventId the event by which somebody is a member (or banned): those need not be noted here */
  constructor(private readonly memberEventId: (userId: string) => string | undefined = () => undefined) {}

  /** Notes a state event that was read. */
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

  /** Says whether what is known of a place was told by an event, and not by a reading alone. */
  isFollowed({ type, state_key: key = '' }: MatrixEvent): boolean {
    return this.#followed.get(type)?.has(key) === true;
  }

  /** From now on this event is what is known of its place. `empty`: nobody is there any more. */
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

  /** Only a reading can tell what stands at a place now. */
  doubt(type: string, key: string): void {
    this.#doubted.add(placeOf(type, key));
  }

  isDoubted(type: string, key: string): boolean {
    return this.#doubted.has(placeOf(type, key));
  }

  /** The place was read again: what follows is judged by that. */
  settle(type: string, key: string): void {
    this.#doubted.delete(placeOf(type, key));
    this.#read.get(type)?.delete(key);
    this.#followed.get(type)?.delete(key);
  }

  /** The id of the event that is known of a place. */
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
