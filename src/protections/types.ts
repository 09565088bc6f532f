import type { z } from 'zod';
import type { MatrixEvent } from '../matrix/types.js';
import type { Message } from './message.js';
import type { RecentEvents } from './recent.js';
import type { PersonRecord, Records } from './records.js';
import type { CommonSettings } from './settings.js';

/** What a protection knows about an event's sender in its room. */
export interface PersonFacts {
  userId: string;
  roomId: string;
  /** what is remembered of them */
  record: PersonRecord;
  /** how long they have been in the room, in ms; undefined if they joined before we were watching, and so are known */
  hereForMs: number | undefined;
  /** whether they wrote something in the room before this event, or may have */
  spokeBefore: boolean;
  /** their first message here, while remembered */
  firstEventId: string | undefined;
}

/** Additional input for a protection that judges an event alone. */
export interface AloneContext<S = CommonSettings> {
  settings: S;
  person: PersonFacts;
}

/** Additional input for a protection. It makes no requests: everything is passed in. */
export interface Context<S = CommonSettings> extends AloneContext<S> {
  /** the effective send time, ms since the epoch: the sender's claim, never in the future */
  sentAt: number;
  /** the same, told apart from other events of that moment (`stamped`) */
  stamp: number;
  /** time of receipt, ms since the epoch */
  now: number;
  /** whether we are catching up: events arrive faster than they were sent, so their arrival rate means nothing */
  catchingUp: boolean;
  /** the latest events of all rooms, to find those behind a finding */
  recent: RecentEvents;
  /** a rule in force bans this person */
  isRuledOut(userId: string): boolean;
}

/** An event for protections, with its content parsed lazily, once for all of them. */
export interface SeenEvent {
  event: MatrixEvent;
  message: Message;
}

/** One event to be redacted. */
export interface EventReference {
  roomId: string;
  eventId: string;
}

/** A protection's finding. Data only: the ladder decides the response. */
export interface Finding {
  subject: { kind: 'user' | 'room' | 'server'; id: string };
  /** one sentence for moderators and for warned people: what happened, with numbers */
  why: string;
  /** what the step `redact` removes */
  events: readonly EventReference[];
  /** how many of the person's latest messages belong to it, if `events` is incomplete (after a restart) */
  also?: { roomId: string; count: number; sinceMs: number };
  /** part of an offence that was found before: it is redacted like the rest, and is not another offence */
  continues?: boolean;
  /** for a campaign: the participating accounts, the earliest first */
  members?: readonly string[];
  /** … and what each of them did: a step against people applies to each */
  parts?: readonly { userId: string; events: readonly EventReference[] }[];
  /**
   * an offer to moderators to do this with a list; an offer to lift a ban is not an offence, whatever the ladder says
   */
  offer?: 'ban' | 'unban';
  /** details for moderators: the word, the domain, the count */
  detail: Readonly<Record<string, string | number>>;
}

/** A row of a protection's memory in the ledger. */
export interface KeptRow {
  key: string;
  data: unknown;
  /** expiry, ms since the epoch */
  expiresAt: number;
}

/** A protection's memory: bounded, and able to return what a restart must not lose. */
export interface Memory {
  /** Rows that matter and have changed since the last call. */
  takeChanged(): KeptRow[];
  /** Rows that matter. */
  all(now: number): KeptRow[];
  restore(rows: readonly KeptRow[], now: number): void;
}

/** A protection without memory. */
export const NO_MEMORY: Memory = { takeChanged: () => [], all: () => [], restore: () => undefined };

/**
 * The events that a protection judges. `member`: people's own membership changes; `moderation`: changes of other
 * people's membership; `state`: changes to the room itself, its name, topic, addresses, …; `any`: `message` and
 * `member`; `written`: that and `state`; `elsewhere`: no events of protected rooms, see its file.
 */
export type Asked = 'message' | 'member' | 'moderation' | 'state' | 'any' | 'written' | 'elsewhere';

/**
 * One protection. Everything about it is in its file: names, settings, memory, and how it judges. The function is pure
 * except for the memory that it is given.
 */
export interface Protection<Shape extends z.ZodRawShape = z.ZodRawShape, M extends Memory = Memory> {
  name: string;
  /** its names in Mjolnir, Draupnir and others */
  aliases: readonly string[];
  /** what it does, in one or two sentences, for the list of commands and the documentation */
  about: string;
  settings: z.ZodObject<Shape>;
  asks: Asked;
  /** it only judges messages with media: pictures, videos, files, stickers */
  onlyMedia?: boolean;
  /** what it looks for is in messages: of those in encrypted rooms it sees nothing */
  readsMessages?: boolean;
  /** it judges when events came in, which a room's history does not tell: there is nothing to simulate */
  judgesArrival?: boolean;
  /** its topic, as one of the harms of MSC4456 (store/harms) */
  harm: string;
  /**
   * whether people above the default power, trusted people and bridges are exempt; false: it does not concern
   * individuals
   */
  exempts: boolean;
  /** although it does not concern individuals, the ghosts of our bridges do not count */
  exemptsBridges?: boolean;
  /** what its verdict depends on besides the event, of people in their records; absent: nothing */
  memory?(records: Records): M;
  /**
   * Its verdict on one event, from the event and its sender alone, so that asking before the event is accepted gives
   * the same verdict (`judge.ts`). A protection has this or `judge`.
   */
  alone?(seen: SeenEvent, context: AloneContext<z.output<z.ZodObject<Shape>> & CommonSettings>): Finding[];
  judge?(seen: SeenEvent, memory: M, context: Context<z.output<z.ZodObject<Shape>> & CommonSettings>): Finding[];
}

/** A protection with erased types, as stored in the table. */
export type AnyProtection = Omit<Protection, 'alone' | 'judge' | 'memory'> & {
  memory(records: Records): Memory;
  alone?(seen: SeenEvent, context: AloneContext): Finding[];
  judge?(seen: SeenEvent, memory: Memory, context: Context<CommonSettings>): Finding[];
};

/** Erases the types of a protection's settings and memory; the caller must pass each its own. */
export function defineProtection<Shape extends z.ZodRawShape, M extends Memory>(
  protection: Protection<Shape, M>,
): AnyProtection {
  return { memory: () => NO_MEMORY, ...protection } as unknown as AnyProtection;
}
