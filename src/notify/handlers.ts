import { caseThread, editNotice, notice, type ThreadTopic } from '../cases/actions.js';
import type { ActionRecord } from '../store/records/actions.js';
import type { CaseRecord } from '../store/records/cases.js';
import { message, reaction } from './actions.js';
import { createHash } from 'node:crypto';
import type { ProtectedIdentityConfig } from '../config/types.js';
import type { ActionHandler, ActionOutcome, AttemptContext } from '../actions/types.js';
import { messageContent, type Block } from '../matrix/message.js';
import { MatrixError, type Homeserver } from '../matrix/types.js';
import type { Ledger } from '../store/types.js';
import { caseView, reportOf, type CaseView } from '../cases/view.js';
import type { ReportFinding } from '../store/findings.js';
import type { Clock } from '../util/clock.js';
import { caseNotice, reasonsOf, reportLine, whatOf } from './notice.js';
import { soundOf, type Quiet } from './quiet-hours.js';
import { sendOnce } from './send-once.js';
import { texts } from './texts.js';
import { BoundedMap } from '../util/bounded-map.js';

export interface NoticeOptions {
  homeserver: Homeserver;
  ledger: Ledger;
  identities: readonly ProtectedIdentityConfig[];
  /** undefined while there is no management room yet */
  managementRoom: () => string | undefined;
  /** the current quiet hours; undefined outside of them */
  quiet: () => Quiet | undefined;
}

/**
 * `message`: an answer or a message in the management room, sent in a dry run too, because it affects nobody. Text that
 * names subjects of cases by id belongs in a thread or an answer: the only root message that does so is the case's head
 * notice.
 */
export function messageHandler(homeserver: Homeserver): ActionHandler {
  return message.handler(async ({ roomId, content, thread, buttons = [] }, action, attempt) => {
    const eventId = await sendOnce(homeserver, attempt, roomId, content, action.key);
    const pressable = buttons.map((key) =>
      reaction.create({ roomId, on: eventId, key }, { key: `reaction:${eventId}:${key}` }),
    );
    if (thread === undefined) return { state: 'done', result: { event_id: eventId }, follow: pressable };
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
        ...pressable,
        message.create(
          { roomId, content: { ...thread, 'm.relates_to': relation } },
          { key: `${action.key}:thread`, lane: action.lane },
        ),
      ],
    };
  });
}

/** `reaction`: puts a button under a message. An existing one is no error. */
export function reactionHandler(homeserver: Homeserver): ActionHandler {
  return reaction.handler(async ({ roomId, on, key }, action) => {
    const content = { 'm.relates_to': { rel_type: 'm.annotation', event_id: on, key } };
    const txnId = createHash('sha256').update(`${action.key}:${action.createdAt}`).digest('hex').slice(0, 32);
    try {
      return { state: 'done', result: { event_id: await homeserver.sendEvent(roomId, 'm.reaction', txnId, content) } };
    } catch (error) {
      if (error instanceof MatrixError && error.errcode === 'M_DUPLICATE_ANNOTATION') return { state: 'done' };
      throw error;
    }
  });
}

/** `notice`: the case's one head notice, or the root message that says that it was reopened. */
export function noticeHandler({ homeserver, ledger, identities, managementRoom, quiet }: NoticeOptions): ActionHandler {
  return notice.handler(async (_payload, action, attempt) => {
    const roomId = managementRoom();
    if (roomId === undefined) return { state: 'retry', afterMs: 2000, error: texts.noManagementRoom };
    const view = action.caseId === null ? undefined : await caseView(ledger, action.caseId);
    if (view === undefined) return { state: 'failed', error: texts.noSuchCase };
    const { id, noticeEventId, round } = view.case;
    if (noticeEventId !== null && round === 1) return { state: 'done' };
    // m.text, not m.notice, so that clients notify about a case.
    const { msgtype, follow } = soundOf(view.case.verdict, quiet);
    const content = messageContent(caseNotice(view, identities), { msgtype });
    const eventId = await sendOnce(homeserver, attempt, roomId, content, action.key);
    await ledger.commit((tx) => tx.setCaseNotice(id, eventId));
    return { state: 'done', result: { event_id: eventId }, follow };
  });
}

/**
 * How many edits of one notice go out at once; after that, changes that do not affect the case's state wait a minute.
 */
const FREE_EDITS = 20;
const EDIT_PACE_MS = 60_000;
const NOTICES_REMEMBERED = 10_000;

interface LastEdit {
  /** hash of the notice's text */
  text: string;
  /** state, level and completed actions: the changes that people wait for */
  standing: string;
  at: number;
  edits: number;
}

/**
 * `notice_edit`: updates the head notice, and the one that announced the reopened case. It need not wait for anything,
 * because the end of each action requests another edit.
 */
export function noticeEditHandler({
  homeserver,
  ledger,
  identities,
  managementRoom,
  quiet,
  clock,
}: NoticeOptions & { clock: Clock }): ActionHandler {
  /** the latest text of each case's notice, as far as this process knows */
  const last = new BoundedMap<number, LastEdit>(NOTICES_REMEMBERED);
  return editNotice.handler(async (_payload, action, attempt) => {
    const roomId = managementRoom();
    const record = action.caseId === null ? undefined : await ledger.caseById(action.caseId);
    if (record === undefined) return { state: 'failed', error: texts.noSuchCase };
    const roots = [record.noticeEventId, record.againEventId].filter((id) => id !== null);
    const view = roomId === undefined || roots.length === 0 ? undefined : await caseView(ledger, record.id);
    if (roomId === undefined || view === undefined) return { state: 'done' };
    const blocks = caseNotice(view, identities);
    const text = digest(blocks);
    const standing = digest([view.case.state, view.case.verdict, view.done]);
    const before = last.get(record.id);
    if (before?.text === text) return { state: 'done' };
    if (before?.standing === standing && before.edits >= FREE_EDITS) {
      const afterMs = before.at + EDIT_PACE_MS - clock();
      if (afterMs > 0 && afterMs <= EDIT_PACE_MS) return { state: 'retry', afterMs, error: texts.thread.tooManyEdits };
    }
    const { msgtype } = soundOf(record.verdict, quiet);
    for (const [index, root] of roots.entries())
      await sendOnce(
        homeserver,
        attempt,
        roomId,
        messageContent(blocks, { msgtype, replaces: root }),
        // the same text may return later, so each request makes another edit
        `${action.key}:${action.createdAt}:${text}:${index}`,
      );
    last.set(record.id, { text, standing, at: clock(), edits: (before?.edits ?? 0) + 1 });
    return { state: 'done' };
  });
}

/** How long a thread message waits for the case's notice. */
const NOTICE_WAIT_MS = 2_000;
const NOTICE_WAITS = 150;

/** A message in the thread of the case's latest root message, never a root message. */
export async function sendInThread(
  { homeserver, managementRoom }: Pick<NoticeOptions, 'homeserver' | 'managementRoom'>,
  record: Pick<CaseRecord, 'noticeEventId' | 'againEventId'> | undefined,
  { action, attempt }: { action: ActionRecord; attempt: AttemptContext },
  blocks: readonly Block[],
): Promise<ActionOutcome> {
  const roomId = managementRoom();
  const thread = record?.againEventId ?? record?.noticeEventId;
  if (roomId === undefined || thread == null)
    return action.attempts < NOTICE_WAITS
      ? { state: 'retry', afterMs: NOTICE_WAIT_MS, error: texts.thread.waiting }
      : { state: 'failed', error: texts.thread.noNotice };
  const content = messageContent(blocks, { thread });
  return { state: 'done', result: { event_id: await sendOnce(homeserver, attempt, roomId, content, action.key) } };
}

export interface ThreadOptions extends NoticeOptions {
  /** user ids of those who are mentioned when a case escalates */
  moderators: () => readonly string[];
}

/** `case_thread`: a message in the thread of the case's latest root message. */
export function caseThreadHandler({
  homeserver,
  ledger,
  managementRoom,
  moderators,
  quiet,
}: ThreadOptions): ActionHandler {
  return caseThread.handler(async (topic, action, attempt) => {
    const roomId = managementRoom();
    if (roomId === undefined) return { state: 'retry', afterMs: 2000, error: texts.noManagementRoom };
    const view = action.caseId === null ? undefined : await caseView(ledger, action.caseId);
    const thread = view?.case.againEventId ?? view?.case.noticeEventId;
    if (view === undefined || thread == null) return { state: 'done' };
    const report =
      topic.findingKey === undefined ? undefined : await reportUnder(ledger, view.case.id, topic.findingKey);
    const blocks = topic.level === undefined ? report && [{ line: reportLine(report) }] : escalation(view, topic);
    if (blocks === undefined) return { state: 'done' };
    const { msgtype, follow } = soundOf(view.case.verdict, quiet);
    const rings =
      topic.level === undefined || msgtype === 'm.notice' ? {} : { mentions: moderators().slice(0, MOST_RUNG) };
    const content = messageContent(blocks, { msgtype, thread, ...rings });
    const eventId = await sendOnce(homeserver, attempt, roomId, content, action.key);
    return { state: 'done', result: { event_id: eventId }, follow };
  });
}

/** An event has room for about a hundred user ids besides its text. */
const MOST_RUNG = 50;

async function reportUnder(ledger: Ledger, caseId: number, key: string): Promise<ReportFinding | undefined> {
  const finding = await ledger.findingByKey(caseId, key);
  return finding === undefined ? undefined : reportOf(finding)[0];
}

function escalation(view: CaseView, { level, owedAgain }: ThreadTopic): Block[] {
  const what = whatOf({ ...view.case, verdict: level ?? view.case.verdict });
  if (owedAgain !== undefined) {
    const effects = owedAgain.map((kind) => texts.thread.effects[kind] ?? kind).join(' and ');
    return [{ line: [texts.thread.seenAgain(view.case.id, what, effects)] }];
  }
  const why = view.strongest === undefined ? [] : [{ line: [texts.notice.why, reasonsOf(view.strongest).join(' ')] }];
  return [{ heading: texts.thread.now(view.case.id, what) }, ...why];
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
