/**
 * What a homeserver sends: transactions in which no event, account, name or text comes twice, with all that Synapse
 * adds to an event (the keys of the old client format, `unsigned`). Half of the events are joins, then messages and
 * renames, of people of a hundred thousand servers. Seeded: the same every time.
 */
import { randomFrom } from '../policy/sets.js';

/**
 * Few, because transactions come a hundred times as fast as a large homeserver sends them: in each of thousands of
 * rooms there would be a rush of joins all the time, which nobody sees at once.
 */
const ROOMS = 40;
/** People who write and rename themselves; older ones are forgotten. */
const PEOPLE = 1_000;
export const ROOM_IDS: readonly string[] = Array.from(
  { length: ROOMS },
  (_, index) => `!${String(index).padStart(18, 'room')}:example.org`,
);
const ENDINGS = ['org', 'de', 'net', 'chat'];
const SYLLABLES =
  'an be ca do el fi go ha in jo ka lo ma ne or pa qui ra se ta ur ve wi xa ya zo bri cho dre fla gru kle mo'.split(
    ' ',
  );

interface Person {
  userId: string;
  roomId: string;
  name: string;
  avatar: string;
}

export class Traffic {
  readonly #random: (below: number) => number;
  readonly #people: Person[] = [];
  #events = 0;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  /** The body of a transaction with so many events. */
  transaction(events: number): Buffer {
    return Buffer.from(JSON.stringify({ events: Array.from({ length: events }, () => this.#event()) }));
  }

  #event(): object {
    const kind = this.#random(10);
    const person = this.#people[this.#random(PEOPLE)];
    if (person === undefined || kind < 5) return this.#join();
    return kind < 8 ? this.#message(person) : this.#rename(person);
  }

  #join(): object {
    const server = `${this.#word(2)}${this.#random(100)}.${ENDINGS[this.#random(ENDINGS.length)]}`;
    const person = {
      userId: `@${this.#word(3)}${this.#events}:${server}`,
      roomId: ROOM_IDS[this.#random(ROOMS)]!,
      name: this.#name(),
      avatar: `mxc://${server}/${this.#word(8)}`,
    };
    this.#people[this.#events % PEOPLE] = person;
    return this.#member(person, contentOf(person));
  }

  #rename(person: Person): object {
    const before = contentOf(person);
    person.name = this.#name();
    return this.#member(person, contentOf(person), before);
  }

  #member(person: Person, content: object, before?: object): object {
    const told =
      before === undefined ? {} : { replaces_state: this.#id(), prev_content: before, prev_sender: person.userId };
    const unsigned = { age: this.#random(500), ...told };
    return { ...this.#common('m.room.member', person), state_key: person.userId, content, ...unsigned, unsigned };
  }

  #message(person: Person): object {
    const body = Array.from({ length: 4 + this.#random(16) }, () => this.#word(1 + this.#random(3))).join(' ');
    const unsigned = { age: this.#random(500) };
    const content = { msgtype: 'm.text', body, 'm.mentions': {} };
    return { ...this.#common('m.room.message', person), content, unsigned, ...unsigned };
  }

  #common(type: string, { userId, roomId }: Person): object {
    this.#events += 1;
    const at = 1_790_000_000_000 + this.#events;
    return { type, room_id: roomId, sender: userId, event_id: this.#id(), origin_server_ts: at, user_id: userId };
  }

  /** As long as event ids are. */
  #id(): string {
    const random = Array.from({ length: 6 }, () => this.#random(0x7fffffff).toString(36).padStart(6, '0')).join('');
    return `$${this.#events.toString(36).padStart(7, '0')}${random}`;
  }

  #name(): string {
    const word = () => this.#word(2 + this.#random(2)).replace(/^./, (letter) => letter.toUpperCase());
    return this.#random(3) === 0 ? word() : `${word()} ${word()}`;
  }

  #word(syllables: number): string {
    let word = '';
    for (let count = 0; count < syllables; count += 1) word += SYLLABLES[this.#random(SYLLABLES.length)];
    return word;
  }
}

function contentOf({ name, avatar }: Person): object {
  return { membership: 'join', displayname: name, avatar_url: avatar };
}
