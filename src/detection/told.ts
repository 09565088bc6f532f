/** Evidence for people: refers to the stored text where a different reading of it was judged. */
import type { Sign } from './score/sign.js';
import type { Found } from './search/found.js';
import type { Disguise, Evidence, Verdict } from './types.js';
import { readTexts } from './texts.js';
import { visible } from './visible.js';

/** How a reversed text relates to the official name, if it has the same letters. */
const TURNED: ReadonlySet<Disguise> = new Set<Disguise>(['same_name', 'case']);

/** People see the stored text; a different reading is identified as such. */
export function asWritten(sign: Sign, found: Found | undefined, text: string): Sign {
  if (found?.turned === true)
    return {
      ...sign,
      disguise: TURNED.has(sign.disguise) ? 'reversed' : sign.disguise,
      view: 'visual_order',
      sentence: unequal(
        sign.sentence.replace(`"${visible(found.text)}"`, () => readTexts.printed(visible(text), visible(found.text))),
      ),
    };
  if (found?.padded === true)
    return {
      ...sign,
      sentence: unequal(sign.sentence.replace(`"${visible(found.text)}"`, () => readTexts.padded(visible(found.text)))),
    };
  return found?.written === undefined ? sign : inPlaceOf(sign, found.text, found.written);
}

/** The sign with the original text instead of its reading. */
export function inPlaceOf(sign: Sign, read: string, written: string): Sign {
  return { ...sign, sentence: unequal(sign.sentence.replace(visible(read), () => visible(written))) };
}

/** What of a text resembles, with a mark where words for roles were left out (Ex … Stadtwerke Elmen). */
export function partAsWritten(text: string, part: string): string {
  if (text.includes(part)) return visible(part);
  let shown = '';
  let run = '';
  for (const word of part.split(' ')) {
    const isNext = run !== '' && text.includes(`${run} ${word}`);
    shown += isNext ? ` ${word}` : `${run === '' ? '' : ' … '}${word}`;
    run = isNext ? `${run} ${word}` : word;
  }
  return visible(shown);
}

/** What is read of a text is not what stands there, to the code point. */
function unequal(sentence: string): string {
  return sentence.replace(readTexts.exactly, readTexts.reads);
}

/** A verdict on another reading of the display name, worded for the original text. */
export function ofReading(verdict: Verdict, reading: string, written: string): Verdict {
  const [read, shown] = [visible(reading), visible(written)];
  const isInPlace = [...reading].length === [...written].length;
  const evidence = verdict.evidence.map((each) => {
    if (each.field !== 'display_name') return each;
    const sentence = each.sentence
      .replaceAll(`"${read}"`, () => `"${shown}"`)
      .replace(readTexts.exactly, readTexts.readsApart)
      .replace(readTexts.holds, readTexts.holdsApart);
    return isInPlace ? { ...each, sentence } : withoutPosition({ ...each, sentence });
  });
  return { ...verdict, evidence };
}

/** Positions in a shortened text do not apply to the original. */
export function withoutPosition({ position: _, ...evidence }: Evidence): Evidence {
  return evidence;
}
