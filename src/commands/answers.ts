import { visible } from '../detection/index.js';
import { messageContent, type Block, type Inline } from '../matrix/message.js';
import type { ActionRecord } from '../store/records/actions.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import type { Invocation, Services } from './types.js';
import { answerTexts } from './texts/answers.js';
import { enumerated } from './texts/enumerated.js';

/** The message that answers a command: a reply to it, in its thread if it stands in one. */
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

/** The answer when the action did what was asked; else what came of it, in words. */
export function answerFor(action: ActionRecord | undefined, done: () => Block[]): Block[] {
  return action?.state === 'done' ? done() : [{ line: [notDone(action)] }];
}

/** Why an action did not do what was asked, as a sentence. */
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

/** What came of an action, as its handler said: `banned`, `held`, … */
export function effectOf(action: ActionRecord | undefined): string {
  const effect = (action?.result as { effect?: unknown } | null | undefined)?.effect;
  return typeof effect === 'string' ? effect : '';
}

/** A room as people know it: its alias or name, else its id. */
export function roomName(services: Pick<Services, 'protectedRooms'>, roomId: string): Inline {
  const room = services.protectedRooms.get(roomId) as Partial<TrackedRoom> | undefined;
  return room?.canonicalAlias != null
    ? { code: room.canonicalAlias }
    : room?.name != null
      ? `${visible(room.name)}`
      : { code: roomId };
}

/** How a command is taken back. Nothing that others wrote stands in it. */
export function undoHint(caseId?: number): Inline[] {
  return caseId === undefined ? answerTexts.undoReply : answerTexts.undoCase(caseId);
}

/** How a question is answered. */
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

/** What people know a list by: its shortcode, else its alias, else its id. Others chose it: it is made safe to show. */
export function listTitle({ lists }: Pick<Services, 'lists'>, listRoomId: string): string {
  return visible(lists.shortcodeOf(listRoomId) ?? lists.aliasesOf(listRoomId)[0] ?? listRoomId);
}

/** Why people are left out, as one sentence of the first few reasons; each of these is a sentence of its own. */
export function leftOutReasons(reasons: Iterable<string>): Inline[] {
  const short = [...reasons].map((reason) => visible(reason.replace(/\.$/, ''), 300));
  return [...enumerated(short, 5), '.'];
}
