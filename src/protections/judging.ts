import { powerOf } from '../matrix/power.js';
import type { MatrixEvent } from '../matrix/types.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import { messageOf } from '../util/errors.js';
import { askedAbout, type AskedProtection } from './asked.js';
import type { ActiveProtection } from './current.js';
import { judge } from './judge.js';
import type { Memories } from './memories.js';
import { Message } from './message.js';
import type { RecentEvents } from './recent.js';
import type { CommonSettings } from './settings.js';
import type { AnyProtection, Context, Finding, PersonFacts, SeenEvent } from './types.js';

/** One protection's finding in one event. */
export interface Judged {
  protection: AnyProtection;
  settings: CommonSettings;
  finding: Finding;
  person: PersonFacts;
}

const NO_SETTINGS = {} as CommonSettings;

/** When an event was sent, and when it came in. */
export interface EventTimes {
  sentAt: number;
  now: number;
  catchingUp: boolean;
}

export interface JudgingOptions {
  memories: Memories;
  recent: RecentEvents;
  isBridgeUser: (userId: string) => boolean;
  /** a rule in force bans this person */
  isRuledOut: (userId: string) => boolean;
  failed: (protection: string, error: string) => void;
}

/**
 * Runs protections on events in order, and keeps the memory they need. It does not act on findings: the watch records
 * them, a simulation counts them.
 */
export class Judging {
  constructor(private readonly options: JudgingOptions) {}

  /** The enabled protections' findings in an event of this room. */
  of(
    event: MatrixEvent,
    room: Pick<TrackedRoom, 'powerLevels' | 'create'>,
    active: readonly ActiveProtection[],
    { sentAt, now, catchingUp }: EventTimes,
  ): Judged[] {
    const { memories, recent, isRuledOut } = this.options;
    const at = catchingUp ? sentAt : now;
    const person = memories.people.follow(event, at, active.length > 0);
    if (active.length === 0 || event.unsigned?.redacted_because !== undefined) return [];
    const seen: SeenEvent = { event, message: new Message(event) };
    if (event.state_key === undefined) recent.note(person, event.event_id, sentAt);
    // one context object for all of them, with the settings swapped: this runs for every event
    const context: Context = { settings: NO_SETTINGS, sentAt, now, catchingUp, person, recent, isRuledOut };
    const above = standsAbove(event.sender, room);
    const peace = ({ exempts, exemptsBridges, trustedAfter, bridgeUsers }: AskedProtection) =>
      exempts
        ? above || this.#isLeftAlone(trustedAfter, bridgeUsers, person)
        : exemptsBridges && this.#isLeftAlone(0, bridgeUsers, person);
    const { failed } = this.options;
    const verdict = judge(seen, { person, active, isLeftInPeace: peace, failed });
    const judged: Judged[] = verdict.found.map((found) => ({ ...found, person }));
    for (const one of askedAbout(active, event).inCourse) {
      if (peace(one)) continue;
      const { protection, settings } = one;
      context.settings = settings;
      const findings = this.#findings(protection, seen, context);
      for (const finding of findings) judged.push({ protection, settings, finding, person });
    }
    if (seen.message.isWriting) memories.people.spoke(person, event.event_id, now, true);
    return judged;
  }

  /** Trusted people and bridge ghosts, depending on the settings. */
  isLeftAlone({ trusted_after: trustedAfter, bridge_users: bridges }: CommonSettings, person: PersonFacts): boolean {
    return this.#isLeftAlone(trustedAfter, bridges, person);
  }

  #isLeftAlone(trustedAfter: number, bridges: boolean, { userId, hereForMs }: PersonFacts): boolean {
    if (trustedAfter > 0 && (hereForMs === undefined || hereForMs > trustedAfter)) return true;
    return bridges && this.options.isBridgeUser(userId);
  }

  /** A protection that fails on an event must not block the others. */
  #findings(protection: AnyProtection, seen: SeenEvent, context: Context): Finding[] {
    try {
      return protection.judge?.(seen, this.options.memories.of(protection.name), context) ?? [];
    } catch (error) {
      this.options.failed(protection.name, messageOf(error));
      return [];
    }
  }
}

/** Moderators of a room, and all others whose power is above its default. */
export function standsAbove(userId: string, room: Pick<TrackedRoom, 'powerLevels' | 'create'>): boolean {
  return powerOf(userId, room) > (room.powerLevels?.usersDefault ?? 0);
}
