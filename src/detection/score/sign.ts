/** A sign: one way in which a field resembles a protected identity, before the strongest of each field is selected. */
import { levenshteinEditDistance } from 'levenshtein-edit-distance';
import type { DetectionRules } from '../rules.js';
import type { Known, Profile } from '../known.js';
import type { Hit } from '../search/found.js';
import { likenessTexts } from '../texts.js';
import type { Disguise, Evidence, Sighting, View } from '../types.js';
import { visible } from '../visible.js';
import type { CeilingName } from './bounds.js';
import type { Looks } from './looks.js';

/** Raw signals of one field that count. */
export const MOST_RAW = 2;

export interface Sign {
  disguise: Disguise;
  view: View;
  weight: number;
  sentence: string;
  position?: { start: number; end: number };
  /** a typing error rather than a likeness: two such signs never make a verdict certain */
  byEdit?: boolean;
  /** means nothing without a sign in another field */
  beside?: boolean;
  /** hidden or mixed characters in the text itself, which add weight */
  raw?: readonly Sign[];
  /** conclusive by itself: there is no honest explanation */
  conclusive?: boolean;
  /** the display name, whole, reads as an official one */
  readsAsName?: boolean;
  /** the localpart reads as the official one, or is a slip away from it */
  readsAsLocalpart?: boolean;
  /** the official label under another ending, or among other words; `rare`: six letters that are not a word */
  elsewhere?: 'rare' | 'word';
  /** used openly by others with a right to it: no reason for `certain` */
  openly?: boolean;
  /**
   * the display name may be another body's: by itself it is at most `possible`, and with `perhaps` also together with a
   * common localpart
   */
  mayBeOther?: 'perhaps' | 'alone';
  /** why a verdict based on it is capped */
  ceiling?: CeilingName;
}

/** Signs by field. */
export type Signs = Readonly<Partial<Record<Evidence['field'], Sign | undefined>>>;

/** The identity that a sighting is compared with, and their relation. */
export interface Context {
  sighting: Sighting;
  localpart: string;
  serverName: string;
  host: string;
  known: Known;
  profile: Profile;
  rules: DetectionRules;
  /** on the protected identity's own server, or on one of its domains */
  own: boolean;
  /** the server name is a disguise of the official one */
  disguisedServer: boolean;
}

export function evidenceOf(field: Evidence['field'], sign: Sign, known: Known): Evidence {
  const evidence: Evidence = {
    field,
    protected: known.identity.userId,
    disguise: sign.disguise,
    view: sign.view,
    weight: round(sign.weight),
    sentence: sign.sentence,
  };
  if (sign.position !== undefined) evidence.position = sign.position;
  return evidence;
}

export function round(weight: number): number {
  return Math.round(weight * 100) / 100;
}

/**
 * The view of a hit.
 * @param looks how the text differs from the name, if both have the same fold
 */
export function viewOf(hit: Hit, looks?: Looks): View {
  if (hit.view !== 'whole') return hit.view === 'inside' && !hit.bounded ? 'compact' : 'token';
  if (looks === undefined || hit.cost > 0) return 'fold';
  if (looks.counts.reversed > 0) return 'visual_order';
  if (looks.disguise === 'same') return 'raw';
  if (looks.counts.spacing > 0 && looks.counts.shape + looks.counts.leet + looks.counts.accent === 0) return 'compact';
  return looks.twin ? 'skeleton' : 'fold';
}

/** The stronger of two signs. */
export function stronger(a: Sign | undefined, b: Sign | undefined): Sign | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.weight > a.weight ? b : a;
}

/**
 * `The display name "Еxample" looks, with letters of another script, like the official "Example": "Е" (U+0415) for
 * "E".` Only what is equal to the code point "is exactly" the official name.
 * @param isForm the official name in another grammatical case or spelling
 */
export function sentenceOf(what: string, text: string, official: string, looks: Looks, isForm = false): string {
  const [seen, meant] = [visible(text), visible(official)];
  if (text === official) return likenessTexts.equal(what, seen);
  if (looks.disguise === 'same')
    return isForm ? likenessTexts.form(what, seen, meant) : likenessTexts.reads(what, seen, meant);
  return likenessTexts.looks(what, seen, likenessTexts.how[looks.disguise]!, meant, looks.details);
}

/**
 * `The localpart "servr" is 1 edit away from "server".` The number is the Levenshtein distance, which anybody can
 * verify.
 */
export function editSentence(what: string, text: string, official: string): string {
  const edits = levenshteinEditDistance(text.slice(0, 256).toLowerCase(), official.slice(0, 256).toLowerCase());
  return likenessTexts.nearly(what, visible(text), visible(official), edits);
}
