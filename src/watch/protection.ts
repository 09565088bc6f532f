import PQueue from 'p-queue';
import { isRoomAlias, isRoomId, serverNameOf } from '../matrix/identifiers.js';
import type { Homeserver } from '../matrix/types.js';
import type { NewAction, SettingsStore } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import type { Effects } from './effects.js';
import type { WatchedLists } from './lists.js';
import type { KeptRooms } from './rooms.js';

export interface ProtectionOptions {
  homeserver: Homeserver;
  settings: SettingsStore;
  rooms: KeptRooms;
  lists: WatchedLists;
  effects: Effects;
  /** writes actions down and wakes the executor */
  commit: (actions: NewAction[]) => Promise<void>;
  clock: Clock;
  logger: Logger;
}

const READS_AT_ONCE = 8;
const RETRY_MS = 15_000;

/**
 * Which rooms are protected and which lists are watched: what people decided (settings), and its standing in memory.
 * A room or list that can not be read is told once, tried again, and holds up nothing else.
 */
export class Protection {
  readonly #options: ProtectionOptions;
  /** what could not be read, and why */
  readonly failures = new Map<string, string>();
  #retry: NodeJS.Timeout | undefined;

  constructor(options: ProtectionOptions) {
    this.#options = options;
  }

  /** Reads all lists and rooms, then plans everything once. Resolves when protection stands, also when some could not be read. */
  async start(): Promise<void> {
    const { settings, lists, rooms } = this.#options;
    const { watched_lists, protected_rooms } = settings.get();
    // Marked first: events that come while we read are kept and follow the reading.
    for (const list of watched_lists) lists.expect(list.room_id);
    for (const roomId of protected_rooms) rooms.expect(roomId);
    await this.#each(watched_lists.map((list) => list.room_id), (roomId) => this.#readList(roomId));
    await this.#each(protected_rooms, (roomId) => this.#readRoom(roomId));
    await this.#options.commit(this.#options.effects.ofAll());
  }

  /** Watched lists that could not be read. */
  unreadLists(): ReadonlySet<string> {
    return new Set(this.#options.settings.get().watched_lists.map(({ room_id }) => room_id).filter((roomId) => this.failures.has(roomId)));
  }

  stop(): void {
    clearTimeout(this.#retry);
  }

  /** Reads every list and room again and plans what is missing. */
  async sync(): Promise<void> {
    await this.start();
  }

  /** Takes a room under protection: joins it if needed. Throws a HeimdallError that says what is missing. */
  async protect(reference: string): Promise<string> {
    const roomId = await this.#enter(reference);
    this.#options.rooms.expect(roomId);
    await this.#read(roomId);
    await this.#options.settings.update((draft) => {
      if (!draft.protected_rooms.includes(roomId)) draft.protected_rooms.push(roomId);
    });
    await this.#options.commit(this.#options.effects.ofRoom(roomId));
    return roomId;
  }

  /** Ends a room's protection; what was done there stays. Returns undefined when it was not protected. */
  async unprotect(reference: string): Promise<string | undefined> {
    const roomId = await this.#idOf(reference);
    if (!this.#options.settings.get().protected_rooms.includes(roomId)) return undefined;
    await this.#options.settings.update((draft) => {
      draft.protected_rooms = draft.protected_rooms.filter((id) => id !== roomId);
    });
    this.#options.rooms.drop(roomId);
    this.failures.delete(roomId);
    return roomId;
  }

  /** Watches a list: joins it if needed, and applies its rules. */
  async watchList(reference: string): Promise<string> {
    const { lists, settings, effects, commit } = this.#options;
    const roomId = await this.#enter(reference);
    const changes = await lists.read(roomId);
    await settings.update((draft) => {
      if (draft.watched_lists.some((list) => list.room_id === roomId)) return;
      const shortcode = lists.shortcodeOf(roomId);
      draft.watched_lists.push({ room_id: roomId, ...(shortcode === undefined ? {} : { shortcode }) });
    });
    await commit(effects.ofChanges(changes));
    return roomId;
  }

  /** Stops watching a list: its rules stop acting, and what only they wanted is lifted. */
  async unwatchList(reference: string): Promise<string | undefined> {
    const { lists, settings, effects, commit } = this.#options;
    const roomId = lists.byShortcode(reference) ?? (await this.#idOf(reference));
    if (!settings.get().watched_lists.some((list) => list.room_id === roomId)) return undefined;
    await settings.update((draft) => {
      draft.watched_lists = draft.watched_lists.filter((list) => list.room_id !== roomId);
    });
    await commit(effects.ofChanges(lists.drop(roomId)));
    this.failures.delete(roomId);
    return roomId;
  }

  /** Reads one list again (after a redaction, say) and applies what changed. */
  async readListAgain(roomId: string): Promise<void> {
    const { lists, effects, commit } = this.#options;
    if (lists.has(roomId)) await commit(effects.ofChanges(await lists.read(roomId)));
  }

  /** The id behind an id or alias. */
  async #idOf(reference: string): Promise<string> {
    if (isRoomId(reference)) return reference;
    if (!isRoomAlias(reference)) throw new HeimdallError('HEIMDALL_E_ROOM', `${reference} is no room id and no alias.`, 'Give a room id (!…) or an alias (#name:server).');
    const roomId = await this.#options.homeserver.resolveAlias(reference);
    if (roomId === undefined) throw new HeimdallError('HEIMDALL_E_ROOM', `There is no room behind ${reference}.`, 'Check the spelling, or give the room id.');
    return roomId;
  }

  async #enter(reference: string): Promise<string> {
    const { homeserver } = this.#options;
    const roomId = await this.#idOf(reference);
    if ((await homeserver.joinedRooms()).includes(roomId)) return roomId;
    const via = serverNameOf(reference);
    try {
      return await homeserver.join(roomId, via === undefined ? [] : [via]);
    } catch (error) {
      throw new HeimdallError('HEIMDALL_E_ROOM_JOIN', `I can not join ${reference} (${messageOf(error)}).`, `Invite ${homeserver.botUserId} to it and try again.`, { cause: error });
    }
  }

  async #read(roomId: string): Promise<void> {
    const { rooms, homeserver, clock } = this.#options;
    try {
      rooms.read(roomId, await homeserver.state(roomId), clock());
      this.failures.delete(roomId);
    } catch (error) {
      rooms.giveUp(roomId);
      throw error;
    }
  }

  async #readRoom(roomId: string): Promise<void> {
    await this.#orLater(roomId, () => this.#read(roomId));
  }

  async #readList(roomId: string): Promise<void> {
    await this.#orLater(roomId, async () => {
      await this.#options.lists.read(roomId);
      this.failures.delete(roomId);
    });
  }

  async #orLater(roomId: string, read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!this.failures.has(roomId)) this.#options.logger.warn({ room_id: roomId, error: messageOf(error) }, 'room can not be read; it is tried again');
      this.failures.set(roomId, messageOf(error));
      this.#retry ??= setTimeout(() => void this.#tryAgain(), RETRY_MS).unref();
    }
  }

  /** One more try for each room and list that could not be read. */
  async #tryAgain(): Promise<void> {
    this.#retry = undefined;
    const { settings, effects, commit, logger, lists } = this.#options;
    const { protected_rooms, watched_lists } = settings.get();
    const failed = [...this.failures.keys()];
    try {
      for (const { room_id } of watched_lists.filter((list) => failed.includes(list.room_id))) {
        await this.#orLater(room_id, async () => {
          await lists.read(room_id);
          this.failures.delete(room_id);
          // Whole rooms: while it could not be read, no ACL was sent and no ban for its rules was lifted.
          await commit(effects.ofAll());
        });
      }
      for (const roomId of protected_rooms.filter((id) => failed.includes(id))) {
        await this.#readRoom(roomId);
        await commit(effects.ofRoom(roomId));
      }
    } catch (error) {
      logger.error({ error: messageOf(error) }, 'second reading failed');
    }
  }

  async #each(roomIds: readonly string[], work: (roomId: string) => Promise<void>): Promise<void> {
    const queue = new PQueue({ concurrency: READS_AT_ONCE });
    await Promise.all(roomIds.map((roomId) => queue.add(() => work(roomId))));
  }
}
