import { messageOf } from '../util/errors.js';
import { askedAbout, type AskedProtection } from './asked.js';
import type { ActiveProtection } from './current.js';
import type { CommonSettings } from './settings.js';
import type { AloneContext, AnyProtection, Finding, PersonFacts, SeenEvent } from './types.js';

/** What the caller has to know about an event's room and sender. */
export interface EventContext {
  person: PersonFacts;
  /** the protections enabled in the room */
  active: readonly ActiveProtection[];
  /** whether the person is exempt from this protection */
  isLeftInPeace: (one: AskedProtection) => boolean;
  /** a protection could not judge the event */
  failed: (protection: string, error: string) => void;
}

/** The findings about an event by itself; empty: none. */
export interface Verdict {
  /** harms of MSC4456, each once, in the order they were found */
  harms: readonly string[];
  found: readonly { protection: AnyProtection; settings: CommonSettings; finding: Finding }[];
}

const NOTHING: Verdict = { harms: [], found: [] };
const NO_SETTINGS = {} as CommonSettings;

/**
 * The verdict of all protections that need only the event and its sender. Pure, and the only entry point to them: the
 * watch calls it for events that have happened, and a policy server (MSC4284) would for events that are still to be
 * accepted. Protections that depend on earlier events (rates, repetition, waves) are not included.
 */
export function judge(seen: SeenEvent, { person, active, isLeftInPeace, failed }: EventContext): Verdict {
  let found: Verdict['found'][number][] | undefined;
  // one context object for all of them, with the settings swapped: this runs for every event
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
      // a protection that fails on an event must not block the others
      failed(protection.name, messageOf(error));
    }
  }
  return found === undefined ? NOTHING : { harms: [...new Set(found.map(({ protection: { harm } }) => harm))], found };
}
