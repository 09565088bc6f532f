import { powerOf } from '../matrix/power.js';
import type { MatrixEvent } from '../matrix/types.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import { messageOf } from '../util/errors.js';
import { askedAbout, type AskedProtection } from './asked.js';
import type { ActiveProtection } from './current.js';
import { EventId } from './event-id.js';
import { judgeAlone } from './judge.js';
import type { Memories } from './memories.js';
import { Message } from './message.js';
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
const NOTHING: readonly Judged[] = [];
const NONE: readonly Finding[] = [];

/** When an event was sent, and when it came in. */
export interface EventTimes {
  sentAt: number;
  now: number;
  catchingUp: boolean;
}

export interface JudgingOptions {
  memories: Memories;
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
  readonly #id = new EventId();

  constructor(private readonly options: JudgingOptions) {}

  /** The enabled protections' findings in an event of this room. */
  of(
    event: MatrixEvent,
    room: Pick<TrackedRoom, 'powerLevels' | 'create'>,
    active: readonly ActiveProtection[],
    { sentAt, now, catchingUp }: EventTimes,
    id = this.#id.read(event.event_id),
  ): readonly Judged[] {
    const { memories, isRuledOut, isBridgeUser, failed } = this.options;
    const at = catchingUp ? sentAt : now;
    const { people } = memories;
    const { records } = people;
    const person = people.follow(event, at, now, active.length > 0);
    if (active.length === 0 || event.unsigned?.redacted_because !== undefined) return NOTHING;
    const message = new Message(event);
    const seen: SeenEvent = { event, message };
    if (event.state_key === undefined) records.note(person.record, id, sentAt, now);
    const { newcomer, familiar, above } = askedAbout(active, event);
    const isAbove = standsAbove(event.sender, room);
    const asked = isAbove ? above : person.hereForMs === undefined ? familiar : newcomer;
    const isGhost = asked.sparesGhosts && isBridgeUser(event.sender);
    const peace = isGhost || asked === newcomer ? (one: AskedProtection) => isSpared(one, person, isGhost) : undefined;
    const found = judgeAlone(seen, person, asked, peace, failed);
    let judged: Judged[] | undefined;
    for (const one of found) (judged ??= []).push({ ...one, person });
    // one context object for all of them, with the settings swapped: this runs for every event
    const stamp = id.stamped(sentAt);
    const { recent } = records;
    const context: Context = { settings: NO_SETTINGS, sentAt, stamp, now, catchingUp, person, recent, isRuledOut };
    const { inCourse } = asked;
    for (let index = 0; index < inCourse.length; index++) {
      const one = inCourse[index]!;
      if (peace?.(one) === true) continue;
      const { protection, settings } = one;
      context.settings = settings;
      for (const finding of this.#findings(protection, seen, context))
        (judged ??= []).push({ protection, settings, finding, person });
    }
    if (message.isWriting) people.spoke(person, event.event_id, now, true);
    message.done();
    return judged ?? NOTHING;
  }

  /** Trusted people and bridge ghosts, depending on the settings. */
  isLeftAlone({ trusted_after: trustedAfter, bridge_users: bridges }: CommonSettings, person: PersonFacts): boolean {
    const { userId, hereForMs } = person;
    if (trustedAfter > 0 && (hereForMs === undefined || hereForMs > trustedAfter)) return true;
    return bridges && this.options.isBridgeUser(userId);
  }

  /** A protection that fails on an event must not block the others. */
  #findings(protection: AnyProtection, seen: SeenEvent, context: Context): readonly Finding[] {
    try {
      return protection.judge?.(seen, this.options.memories.of(protection.name), context) ?? NONE;
    } catch (error) {
      this.options.failed(protection.name, messageOf(error));
      return [];
    }
  }
}

/** Whether a newcomer, or a bridge's ghost, is exempt; everybody else has been sorted out already. */
function isSpared(
  { exempts, exemptsBridges, trustedAfter, bridgeUsers }: AskedProtection,
  { hereForMs }: PersonFacts,
  isGhost: boolean,
): boolean {
  if (isGhost && bridgeUsers && (exempts || exemptsBridges)) return true;
  return exempts && trustedAfter > 0 && hereForMs !== undefined && hereForMs > trustedAfter;
}

/** Moderators of a room, and all others whose power is above its default. */
export function standsAbove(userId: string, room: Pick<TrackedRoom, 'powerLevels' | 'create'>): boolean {
  return powerOf(userId, room) > (room.powerLevels?.usersDefault ?? 0);
}
