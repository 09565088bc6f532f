import type { z } from 'zod';
import type { MatrixEvent } from '../matrix/types.js';
import type { Message } from './message.js';
import type { RecentEvents } from './recent.js';
import type { CommonSettings } from './settings.js';

/** What a protection is told of the person who sent an event, in the room where it was sent. */
export interface PersonFacts {
  userId: string;
  roomId: string;
  /** the room and the person in one word, for what is remembered of each */
  place: string;
  /** how long they have been in the room, in ms; undefined when they were here before we looked: known people */
  hereForMs: number | undefined;
  /** they wrote something in the room before this event, or may have */
  spokeBefore: boolean;
  /** the event that was the first thing they wrote here, while that is remembered */
  firstEventId?: string;
}

/** What a protection that judges an event alone may know beside it. */
export interface AloneContext<S = CommonSettings> {
  settings: S;
  person: PersonFacts;
}

/** What a protection may know beside the event. It asks nobody: everything is handed in. */
export interface Context<S = CommonSettings> extends AloneContext<S> {
  /** when the event counts as sent, ms since the epoch: what the sender claims, never in the future */
  sentAt: number;
  /** when it came in, ms since the epoch */
  now: number;
  /**
   * we are reading what was missed: events come faster than they were sent, so how fast they come in says nothing
   */
  catchingUp: boolean;
  /** the latest events of all rooms, to find again what led to a finding */
  recent: RecentEvents;
  /** a rule in force bans this person */
  isRuledOut(userId: string): boolean;
}

/** An event as protections see it: what it is, and what it says, read lazily and once for all of them. */
export interface SeenEvent {
  event: MatrixEvent;
  message: Message;
}

/** One event to be redacted. */
export interface EventReference {
  roomId: string;
  eventId: string;
}

/** What a protection reports. Data only: what follows from it is the ladder's business. */
export interface Finding {
  subject: { kind: 'user' | 'room' | 'server'; id: string };
  /** one sentence for moderators and, where people are warned, for them: what happened, in numbers and words */
  why: string;
  /** what the step `redact` takes away */
  events: readonly EventReference[];
  /**
   * how much of the person's latest writing belongs to it, where not all of it is at hand in `events` (after a restart)
   */
  also?: { roomId: string; count: number; sinceMs: number };
  /** more of an offence that was found before: it is taken away like the rest, and counts as no further offence */
  continues?: boolean;
  /** of a campaign: the accounts that take part, the first first */
  members?: readonly string[];
  /** … and what each of them did: a step that hits people hits each */
  parts?: readonly { userId: string; events: readonly EventReference[] }[];
  /** moderators are offered to do this by a list; an offer to lift a ban is not an offence, whatever the ladder says */
  offer?: 'ban' | 'unban';
  /** what the moderators should see of it: the word, the domain, the count */
  detail: Readonly<Record<string, string | number>>;
}

/** A row of what a protection remembers, as it is kept in the ledger. */
export interface KeptRow {
  key: string;
  data: unknown;
  /** ms since the epoch: from then on it is worth nothing */
  expiresAt: number;
}

/** What a protection remembers: bounded, and able to write down what a restart must not forget. */
export interface Memory {
  /** Rows that matter and have changed since the last call. */
  takeChanged(): KeptRow[];
  /** Rows that matter. */
  all(now: number): KeptRow[];
  restore(rows: readonly KeptRow[], now: number): void;
}

/** A protection that remembers nothing. */
export const NO_MEMORY: Memory = { takeChanged: () => [], all: () => [], restore: () => undefined };

/**
 * Which events a protection is asked about. `member`: what people do about themselves; `moderation`: what they do to
 * the membership of others; `state`: what people change about the room itself, its name, topic, addresses, …; `any`:
 * `message` and `member`; `written`: that and `state`; `elsewhere`: no events of protected rooms, see its file.
 */
export type Asked = 'message' | 'member' | 'moderation' | 'state' | 'any' | 'written' | 'elsewhere';

/**
 * One protection. Everything about it stands in its file: names, settings, what it remembers, and how it judges. The
 * function is pure but for the memory that it is handed.
 */
export interface Protection<Shape extends z.ZodRawShape = z.ZodRawShape, M extends Memory = Memory> {
  name: string;
  /** what Mjolnir, Draupnir and others call it */
  aliases: readonly string[];
  /** what it does, in one or two sentences, for the list of commands and the documentation */
  about: string;
  settings: z.ZodObject<Shape>;
  asks: Asked;
  /** it is asked only about messages that show or play something: pictures, videos, files, stickers */
  onlyMedia?: boolean;
  /** what it is about, as one of the harms of MSC4456 (store/harms) */
  harm: string;
  /**
   * people above the default power, trusted people and bridges are left in peace; false: it is about no single person
   */
  exempts: boolean;
  /** what its word depends on beside the event; absent: nothing */
  memory?(): M;
  /**
   * Its word on one event, by nothing but that event and who sent it: whoever asks before the event is let in gets the
   * same word (`judge.ts`). A protection has this or `judge`.
   */
  alone?(seen: SeenEvent, context: AloneContext<z.output<z.ZodObject<Shape>> & CommonSettings>): Finding[];
  judge?(seen: SeenEvent, memory: M, context: Context<z.output<z.ZodObject<Shape>> & CommonSettings>): Finding[];
}

/** A protection whose own types have been put aside, as the table holds it. */
export type AnyProtection = Omit<Protection, 'alone' | 'judge' | 'memory'> & {
  memory(): Memory;
  alone?(seen: SeenEvent, context: AloneContext): Finding[];
  judge?(seen: SeenEvent, memory: Memory, context: Context<CommonSettings>): Finding[];
};

/** Puts the types of a protection's settings and memory aside: the caller hands each the ones that are its own. */
export function defineProtection<Shape extends z.ZodRawShape, M extends Memory>(
  protection: Protection<Shape, M>,
): AnyProtection {
  return { memory: () => NO_MEMORY, ...protection } as unknown as AnyProtection;
}
