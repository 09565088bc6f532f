import type { NewAction } from '../store/records/actions.js';
import type { QuestionRecord } from '../store/records/questions.js';
import type { Ledger } from '../store/types.js';
import { reaction } from '../notify/actions.js';
import { HeimdallError } from '../util/errors.js';
import { NO, YES } from './buttons.js';
import type { Answer, Question } from './spec.js';
import { LINE, type Invocation, type Services } from './types.js';
import { answerTexts } from './texts/answers.js';

/** Reaction under an accepted yes. */
const TAKEN = '👍';

/** How long a question stays open. */
const QUESTION_MS = 5 * 60_000;

/** Words that answer a question or stop a running command, even without a prefix. */
export const ANSWER_WORDS: ReadonlySet<string> = new Set(['yes', 'no', 'ja', 'nein', '✅', '❌', 'cancel']);

/** Records a question with its exact content, so that a yes does that and nothing else. */
export async function askFirst(
  services: Services,
  payload: object,
  invocation: Invocation,
  { ask }: Question,
): Promise<void> {
  const askedAt = services.clock();
  await services.ledger.commit((tx) =>
    tx.askQuestion({
      key: invocation.key,
      askedBy: invocation.sender,
      payload: { command: payload, bound: ask.bound ?? null },
      askedAt,
      expiresAt: askedAt + QUESTION_MS,
    }),
  );
}

/** The last message of a question has its buttons. */
export function withQuestionButtons(messages: NewAction[]): NewAction[] {
  return messages.map((message, index) =>
    index < messages.length - 1
      ? message
      : { ...message, payload: { ...(message.payload as object), buttons: [YES, NO] } },
  );
}

/** The question that a yes or no answers. */
async function questionFor(
  { ledger, clock }: Services,
  repliesTo: string | undefined,
): Promise<QuestionRecord | 'none' | 'several' | undefined> {
  const now = clock();
  const recent = await ledger.questions(now - 24 * 60 * 60_000);
  if (repliesTo !== undefined) {
    for (const question of recent) if (await isAbout(ledger, question, repliesTo)) return question;
    return undefined;
  }
  const open = recent.filter(({ state, expiresAt }) => state === 'open' && expiresAt > now);
  if (open.length > 1) return 'several';
  return open[0] ?? 'none';
}

/** A reply to the question, or to the command behind it. */
async function isAbout(ledger: Ledger, { key }: QuestionRecord, eventId: string): Promise<boolean> {
  if (key === eventId || key.startsWith(`${eventId}${LINE}`)) return true;
  const messages = await ledger.actionsByKey(Array.from({ length: 5 }, (_, index) => `answer:${key}:${index}`));
  return messages.some(({ result }) => (result as { event_id?: unknown } | null)?.event_id === eventId);
}

/**
 * Answers a question. A yes is bound to its question by a reply or button, or without one if only one question is open.
 * The confirmed command is then carried out as its own command, by whoever said yes.
 */
export async function answerQuestion(
  services: Services,
  invocation: Invocation,
  said: 'yes' | 'no',
  { repliesTo, bare }: { repliesTo: string | undefined; bare: boolean },
  mayAnswer: (payload: unknown) => boolean,
): Promise<Answer> {
  const question = await questionFor(services, repliesTo);
  if (question === 'several') return [{ line: [answerTexts.severalQuestions] }];
  if (question === undefined || question === 'none') return bare ? [] : [{ line: [answerTexts.noQuestion] }];
  if (question.state !== 'open') {
    if (bare) return [];
    return [{ line: answerTexts.answeredAlready(question.state, question.answeredBy ?? '') }];
  }
  if (question.expiresAt <= services.clock()) return [{ line: [answerTexts.expired] }];
  const { command, bound } = question.payload as { command: Record<string, unknown>; bound: unknown };
  if (!mayAnswer(command)) return [{ line: [answerTexts.roleNeeded] }];
  const first = await services.ledger.commit(async (tx) => {
    if (!(await tx.answerQuestion(question.key, said, invocation.sender))) return false;
    if (said === 'yes') {
      const payload = { ...command, confirmed: { by: invocation.sender, bound } };
      await tx.addActions([{ kind: 'command', lane: 'commands', key: `command:${question.key}:yes`, payload }]);
    }
    return true;
  });
  if (!first) throw new HeimdallError('HEIMDALL_E_USAGE', answerTexts.answeredNow, answerTexts.nothingMore);
  // the result answers the original command; the yes itself gets a reaction
  const taken = reaction.create(
    { roomId: invocation.roomId, on: invocation.eventId, key: TAKEN },
    { key: `reaction:${invocation.eventId}:${TAKEN}` },
  );
  await services.commit(invocation.replyTo === invocation.eventId ? [taken] : []);
  return said === 'yes' ? [] : [{ line: [answerTexts.nothingDone] }];
}
