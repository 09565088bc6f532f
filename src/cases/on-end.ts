import type { ActionRecord, ActionState, NewAction } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import { noticeEdit } from './decide.js';
import { stateAfter, type CaseEvent } from './states.js';

/** Kinds whose outcome a case's notice does not show, because they are messages about the case. */
const ABOUT_THE_NOTICE: ReadonlySet<string> = new Set(['notice', 'notice_edit', 'case_thread', 'case_buttons']);

/** Queues an edit of the case's notice in the same commit that ends an action, so that no crash leaves it stale. */
export function noticeOfEnd(action: Pick<ActionRecord, 'caseId' | 'kind'>): NewAction[] {
  return action.caseId === null || ABOUT_THE_NOTICE.has(action.kind) ? [] : [noticeEdit(action.caseId)];
}

/** A case whose ban rule stands is actioned; one whose rule was removed is open again. */
export async function stateOfEnd(
  ledger: Pick<Ledger, 'commit' | 'caseById'>,
  action: Pick<ActionRecord, 'caseId' | 'kind' | 'payload'>,
  end: { state: ActionState; at: number },
): Promise<void> {
  const { caseId, kind } = action;
  if (caseId === null || end.state !== 'done') return;
  const recommendation = (action.payload as { recommendation?: unknown } | null)?.recommendation;
  const event: CaseEvent | undefined =
    kind === 'write_rule' && recommendation !== 'org.matrix.mjolnir.allow'
      ? 'ban'
      : kind === 'remove_rule'
        ? 'unban'
        : undefined;
  if (event === undefined) return;
  await ledger.commit(async (tx) => {
    const record = await ledger.caseById(caseId);
    if (record === undefined) return;
    const next = stateAfter(record.state, event);
    if (next !== record.state) await tx.setCaseState(caseId, next, end.at);
  });
}
