import type { ActionRecord, ActionState } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';

const PAGE = 1_000;

/** All actions of these kinds in a state, oldest first, read page by page. */
export async function* actionsOfKinds(
  ledger: Pick<Ledger, 'actionsOfKind'>,
  kinds: readonly string[],
  state: ActionState,
): AsyncGenerator<ActionRecord> {
  for (let afterId = 0; ;) {
    const page = await ledger.actionsOfKind(kinds, state, { afterId, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    afterId = last.id;
  }
}
