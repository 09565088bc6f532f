import { brandOf } from './brand.js';
import { Names } from './names.js';
import type { DetectionRules } from './rules.js';

/**
 * The official display names that consist of role words and plain words only (Server Notices, IT Support): honest
 * people use them, so an account of that name never exceeds `likely`.
 */
export function namesOfNobody(displayNames: readonly string[], rules: DetectionRules): string[] {
  const { texts, claims, lexicon } = new Names([], rules);
  return displayNames.filter((name) => brandOf(name, texts, claims, lexicon).namesNobody);
}
