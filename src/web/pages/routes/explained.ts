import { toProtectedIdentity } from '../../../config/identities.js';
import { explain, type Explanation, type Sighting, type Verdict } from '../../../detection/index.js';
import { characterNames } from '../../../util/character-names.js';
import type { PagesDeps } from '../deps.js';

/** The disguise, character by character; empty without a resemblance. */
export async function explained(deps: PagesDeps, sighting: Sighting, verdict: Verdict): Promise<Explanation[]> {
  const identity = deps.config.protected_identities.find(({ user_id: userId }) => userId === verdict.protected);
  return identity === undefined
    ? []
    : explain(sighting, verdict, toProtectedIdentity(identity), await characterNames());
}
