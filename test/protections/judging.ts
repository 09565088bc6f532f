/** Asks one protection about events, as the watch would, with a clock of one's own. */
import { Message } from '../../src/protections/message.js';
import { RecentEvents } from '../../src/protections/recent.js';
import type { AnyProtection, Context, Finding, Memory, PersonFacts } from '../../src/protections/types.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { event } from '../support/events.js';

export class Judge {
  now = 1_700_000_000_000;
  memory: Memory;
  readonly recent = new RecentEvents();
  person: Partial<PersonFacts> = {};
  catchingUp = false;
  readonly ruledOut = new Set<string>();

  constructor(
    readonly protection: AnyProtection,
    readonly values: Record<string, unknown> = {},
  ) {
    this.memory = protection.memory();
    this.settings = protection.settings.parse(values) as unknown as Context['settings'];
  }

  readonly settings: Context['settings'];

  /** What it finds in an event that was sent `ago` ms before now. */
  ask(partial: Partial<MatrixEvent>, ago = 0): Finding[] {
    const one = event({ type: 'm.room.message', ...partial });
    const sentAt = this.now - ago;
    this.recent.note({ roomId: one.room_id, userId: one.sender }, one.event_id, sentAt);
    const seen = { event: one, message: new Message(one) };
    return (
      this.protection.alone?.(seen, { settings: this.settings, person: this.#personOf(one) }) ??
      this.protection.judge?.(seen, this.memory, {
        settings: this.settings,
        sentAt,
        now: this.now,
        catchingUp: this.catchingUp,
        person: this.#personOf(one),
        recent: this.recent,
        isRuledOut: (userId) => this.ruledOut.has(userId),
      }) ??
      []
    );
  }

  #personOf({ sender, room_id: roomId }: MatrixEvent): PersonFacts {
    return {
      userId: sender,
      roomId,
      place: `${roomId}|${sender}`,
      hereForMs: 1000,
      spokeBefore: false,
      ...this.person,
    };
  }

  say(body: string, more: Partial<MatrixEvent> = {}): Finding[] {
    return this.ask({ content: { msgtype: 'm.text', body }, ...more });
  }
}
