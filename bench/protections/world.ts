import type { MatrixEvent } from '../../src/matrix/types.js';

export const HOUR = 3_600_000;
export const MINUTE = 60_000;
const BEGAN = 1_790_000_000_000;

/** What happened somewhere for some time, with who meant harm in it. */
export interface Stream {
  name: string;
  /** what it is, in a few words, for the documentation */
  about: string;
  hours: number;
  /** in the order in which they were sent */
  events: MatrixEvent[];
  /** users (or rooms, for waves) that a good protection hits; empty: everybody is honest */
  bad: ReadonlySet<string>;
  /** protections that are meant to hit them */
  meant: readonly string[];
}

/** Writes a stream down: rooms, people who are new or known, and what they send. Everything comes of the seed. */
export class Script {
  readonly events: MatrixEvent[] = [];
  readonly bad = new Set<string>();
  #made = 0;

  constructor(
    private readonly name: string,
    readonly random: () => number,
  ) {}

  room(number = 0): string {
    return `!${this.name}-${number}:a.test`;
  }

  /** a whole number from `from` to `to` */
  between(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  pick<T>(list: readonly T[]): T {
    const found = list[Math.floor(this.random() * list.length)];
    if (found === undefined) throw new Error('an empty list');
    return found;
  }

  chance(part: number): boolean {
    return this.random() < part;
  }

  add(at: number, roomId: string, sender: string, type: string, more: Partial<MatrixEvent>): string {
    const eventId = `$${this.name}${this.#made++}`;
    this.events.push({
      event_id: eventId,
      room_id: roomId,
      sender,
      type,
      origin_server_ts: Math.round(BEGAN + at),
      content: {},
      ...more,
    });
    return eventId;
  }

  say(at: number, roomId: string, sender: string, body: string, more: Record<string, unknown> = {}): string {
    return this.add(at, roomId, sender, 'm.room.message', { content: { msgtype: 'm.text', body, ...more } });
  }

  join(at: number, roomId: string, who: string, displayname = who.slice(1, who.indexOf(':'))): void {
    this.add(at, roomId, who, 'm.room.member', { state_key: who, content: { membership: 'join', displayname } });
  }

  harm(who: string): string {
    this.bad.add(who);
    return who;
  }

  done(about: string, hours: number, meant: readonly string[] = []): Stream {
    this.events.sort((a, b) => a.origin_server_ts - b.origin_server_ts);
    return { name: this.name, about, hours, events: this.events, bad: this.bad, meant };
  }
}

const SUBJECTS = [
  'the build',
  'my server',
  'this room',
  'the release',
  'your patch',
  'the bridge',
  'the talk',
  'our list',
];
const VERBS = [
  'works again',
  'fails since yesterday',
  'looks good to me',
  'needs a review',
  'is on the way',
  'was merged',
];
const ENDS = [
  '',
  ', I think',
  '. Thanks!',
  ', sorry',
  '. Any idea why?',
  ', see the log',
  '. Let me try',
  ' 🙂',
  '!',
  '?',
];
const SHORT = [
  'yes',
  'no',
  'ok',
  'thanks',
  'lol',
  'haha',
  'good morning',
  'brb',
  'same here',
  '+1',
  '👍',
  'hm',
  'nice',
  '😂😂😂',
];
const FILLERS =
  'also because today maybe later without config after update with docker under load at night for now'.split(' ');

/** A sentence as people write it in a technical chat. */
export function sentence(script: Script): string {
  if (script.chance(0.3)) return script.pick(SHORT);
  const filler = Array.from({ length: script.between(0, 4) }, () => script.pick(FILLERS)).join(' ');
  return `${script.pick(SUBJECTS)} ${script.pick(VERBS)} ${filler}${script.pick(ENDS)}`.trim();
}

/** A link that honest people share. */
export function link(script: Script): string {
  const host = script.pick(['github.com/a/b/pull', 'news.example.org', 'matrix.org/blog', 'en.wikipedia.org/wiki']);
  return `https://${host}/${script.between(1, 9999)}`;
}
