import { FoundThere } from './found-there.js';
import { parseMember } from '../matrix/events.js';
import type { MatrixEvent } from '../matrix/types.js';
import { isJoin } from './kinds/join-wave.js';
import { RecentEvents } from './recent.js';
import { placeKey, Records, type Newcomer, type PersonRecord } from './records.js';
import { Rolling } from './rolling.js';
import type { KeptRow, PersonFacts } from './types.js';

/** How long joins are remembered; people who have been here longer are known. */
export const NEWCOMER_MS = 7 * 24 * 3_600_000;

/** In place of the first message of somebody known who has left: if they come back, they are known. */
const LEFT_KNOWN = '!';

/** Of how many people an upgraded room's successor knows who they were. */
const MOST_INHERITED = 20_000;

/** Recent joins, by room and person, and the departures of known people. */
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
 * protection is enabled. And the records of those who are active.
 */
export class People {
  readonly records: Records;
  readonly #newcomers = newcomers();

  constructor(
    /** by room: join times of those who were members when the room was read */
    private readonly foundThere = new Map<string, FoundThere>(),
    recent = new RecentEvents(),
  ) {
    const created = (record: PersonRecord): void => {
      record.newcomer = this.#newcomer(record.room.roomId, record.userId);
    };
    this.records = new Records(created, undefined, recent);
  }

  /** Everybody forgotten except those who were in a room when it was read. */
  anew(): People {
    return new People(this.foundThere, this.records.recent);
  }

  /**
   * Follows joins and leaves; returns what is known about the sender. For a leave, what was known before, because its
   * reason is their last message. Somebody who knocks is as new as possible.
   * @param at when it counts as having happened
   * @param now when it came in
   */
  follow(event: MatrixEvent, at: number, now: number, keep: boolean): PersonFacts {
    const { room_id: roomId, sender, state_key: who } = event;
    const before = this.#factsAt(this.records.of(roomId, sender, now), at);
    const member = event.type === 'm.room.member' && who !== undefined ? parseMember(event.content) : undefined;
    if (member === undefined || who === undefined) return before;
    if (member.membership === 'leave' || member.membership === 'ban') this.#left(event, who, at, keep);
    else if (isJoin(event.content, event.unsigned)) this.#joined(roomId, who, at, keep);
    if (who !== sender) return before;
    const wasIn = event.unsigned?.prev_content === undefined || isIn(event.unsigned.prev_content);
    const isOutside = member.membership === 'knock' || (member.membership === 'leave' && !wasIn);
    if (isOutside) return { ...before, hereForMs: 0, spokeBefore: false, firstEventId: undefined };
    return member.membership === 'leave' ? before : this.#factsAt(before.record, at);
  }

  /**
   * Somebody who comes back is as new as anybody else, but what they wrote before is still their first message; and
   * people who were known stay so for a while, since many leave and come back to mend their client.
   */
  #joined(roomId: string, who: string, at: number, keep: boolean): void {
    const key = placeKey(roomId, who);
    const before = this.#newcomers.get(key);
    if (before?.first === LEFT_KNOWN && at - before.joinedAt <= NEWCOMER_MS) {
      if (keep && !before.keep) this.#newcomers.set(key, { ...before, keep }, at);
      return;
    }
    const first = before === undefined || before.first === LEFT_KNOWN ? '' : before.first;
    this.#set(roomId, who, { joinedAt: at, first, keep }, at);
  }

  /**
   * The people of a room that is being replaced: in the new room those who are known count as having come back, and of
   * the others it is known whether they have written. They are stored when they come, since many never do.
   */
  inherit(from: string, to: string, members: readonly string[], now: number): void {
    for (const who of members.slice(0, MOST_INHERITED)) {
      const before = this.#newcomer(from, who);
      const isNew = before !== undefined && now - before.joinedAt <= NEWCOMER_MS;
      const { joinedAt, first } = isNew ? before : { joinedAt: now, first: LEFT_KNOWN };
      this.#newcomers.set(placeKey(to, who), { joinedAt, first, keep: false }, now);
      this.#note(to, who, this.#newcomer(to, who));
    }
  }

  /** Whoever was removed by others begins anew. */
  #left({ room_id: roomId, sender, unsigned }: MatrixEvent, who: string, at: number, keep: boolean): void {
    const key = placeKey(roomId, who);
    const joined = this.#newcomer(roomId, who);
    const newcomer = joined !== undefined && at - joined.joinedAt <= NEWCOMER_MS ? joined : undefined;
    const wasIn = unsigned?.prev_content !== undefined && isIn(unsigned.prev_content);
    this.foundThere.get(roomId)?.delete(who);
    this.#note(roomId, who, undefined);
    if (who !== sender) {
      // what is stored must not bring them back as somebody known
      if (this.#newcomers.get(key) !== undefined) this.#newcomers.set(key, { joinedAt: at, first: '', keep }, at);
    } else if (newcomer !== undefined) this.#newcomers.set(key, newcomer, at);
    else if (wasIn) this.#newcomers.set(key, { joinedAt: at, first: LEFT_KNOWN, keep }, at);
  }

  /** Records that somebody wrote something. */
  spoke({ record, spokeBefore }: PersonFacts, eventId: string, now: number, keep: boolean): void {
    const newcomer = spokeBefore ? undefined : record.newcomer;
    if (newcomer?.first === '')
      this.#set(record.room.roomId, record.userId, { ...newcomer, first: eventId, keep }, now);
  }

  /** What was known about a person in a room before this event. */
  factsOf(roomId: string, userId: string, now: number): PersonFacts {
    return this.#factsAt(this.records.of(roomId, userId, now), now);
  }

  #factsAt(record: PersonRecord, now: number): PersonFacts {
    const { room, userId, newcomer } = record;
    const { roomId } = room;
    // an entry may outlive its time
    if (newcomer === undefined || now - newcomer.joinedAt > NEWCOMER_MS)
      return { userId, roomId, record, hereForMs: undefined, spokeBefore: true, firstEventId: undefined };
    const { joinedAt, first } = newcomer;
    return {
      userId,
      roomId,
      record,
      hereForMs: Math.max(0, now - joinedAt),
      spokeBefore: first !== '',
      firstEventId: first === '' || first === '?' ? undefined : first,
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
      const found = this.foundThere.get(roomId) ?? new FoundThere();
      found.add(who, event.origin_server_ts);
      this.foundThere.set(roomId, found);
      // rarely: a room is mostly read before anybody in it is active
      const record = this.records.find(roomId, who);
      if (record !== undefined) record.newcomer = this.#newcomer(roomId, who);
    }
  }

  #newcomer(roomId: string, userId: string): Newcomer | undefined {
    const joined = this.#newcomers.isEmpty ? undefined : this.#newcomers.get(placeKey(roomId, userId));
    if (joined !== undefined) return joined.first === LEFT_KNOWN ? undefined : joined;
    const joinedAt = this.foundThere.get(roomId)?.since(userId);
    return joinedAt === undefined ? undefined : { joinedAt, first: '?', keep: false };
  }

  #set(roomId: string, userId: string, newcomer: Newcomer, now: number): void {
    this.#newcomers.set(placeKey(roomId, userId), newcomer, now);
    this.#note(roomId, userId, newcomer);
  }

  #note(roomId: string, userId: string, newcomer: Newcomer | undefined): void {
    const record = this.records.find(roomId, userId);
    if (record !== undefined) record.newcomer = newcomer;
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
