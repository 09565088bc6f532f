import { noticeEdit } from '../cases/decide.js';
import { stateAfter } from '../cases/states.js';
import { messageContent } from '../matrix/message.js';
import { message } from '../notify/actions.js';
import type { NewAction } from '../store/records/actions.js';
import type { Ledger, LedgerTransaction } from '../store/types.js';
import { TOLD } from './texts.js';

/**
 * What an appeal by mail does, in the commit of its caller: the case is open again, the audit says so, and moderators are
 * told. Nothing is taken back by it: another moderator decides.
 */
export async function takeAppeal(
  tx: LedgerTransaction,
  ledger: Pick<Ledger, 'caseById'>,
  { caseId, answerId }: { caseId: number; answerId: number },
  managementRoom: string | undefined,
  now: number,
): Promise<NewAction[]> {
  const record = await ledger.caseById(caseId);
  // it waits for a moderator already: more words of theirs stand in the thread, and ring nobody again
  if (record === undefined || record.state === 'appealed') return [];
  await tx.setCaseState(caseId, stateAfter(record.state, 'appeal'), now);
  // the words stand in the answer, where they can be erased
  await tx.audit({ at: now, actor: 'subject', what: 'case.appealed', caseId, data: { mail: answerId } });
  const content = messageContent([{ line: [TOLD.appealed(caseId)] }], { msgtype: 'm.text' });
  return [
    noticeEdit(caseId),
    ...(managementRoom === undefined
      ? []
      : [message.create({ roomId: managementRoom, content }, { key: `appeal:mail:${answerId}` })]),
  ];
}
