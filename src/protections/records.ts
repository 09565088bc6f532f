import { hashOfText } from '../detection/fold/folded.js';
import type { EventId } from './event-id.js';
import { RecentEvents } from './recent.js';
import type { KeptRow, Memory } from './types.js';

/** Maximum people remembered in each of two generations. */
const MOST = 100_000;
/** For how long silent people are remembered: long, because moving between generations costs more than space. */
const LIFE_MS = 24 * 60 * 60_000;

/** Somebody who joined a room lately. */
export interface Newcomer {
  joinedAt: number;
  /** their first message; empty: none yet; `?`: they may have written before we were watching */
  first: string;
  /** persisted, because a protection is enabled in the room */
  keep: boolean;
}

/**
 * Everything that is remembered of an active person in a room, in one object: an event costs one lookup of its sender,
 * however many protections remember something about them.
 */
export class PersonRecord {
  /** what memories keep here, by their slots */
  #first: unknown = undefined;
  #second: unknown = undefined;
  #others: unknown[] | undefined = undefined;
  newcomer: Newcomer | undefined = undefined;
  /** the latest of their events in this room that stand among the recent ones alone, by list (recent.ts); 0: none */
  counted = 0;
  /** the same for all rooms, in the record for all rooms */
  said = 0;
  /** the same person's record for memories about all rooms together: that of the room where they were first seen */
  readonly home: PersonRecord;

  constructor(
    readonly room: RoomRecords,
    readonly userId: string,
    home: PersonRecord | undefined,
  ) {
    this.home = home ?? this;
  }

  get key(): string {
    return placeKey(this.room.roomId, this.userId);
  }

  kept(slot: number): unknown {
    return slot === 0 ? this.#first : slot === 1 ? this.#second : this.#others?.[slot - 2];
  }

  keep(slot: number, value: unknown): void {
    if (slot === 0) this.#first = value;
    else if (slot === 1) this.#second = value;
    else (this.#others ??= [])[slot - 2] = value;
  }
}

/** A person in a room as one string, for the ledger. */
export function placeKey(roomId: string, userId: string): string {
  // join creates a flat string at once; a template would keep its parts too
  return [roomId, userId].join('|');
}

/** The active people of one room, in two generations. */
export class RoomRecords {
  young = new Map<string, PersonRecord>();
  old = new Map<string, PersonRecord>();

  /** the room as a number, for memories */
  readonly hash: number;

  constructor(readonly roomId: string) {
    this.hash = hashOfText(roomId);
  }
}

/**
 * The records of active people. There are two generations: whoever is active moves to the young one, and when that is
 * full or old enough the old one is dropped as a whole. So memory is bounded, nothing is swept, and somebody is
 * remembered for at least as long as the memories need, unless there are very many.
 */
export class Records {
  readonly #rooms = new Map<string, RoomRecords>();
  /** by user id: their record for all rooms, which moves between generations with each of their others */
  #young = new Map<string, PersonRecord>();
  #old = new Map<string, PersonRecord>();
  #count = 0;
  #bornAt = 0;
  #lifeMs = LIFE_MS;
  #slots = 0;
  /** read what only an event tells of a person, before it is overwritten */
  readonly #readers: ((record: PersonRecord) => void)[] = [];
  /** how long an event tells something */
  #unreadMs = 0;

  /** @param created called with each new record */
  constructor(
    private readonly created: (record: PersonRecord) => void = () => undefined,
    private readonly most = MOST,
    readonly recent = new RecentEvents(),
  ) {}

  /** Notes an event of somebody. */
  note(record: PersonRecord, id: EventId, sentAt: number, now: number): void {
    const lost = this.recent.nextLost(now - this.#unreadMs);
    if (lost !== undefined) for (const read of this.#readers) read(lost);
    this.recent.note(record, id, sentAt, now);
  }

  readBeforeLoss(read: (record: PersonRecord) => void): void {
    this.#readers.push(read);
  }

  /** The next free slot. */
  slot(): number {
    return this.#slots++;
  }

  liveFor(lifeMs: number, unreadMs = 0): void {
    if (lifeMs > this.#lifeMs) this.#lifeMs = lifeMs;
    if (unreadMs > this.#unreadMs) this.#unreadMs = unreadMs;
  }

  /** The record of somebody who is active in a room now. */
  of(roomId: string, userId: string, now: number): PersonRecord {
    const room = this.#rooms.get(roomId);
    const known = room?.young.get(userId);
    if (known !== undefined && now - this.#bornAt <= this.#lifeMs) return known;
    return this.#renew(roomId, userId, now);
  }

  /** The record for all rooms together, of the person with this id. */
  homeOf(userId: string, now: number): PersonRecord {
    const home = this.#young.get(userId) ?? this.#old.get(userId);
    return this.of(home?.room.roomId ?? '', userId, now).home;
  }

  /** A record that exists. */
  find(roomId: string, userId: string): PersonRecord | undefined {
    const room = this.#rooms.get(roomId);
    return room?.young.get(userId) ?? room?.old.get(userId);
  }

  /** The existing records of a room, or all. */
  *all(roomId?: string): Iterable<PersonRecord> {
    const one = roomId === undefined ? undefined : this.#rooms.get(roomId);
    const rooms = roomId === undefined ? this.#rooms.values() : one === undefined ? [] : [one];
    for (const { young, old } of rooms) {
      yield* young.values();
      yield* old.values();
    }
  }

  #renew(roomId: string, userId: string, now: number): PersonRecord {
    if (now - this.#bornAt > this.#lifeMs || this.#count >= this.most) this.#turn(now);
    let room = this.#rooms.get(roomId);
    if (room === undefined) this.#rooms.set(roomId, (room = new RoomRecords(roomId)));
    const young = room.young.get(userId);
    if (young !== undefined) return young;
    const old = room.old.get(userId);
    if (old !== undefined) {
      room.old.delete(userId);
      this.#add(old);
      return old;
    }
    const home = this.#young.get(userId) ?? this.#old.get(userId);
    const record = new PersonRecord(room, home?.userId ?? userId, home);
    this.#add(record);
    this.created(record);
    return record;
  }

  /** Makes a record young, together with the one for all rooms. */
  #add(record: PersonRecord): void {
    const { home, userId } = record;
    record.room.young.set(userId, record);
    this.#count++;
    if (this.#young.has(userId)) return;
    this.#old.delete(userId);
    this.#young.set(userId, home);
    if (home === record || home.room.young.has(userId)) return;
    home.room.old.delete(userId);
    home.room.young.set(userId, home);
    this.#count++;
  }

  #turn(now: number): void {
    // both have expired when nothing was touched for two lifetimes
    const isOver = now - this.#bornAt > 2 * this.#lifeMs;
    for (const [roomId, room] of this.#rooms) {
      room.old = isOver ? new Map() : room.young;
      room.young = new Map();
      if (room.old.size === 0) this.#rooms.delete(roomId);
    }
    this.#old = isOver ? new Map() : this.#young;
    this.#young = new Map();
    this.#count = 0;
    this.#bornAt = now;
  }
}

export interface OfPeopleOptions<V> {
  /** about a person in each room by itself, or in all rooms together */
  about: 'room' | 'everywhere';
  /** how long an unchanged entry is valid, in ms */
  lifeMs: number;
  write: (value: V) => unknown;
  /** undefined: the stored value is malformed */
  read: (data: unknown) => V | undefined;
  /** reads what stands among the recent events alone, of one lifetime, and adds it to what is remembered */
  unread?: (record: PersonRecord, recent: RecentEvents, kept: V | undefined, lifeMs: number) => V | undefined;
}

/** A protection's memory of people: a slot in each person's record. */
export class OfPeople<V> implements Memory {
  readonly #slot: number;
  readonly #everywhere: boolean;
  #lifeMs: number;
  readonly #touchedAt = new Map<PersonRecord, number>();

  constructor(
    private readonly records: Records,
    private readonly options: OfPeopleOptions<V>,
  ) {
    this.#slot = records.slot();
    this.#everywhere = options.about === 'everywhere';
    this.#lifeMs = options.lifeMs;
    this.#extend();
    if (options.unread !== undefined) records.readBeforeLoss((record) => this.get(record));
  }

  /** Extends the lifetime of entries, if settings require it. */
  liveFor(lifeMs: number): void {
    if (lifeMs <= this.#lifeMs) return;
    this.#lifeMs = lifeMs;
    this.#extend();
  }

  #extend(): void {
    this.records.liveFor(this.#lifeMs, this.options.unread === undefined ? 0 : this.#lifeMs);
  }

  get(record: PersonRecord): V | undefined {
    return this.#read(this.#everywhere ? record.home : record);
  }

  /** The same without what stands among the recent events alone. */
  kept(record: PersonRecord): V | undefined {
    return (this.#everywhere ? record.home : record).kept(this.#slot) as V | undefined;
  }

  /** Forgets what is kept. */
  forget(record: PersonRecord): void {
    (this.#everywhere ? record.home : record).keep(this.#slot, undefined);
  }

  #read(one: PersonRecord): V | undefined {
    const { unread } = this.options;
    const kept = one.kept(this.#slot) as V | undefined;
    if (unread === undefined) return kept;
    const read = unread(one, this.records.recent, kept, this.#lifeMs);
    if (read !== kept) one.keep(this.#slot, read);
    return read;
  }

  /** @param matters whether the entry matters enough to survive a restart */
  set(record: PersonRecord, value: V, now: number, matters: boolean): void {
    const one = this.#everywhere ? record.home : record;
    one.keep(this.#slot, value);
    if (matters) this.#touchedAt.set(one, now);
  }

  takeChanged(): KeptRow[] {
    if (this.#touchedAt.size === 0) return [];
    const rows = [...this.#touchedAt].flatMap(([record, at]) => this.#row(record, at));
    this.#touchedAt.clear();
    return rows;
  }

  all(now: number): KeptRow[] {
    return [...this.records.all()].flatMap((record) => this.#row(record, now));
  }

  restore(rows: readonly KeptRow[], now: number): void {
    for (const { key, data, expiresAt } of rows) {
      const value = expiresAt > now ? this.options.read(data) : undefined;
      const record = value === undefined ? undefined : this.#recordOf(key, now);
      if (record !== undefined && record.kept(this.#slot) === undefined) record.keep(this.#slot, value);
    }
  }

  #recordOf(key: string, now: number): PersonRecord | undefined {
    if (this.#everywhere) return this.records.homeOf(key, now);
    const at = key.indexOf('|@');
    return at < 0 ? undefined : this.records.of(key.slice(0, at), key.slice(at + 1), now);
  }

  #row(record: PersonRecord, at: number): KeptRow[] {
    const value = this.#read(record);
    if (value === undefined) return [];
    const key = this.#everywhere ? record.userId : record.key;
    return [{ key, data: this.options.write(value), expiresAt: at + this.#lifeMs }];
  }
}
