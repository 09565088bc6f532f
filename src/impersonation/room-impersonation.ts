import type { NewAction } from '../store/records/actions.js';
import { checkRoomAction } from './actions.js';
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { ResponseCapabilities } from '../cases/decide.js';
import { recordSighting, respond } from '../cases/record.js';
import type { Config } from '../config/types.js';
import { createRoomDetector, type OfficialRoom, type RoomDetector, type RoomSighting } from '../detection/rooms.js';
import type { DetectionRules } from '../detection/rules.js';
import type { Verdict } from '../detection/types.js';
import type { ActionHandler } from '../actions/types.js';
import { parseEvent } from '../matrix/events.js';
import { serverNameOf } from '../matrix/identifiers.js';
import { MatrixError, type HomeserverReader, type MatrixEvent } from '../matrix/types.js';
import type { VerdictFinding } from '../store/findings.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import type { Avatars } from './avatars.js';
import type { OfficialRooms } from '../tracking/official-rooms.js';
import { roomSeenIn, type SeenRoom } from './room-sightings.js';

type CheckedRoom = z.output<typeof checkRoomAction.payload>;

export interface RoomImpersonationOptions {
  config: Pick<Config, 'responses'>;
  homeserver: HomeserverReader;
  officialRooms: OfficialRooms;
  rules: () => DetectionRules;
  avatars: Pick<Avatars, 'likeness'>;
  ledger: Ledger;
  means: () => ResponseCapabilities;
  /** our rooms: protected ones, the management room, watched lists */
  isOurs: (roomId: string) => boolean;
  /**
   * Whether this person is one of ours (staff, a moderator, the bot, a protected account, a bridge ghost). Rooms that
   * they created are trusted.
   */
  isTrusted: (userId: string) => boolean;
  clock: Clock;
}

const MOST_EVENT_LETTERS = 8_192;
/**
 * Rooms that copy an official room. An event with any resemblance triggers a look at the whole room (`check_room`): its
 * other names, who created it, whether an alias that it claims really points to it. Only then is there a verdict, and
 * it leads to no more than a case, a notice to moderators and a mail.
 */
export class RoomImpersonationCheck {
  readonly #options: RoomImpersonationOptions;
  #detector: { for: string; rules: DetectionRules; made: RoomDetector } | undefined;

  constructor(options: RoomImpersonationOptions) {
    this.#options = options;
  }

  /**
   * The actions that follow from one event. `first`: one of our users has just joined a room that may be unknown to us.
   */
  actionsOf(event: MatrixEvent, first: boolean): NewAction[] {
    const { officialRooms, isOurs } = this.#options;
    if (!officialRooms.configured) return [];
    const seen = roomSeenIn(event);
    if ((seen === undefined && !first) || isOurs(event.room_id)) return [];
    const touched =
      seen !== undefined && this.#detectorNow().touches(seen.room) && !officialRooms.isRelatedDomain(event.room_id);
    if (!touched && !first) return [];
    const bare: SeenRoom = {
      room: { roomId: event.room_id },
      sender: event.sender,
      eventId: event.event_id,
      at: event.origin_server_ts,
    };
    // the first of our users to join did not name the room
    const payload = touched
      ? { ...seen, ...(JSON.stringify(event).length <= MOST_EVENT_LETTERS ? { event } : {}) }
      : { ...bare, sender: null };
    const key = touched ? `room_identity:${event.event_id}` : `room_identity:${event.room_id}`;
    return [checkRoomAction.create(payload, { key })];
  }

  handler(): ActionHandler {
    return checkRoomAction.handler(async ({ event, ...seen }) => {
      const result = await this.#look(seen, parseEvent(event));
      return { state: 'done', result };
    });
  }

  async #look(seen: CheckedRoom, event: MatrixEvent | undefined): Promise<{ verdict: string }> {
    const { officialRooms, isOurs, avatars } = this.#options;
    const { roomId } = seen.room;
    if (isOurs(roomId) || officialRooms.isRelatedDomain(roomId)) return { verdict: 'official' };
    const { room, creator } = await this.#whole(seen.room);
    const maker = creator ?? seen.sender;
    if (maker !== null && this.#options.isTrusted(maker)) return { verdict: 'ours' };
    if (await this.#isBehindOfficialAlias(room)) return { verdict: 'official' };
    const byName = this.#detectorNow().inspect(room);
    await this.#record(room, byName, seen, event);
    if (byName.verdict === 'none' || byName.protected === null || room.avatarUrl == null)
      return { verdict: byName.verdict };
    // The case is recorded by now; what the picture adds follows, if it can be fetched.
    const official = this.#officialNow().find(({ reference }) => reference === byName.protected)?.avatarUrl;
    const likeness =
      official == null || official === room.avatarUrl
        ? undefined
        : await avatars.likeness(room.avatarUrl, official).catch(() => undefined);
    if (likeness === undefined) return { verdict: byName.verdict };
    const withPicture: RoomSighting = { ...room, avatarLike: [{ protected: byName.protected, likeness }] };
    const verdict = this.#detectorNow().inspect(withPicture);
    await this.#record(withPicture, verdict, seen, event);
    return { verdict: verdict.verdict };
  }

  /**
   * What the homeserver knows about the room, completed with what was seen; the latest sighting wins. Without admin
   * rights there is only the sighting.
   */
  async #whole(room: RoomSighting): Promise<{ room: RoomSighting; creator: string | null }> {
    try {
      const known = await this.#options.homeserver.adminRoom(room.roomId);
      if (known === undefined) return { room, creator: null };
      const { name, topic, canonicalAlias, avatarUrl, creator } = known;
      const aliases = [...new Set([...(room.aliases ?? []), ...(canonicalAlias === null ? [] : [canonicalAlias])])];
      return {
        room: {
          roomId: room.roomId,
          name: room.name ?? name,
          topic: room.topic ?? topic,
          aliases,
          avatarUrl: room.avatarUrl ?? avatarUrl,
        },
        creator: believed(room.roomId, creator),
      };
    } catch (error) {
      if (!(error instanceof MatrixError) || error.transient) throw error;
      return { room, creator: null };
    }
  }

  /** A configured alias that points to this room makes it official: only the alias's own server can move it. */
  async #isBehindOfficialAlias({ roomId, aliases = [] }: RoomSighting): Promise<boolean> {
    const official = new Set(this.#officialNow().map(({ reference }) => reference));
    for (const alias of aliases)
      if (official.has(alias) && (await this.#options.homeserver.resolveAlias(alias)) === roomId) return true;
    return false;
  }

  #officialNow(): OfficialRoom[] {
    return this.#options.officialRooms.identities();
  }

  /** The detector for the current official rooms; rebuilt only when they or the rules have changed. */
  #detectorNow(): RoomDetector {
    const official = this.#officialNow();
    const madeFor = JSON.stringify(official);
    const rules = this.#options.rules();
    if (this.#detector?.for !== madeFor || this.#detector.rules !== rules)
      this.#detector = { for: madeFor, rules, made: createRoomDetector(official, rules) };
    return this.#detector.made;
  }

  async #record(
    room: RoomSighting,
    verdict: Verdict,
    seen: Pick<SeenRoom, 'eventId' | 'at'>,
    event: MatrixEvent | undefined,
  ): Promise<void> {
    const level = verdict.verdict;
    if (level === 'none' || level === 'official') return;
    const { ledger, clock, config, means } = this.#options;
    const { roomId } = room;
    const at = event === undefined ? {} : { eventId: seen.eventId };
    const data: VerdictFinding = {
      // a room has no user id, so its own id is used instead
      sighting: { userId: roomId, displayName: room.name ?? null, avatarUrl: room.avatarUrl ?? null },
      verdict,
      where: {
        source: 'room',
        roomId,
        at: seen.at,
        ...at,
        ...(room.name == null ? {} : { roomName: room.name }),
        ...(room.aliases?.[0] === undefined ? {} : { roomAlias: room.aliases[0] }),
      },
      ...(event === undefined ? {} : { event: { ...event } }),
    };
    const key = `room:${createHash('sha256')
      .update(JSON.stringify([room, level]))
      .digest('hex')
      .slice(0, 32)}`;
    await ledger.commit(async (tx) => {
      const now = clock();
      const finding = {
        subjectKind: 'room' as const,
        subject: roomId,
        key,
        kind: 'verdict',
        roomId,
        eventId: at.eventId ?? null,
        seenAt: seen.at,
        data,
        verdict: { level, score: verdict.score, protected: verdict.protected },
      };
      const recorded = await recordSighting(tx, { finding, sighting: data.sighting }, now);
      const decision = { level, findingKey: key, responses: config.responses[level], reason: '' };
      await tx.addActions(await respond(tx, recorded, decision, means(), now));
    });
  }
}

/**
 * Who created a room, as far as that can be trusted. Up to room version 10 the create event can name any creator, so a
 * foreign server could name one of ours, but the room id then carries the creating server's name. From version 12 on
 * ids carry none, and the sender counts.
 */
function believed(roomId: string, creator: string | null): string | null {
  const server = serverNameOf(roomId);
  return creator !== null && (server === undefined || serverNameOf(creator) === server) ? creator : null;
}
