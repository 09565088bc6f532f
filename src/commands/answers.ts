import { visible } from '../detection/index.js';
import { messageContent, type Block, type Inline } from '../matrix/message.js';
import type { ActionRecord } from '../store/records/actions.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import type { Invocation, Services } from './types.js';
import { answerTexts } from './texts/answers.js';
import { enumerated } from './texts/enumerated.js';

/** The message that answers a command: a reply, in its thread if it is in one. */
export function answerContent(
  { replyTo, thread }: Pick<Invocation, 'replyTo' | 'thread'>,
  page: Block[],
): Record<string, unknown> {
  if (thread === undefined) return messageContent(page, { inReplyTo: replyTo });
  return {
    ...messageContent(page),
    'm.relates_to': {
      rel_type: 'm.thread',
      event_id: thread,
      is_falling_back: false,
      'm.in_reply_to': { event_id: replyTo },
    },
  };
}

/** The given answer if the action succeeded; otherwise its outcome in words. */
export function answerFor(action: ActionRecord | undefined, done: () => Block[]): Block[] {
  return action?.state === 'done' ? done() : [{ line: [notDone(action)] }];
}

/** Why an action did not succeed, as a sentence. */
export function notDone(action: ActionRecord | undefined): string {
  switch (action?.state) {
    case 'simulated':
      return answerTexts.simulated;
    case 'refused':
      return answerTexts.refused(visible(action.lastError ?? answerTexts.byInterlock));
    case 'failed':
    case 'cancelled':
      return answerTexts.failed(visible(action.lastError ?? answerTexts.noCause));
    default:
      return answerTexts.pending(action?.lastError == null ? undefined : visible(action.lastError));
  }
}

/** The effect reported by an action's handler: `banned`, `held`, … */
export function effectOf(action: ActionRecord | undefined): string {
  const effect = (action?.result as { effect?: unknown } | null | undefined)?.effect;
  return typeof effect === 'string' ? effect : '';
}

/** A room's alias or name, else its id. */
export function roomName(services: Pick<Services, 'protectedRooms'>, roomId: string): Inline {
  const room = services.protectedRooms.get(roomId) as Partial<TrackedRoom> | undefined;
  return room?.canonicalAlias != null
    ? { code: room.canonicalAlias }
    : room?.name != null
      ? `${visible(room.name)}`
      : { code: roomId };
}

/** How to undo a command. It contains no untrusted text. */
export function undoHint(caseId?: number): Inline[] {
  return caseId === undefined ? answerTexts.undoReply : answerTexts.undoCase(caseId);
}

/** How to answer a question. */
export function howToAnswer(): Block {
  return {
    line: answerTexts.howToAnswer,
  };
}

export function listName({ lists, settings }: Services, listRoomId: string): Inline {
  if (settings.get().policy_list_room === listRoomId) return answerTexts.ownList;
  const code = lists.shortcodeOf(listRoomId);
  return code === undefined ? { code: listTitle({ lists }, listRoomId) } : answerTexts.listNamed(visible(code));
}

/** A list's shortcode, else its alias, else its id. It is untrusted and sanitised for display. */
export function listTitle({ lists }: Pick<Services, 'lists'>, listRoomId: string): string {
  return visible(lists.shortcodeOf(listRoomId) ?? lists.aliasesOf(listRoomId)[0] ?? listRoomId);
}

/** Why people are left out: the first few reasons, each a sentence, joined into one. */
export function leftOutReasons(reasons: Iterable<string>): Inline[] {
  const short = [...reasons].map((reason) => visible(reason.replace(/\.$/, ''), 300));
  return [...enumerated(short, 5), '.'];
}
