import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { ActionHandler } from '../actions/types.js';
import { visible } from '../detection/index.js';
import type { Block } from '../matrix/message.js';
import { sendInThread, type NoticeOptions } from '../notify/handlers.js';
import type { Correspondence } from '../store/index.js';
import type { NewAction } from '../store/records/actions.js';
import type { MailAnswer } from '../store/records/mails.js';
import { TOLD } from './texts.js';

/** Shows a received mail in its case's thread. Its text stays where it can be erased. */
const showMailAnswer = defineAction({
  kind: 'notice_mail_answer',
  payload: z.object({ answerId: z.number().int() }),
  hasSideEffects: false,
  lane: ({ answerId }) => `notice_mail_answer:${answerId}`,
  maxConcurrent: 2,
  failuresToldElsewhere: true,
});

/** Asks for it to be shown. */
export function showing({ id, caseId }: Pick<MailAnswer, 'id' | 'caseId'>): NewAction {
  return showMailAnswer.create({ answerId: id }, { key: `mail_answer:${id}`, caseId });
}

/** `notice_mail_answer` */
export function showMailAnswerHandler(
  options: Omit<NoticeOptions, 'identities'>,
  correspondence: Pick<Correspondence, 'answerById'>,
): ActionHandler {
  return showMailAnswer.handler(async ({ answerId }, action, attempt) => {
    const answer = await correspondence.answerById(answerId);
    if (answer === undefined) return { state: 'done' };
    const record = await options.ledger.caseById(answer.caseId);
    return sendInThread(options, record, { action, attempt }, answerBlocks(answer));
  });
}

const LINES_SHOWN = 60;
const LINE_SHOWN = 1_000;

/** A mail for display: its sender, and its untrusted text. */
export function answerBlocks({ kind, sender, subject, body }: Omit<MailAnswer, 'id'>): Block[] {
  const shown = shownWords(body, kind === 'answer' || kind === 'appeal' ? LINES_SHOWN : LINES_SHOWN / 4);
  return [
    { line: [TOLD.mail[kind], { code: visible(sender, 254) }, `: ${visible(subject, 200)}`] },
    ...(shown === '' ? [] : [{ pre: shown }]),
  ];
}

/** Untrusted text with hidden characters made visible and without empty lines. */
export function shownWords(body: string, most = LINES_SHOWN): string {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  return lines
    .slice(0, most)
    .map((line) => visible(line, LINE_SHOWN))
    .join('\n');
}
