import { visible } from '../detection/index.js';
import type { ActionFailure } from '../actions/ends.js';
import { texts } from './texts.js';
import { messageContent, type Inline } from '../matrix/message.js';

const DAY_MS = 86_400_000;

/**
 * Where power is missing, every effect of a flood fails: that is told once a day for each room and kind, since the
 * notices of the cases say it of each.
 */
function isForWantOfPower({ action, error, givenUp }: ActionFailure): boolean {
  return givenUp && action.caseId !== null && roomOf(action) !== undefined && error.startsWith('M_FORBIDDEN');
}

/** Under which moderators are told about a failed action once. */
export function failureKey(failure: ActionFailure, now: number): string {
  const { action, givenUp } = failure;
  return isForWantOfPower(failure)
    ? `trouble:${action.kind}:${roomOf(action)}:${Math.floor(now / DAY_MS)}`
    : `trouble:${action.id}:${givenUp}`;
}

function roomOf({ payload }: ActionFailure['action']): string | undefined {
  const { roomId } = payload as { roomId?: unknown };
  return typeof roomId === 'string' ? roomId : undefined;
}

/**
 * Tells moderators about a failed action: the message, and in its thread the subject, the place and the reason. Ids
 * appear only in the thread, since a case's head notice is the only root message that names its subject.
 */
export function failureMessage(failure: ActionFailure): {
  content: Record<string, unknown>;
  thread: Record<string, unknown>;
} {
  const { action, error, givenUp } = failure;
  const { roomId, userId } = action.payload as { roomId?: unknown; userId?: unknown };
  const about = [userId, roomId]
    .filter((id): id is string => typeof id === 'string')
    .flatMap((id): Inline[] => [{ code: id }, ' ']);
  const deed = action.kind.replaceAll('_', ' ');
  return {
    content: messageContent([
      { line: isForWantOfPower(failure) ? texts.failure.noPower(deed) : [texts.failure.line(deed, givenUp)] },
    ]),
    thread: messageContent([{ line: [`${deed} `, ...about, texts.failure.reason(visible(error))] }]),
  };
}
