/** Asks one protection about events, as the watch would, with a clock of one's own. */
import { EventId } from '../../src/protections/event-id.js';
import { Message } from '../../src/protections/message.js';
import { Records } from '../../src/protections/records.js';
import type { AnyProtection, Context, Finding, KeptRow, Memory, PersonFacts } from '../../src/protections/types.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { event } from '../support/events.js';

export class Judge {
  now = 1_700_000_000_000;
  #records = new Records();
  memory: Memory;
  person: Partial<PersonFacts> = {};
  catchingUp = false;
  readonly ruledOut = new Set<string>();

  constructor(
    readonly protection: AnyProtection,
    readonly values: Record<string, unknown> = {},
  ) {
    this.memory = protection.memory(this.#records);
    this.settings = protection.settings.parse(values) as unknown as Context['settings'];
  }

  readonly settings: Context['settings'];

  /** As after a restart that finds these rows. */
  restart(rows: readonly KeptRow[]): void {
    this.#records = new Records();
    this.memory = this.protection.memory(this.#records);
    this.memory.restore(rows, this.now);
  }

  /** What it finds in an event that was sent `ago` ms before now. */
  ask(partial: Partial<MatrixEvent>, ago = 0): Finding[] {
    const one = event({ type: 'm.room.message', ...partial });
    const sentAt = this.now - ago;
    const id = new EventId().read(one.event_id);
    const person = this.#personOf(one);
    this.#records.note(person.record, id, sentAt, this.now);
    const seen = { event: one, message: new Message(one) };
    return (
      this.protection.alone?.(seen, { settings: this.settings, person }) ??
      this.protection.judge?.(seen, this.memory, {
        settings: this.settings,
        sentAt,
        stamp: id.stamped(sentAt),
        now: this.now,
        catchingUp: this.catchingUp,
        person,
        recent: this.#records.recent,
        isRuledOut: (userId) => this.ruledOut.has(userId),
      }) ??
      []
    );
  }

  #personOf({ sender, room_id: roomId }: MatrixEvent): PersonFacts {
    return {
      userId: sender,
      roomId,
      record: this.#records.of(roomId, sender, this.now),
      hereForMs: 1000,
      spokeBefore: false,
      firstEventId: undefined,
      ...this.person,
    };
  }

  say(body: string, more: Partial<MatrixEvent> = {}): Finding[] {
    return this.ask({ content: { msgtype: 'm.text', body }, ...more });
  }
}
