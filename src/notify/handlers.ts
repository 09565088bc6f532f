import { editNotice, notice } from '../cases/actions.js';
import { message } from './actions.js';
import { createHash } from 'node:crypto';
import type { ProtectedIdentityConfig } from '../config/types.js';
import type { ActionHandler, AttemptContext } from '../actions/types.js';
import { messageContent, type Block } from '../matrix/message.js';
import type { Homeserver } from '../matrix/types.js';
import type { Ledger } from '../store/types.js';
import { caseNotice } from './notice.js';
import { caseView } from '../cases/view.js';

export interface NoticeOptions {
  homeserver: Homeserver;
  ledger: Ledger;
  identities: readonly ProtectedIdentityConfig[];
  /** undefined while there is no management room yet */
  managementRoom: () => string | undefined;
}

/** Marks our messages, so that one that may have got through before a crash is recognised and not sent again. */
const MARK = 'io.heimdall.action';
/** How many of the room's latest events are read back before a message is sent again. */
const READ_BACK = 100;

/**
 * An edit waits until the case's actions have ended: first shortly, then longer and longer, since mail may take days.
 */
const EDIT_FIRST_MS = 700;
const EDIT_LAST_MS = 300_000;

/**
 * Sends a message once. Synapse keeps transaction ids of appservices in memory only, so the same id after its restart
 * would make a second event: when an earlier try may have got through, the room's latest messages are read back first.
 */
export async function sendOnce(
  homeserver: Homeserver,
  attempt: AttemptContext,
  roomId: string,
  content: Record<string, unknown>,
  key: string,
): Promise<string> {
  const mark = createHash('sha256').update(key).digest('hex').slice(0, 32);
  if (attempt.mayHaveBeenSent) {
    const sent = (await homeserver.recentEvents(roomId, READ_BACK)).find(
      (event) => event.sender === homeserver.botUserId && event.content[MARK] === mark,
    );
    if (sent !== undefined) return sent.event_id;
  }
  return homeserver.sendEvent(roomId, 'm.room.message', mark, { ...content, [MARK]: mark });
}

/**
 * `message`: an answer or a word in the management room. Goes out in a dry run too: it changes nobody's standing.
 * What names subjects of cases by their ids belongs in a thread or an answer: by itself only the case's one head notice
 * does.
 */
export function messageHandler(homeserver: Homeserver): ActionHandler {
  return message.handler(async ({ roomId, content, thread }, action, attempt) => {
    const eventId = await sendOnce(homeserver, attempt, roomId, content, action.key);
    if (thread === undefined) return { state: 'done', result: { event_id: eventId } };
    const relation = {
      rel_type: 'm.thread',
      event_id: eventId,
      is_falling_back: true,
      'm.in_reply_to': { event_id: eventId },
    };
    return {
      state: 'done',
      result: { event_id: eventId },
      follow: [
        message.create(
          { roomId, content: { ...thread, 'm.relates_to': relation } },
          { key: `${action.key}:thread`, lane: action.lane },
        ),
      ],
    };
  });
}

/** `notice`: the case's one head notice. */
export function noticeHandler({ homeserver, ledger, identities, managementRoom }: NoticeOptions): ActionHandler {
  return notice.handler(async (_payload, action, attempt) => {
    const roomId = managementRoom();
    if (roomId === undefined) return { state: 'retry', afterMs: 2000, error: 'There is no management room yet.' };
    const view = action.caseId === null ? undefined : await caseView(ledger, action.caseId);
    if (view === undefined) return { state: 'failed', error: 'There is no such case.' };
    if (view.case.noticeEventId !== null) return { state: 'done' };
    // m.text, not m.notice: a case is to ring.
    const eventId = await sendOnce(
      homeserver,
      attempt,
      roomId,
      messageContent(caseNotice(view, identities), { msgtype: 'm.text' }),
      action.key,
    );
    await ledger.commit((tx) => tx.setCaseNotice(view.case.id, eventId));
    return { state: 'done', result: { event_id: eventId } };
  });
}

/** `notice_edit`: brings the head notice up to date until all that the case asked for has ended. */
export function noticeEditHandler({ homeserver, ledger, identities, managementRoom }: NoticeOptions): ActionHandler {
  /** what each case's notice said last, as far as this process knows */
  const lastTexts = new Map<number, string>();
  return editNotice.handler(async (_payload, action, attempt) => {
    const view = action.caseId === null ? undefined : await caseView(ledger, action.caseId);
    const roomId = managementRoom();
    if (view === undefined) return { state: 'failed', error: 'There is no such case.' };
    const headEventId = view.case.noticeEventId;
    if (roomId === undefined || headEventId === null) return { state: 'done' };
    const waiting = view.actions.some((other) => other.state === 'due' && !other.kind.startsWith('notice'));
    const afterMs = Math.min(EDIT_FIRST_MS * 2 ** action.attempts, EDIT_LAST_MS);
    if (waiting && action.attempts < 2)
      return { state: 'retry', afterMs, error: 'Waiting for the actions of the case.' };
    const blocks = caseNotice(view, identities);
    const text = digest(blocks);
    if (lastTexts.get(view.case.id) !== text) {
      await sendOnce(
        homeserver,
        attempt,
        roomId,
        messageContent(blocks, { msgtype: 'm.text', replaces: headEventId }),
        `${action.key}:${text}`,
      );
      remember(lastTexts, view.case.id, text);
    }
    return waiting ? { state: 'retry', afterMs, error: 'Waiting for the actions of the case.' } : { state: 'done' };
  });
}

const TEXTS_REMEMBERED = 10_000;

function remember(texts: Map<number, string>, caseId: number, text: string): void {
  if (texts.size >= TEXTS_REMEMBERED) texts.clear();
  texts.set(caseId, text);
}

function digest(blocks: readonly Block[]): string {
  return createHash('sha256').update(JSON.stringify(blocks)).digest('hex').slice(0, 16);
}
