/**
 * Homeservers give a new account its localpart as display name, and namesakes bear their name twice: then localpart and
 * display name are one sign.
 */
import type { Known } from '../known.js';
import { plainLetters } from '../lexicon.js';
import type { Found } from '../search/found.js';
import type { Sign } from './sign.js';

interface Pair {
  localpart: Sign | undefined;
  display: Sign | undefined;
}

/** The two signs, or the heavier one, which says what both would, where they are one. */
export function asOneSign(
  { localpart, display }: Pair,
  known: Known,
  written: { localpart: string; displayName: string; isReading: boolean },
  found: { inLocalpart: Found | undefined; inDisplay: Found | undefined },
): Pair {
  if (localpart === undefined || display === undefined) return { localpart, display };
  const isOne =
    isSameSlip(localpart, display, found.inLocalpart, found.inDisplay) ||
    (!written.isReading && isSameWord(localpart, known, written.localpart, written.displayName));
  if (!isOne) return { localpart, display };
  const readsAs = {
    readsAsName: display.readsAsName === true,
    readsAsLocalpart: localpart.readsAsLocalpart === true,
  };
  return localpart.weight >= display.weight || isSetByHomeserver(localpart, written)
    ? { localpart: { ...localpart, ...readsAs }, display: undefined }
    : { localpart: undefined, display: { ...display, ...readsAs } };
}

/**
 * Is the display name the very localpart, which homeservers give to whoever chose none? Then it says no more than the
 * localpart, though "marlowe.finch" reads as "Marlowe Finch", too.
 */
function isSetByHomeserver(
  { disguise }: Sign,
  { localpart, displayName }: { localpart: string; displayName: string },
): boolean {
  return displayName === localpart && (disguise === 'same_localpart' || disguise === 'spelled_name');
}

/**
 * Does the display name only repeat the localpart, as homeservers set it and namesakes do: letter by letter, accents
 * and capitals aside? Not when the localpart holds what no homeserver gives and no habit writes (letters of other
 * scripts, capitals and signs around a rare name, a name taken apart), or spells a long name in digits: then its bearer
 * took the trouble twice. "@discord:… Discord" stays one sign: bridge bots are called so.
 */
function isSameWord({ disguise }: Sign, { common }: Known, localpart: string, displayName: string): boolean {
  if (unspaced(localpart) !== unspaced(displayName)) return false;
  const long = localpart.length > 5;
  const troubled =
    /[^ -~]/.test(localpart) ||
    (long && ['leet', 'lookalike', 'spacing'].includes(disguise)) ||
    (long && !common && !/^[a-z0-9._=/+-]*$/.test(localpart));
  return !troubled;
}

/**
 * Is a slip in the localpart the same in the display name? Then it is one name, whatever adorns it: Taniya ✨ is not
 * Tanaka.
 */
function isSameSlip(a: Sign, b: Sign, inLocalpart: Found | undefined, inDisplay: Found | undefined): boolean {
  return a.byEdit === true && b.byEdit === true && inLocalpart?.letters === inDisplay?.letters;
}

/**
 * Letters without accents, capitals and what separates words; signs around them are an ornament that somebody added.
 */
function unspaced(text: string): string {
  return plainLetters(text).replace(/(?<=[\p{L}\p{N}])[\s._-]+(?=[\p{L}\p{N}])/gu, '');
}
