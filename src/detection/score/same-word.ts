/**
 * Homeservers set a new account's localpart as its display name, and namesakes have their name in both: localpart and
 * display name then count as one sign.
 */
import type { Known } from '../known.js';
import { plainLetters } from '../lexicon.js';
import type { Found } from '../search/found.js';
import type { Sign } from './sign.js';

interface Pair {
  localpart: Sign | undefined;
  display: Sign | undefined;
}

/** The two signs, or the stronger one if they count as one. */
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
 * Whether the display name merely repeats the localpart, as with homeservers' defaults and namesakes: letter by letter,
 * ignoring accents and case. Not if the localpart has something unusual (letters of other scripts, capitals and symbols
 * around a rare name, a split name), or spells a long name with digits, because then both were chosen deliberately.
 * "@discord:… Discord" stays one sign: bridge bots are called so.
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
 * Whether localpart and display name have the same slip, which makes them one name, whatever the ornaments: Taniya ✨ is
 * not Tanaka.
 */
function isSameSlip(a: Sign, b: Sign, inLocalpart: Found | undefined, inDisplay: Found | undefined): boolean {
  return a.byEdit === true && b.byEdit === true && inLocalpart?.letters === inDisplay?.letters;
}

/** Letters without accents, case and word separators; surrounding symbols are ornaments. */
function unspaced(text: string): string {
  return plainLetters(text).replace(/(?<=[\p{L}\p{N}])[\s._-]+(?=[\p{L}\p{N}])/gu, '');
}
