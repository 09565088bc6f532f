/**
 * Determines the level: the signs of the fields are added up, `certain` requires a specific reason, and floors and
 * ceilings (bounds.ts) are applied last.
 */
import type { Known } from '../known.js';
import type { DetectionRules } from '../rules.js';
import type { Evidence, Verdict, VerdictLevel } from '../types.js';
import { CEILINGS, FLOORS, OPENLY } from './bounds.js';
import { evidenceOf, round, type Sign, type Signs } from './sign.js';

export const NOTHING: Verdict = Object.freeze({
  verdict: 'none',
  score: 0,
  protected: null,
  evidence: Object.freeze([]) as unknown as Evidence[],
});

const LEVELS: readonly VerdictLevel[] = ['none', 'possible', 'likely', 'certain'];
const [NONE, POSSIBLE, LIKELY, CERTAIN] = [0, 1, 2, 3] as const;

type Taken = readonly (readonly [Evidence['field'], Sign])[];

export function isStronger(a: Verdict, b: Verdict): boolean {
  const byLevel = LEVELS.indexOf(a.verdict) - LEVELS.indexOf(b.verdict);
  return byLevel > 0 || (byLevel === 0 && a.score > b.score);
}

/** Do two verdicts accuse of as much? */
export function isEqual(a: Verdict, b: Verdict): boolean {
  return a !== NOTHING && a.verdict === b.verdict && a.score === b.score;
}

/**
 * The verdict of the fields' signs against one protected identity.
 * @param id the sign of the whole user id; it replaces those of its parts if stronger
 */
export function levelOf(rules: DetectionRules, known: Known, signs: Signs, id: Sign | undefined): Verdict {
  const { thresholds } = rules;
  const taken = taking(signs, id);
  if (taken.every(([, sign]) => sign.beside === true)) return NOTHING;
  const score = round(sumOf(taken));
  const level = Math.max(byWeight(thresholds, taken, score), floorOf(signs));
  const most = ceilingOf(signs.display_name);
  if (level <= most) return verdictOf(thresholds, known, level, score, taken);
  // a display name that may be somebody else's cannot raise a verdict further; other fields can
  const others = levelOf(rules, known, { ...signs, display_name: undefined }, id);
  return LEVELS.indexOf(others.verdict) > most ? others : verdictOf(thresholds, known, most, score, taken);
}

/**
 * An account named after its own id on the official server hides nothing, so no moderator is needed
 * (docs/operate/check.md).
 */
export function belowLikely({ thresholds }: DetectionRules, verdict: Verdict): Verdict {
  const { most } = CEILINGS.who_goes_by_its_own_id;
  if (LEVELS.indexOf(verdict.verdict) <= LEVELS.indexOf(most)) return verdict;
  return { ...verdict, verdict: most, score: round(Math.min(verdict.score, thresholds.likely - 0.1)) };
}

/** The fields with a sign, with the user id as a whole or in parts. */
function taking(signs: Signs, id: Sign | undefined): Taken {
  const fields = (Object.entries(signs) as [Evidence['field'], Sign | undefined][]).filter(
    (entry): entry is [Evidence['field'], Sign] => entry[1] !== undefined && entry[1].weight > 0,
  );
  const ofUser = fields.filter(([field]) => field === 'localpart' || field === 'server_name');
  return id !== undefined && id.weight > sumOf(ofUser)
    ? [['user_id', id], ...fields.filter((field) => !ofUser.includes(field))]
    : fields;
}

function sumOf(taken: Taken): number {
  return taken.reduce(
    (total, [, { weight, raw }]) => total + weight + (raw ?? []).reduce((more, each) => more + each.weight, 0),
    0,
  );
}

/** The level from the weights; signs that only count beside others do not contribute to `certain`. */
function byWeight(thresholds: DetectionRules['thresholds'], taken: Taken, score: number): number {
  if (
    isNameable(thresholds, taken) &&
    round(sumOf(taken.filter(([, sign]) => sign.beside !== true))) >= thresholds.certain
  )
    return CERTAIN;
  return score >= thresholds.likely ? LIKELY : score >= thresholds.possible ? POSSIBLE : NONE;
}

/**
 * `certain` requires a specific reason: one conclusive sign, or two fields that are not all slips. The official
 * localpart elsewhere is no such reason: every server may have an official account called `server`, and a neighbour
 * whose domain differs by two letters must not be banned automatically. Nor is a domain under another ending, which may
 * belong to a sister organisation.
 */
function isNameable({ possible }: DetectionRules['thresholds'], taken: Taken): boolean {
  if (taken.some(([, sign]) => sign.conclusive === true)) return true;
  return (
    taken.length > 1 &&
    taken.some(
      ([, sign]) =>
        sign.byEdit !== true && sign.openly !== true && !OPENLY.has(sign.disguise) && sign.weight >= possible,
    )
  );
}

function floorOf(signs: Signs): number {
  let level: number = NONE;
  for (const { least, holds } of Object.values(FLOORS)) {
    if (LEVELS.indexOf(least) > level && holds(signs)) level = LEVELS.indexOf(least);
  }
  return level;
}

function ceilingOf(displayName: Sign | undefined): number {
  return displayName?.ceiling === undefined ? CERTAIN : LEVELS.indexOf(CEILINGS[displayName.ceiling].most);
}

function verdictOf(
  thresholds: DetectionRules['thresholds'],
  known: Known,
  level: number,
  score: number,
  taken: Taken,
): Verdict {
  if (level === NONE) return NOTHING;
  const least = level === LIKELY ? thresholds.likely : level === POSSIBLE ? thresholds.possible : thresholds.certain;
  return {
    verdict: LEVELS[level]!,
    score: Math.max(score, least),
    protected: known.identity.userId,
    evidence: taken.flatMap(([field, sign]) =>
      [sign, ...(sign.raw ?? [])].map((each) => evidenceOf(field, each, known)),
    ),
  };
}
