/** Signs from a display name when the official one has one word, which may be people's names. */
import { foldedText } from '../lexicon.js';
import type { Names } from '../names.js';
import type { Found, Hit } from '../search/found.js';
import { brandBeside } from './brand.js';
import { bearableByWord } from './cost.js';
import { isLookalikeSlip } from './dense.js';
import { isLongEnough, isNoAccident, isWhollyForeign } from './disguise.js';
import { RARE } from './lengths.js';
import { isSameFold } from './long-name.js';
import { compareLooks } from './looks.js';
import { readsAs } from './reads-as.js';
import { isForeignWord, mixesScripts } from './scripts.js';
import { editSentence, type Context, type Sign } from './sign.js';

const WHAT = 'The display name';
const SHORT = 4;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** From this length on a slip of a plain word (servicse) is nobody's name. */
const LONG_PLAIN = 7;

/**
 * Stops: a one-word brand, disguised or with a slip in it. Honest names: people are called Element and Server, so the
 * plain word stays below `likely`, and accents count as honest spelling; a text that is a word or a person's name
 * itself (Hanna, Silver) is no slip, and around a brand that is a word only slight slips count.
 */
export function oneWord(context: Context, names: Names, found: Found, hit: Hit): Sign | undefined {
  const {
    known,
    profile,
    rules: { weights },
  } = context;
  const official = hit.name.raw;
  if (hit.view !== 'whole') return hit.name.kind === 'display' ? brandBeside(context, names, found, hit) : undefined;
  const isPlain = names.lexicon.plain.has(foldedText(official));
  const isName = hit.name.kind === 'display';
  const shared = profile.shared && hit.name.kind === 'brand' ? weights.brand_shared / 2 : 0;
  const plain = (isPlain ? weights.generic : 0) + coreOnly(weights, names, hit);
  if (hit.cost > 0) return nearWord(weights, names, found, hit, plain, isPlain);
  const looks = compareLooks(found.text, official);
  const asName = readsAs(known.identity.userId, found, hit, looks);
  if (found.turned === true || found.padded === true || isNoAccident(looks, found.text, official))
    return {
      ...asName,
      weight: isLongEnough(official) ? weights.word_disguised : weights.word_readable,
      // a word entirely in another script may be a real word in that script
      ...(isWhollyForeign(looks, found.text) ? { ceiling: 'word_of_another_script' as const } : {}),
    };
  const readable =
    looks.counts.leet + looks.counts.lookalike + looks.counts.shape + looks.counts.style + looks.counts.homoglyph > 0;
  if (isName) return { ...asName, weight: readable ? weights.word_readable : weights.word_same, openly: !readable };
  // a given name belongs to everybody who has it; nobody is called S3rvices
  const person = !isPlain && !readable && names.lexicon.isPerson(official) ? weights.generic : 0;
  const discount = isPlain && readable && foldedText(official).length >= LONG_PLAIN ? 0 : plain + person;
  const short = found.letters.length <= SHORT && !isLongEnough(official) ? -1 : 0;
  return {
    ...asName,
    weight: (readable ? weights.word_readable : weights.word_same + shared) + discount + short,
    openly: !readable,
  };
}

function nearWord(
  weights: Context['rules']['weights'],
  names: Names,
  found: Found,
  hit: Hit,
  plain: number,
  isPlain: boolean,
): Sign | undefined {
  const official = hit.name.raw;
  const length = foldedText(official).length;
  if (isSameFold(found, hit)) return undefined;
  const slip = (weight: number): Sign => ({
    disguise: 'edit',
    view: 'fold',
    weight,
    byEdit: true,
    sentence: editSentence(WHAT, found.text, hit.name.formOf ?? official),
  });
  if (mixesScripts(found.text)) return slip(weights.word_near + weights.alien_slip);
  if (names.lexicon.isOrdinary(found.text, official) || isForeignWord(found.text, official)) return undefined;
  // with few letters or ideographs, only one that looks like the right one (日 for 白)
  if (isLongEnough(official) && isLookalikeSlip(found.text, official)) return slip(weights.word_near + plain);
  if (length <= SHORT || found.letters.length < SHORT)
    return hit.cost <= 1 ? slip(weights.short_slip + plain) : undefined;
  if (hit.cost > bearableByWord(length) && names.lexicon.isWord(official)) return undefined;
  return slip(weights.word_near + (isPlain && length >= LONG_PLAIN ? 0 : plain));
}

/**
 * An official name without its role words counts less if it is a person's name: "Anna" of "Anna (Moderator)". A rare
 * one ("Novapost" of "Novapost Support") identifies its owner.
 */
function coreOnly(weights: Context['rules']['weights'], names: Names, { name: { kind, raw } }: Hit): number {
  return kind === 'core' &&
    (names.lexicon.isOrdinary(raw) ||
      names.lexicon.isCommon(raw) ||
      (foldedText(raw).length < RARE && !(UNSPACED.test(raw) && isLongEnough(raw))))
    ? weights.core_only
    : 0;
}
