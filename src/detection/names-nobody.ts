import { brandOf } from './brand.js';
import { Names } from './names.js';
import type { DetectionRules } from './rules.js';

/**
 * Those official display names that are made of words for roles and plain words only (Server Notices, IT Support):
 * honest people bear them, so an account of that name is never more than likely an impostor.
 */
export function namesOfNobody(displayNames: readonly string[], rules: DetectionRules): string[] {
  const { texts, claims, lexicon } = new Names([], rules);
  return displayNames.filter((name) => brandOf(name, texts, claims, lexicon).namesNobody);
}
