import type { SettingsStore } from '../store/settings/types.js';
import { followUpgrade, reconcileSpace } from './actions.js';
import type { Clock } from '../util/clock.js';
import { HeimdallError } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import type { ModeratorAlerts } from '../notify/alerts.js';
import { joinRoom, roomIdOf, viaOrOwn } from '../tracking/joining.js';
import type { Standoffs } from './standoffs.js';
import { StateLoader } from '../tracking/state-loader.js';
import { isSpace, type TrackedRoom } from '../tracking/tracked-room.js';
import type { SkippedRules } from './effective-rules.js';
import { isProtected, protectedRooms } from '../tracking/settings.js';
import { accessAlerts } from './bot-access.js';
import { texts } from './texts.js';
import { ListSubscriptions, type ListSubscriptionsOptions } from './list-subscriptions.js';

export interface ProtectedRoomsOptions extends Omit<ListSubscriptionsOptions, 'readings' | 'onChange'> {
  concerns: ModeratorAlerts;
  clock: Clock;
  logger: Logger;
  standoffs?: Standoffs;
}

/**
 * Which rooms are protected and which lists are watched: the moderators' decisions (settings) and the state in memory.
 * A room or list that cannot be read is announced once, retried, and delays nothing else.
 */
export class ProtectedRooms {
  readonly #options: ProtectedRoomsOptions;
  readonly #readings: StateLoader;
  /** the lists that are watched */
  readonly lists: ListSubscriptions;
  /** rooms whose problems will be mentioned in the answer to a running command */
  readonly #answered = new Set<string>();

  constructor(options: ProtectedRoomsOptions) {
    this.#options = options;
    this.#readings = new StateLoader({ ...options, again: (failed) => this.#readAgain(failed) });
    this.lists = new ListSubscriptions({ ...options, readings: this.#readings, onChange: () => this.publishAlerts() });
  }

  /** Rooms and lists that could not be read, and why. */
  get failures(): ReadonlyMap<string, string> {
    return this.#readings.failures;
  }

  /** Every protected room, whether added itself or through a space. */
  get roomIds(): string[] {
    return protectedRooms(this.#options.settings.get());
  }

  /** Ignored rules that would hit us, with what they would hit. */
  get skipped(): SkippedRules {
    return this.#options.effects.rules.skipped;
  }

  /**
   * Reads all lists and rooms, then plans everything once. Resolves when protection is in force, even if some could not
   * be read.
   */
  async start(): Promise<void> {
    const { settings, lists, rooms, effects, commit, clock } = this.#options;
    await this.lists.mend();
    const { watched_lists, protected_spaces } = settings.get();
    const roomIds = this.roomIds;
    // Marked first: events that arrive during the read are buffered and applied after it.
    for (const list of watched_lists) lists.expect(list.room_id);
    for (const roomId of roomIds) rooms.beginLoad(roomId);
    await this.#readings.loadListsOrRetry(watched_lists.map((list) => list.room_id));
    await this.lists.mend();
    await this.#readings.loadRoomsOrRetry(roomIds);
    await commit(effects.planAll());
    const tombstones = [
      ...roomIds.map((roomId) => [roomId, rooms.get(roomId)?.tombstone] as const),
      ...watched_lists.map((list) => [list.room_id, lists.tombstoneOf(list.room_id)] as const),
    ];
    await commit(
      tombstones.flatMap(([roomId, tombstone]) =>
        tombstone === undefined ? [] : [followUpgrade(roomId, tombstone.eventId)],
      ),
    );
    await commit(protected_spaces.map(({ room_id }) => reconcileSpace(room_id, `start:${clock()}`)));
    this.publishAlerts();
  }

  /** The management room has been read, so we know whom rules must not hit, and there is somebody to tell. */
  async onModeratorsLoaded(): Promise<void> {
    const { effects, commit, concerns } = this.#options;
    await commit(effects.replanIfContextChanged());
    await concerns.enable();
  }

  stop(): Promise<void> {
    return this.#readings.stop();
  }

  /** Joins missing rooms where possible, then rereads every list and room and plans what is missing. */
  async sync(): Promise<void> {
    const { homeserver, settings } = this.#options;
    const joined = new Set(await homeserver.joinedRooms());
    const wanted = [...this.roomIds, ...settings.get().watched_lists.map((list) => list.room_id)];
    for (const roomId of wanted.filter((id) => !joined.has(id)))
      await homeserver.join(roomId, this.lists.viaTo(roomId)).catch(() => undefined);
    this.#options.standoffs?.forget();
    await this.start();
  }

  /** Starts protecting a room, joining it if necessary. Throws a HeimdallError that says what is missing. */
  async protect(reference: string, via: readonly string[] = []): Promise<string> {
    const { homeserver } = this.#options;
    const roomId = await joinRoom(homeserver, reference, viaOrOwn(reference, via));
    // Only while the command runs, even if it fails: no answer covers later problems in this room.
    this.#answered.add(roomId);
    let room: TrackedRoom;
    try {
      room = await this.load(roomId);
      const space = isSpace(room);
      await this.#options.settings.update((draft) => {
        if (!draft.protected_rooms.includes(roomId)) draft.protected_rooms.push(roomId);
        const known = draft.protected_spaces.some(({ room_id }) => room_id === roomId);
        if (space && !known) draft.protected_spaces.push({ room_id: roomId, rooms: [] });
      });
      await this.planNewlyProtected([roomId]);
    } finally {
      this.#answered.delete(roomId);
    }
    if (isSpace(room)) await this.#options.commit([reconcileSpace(roomId, `protect:${this.#options.clock()}`)]);
    return roomId;
  }

  /** Reads a newly protected room. Rejects when it cannot be read, in which case nothing has changed. */
  async load(roomId: string): Promise<TrackedRoom> {
    this.#options.rooms.beginLoad(roomId);
    return this.#readings.room(roomId);
  }

  /** Plans what newly protected rooms need, and what their moderators' exemption changes elsewhere. */
  async planNewlyProtected(roomIds: readonly string[]): Promise<void> {
    const { effects, commit } = this.#options;
    await commit([...effects.replanIfContextChanged(), ...roomIds.flatMap((roomId) => effects.planForRoom(roomId))]);
    this.publishAlerts();
  }

  /**
   * Stops protecting a room, and for a space its rooms too; what was done there stays. Returns undefined when it was
   * not protected.
   */
  async unprotect(reference: string): Promise<string | undefined> {
    const { settings, homeserver } = this.#options;
    const roomId = await roomIdOf(homeserver, reference);
    if (!isProtected(settings.get(), roomId)) return undefined;
    const because = settings
      .get()
      .protected_spaces.find((space) => space.room_id !== roomId && space.rooms.includes(roomId));
    if (because !== undefined && !settings.get().protected_rooms.includes(roomId)) {
      throw new HeimdallError(
        'HEIMDALL_E_ROOM',
        texts.spaces.protectedBySpace(roomId, because.room_id),
        texts.spaces.protectedBySpaceRemedy,
      );
    }
    await this.updateSettings((draft) => {
      draft.protected_rooms = draft.protected_rooms.filter((id) => id !== roomId);
      draft.protected_spaces = draft.protected_spaces.filter((space) => space.room_id !== roomId);
    });
    return roomId;
  }

  /** Changes the settings and drops every room that is no longer protected. */
  async updateSettings(change: Parameters<SettingsStore['update']>[0]): Promise<void> {
    const { settings, rooms, effects, commit } = this.#options;
    const before = this.roomIds;
    await settings.update(change);
    const still = new Set(this.roomIds);
    for (const roomId of before.filter((id) => !still.has(id))) {
      rooms.drop(roomId);
      this.#readings.forget(roomId);
    }
    await commit(effects.replanIfContextChanged());
    this.publishAlerts();
  }

  /** Rereads one protected room because of a gap, and plans what it needs. */
  async reloadRoom(roomId: string): Promise<void> {
    if (!isProtected(this.#options.settings.get(), roomId)) return;
    await this.load(roomId);
    await this.planNewlyProtected([roomId]);
  }

  /** Rejoins a protected room or list, and resumes protection there. */
  async resume(roomId: string): Promise<void> {
    const { homeserver, lists, effects, commit } = this.#options;
    const isList = lists.has(roomId);
    if (!isList && !isProtected(this.#options.settings.get(), roomId)) return;
    await homeserver.join(roomId, this.lists.viaTo(roomId));
    if (isList) {
      await this.#readings.loadListsOrRetry([roomId]);
      await commit(effects.planAll());
    }
    await this.reloadRoom(roomId);
    this.publishAlerts();
  }

  /**
   * Tells the moderators, once, where power is missing, where we are not a member, what cannot be read, and what a
   * server ACL cannot express.
   */
  publishAlerts(): void {
    const { concerns, rooms, lists, homeserver, settings, effects } = this.#options;
    void concerns.report('server_acl', effects.aclAlerts());
    // copied now, because the text is written later
    const answered = [...this.#answered];
    const failures = this.#readings.lasting();
    void concerns.report(
      'rooms',
      accessAlerts({
        botUserId: homeserver.botUserId,
        rooms,
        lists,
        watched: settings.get().watched_lists.map((list) => list.room_id),
        failures,
      }),
      (key) => answered.some((one) => key.startsWith(`power:${one}:`)),
    );
  }

  /** Retries what could not be read, and plans what succeeds. */
  async #readAgain(failed: readonly string[]): Promise<void> {
    const { settings, effects, commit } = this.#options;
    for (const { room_id } of settings.get().watched_lists.filter((list) => failed.includes(list.room_id))) {
      await this.#readings.loadListsOrRetry([room_id]);
      // Whole rooms, because while it was unreadable no ACL was opened and no ban for its rules lifted.
      if (!this.failures.has(room_id)) await commit(effects.planAll());
    }
    for (const roomId of this.roomIds.filter((id) => failed.includes(id))) {
      await this.#readings.loadRoomsOrRetry([roomId]);
      if (!this.failures.has(roomId)) await this.planNewlyProtected([roomId]);
    }
    this.publishAlerts();
  }
}
