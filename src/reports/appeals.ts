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

/** An appeal against what was decided in a case, by mail or by the link of a statement. */
export interface Appeal {
  caseId: number;
  /** what came, another one for each appeal: `mail:12`, `link:…` */
  key: string;
  /** by link: what they wrote. The words of a mail stand in the mail, and are shown as every mail is. */
  words?: string;
}

/** Shows the words of an appeal in its case's thread. They stand in the audit, where they can be erased. */
const showAppeal = defineAction({
  kind: 'notice_appeal',
  payload: z.object({ appeal: z.string() }),
  hasSideEffects: false,
  lane: ({ appeal }) => `notice_appeal:${appeal}`,
  maxConcurrent: 2,
  failuresToldElsewhere: true,
});

/**
 * What an appeal does, in the commit of its caller: the case is open again, the audit says so, moderators are told in
 * their room, and the words go to the case's thread. Nothing is taken back by it: another moderator decides. While one
 * waits for that, more words of theirs join the thread and ring nobody.
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
    // erased meanwhile
    if (typeof words !== 'string') return { state: 'done' };
    const record = await ledger.caseById(caseId);
    const blocks = [{ line: [TOLD.appealByLink(caseId)] }, { pre: shownWords(words) }];
    const roomId = managementRoom();
    // a case that was never told of has no thread
    if (roomId !== undefined && record?.noticeEventId === null && record.againEventId === null)
      return {
        state: 'done',
        result: { event_id: await sendOnce(homeserver, attempt, roomId, messageContent(blocks), action.key) },
      };
    return sendInThread(options, record, { action, attempt }, blocks);
  });
}
