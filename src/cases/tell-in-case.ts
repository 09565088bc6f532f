import { subjectOf } from '../enforcement/actions.js';
import type { NewAction } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import { noticeEdit } from './decide.js';

/**
 * Attaches the effects of rules on a person, and their undoing, to that person's case if there is one: the actions come
 * back with their case, each followed by an edit of its notice.
 */
export async function tellInCase(
  ledger: Pick<Ledger, 'caseOfSubject'>,
  actions: readonly NewAction[],
): Promise<NewAction[]> {
  const inCase = await casesFor(ledger, actions);
  return actions.flatMap(inCase);
}

/** The same for actions that are collected in several steps: each case is read once, before the commit. */
export async function casesFor(
  ledger: Pick<Ledger, 'caseOfSubject'>,
  actions: readonly NewAction[],
): Promise<(action: NewAction) => NewAction[]> {
  const cases = new Map<string, number>();
  for (const userId of new Set(actions.flatMap((action) => subjectOf(action) ?? []))) {
    const record = await ledger.caseOfSubject('user', userId);
    if (record !== undefined) cases.set(userId, record.id);
  }
  return (action) => {
    const caseId = cases.get(subjectOf(action) ?? '');
    return caseId === undefined ? [action] : [{ ...action, caseId }, noticeEdit(caseId)];
  };
}
