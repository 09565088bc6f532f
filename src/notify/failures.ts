import { visible } from '../detection/index.js';
import type { ActionFailure } from '../actions/ends.js';
import { texts } from './texts.js';
import { messageContent, type Inline } from '../matrix/message.js';

/**
 * Tells moderators of an action that does not come about: the message, and in its thread whom, where and why. The ids
 * stand in the thread only, since by itself no message but a case's head notice names its subject.
 */
export function failureMessage({ action, error, givenUp }: ActionFailure): {
  content: Record<string, unknown>;
  thread: Record<string, unknown>;
} {
  const { roomId, userId } = action.payload as { roomId?: unknown; userId?: unknown };
  const about = [userId, roomId]
    .filter((id): id is string => typeof id === 'string')
    .flatMap((id): Inline[] => [{ code: id }, ' ']);
  const deed = action.kind.replaceAll('_', ' ');
  return {
    content: messageContent([{ line: [texts.failure.line(deed, givenUp)] }]),
    thread: messageContent([{ line: [`${deed} `, ...about, texts.failure.reason(visible(error))] }]),
  };
}
