import { HARM_NAMES } from './texts.js';

/**
 * The harms of MSC4456, which classify reports. Clients send them as `harm` (MSC4457) or within the text of an older
 * report.
 */

/** Each specified harm by its stable id, with a name for people. */
export const HARMS: Readonly<Record<string, string>> = HARM_NAMES;

const UNSTABLE = 'org.matrix.msc4456.';
/** A harm id within other text; for an unknown one its known prefix (`m.spam.new` is spam). */
const IN_TEXT = /(?<![\p{L}\p{N}._-])(?:org\.matrix\.msc4456|m)\.([a-z_]+(?:\.[a-z_]+)*)/giu;

/** The stable id of a specified harm, by its stable or unstable name; undefined for anything else. */
export function harmOf(id: string): string | undefined {
  const stable = id.startsWith(UNSTABLE) ? `m.${id.slice(UNSTABLE.length)}` : id;
  return Object.hasOwn(HARMS, stable) ? stable : undefined;
}

/** The first harm named in a report's text; undefined when there is none. */
export function harmIn(text: string): string | undefined {
  for (const match of text.matchAll(IN_TEXT)) {
    const parts = `m.${(match[1] ?? '').toLowerCase()}`.split('.');
    for (let length = Math.min(parts.length, 3); length >= 2; length--) {
      const harm = harmOf(parts.slice(0, length).join('.'));
      if (harm !== undefined) return harm;
    }
  }
  return undefined;
}

/** `impersonation (m.spam.impersonation)`. */
export function harmPhrase(harm: string): string {
  return `${HARMS[harm] ?? HARM_NAMES['m.other']} (${harm})`;
}
