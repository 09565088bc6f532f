import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { ActionHandler } from '../actions/types.js';
import { noticeEdit } from '../cases/decide.js';
import { stateAfter } from '../cases/states.js';
import { messageContent } from '../matrix/message.js';
import { message } from '../notify/actions.js';
import { sendInThread, type NoticeOptions } from '../notify/handlers.js';
import { sendOnce } from '../notify/send-once.js';
import type { NewAction } from '../store/records/actions.js';
import type { Ledger, LedgerTransaction } from '../store/types.js';
import { shownWords } from './mail-answers.js';
import { TOLD } from './texts.js';

/** An appeal against a decision in a case, by mail or through the link in a statement. */
export interface Appeal {
  caseId: number;
  /** unique id of the appeal: `mail:12`, `link:…` */
  key: string;
  /** by link: the text. The text of a mail is in the mail, which is shown like any other. */
  words?: string;
}

/** Shows the text of an appeal in its case's thread. It is stored in the audit, where it can be erased. */
const showAppeal = defineAction({
  kind: 'notice_appeal',
  payload: z.object({ appeal: z.string() }),
  hasSideEffects: false,
  lane: ({ appeal }) => `notice_appeal:${appeal}`,
  maxConcurrent: 2,
  failuresToldElsewhere: true,
});

/**
 * Applies an appeal, in the caller's commit: the case is reopened, the audit records it, moderators are notified in
 * their room, and the text is posted in the case's thread. It undoes nothing: another moderator decides. While the
 * appeal is pending, further messages join the thread without notifying anybody.
 */
export async function takeAppeal(
  tx: LedgerTransaction,
  ledger: Pick<Ledger, 'caseById'>,
  { caseId, key, words }: Appeal,
  managementRoom: string | undefined,
  now: number,
): Promise<NewAction[]> {
  const record = await ledger.caseById(caseId);
  if (record === undefined) return [];
  const waits = record.state === 'appealed';
  const thread =
    words === undefined ? [] : [showAppeal.create({ appeal: key }, { key: `appeal_words:${key}`, caseId })];
  if (!waits || words !== undefined) {
    const what = waits ? 'case.appeal_added' : 'case.appealed';
    await tx.audit({ at: now, actor: 'subject', what, caseId, data: { appeal: key, words } });
  }
  if (waits) return thread;
  await tx.setCaseState(caseId, stateAfter(record.state, 'appeal'), now);
  const content = messageContent([{ line: [TOLD.appealed(caseId)] }], { msgtype: 'm.text' });
  const ring =
    managementRoom === undefined ? [] : [message.create({ roomId: managementRoom, content }, { key: `appeal:${key}` })];
  return [noticeEdit(caseId), ...ring, ...thread];
}

/** `notice_appeal` */
export function showAppealHandler(
  options: Pick<NoticeOptions, 'homeserver' | 'ledger' | 'managementRoom'>,
): ActionHandler {
  return showAppeal.handler(async ({ appeal }, action, attempt) => {
    const { ledger, homeserver, managementRoom } = options;
    const caseId = action.caseId ?? 0;
    const entry = (await ledger.auditOf(caseId)).find(({ data }) => (data as { appeal?: unknown }).appeal === appeal);
    const words = (entry?.data as { words?: unknown } | undefined)?.words;
    // erased in the meantime
    if (typeof words !== 'string') return { state: 'done' };
    const record = await ledger.caseById(caseId);
    const blocks = [{ line: [TOLD.appealByLink(caseId)] }, { pre: shownWords(words) }];
    const roomId = managementRoom();
    // a case that was never announced has no thread
    if (roomId !== undefined && record?.noticeEventId === null && record.againEventId === null)
      return {
        state: 'done',
        result: { event_id: await sendOnce(homeserver, attempt, roomId, messageContent(blocks), action.key) },
      };
    return sendInThread(options, record, { action, attempt }, blocks);
  });
}
