/** The door of detection: pure, no I/O, no clock, no randomness. */
export { createDetector } from './detector.js';
export { describeDisguise, visible } from './visible.js';
export type { DetectionRules } from './rules.js';
export type { Detector, Evidence, ProtectedIdentity, Sighting, Verdict, VerdictLevel } from './types.js';
