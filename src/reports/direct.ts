import type { z } from 'zod';
import type { ActionHandler, ActionOutcome } from '../actions/types.js';
import type { Config } from '../config/types.js';
import type { Detector } from '../detection/types.js';
import { redact } from '../enforcement/actions.js';
import { isRoomAlias, isUserId, serverNameOf } from '../matrix/identifiers.js';
import { messageContent, type Inline } from '../matrix/message.js';
import { MatrixError, type Homeserver, type MatrixEvent } from '../matrix/types.js';
import { message } from '../notify/actions.js';
import type { Correspondence } from '../store/index.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import { doublingMs } from '../util/timers.js';
import { Chats } from './chats.js';
import { linksIn, reportCommand, understand } from './dialogue.js';
import { answerChat, joinChat, reportInRoom } from './direct-actions.js';
import { Receipts } from './receipts.js';
import { officialAnswer } from './official-answer.js';
import { incomingReport, type IncomingReport, type OnReport } from './report.js';
import { reportedEvent } from './reported-event.js';
import { spoken, TOLD } from './texts.js';
import { Window } from './window.js';

export interface DirectOptions {
  homeserver: Homeserver;
  ledger: Ledger;
  correspondence: Correspondence;
  config: Pick<Config, 'homeserver' | 'protected_identities' | 'reports'>;
  detector: () => Detector;
  /** ids of the official rooms */
  officialRooms: () => ReadonlySet<string>;
  isProtectedRoom: (roomId: string) => boolean;
  onReport: OnReport;
  clock: Clock;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const JOINS_A_MINUTE = 10;
const JOINS_A_PERSON_AN_HOUR = 5;
const ANSWERS_AN_HOUR = 10;
/** How often a refused join is retried, with doubling pauses. */
const REFUSED_JOINS = 5;
const JOIN_AGAIN_MS = 1_000;
const BODY_KEPT = 4_000;
/** How often an alias on an unresponsive server is looked up. */
const MOST_LOOK_UPS = 3;
/** Messages from before we joined: clients create a chat and send the first message at once. */
const WRITTEN_BEFORE = 20;

/**
 * Conversations with people: direct chats, `!report` in rooms, and receipts. Other bots and the bot itself are ignored:
 * only `m.text` is read, and answers to one person are limited per hour.
 */
export class DirectChats {
  readonly #options: DirectOptions;
  readonly #chats: Chats;
  readonly #joins = new Window(JOINS_A_MINUTE, MINUTE_MS);
  readonly #joinsOf = new Window(JOINS_A_PERSON_AN_HOUR, HOUR_MS);
  readonly #answers = new Window(ANSWERS_AN_HOUR, HOUR_MS);
  readonly #receipts: Receipts;

  constructor(options: DirectOptions) {
    this.#options = options;
    this.#chats = new Chats(options);
    this.#receipts = new Receipts({ ...options, roomWith: (userId) => this.privateRoomWith(userId) });
  }

  load(): Promise<void> {
    return this.#chats.load();
  }

  /** A chat that nobody else can read, for private messages. */
  privateRoomWith(userId: string): Promise<string> {
    return this.#chats.privateRoomWith(userId);
  }

  start(): void {
    this.#receipts.start();
  }

  stop(): Promise<void> {
    return this.#receipts.stop();
  }

  /** The actions that an event calls for. */
  actionsOf(event: MatrixEvent): NewAction[] {
    const { homeserver, isProtectedRoom } = this.#options;
    const { room_id: roomId, sender: userId, content, event_id: eventId } = event;
    if (userId === homeserver.botUserId) return [];
    if (event.type === 'm.room.member')
      return event.state_key === homeserver.botUserId && content.membership === 'invite' && content.is_direct === true
        ? [joinChat.create({ roomId, userId }, { key: `join_chat:${eventId}` })]
        : [];
    if (this.#chats.personIn(roomId) === userId) return this.#inChat(event);
    if (event.type !== 'm.room.message' || !isProtectedRoom(roomId)) return [];
    const command = reportCommand(content);
    return command === undefined
      ? []
      : [
          reportInRoom.create(
            { roomId, userId, eventId, ...command, at: this.#options.clock() },
            { key: `report_in_room:${eventId}` },
          ),
        ];
  }

  #inChat({ type, room_id: roomId, sender: userId, content, event_id: eventId }: MatrixEvent): NewAction[] {
    const encrypted = type === 'm.room.encrypted';
    const replaces = (content['m.relates_to'] as { rel_type?: unknown } | undefined)?.rel_type === 'm.replace';
    if (!encrypted && (type !== 'm.room.message' || content.msgtype !== 'm.text' || replaces)) return [];
    const body = typeof content.body === 'string' ? content.body.slice(0, BODY_KEPT) : '';
    const links = linksIn(content.formatted_body).slice(0, 10);
    const key = encrypted ? `answer_chat:encrypted:${roomId}` : `answer_chat:${eventId}`;
    return [answerChat.create({ roomId, userId, body, links, encrypted }, { key })];
  }

  handlers(): ActionHandler[] {
    return [
      joinChat.handler(({ roomId, userId }, { attempts }) => this.#join(roomId, userId, attempts)),
      answerChat.handler((payload, action) => this.#answer(payload, action)),
      reportInRoom.handler((payload) => this.#reportInRoom(payload)),
      this.#receipts.handler(),
    ];
  }

  /** The receipt of a report, for a reporter on our server. */
  receiptOf(report: IncomingReport): NewAction[] {
    return this.#receipts.of(report);
  }

  async #join(roomId: string, userId: string, attempts: number): Promise<ActionOutcome> {
    const { homeserver, config, clock } = this.#options;
    const now = clock();
    if (attempts === 0 && !this.#joinsOf.take(userId, now)) return { state: 'done', result: { left: true } };
    if (!this.#joins.take('', now)) return { state: 'retry', afterMs: 10_000, error: TOLD.tooManyChats };
    try {
      await homeserver.join(roomId, [serverNameOf(userId) ?? '']);
    } catch (error) {
      // our homeserver announces a remote invite before the inviter's server has stored it, so that a quick join is
      // refused there
      if (!(error instanceof MatrixError) || error.status !== 403 || attempts >= REFUSED_JOINS) throw error;
      return { state: 'retry', afterMs: doublingMs(JOIN_AGAIN_MS, MINUTE_MS, attempts), error: messageOf(error) };
    }
    await this.#chats.moveTo(roomId, userId, now);
    const content = messageContent([{ line: [spoken(config.reports.language).greeting] }]);
    return {
      state: 'done',
      follow: [
        message.create({ roomId, content }, { key: `greeting:${roomId}`, lane: `chat:${userId}` }),
        ...(await this.#writtenBefore(roomId, userId)),
      ],
    };
  }

  /**
   * What the person wrote between the invite and our join, oldest first. Messages that we also received as events are
   * answered once, and those older than the invite were not meant for us.
   */
  async #writtenBefore(roomId: string, userId: string): Promise<NewAction[]> {
    const { botUserId } = this.#options.homeserver;
    const recent = await this.#options.homeserver.recentEvents(roomId, WRITTEN_BEFORE).catch((error: unknown) => {
      if (error instanceof MatrixError && !error.transient) return [];
      throw error;
    });
    const invite = recent.findIndex(
      ({ type, state_key: who, content }) =>
        type === 'm.room.member' && who === botUserId && content.membership === 'invite',
    );
    return recent
      .slice(0, invite < 0 ? undefined : invite)
      .filter(({ sender }) => sender === userId)
      .reverse()
      .flatMap((event) => this.#inChat({ ...event, room_id: roomId }));
  }

  async #answer(
    { roomId, userId, body, links, encrypted }: z.output<typeof answerChat.payload>,
    { key, attempts }: Pick<ActionRecord, 'key' | 'attempts'>,
  ): Promise<ActionOutcome> {
    const { correspondence, config, homeserver, clock } = this.#options;
    if (attempts === 0 && !this.#answers.take(userId, clock())) return { state: 'done' };
    const say = (line: Inline[]): ActionOutcome => ({
      state: 'done',
      follow: [
        message.create({ roomId, content: messageContent([{ line }]) }, { key: `said:${key}`, lane: `chat:${userId}` }),
      ],
    });
    const known = (await correspondence.chatOf(userId))?.language ?? config.reports.language;
    if (encrypted) return say([spoken(known).encrypted]);
    const { intent, language = known } = understand(body, links, homeserver.botUserId, (id) =>
      config.protected_identities.some(({ user_id: official }) => official === id),
    );
    if (language !== known) await correspondence.noteLanguage(userId, language, clock());
    const words = spoken(language);
    const resolveAlias = (alias: string) => this.#resolve(alias, attempts + 1 >= MOST_LOOK_UPS);
    switch (intent.kind) {
      case 'official':
        return say(
          await officialAnswer(
            { ...this.#options, resolveAlias, identities: config.protected_identities },
            intent.id,
            language,
          ),
        );
      case 'report':
        return say([(await this.#report(intent, userId, resolveAlias)) ? words.taken : words.unseen]);
      case 'stop':
      case 'start':
        await correspondence.setReceipts(userId, intent.kind === 'start', clock());
        return say([intent.kind === 'stop' ? words.stopped : words.started]);
      case 'help':
        return say([words.help]);
    }
  }

  async #report(
    { id, eventId, reason }: { id: string; eventId?: string; reason: string },
    reporter: string,
    resolveAlias: (alias: string) => Promise<string | undefined>,
  ): Promise<boolean> {
    const { homeserver, onReport, clock } = this.#options;
    const shared = { reporter, reason, source: 'direct' as const, at: clock() };
    if (isUserId(id)) {
      await onReport(incomingReport({ ...shared, subjectKind: 'user', subject: id }));
      return true;
    }
    const roomId = isRoomAlias(id) ? await resolveAlias(id) : id;
    if (roomId === undefined) return false;
    const found = eventId === undefined ? undefined : await reportedEvent(homeserver, reporter, roomId, eventId);
    if (found === undefined)
      // an event that we cannot fetch still tells moderators where to look
      await onReport(incomingReport({ ...shared, subjectKind: 'room', subject: roomId, roomId, eventId }));
    else {
      const { sender: subject, ...seen } = found;
      await onReport(incomingReport({ ...shared, subjectKind: 'user', subject, roomId, eventId, ...seen }));
    }
    return true;
  }

  /** The room of an alias. An unresponsive server is asked again, and finally counts as having none. */
  async #resolve(alias: string, isLast: boolean): Promise<string | undefined> {
    try {
      return await this.#options.homeserver.resolveAlias(alias);
    } catch (error) {
      if (isLast || (error instanceof MatrixError && !error.transient)) return undefined;
      throw error;
    }
  }

  async #reportInRoom({
    roomId,
    userId,
    eventId,
    target,
    reason,
    at,
  }: z.output<typeof reportInRoom.payload>): Promise<ActionOutcome> {
    const { homeserver, onReport } = this.#options;
    const found = await reportedEvent(homeserver, userId, roomId, target);
    if (found !== undefined) {
      const { sender: subject, ...seen } = found;
      const what = { subjectKind: 'user' as const, subject, roomId, eventId: target, ...seen };
      await onReport(incomingReport({ ...what, reporter: userId, reason, source: 'room', at }));
    }
    // the rest of the room need not see whom somebody reports
    return {
      state: 'done',
      follow: [redact.create({ roomId, eventId, reason: TOLD.reportTaken }, { key: `redact_report:${eventId}` })],
    };
  }
}
