import type { Detector, Evidence, Sighting, Verdict, VerdictLevel } from '../detection/types.js';
import { parseUserId } from '../matrix/identifiers.js';

const RANK: Record<VerdictLevel, number> = { none: 0, possible: 1, likely: 2, certain: 3, official: 4 };

/**
 * What is in a name because somebody put it there to deceive: the id of somebody else, letters out of sight, and
 * letters of another script among one's own. Marks of direction and joiners are not: Arabic, Persian and emoji need
 * them.
 */
const HIDDEN: ReadonlySet<Evidence['disguise']> = new Set(['embedded_id', 'spelled_id', 'reversed', 'tag']);

/**
 * Judges by the protected identities as ever, and by our staff beside them. Staff has the names of people, which other
 * people have as well: a resemblance to them weighs less. Staff itself is official, whatever it looks like.
 */
export function besideStaff(officials: Detector, staff: Detector): Detector {
  return {
    inspect(sighting) {
      const first = officials.inspect(sighting);
      if (first.verdict === 'official') return first;
      const second = withCeiling(staff.inspect(sighting), sighting);
      return RANK[second.verdict] > RANK[first.verdict] ? second : first;
    },
  };
}

/** A resemblance to one of our staff, no stronger than a namesake could stand it. */
function withCeiling(verdict: Verdict, sighting: Sighting): Verdict {
  const ceiling = ceilingOf(verdict, sighting);
  return verdict.verdict !== 'official' && RANK[verdict.verdict] > RANK[ceiling]
    ? { ...verdict, verdict: ceiling }
    : verdict;
}

function ceilingOf({ evidence, protected: staffId }: Verdict, { userId }: Sighting): 'possible' | 'likely' | 'certain' {
  const named = evidence.some(({ field }) => field === 'display_name');
  const localpart = evidence.some(({ field }) => field === 'localpart') || haveSameLocalpart(userId, staffId);
  const has = (disguise: Evidence['disguise']) => evidence.some((one) => one.disguise === disguise);
  // a name wholly of another script may be an honest one: Сара Рос
  const mixed = has('mixed_scripts') && (has('homoglyph') || has('invisible'));
  const hidden = mixed || evidence.some(({ disguise }) => HIDDEN.has(disguise));
  // an ID alone is not proof: "moved from @alex:example.org" is what its owner writes
  if (named && localpart) return mixed ? 'certain' : 'likely';
  return hidden ? 'likely' : 'possible';
}

function haveSameLocalpart(one: string, other: string | null): boolean {
  const localpart = parseUserId(one)?.localpart.toLowerCase();
  return localpart !== undefined && other !== null && localpart === parseUserId(other)?.localpart.toLowerCase();
}
