import type { ActionRecord } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';

/** No chain of follow-ups is longer than the steps of a redaction. */
const MOST_STEPS = 2_100;

/** The last action of each chain: an action that ended with a follow-up names its key as `next` in its result. */
export async function endsOfChains(
  ledger: Pick<Ledger, 'actionsByKey'>,
  keys: readonly string[],
): Promise<ActionRecord[]> {
  const ends: ActionRecord[] = [];
  let next = keys;
  for (let step = 0; next.length > 0 && step < MOST_STEPS; step++) {
    const following: string[] = [];
    for (const action of await ledger.actionsByKey(next)) {
      const follower = (action.result as { next?: unknown } | null)?.next;
      if (typeof follower === 'string') following.push(follower);
      else ends.push(action);
    }
    next = following;
  }
  return ends;
}
