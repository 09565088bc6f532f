import type { MatrixEvent } from '../matrix/types.js';
import { messageOf } from '../util/errors.js';
import type { ActiveProtection } from './current.js';
import type { CommonSettings } from './settings.js';
import type { AloneContext, AnyProtection, Finding, PersonFacts, SeenEvent } from './types.js';

/** What somebody who asks about an event has to know of the room that it is meant for, and of who sent it. */
export interface EventContext {
  person: PersonFacts;
  /** the protections that are on in the room */
  active: readonly ActiveProtection[];
  /** the person is one whom this protection leaves in peace */
  isLeftInPeace: (one: ActiveProtection) => boolean;
  /** a protection could not judge the event */
  failed: (protection: string, error: string) => void;
}

/** What is to be said about an event by itself. Empty: nothing. */
export interface Verdict {
  /** harms of MSC4456, each once, in the order in which they were found */
  harms: readonly string[];
  found: readonly { protection: AnyProtection; settings: CommonSettings; finding: Finding }[];
}

const NOTHING: Verdict = { harms: [], found: [] };
const NO_SETTINGS = {} as CommonSettings;

/**
 * The word of all protections that need nothing but the event and who sent it. Pure, and the one door to them: the
 * watch asks here about events that have happened, and a policy server (MSC4284) would about events that are still to
 * be let in. What depends on a course of events (rates, repetition, waves) is not asked here.
 */
export function judge(seen: SeenEvent, { person, active, isLeftInPeace, failed }: EventContext): Verdict {
  let found: Verdict['found'][number][] | undefined;
  // one context for all of them, each with its own settings in it: this runs for every event
  const context: AloneContext = { settings: NO_SETTINGS, person };
  for (const one of active) {
    const { protection, settings } = one;
    if (protection.alone === undefined || !isAsked(protection, seen.event) || isLeftInPeace(one)) continue;
    context.settings = settings;
    try {
      for (const finding of protection.alone(seen, context)) (found ??= []).push({ protection, settings, finding });
    } catch (error) {
      // one that fails on an event must not hold up all others
      failed(protection.name, messageOf(error));
    }
  }
  return found === undefined ? NOTHING : { harms: [...new Set(found.map(({ protection: { harm } }) => harm))], found };
}

/** Whether a protection is asked about events of this kind. */
export function isAsked({ asks }: AnyProtection, { type, sender, state_key: who }: MatrixEvent): boolean {
  const message = who === undefined;
  const own = type === 'm.room.member' && who === sender;
  if (asks === 'message') return message;
  if (asks === 'member') return own;
  if (asks === 'any') return own || message;
  if (asks === 'written') return own || message || type !== 'm.room.member';
  if (message || own) return false;
  return asks === (type === 'm.room.member' ? 'moderation' : 'state');
}
