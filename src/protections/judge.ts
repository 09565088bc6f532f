import { messageOf } from '../util/errors.js';
import { askedAbout, type AskedProtection, type AskedProtections } from './asked.js';
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

/** A finding with the protection that made it. */
export interface Found {
  protection: AnyProtection;
  settings: CommonSettings;
  finding: Finding;
}

/** The findings about an event by itself; empty: none. */
export interface Verdict {
  /** harms of MSC4456, each once, in the order they were found */
  harms: readonly string[];
  found: readonly Found[];
}

const NO_SETTINGS = {} as CommonSettings;
const NOTHING: readonly Found[] = [];

/**
 * The verdict of all protections that need only the event and its sender, for a policy server (MSC4284), which asks
 * about events that are still to be accepted. Pure. Protections that depend on earlier events (rates, repetition,
 * waves) are not included.
 */
export function judge(seen: SeenEvent, { person, active, isLeftInPeace, failed }: EventContext): Verdict {
  const found = judgeAlone(seen, person, askedAbout(active, seen.event).newcomer, isLeftInPeace, failed);
  return { harms: [...new Set(found.map(({ protection: { harm } }) => harm))], found };
}

/** The same with prepared protections, as the watch asks about events that have happened. */
export function judgeAlone(
  seen: SeenEvent,
  person: PersonFacts,
  asked: AskedProtections,
  isLeftInPeace: ((one: AskedProtection) => boolean) | undefined,
  failed: EventContext['failed'],
): readonly Found[] {
  const found = judgeOne(seen, person, asked, isLeftInPeace, failed);
  const fallback = found.length > 0 || asked.alone.length === 0 ? undefined : seen.message.fallback;
  if (fallback === undefined) return found;
  return judgeOne({ event: seen.event, message: fallback }, person, asked, isLeftInPeace, failed);
}

function judgeOne(
  seen: SeenEvent,
  person: PersonFacts,
  { alone, aloneOfText }: AskedProtections,
  isLeftInPeace: ((one: AskedProtection) => boolean) | undefined,
  failed: EventContext['failed'],
): readonly Found[] {
  let found: Found[] | undefined;
  // one context object for all of them, with the settings swapped: this runs for every event
  const context: AloneContext = { settings: NO_SETTINGS, person };
  const asked = alone.length > aloneOfText.length && seen.message.media.size === 0 ? aloneOfText : alone;
  for (let at = 0; at < asked.length; at++) {
    const one = asked[at]!;
    if (isLeftInPeace?.(one) === true) continue;
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
  return found ?? NOTHING;
}
