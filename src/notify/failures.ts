import { visible } from '../detection/index.js';
import type { ActionFailure } from '../actions/ends.js';
import { texts } from './texts.js';
import { messageContent, type Inline } from '../matrix/message.js';

/**
 * Tells moderators about a failed action: the message, and in its thread the subject, the place and the reason. Ids
 * appear only in the thread, since a case's head notice is the only root message that names its subject.
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
