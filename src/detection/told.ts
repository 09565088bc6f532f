/** What a person is told: what is stored in the account, where something else was read in its place. */
import type { Sign } from './score/sign.js';
import type { Found } from './search/found.js';
import type { Disguise, Evidence, Verdict } from './types.js';
import { visible } from './visible.js';

/** What a text is, apart from its order, when it is the official name letter by letter. */
const TURNED: ReadonlySet<Disguise> = new Set<Disguise>(['same_name', 'case']);

/** A person is told what is stored; what was read in its place is told as such. */
export function asWritten(sign: Sign, found: Found | undefined, text: string): Sign {
  if (found?.turned === true)
    return {
      ...sign,
      disguise: TURNED.has(sign.disguise) ? 'reversed' : sign.disguise,
      view: 'visual_order',
      sentence: sign.sentence.replace(
        `"${visible(found.text)}"`,
        () =>
          `"${visible(text)}" is stored in another order than it is printed; printed as "${visible(found.text)}" it`,
      ),
    };
  if (found?.padded === true)
    return {
      ...sign,
      sentence: sign.sentence.replace(
        `"${visible(found.text)}"`,
        () => `"${visible(found.text)}", in front of so many blanks that nothing behind them is seen,`,
      ),
    };
  return found?.written === undefined ? sign : inPlaceOf(sign, found.text, found.written);
}

/** The sign with the text as it is written in place of how it was read. */
export function inPlaceOf(sign: Sign, read: string, written: string): Sign {
  return { ...sign, sentence: sign.sentence.replace(visible(read), () => visible(written)) };
}

/** A verdict on another reading of the display name, in words about what stands there. */
export function ofReading(verdict: Verdict, reading: string, written: string): Verdict {
  const [read, shown] = [visible(reading), visible(written)];
  const isInPlace = [...reading].length === [...written].length;
  const evidence = verdict.evidence.map((each) => {
    if (each.field !== 'display_name') return each;
    const sentence = each.sentence
      .replaceAll(`"${read}"`, () => `"${shown}"`)
      .replace(' is exactly the official', ' reads, apart from its signs and escapes, as the official');
    return isInPlace ? { ...each, sentence } : withoutPosition({ ...each, sentence });
  });
  return { ...verdict, evidence };
}

/** Where something stands in a text that was shortened says nothing about the text as it was. */
export function withoutPosition({ position: _, ...evidence }: Evidence): Evidence {
  return evidence;
}
