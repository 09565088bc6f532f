/** Detection's entry point: pure, no I/O, no clock, no randomness. */
export { createDetector } from './detector.js';
export type { ExplainedCharacter, NameCharacter } from './explain-characters.js';
export { describeCharacter, effectOf, explain, type Explanation } from './explain.js';
export { namesOfNobody } from './names-nobody.js';
export type { Units } from './fold/units.js';
export { visible } from './visible.js';
export { AccountText } from './screen/account-screen.js';
export type { DetectionRules } from './rules.js';
export type {
  Detector,
  Evidence,
  ProtectedIdentity,
  ScreeningDetector,
  Sighting,
  Verdict,
  VerdictLevel,
} from './types.js';
