import { FoundThere } from './found-there.js';
import { parseMember } from '../matrix/events.js';
import type { MatrixEvent } from '../matrix/types.js';
import { isJoin } from './kinds/join-wave.js';
import { Places, type Place } from './places.js';
import { Rolling } from './rolling.js';
import type { KeptRow, PersonFacts } from './types.js';

/** How long joins are remembered; people who have been here longer are known. */
export const NEWCOMER_MS = 7 * 24 * 3_600_000;

interface Newcomer {
  joinedAt: number;
  /** their first message; empty: none yet; `?`: they may have written before we were watching */
  first: string;
  /** persisted, because a protection is enabled in the room */
  keep: boolean;
}

/** Recent joins, by room and person. */
function newcomers(): Rolling<Newcomer> {
  return new Rolling<Newcomer>({
    lifeMs: NEWCOMER_MS,
    matters: ({ keep }) => keep,
    write: ({ joinedAt, first }) => [joinedAt, first],
    read: (data) => {
      const [joinedAt, first] = Array.isArray(data) ? (data as unknown[]) : [];
      return typeof joinedAt === 'number' && typeof first === 'string' ? { joinedAt, first, keep: false } : undefined;
    },
  });
}

/**
 * Who joined when, and whether they have written anything: in memory for all protected rooms, persisted where a
 * protection is enabled.
 */
export class People {
  #newcomers = newcomers();
  #places = new Places();

  /** by room: join times of those who were members when the room was read */
  readonly #foundThere = new Map<string, FoundThere>();

  /**
   * Follows joins and leaves; returns what is known about the sender. For a leave, what was known before, because its
   * reason is their last message. Somebody who knocks is as new as possible.
   */
  follow(event: MatrixEvent, at: number, keep: boolean): PersonFacts {
    const { room_id: roomId, sender, state_key: who } = event;
    const member = event.type === 'm.room.member' && who !== undefined ? parseMember(event.content) : undefined;
    if (member === undefined || who === undefined) return this.factsOf(roomId, sender, at);
    const before = this.factsOf(roomId, sender, at);
    if (member.membership === 'leave' || member.membership === 'ban') {
      this.#newcomers.delete(this.#places.of(roomId, who).key);
      this.#foundThere.get(roomId)?.delete(who);
    } else if (isJoin(event.content, event.unsigned))
      this.#newcomers.set(this.#places.of(roomId, who).key, { joinedAt: at, first: '', keep }, at);
    if (who !== sender) return before;
    const wasIn = event.unsigned?.prev_content === undefined || isIn(event.unsigned.prev_content);
    const isOutside = member.membership === 'knock' || (member.membership === 'leave' && !wasIn);
    if (isOutside)
      return { userId: sender, roomId: before.roomId, place: before.place, hereForMs: 0, spokeBefore: false };
    return member.membership === 'leave' ? before : this.factsOf(roomId, sender, at);
  }

  /** Records that somebody wrote something. */
  spoke({ place, spokeBefore }: PersonFacts, eventId: string, now: number, keep: boolean): void {
    const newcomer = spokeBefore ? undefined : this.#newcomers.get(place);
    if (newcomer?.first === '') this.#newcomers.set(place, { ...newcomer, first: eventId, keep }, now);
  }

  /** What was known about a person in a room before this event. */
  factsOf(roomId: string, userId: string, now: number): PersonFacts {
    return this.#factsAt(this.#places.of(roomId, userId), now);
  }

  #factsAt({ roomId, userId, key: place }: Place, now: number): PersonFacts {
    const newcomer = this.#newcomers.get(place) ?? this.#foundNewcomer(roomId, userId, now);
    // an entry may outlive its time
    if (newcomer === undefined || now - newcomer.joinedAt > NEWCOMER_MS)
      return { userId, roomId, place, hereForMs: undefined, spokeBefore: true };
    const { joinedAt, first } = newcomer;
    return {
      userId,
      roomId,
      place,
      hereForMs: Math.max(0, now - joinedAt),
      spokeBefore: first !== '',
      ...(first === '' || first === '?' ? {} : { firstEventId: first }),
    };
  }

  /**
   * People who joined before we read a room, from its state. Only first joins count, since a rename has a new date too.
   * Whether they have written is unknown, so they count as having done so.
   */
  learn(roomId: string, state: readonly MatrixEvent[], now: number): void {
    for (const event of state) {
      const who = event.state_key;
      if (event.type !== 'm.room.member' || who === undefined || event.content.membership !== 'join') continue;
      const age = now - event.origin_server_ts;
      if (age < 0 || age > NEWCOMER_MS || !isFirst(event)) continue;
      const found = this.#foundThere.get(roomId) ?? new FoundThere();
      found.add(who, event.origin_server_ts);
      this.#foundThere.set(roomId, found);
    }
  }

  #foundNewcomer(roomId: string, userId: string, now: number): Newcomer | undefined {
    const joinedAt = this.#foundThere.get(roomId)?.since(userId);
    if (joinedAt === undefined || now - joinedAt > NEWCOMER_MS) return undefined;
    return { joinedAt, first: '?', keep: false };
  }

  /** Forgets recent joins and active people. */
  forgetNewcomers(): void {
    this.#newcomers = newcomers();
    this.#places = new Places();
  }

  takeChanged(): KeptRow[] {
    return this.#newcomers.takeChanged();
  }

  restore(rows: readonly KeptRow[], now: number): void {
    this.#newcomers.restore(rows, now);
  }
}

/** Somebody whose membership was this one was in the room. */
function isIn(content: unknown): boolean {
  return (content as { membership?: unknown } | null)?.membership === 'join';
}

/** Whether the event replaced no membership, or that of a non-member. */
function isFirst(event: MatrixEvent): boolean {
  return (
    event.unsigned?.replaces_state === undefined ||
    (event.unsigned.prev_content !== undefined && isJoin(event.content, event.unsigned))
  );
}
