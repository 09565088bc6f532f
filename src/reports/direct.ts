import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { ActionHandler, ActionOutcome } from '../actions/types.js';
import type { Config } from '../config/types.js';
import { visible } from '../detection/index.js';
import type { Detector } from '../detection/types.js';
import { redact } from '../enforcement/actions.js';
import { isRoomAlias, isUserId, serverNameOf } from '../matrix/identifiers.js';
import { messageContent, type Inline } from '../matrix/message.js';
import { MatrixError, type Homeserver, type MatrixEvent } from '../matrix/types.js';
import { message } from '../notify/actions.js';
import { sendOnce } from '../notify/handlers.js';
import type { Correspondence } from '../store/index.js';
import { reportFindingSchema } from '../store/findings.js';
import type { Ledger, NewAction } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { linksIn, reportCommand, said, understand, type Language } from './dialogue.js';
import { clientEvent, incomingReport, type IncomingReport, type OnReport } from './report.js';

const person = z.string().startsWith('@');
const room = z.string().startsWith('!');

/** Takes an invite to a direct chat. */
const joinChat = defineAction({
  kind: 'join_chat',
  payload: z.object({ roomId: room, userId: person }),
  hasSideEffects: true,
  lane: () => 'join_chat',
  maxConcurrent: 1,
  failuresToldElsewhere: true,
});

/** Answers a message in a direct chat. */
const answerChat = defineAction({
  kind: 'answer_chat',
  payload: z.object({
    roomId: room,
    userId: person,
    body: z.string(),
    links: z.array(z.string()),
    encrypted: z.boolean(),
  }),
  hasSideEffects: true,
  lane: ({ userId }) => `answer_chat:${userId}`,
  maxConcurrent: 4,
  failuresToldElsewhere: true,
});

/** `!report` as a reply in a protected room. */
const reportInRoom = defineAction({
  kind: 'report_in_room',
  payload: z.object({
    roomId: room,
    userId: person,
    eventId: z.string(),
    target: z.string(),
    reason: z.string(),
    at: z.number(),
  }),
  hasSideEffects: false,
  lane: ({ userId }) => `report_in_room:${userId}`,
  maxConcurrent: 4,
  failuresToldElsewhere: true,
});

/** Tells a reporter what became of a report. */
const receipt = defineAction({
  kind: 'receipt',
  payload: z.object({ userId: person, what: z.enum(['taken', 'actioned', 'dismissed']) }),
  hasSideEffects: true,
  lane: ({ userId }) => `receipt:${userId}`,
  maxConcurrent: 2,
  failuresToldElsewhere: true,
});

export interface DirectOptions {
  homeserver: Homeserver;
  ledger: Ledger;
  correspondence: Correspondence;
  config: Pick<Config, 'homeserver' | 'protected_identities' | 'reports'>;
  detector: () => Detector;
  isProtectedRoom: (roomId: string) => boolean;
  onReport: OnReport;
  clock: Clock;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const JOINS_A_MINUTE = 10;
const JOINS_A_PERSON_AN_HOUR = 5;
const ANSWERS_AN_HOUR = 10;
const RECEIPTS_AN_HOUR = 20;
const BODY_KEPT = 4_000;
const CLOSED_READ = 100;
const LOOK_MS = 5_000;
const CLOSED_META = 'reports.receipts_until';
const OFFICIAL_SHOWN = 5;

/**
 * Talking to people: direct chats, `!report` in rooms, and receipts. Deaf to other bots and to itself: only `m.text` is
 * read, and no more than some answers an hour go to one person.
 */
export class DirectChats {
  readonly #options: DirectOptions;
  /** direct chats by room */
  readonly #people = new Map<string, string>();
  readonly #joins = new Window(JOINS_A_MINUTE, MINUTE_MS);
  readonly #joinsOf = new Window(JOINS_A_PERSON_AN_HOUR, HOUR_MS);
  readonly #answers = new Window(ANSWERS_AN_HOUR, HOUR_MS);
  readonly #receipts = new Window(RECEIPTS_AN_HOUR, HOUR_MS);
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DirectOptions) {
    this.#options = options;
  }

  async load(): Promise<void> {
    for (const { userId, roomId } of await this.#options.correspondence.chats()) this.#people.set(roomId, userId);
  }

  start(): void {
    // the first look only notes the time: who reported before there was anybody to tell is not told
    void this.tellEnded().catch(() => undefined);
    this.#timer = setInterval(() => void this.tellEnded().catch(() => undefined), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** What an event asks for. */
  actionsOf(event: MatrixEvent): NewAction[] {
    const { homeserver, isProtectedRoom } = this.#options;
    const { room_id: roomId, sender: userId, content, event_id: eventId } = event;
    if (userId === homeserver.botUserId) return [];
    if (event.type === 'm.room.member')
      return event.state_key === homeserver.botUserId && content.membership === 'invite' && content.is_direct === true
        ? [joinChat.create({ roomId, userId }, { key: `join_chat:${eventId}` })]
        : [];
    if (this.#people.get(roomId) === userId) return this.#inChat(event);
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
      joinChat.handler(({ roomId, userId }) => this.#join(roomId, userId)),
      answerChat.handler((payload, action) => this.#answer(payload, action.key)),
      reportInRoom.handler((payload) => this.#reportInRoom(payload)),
      receipt.handler(async ({ userId, what }, action, attempt) => {
        const { homeserver, correspondence, config, clock } = this.#options;
        const chat = await correspondence.chatOf(userId);
        if (chat?.receipts === false || !config.reports.receipts) return { state: 'done' };
        if (action.attempts === 0 && !this.#receipts.take(userId, clock())) return { state: 'done' };
        const roomId = chat?.roomId ?? (await this.#openChat(userId));
        const content = messageContent([{ line: [said(what, 'en')] }]);
        try {
          return {
            state: 'done',
            result: { event_id: await sendOnce(homeserver, attempt, roomId, content, action.key) },
          };
        } catch (error) {
          if (!(error instanceof MatrixError) || error.status !== 403) throw error;
          this.#people.delete(roomId);
          await correspondence.noteChat(userId, null, clock());
          return { state: 'failed', error: 'The chat is gone.' };
        }
      }),
    ];
  }

  /** The receipt of a report, for a reporter of our server. */
  receiptOf(report: IncomingReport): NewAction[] {
    const { config, homeserver } = this.#options;
    const { reporter, source, key } = report;
    if (!config.reports.receipts || source === 'direct' || reporter === homeserver.botUserId) return [];
    if (serverNameOf(reporter) !== config.homeserver.server_name) return [];
    return [receipt.create({ userId: reporter, what: 'taken' }, { key: `receipt:taken:${key}` })];
  }

  /** Tells the reporters of cases that have ended since the last look. */
  async tellEnded(): Promise<void> {
    const { ledger, config, clock } = this.#options;
    if (!config.reports.receipts) return;
    const until = Number(await ledger.meta(CLOSED_META));
    if (!(until > 0)) return ledger.commit((tx) => tx.setMeta(CLOSED_META, String(clock())));
    const closed = (await ledger.cases({ states: ['actioned', 'dismissed'], limit: CLOSED_READ })).filter(
      ({ closedAt }) => closedAt !== null && closedAt > until,
    );
    if (closed.length === 0) return;
    const actions: NewAction[] = [];
    for (const record of closed)
      for (const { kind, data } of await ledger.findingsOf(record.id, CLOSED_READ)) {
        const report = kind === 'report' ? reportFindingSchema.safeParse(data) : undefined;
        if (report?.success !== true || serverNameOf(report.data.reporter) !== config.homeserver.server_name) continue;
        const who = createHash('sha256').update(report.data.reporter).digest('base64url').slice(0, 22);
        const what = record.state === 'dismissed' ? 'dismissed' : 'actioned';
        actions.push(
          receipt.create({ userId: report.data.reporter, what }, { key: `receipt:ended:${record.id}:${who}` }),
        );
      }
    const latest = Math.max(...closed.map(({ closedAt }) => closedAt ?? 0));
    await ledger.commit(async (tx) => {
      await tx.addActions(actions);
      await tx.setMeta(CLOSED_META, String(latest));
    });
  }

  async #join(roomId: string, userId: string): Promise<ActionOutcome> {
    const { homeserver, correspondence, clock } = this.#options;
    const now = clock();
    if (!this.#joinsOf.take(userId, now)) return { state: 'done', result: { left: true } };
    if (!this.#joins.take('', now)) return { state: 'retry', afterMs: 10_000, error: 'Too many chats at once.' };
    const before = (await correspondence.chatOf(userId))?.roomId;
    await homeserver.join(roomId, [serverNameOf(userId) ?? '']);
    await correspondence.noteChat(userId, roomId, now);
    this.#people.set(roomId, userId);
    if (before != null && before !== roomId) {
      this.#people.delete(before);
      await homeserver.leave(before).catch(() => undefined);
    }
    const content = messageContent([{ line: [said('greeting', 'en')] }]);
    return {
      state: 'done',
      follow: [message.create({ roomId, content }, { key: `greeting:${roomId}`, lane: `chat:${userId}` })],
    };
  }

  /** A chat in which nobody else reads along: the one that there is, or a new one. For what is one person's alone. */
  async privateRoomWith(userId: string): Promise<string> {
    const roomId = (await this.#options.correspondence.chatOf(userId))?.roomId;
    return roomId != null && (await this.#isPrivate(roomId, userId)) ? roomId : this.#openChat(userId);
  }

  async #isPrivate(roomId: string, userId: string): Promise<boolean> {
    const { homeserver } = this.#options;
    try {
      const inside = (await homeserver.members(roomId)).filter(
        ({ content, state_key: who }) =>
          who !== homeserver.botUserId && ['join', 'invite'].includes(String(content.membership)),
      );
      return inside.length === 1 && inside[0]?.state_key === userId;
    } catch (error) {
      if (error instanceof MatrixError && !error.transient) return false;
      throw error;
    }
  }

  async #openChat(userId: string): Promise<string> {
    const { homeserver, correspondence, clock } = this.#options;
    const roomId = await homeserver.createRoom({ preset: 'private_chat', is_direct: true, invite: [userId] });
    await correspondence.noteChat(userId, roomId, clock());
    this.#people.set(roomId, userId);
    return roomId;
  }

  async #answer(
    { roomId, userId, body, links, encrypted }: z.output<typeof answerChat.payload>,
    key: string,
  ): Promise<ActionOutcome> {
    const { correspondence, clock } = this.#options;
    if (!this.#answers.take(userId, clock())) return { state: 'done' };
    const say = (line: Inline[]): ActionOutcome => ({
      state: 'done',
      follow: [
        message.create({ roomId, content: messageContent([{ line }]) }, { key: `said:${key}`, lane: `chat:${userId}` }),
      ],
    });
    if (encrypted) return say([said('encrypted', 'en')]);
    const { intent, language } = understand(body, links);
    switch (intent.kind) {
      case 'official':
        return say(this.#official(intent.id, language));
      case 'report':
        return say([said((await this.#report(intent, userId)) ? 'taken' : 'unseen', language)]);
      case 'stop':
      case 'start':
        await correspondence.setReceipts(userId, intent.kind === 'start', clock());
        return say([said(intent.kind === 'stop' ? 'stopped' : 'started', language)]);
      case 'help':
        return say([said('help', language)]);
    }
  }

  /** One sentence, with the official id. */
  #official(id: string, language: Language): Inline[] {
    const identities = this.#options.config.protected_identities;
    const german = language === 'de';
    if (identities.some(({ user_id, variants }) => user_id === id || variants.includes(id)))
      return [
        german ? 'Ja, ' : 'Yes, ',
        { code: visible(id) },
        german ? ' ist ein offizielles Konto.' : ' is an official account.',
      ];
    const { protected: imitated } = this.#options.detector().inspect({ userId: id });
    const officials = imitated === null ? identities.map(({ user_id }) => user_id) : [imitated];
    const shown = officials
      .slice(0, OFFICIAL_SHOWN)
      .flatMap((official, index): Inline[] => [index === 0 ? '' : ', ', { code: official }]);
    return [
      german ? 'Nein, ' : 'No, ',
      { code: visible(id) },
      german ? ' ist nicht offiziell; offiziell ist ' : ' is not official; the official one is ',
      ...shown,
      '.',
    ];
  }

  async #report(
    { id, eventId, reason }: { id: string; eventId?: string; reason: string },
    reporter: string,
  ): Promise<boolean> {
    const { homeserver, onReport, clock } = this.#options;
    const shared = { reporter, reason, source: 'direct' as const, at: clock() };
    if (isUserId(id)) {
      await onReport(incomingReport({ ...shared, subjectKind: 'user', subject: id }));
      return true;
    }
    const roomId = isRoomAlias(id) ? await homeserver.resolveAlias(id) : id;
    if (roomId === undefined) return false;
    const event = eventId === undefined ? undefined : await this.#event(roomId, eventId);
    await onReport(
      incomingReport(
        event === undefined
          ? // an event that the bot cannot read still says where to look
            { ...shared, subjectKind: 'room', subject: roomId, roomId, ...(eventId === undefined ? {} : { eventId }) }
          : {
              ...shared,
              subjectKind: 'user',
              subject: event.sender,
              roomId,
              eventId: event.event_id,
              event: clientEvent({ ...event }),
            },
      ),
    );
    return true;
  }

  async #reportInRoom({
    roomId,
    userId,
    eventId,
    target,
    reason,
    at,
  }: z.output<typeof reportInRoom.payload>): Promise<ActionOutcome> {
    const { onReport } = this.#options;
    const event = await this.#event(roomId, target);
    if (event !== undefined)
      await onReport(
        incomingReport({
          reporter: userId,
          reason,
          source: 'room',
          at,
          subjectKind: 'user',
          subject: event.sender,
          roomId,
          eventId: target,
          event: clientEvent({ ...event }),
        }),
      );
    // whom somebody reports is nobody's business in the room
    return {
      state: 'done',
      follow: [redact.create({ roomId, eventId, reason: 'Report taken' }, { key: `redact_report:${eventId}` })],
    };
  }

  async #event(roomId: string, eventId: string): Promise<MatrixEvent | undefined> {
    try {
      return await this.#options.homeserver.event(roomId, eventId);
    } catch (error) {
      if (error instanceof MatrixError && !error.transient) return undefined;
      throw error;
    }
  }
}

const REMEMBERED = 10_000;

/** So many of something within so long, for each person. */
class Window {
  readonly #times = new Map<string, number[]>();

  constructor(
    readonly most: number,
    readonly withinMs: number,
  ) {}

  take(who: string, now: number): boolean {
    const recent = (this.#times.get(who) ?? []).filter((time) => time > now - this.withinMs && time <= now);
    if (recent.length >= this.most) return false;
    if (this.#times.size >= REMEMBERED) this.#times.clear();
    this.#times.set(who, [...recent, now]);
    return true;
  }
}
