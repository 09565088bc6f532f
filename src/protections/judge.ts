import { messageOf } from '../util/errors.js';
import { askedAbout, type AskedProtection } from './asked.js';
import type { ActiveProtection } from './current.js';
import type { CommonSettings } from './settings.js';
import type { AloneContext, AnyProtection, Finding, PersonFacts, SeenEvent } from './types.js';

/** What somebody who asks about an event has to know of the room that it is meant for, and of who sent it. */
export interface EventContext {
  person: PersonFacts;
  /** the protections that are on in the room */
  active: readonly ActiveProtection[];
  /** the person is one whom this protection leaves in peace */
  isLeftInPeace: (one: AskedProtection) => boolean;
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
  const { alone, aloneOfText } = askedAbout(active, seen.event);
  for (const one of alone.length > aloneOfText.length && seen.message.media.size === 0 ? aloneOfText : alone) {
    if (isLeftInPeace(one)) continue;
    const { protection, settings } = one;
    context.settings = settings;
    try {
      const findings = protection.alone?.(seen, context) ?? [];
      for (const finding of findings) (found ??= []).push({ protection, settings, finding });
    } catch (error) {
      // one that fails on an event must not hold up all others
      failed(protection.name, messageOf(error));
    }
  }
  return found === undefined ? NOTHING : { harms: [...new Set(found.map(({ protection: { harm } }) => harm))], found };
}
