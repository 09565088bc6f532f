import type { Detector, Evidence, Sighting, Verdict, VerdictLevel } from '../detection/types.js';
import { parseUserId } from '../matrix/identifiers.js';

const RANK: Record<VerdictLevel, number> = { none: 0, possible: 1, likely: 2, certain: 3, official: 4 };

/**
 * What only a deceiver puts into a name: somebody else's id, hidden characters, and letters of another script mixed
 * into a word. Direction marks and joiners are not among them: Arabic, Persian and emoji need them.
 */
const HIDDEN: ReadonlySet<Evidence['disguise']> = new Set(['embedded_id', 'spelled_id', 'reversed', 'tag']);

/**
 * Judges by the protected identities as usual, and by our staff as well. Staff have people's names, which other people
 * have too, so a resemblance to them weighs less. Staff themselves are official, whatever they look like.
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

/** A resemblance to one of our staff, capped at a level that is fair to a namesake. */
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
  // a name written entirely in another script may be honest: Сара Рос
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
