import type { NewAction } from '../store/records/actions.js';
import type { SettingsStore } from '../store/settings/types.js';
import type { HomeserverEffects, HomeserverReader } from '../matrix/types.js';
import type { ListPreview } from '../policy/index.js';
import { HeimdallError } from '../util/errors.js';
import type { EnforcementPlanner } from './enforcement-planner.js';
import { joinRoom, roomIdOf, viaOf, viaOrOwn } from '../tracking/joining.js';
import type { PolicyListSnapshots } from '../tracking/list-snapshots.js';
import type { WatchedLists } from '../tracking/lists.js';
import { isRoomAlias } from '../matrix/identifiers.js';
import type { ListOptions } from './list-options.js';
import type { HeldLists } from './held-lists.js';
import { previewOf } from './preview.js';
import type { StateLoader } from '../tracking/state-loader.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import { texts } from './texts.js';

export interface ListSubscriptionsOptions {
  homeserver: HomeserverReader & Pick<HomeserverEffects, 'join' | 'leave'>;
  settings: SettingsStore;
  rooms: RoomStateCache;
  lists: WatchedLists;
  effects: EnforcementPlanner;
  lastKnown: PolicyListSnapshots;
  /** stores actions and wakes the executor */
  commit: (actions: NewAction[]) => Promise<void>;
  held?: HeldLists;
  readings: StateLoader;
  /** called when what moderators should know has changed */
  onChange: () => void;
}

/** The options for watching a list; watching it again replaces them. */
export interface WatchOptions {
  trustAllow?: boolean;
  via?: readonly string[];
  /** the alias by which it was given, if any */
  alias?: string;
  options?: Partial<ListOptions>;
}

/** Which lists are watched: the moderators' decisions (settings), and their effects. */
export class ListSubscriptions {
  readonly #options: ListSubscriptionsOptions;

  constructor(options: ListSubscriptionsOptions) {
    this.#options = options;
    options.lists.onKnown = (roomId) => options.lastKnown.changed(roomId);
  }

  /** What watching a list would do. Joins it for reading if necessary, and leaves it again. */
  async preview(reference: string, via: readonly string[] = []): Promise<ListPreview> {
    const { homeserver, rooms, effects, settings } = this.#options;
    const before = await homeserver.joinedRooms();
    const roomId = await joinRoom(homeserver, reference, viaOrOwn(reference, via));
    try {
      return previewOf(roomId, await homeserver.state(roomId), {
        rooms,
        facts: effects.guardContext(),
        current: effects.rules,
      });
    } finally {
      const stays = before.includes(roomId) || settings.get().watched_lists.some((list) => list.room_id === roomId);
      if (!stays) await homeserver.leave(roomId).catch(() => undefined);
    }
  }

  /** Watches a list: joins it if necessary and applies its rules. `preview` describes the effects. */
  async watch(
    reference: string,
    { trustAllow = false, via = [], alias, options = {} }: WatchOptions = {},
  ): Promise<{ roomId: string; preview: ListPreview }> {
    const { lists, rooms, settings, effects, commit, homeserver, readings, onChange } = this.#options;
    const roomId = await joinRoom(homeserver, reference, viaOrOwn(reference, via));
    // Before its own rules take effect, so that the preview shows what they add.
    const preview = previewOf(roomId, await homeserver.state(roomId), {
      rooms,
      facts: effects.guardContext(),
      current: effects.rules,
      freesOthers: trustAllow,
    });
    const changes = await lists.read(roomId);
    const before = settings.get().watched_lists.find((list) => list.room_id === roomId);
    const sameTerms =
      (before?.trust_allow === true) === trustAllow &&
      JSON.stringify(before?.options ?? {}) === JSON.stringify(options);
    const saved = settings.update((draft) => {
      let list = draft.watched_lists.find((one) => one.room_id === roomId);
      if (list === undefined) draft.watched_lists.push((list = { room_id: roomId }));
      const shortcode = lists.shortcodeOf(roomId);
      if (shortcode !== undefined) list.shortcode ??= shortcode;
      const named = isRoomAlias(reference) ? reference : alias;
      if (named !== undefined) list.alias = named;
      if (lists.isMade(roomId)) list.own = true;
      if (trustAllow) list.trust_allow = true;
      else delete list.trust_allow;
      if (Object.keys(options).length > 0) list.options = options;
      else delete list.options;
    });
    await saved.catch((error: unknown) => {
      // it is not watched, so its rules must not act
      if (before === undefined) lists.drop(roomId);
      throw error;
    });
    readings.forget(roomId);
    // Trust changes the effect of all lists, and options that of this list's rules, without a change of rules.
    await commit([...effects.planForChanges(changes), ...(sameTerms ? [] : effects.planAll())]);
    onChange();
    return { roomId, preview };
  }

  /** Stops watching a list: its rules stop acting, and effects that only they wanted are lifted. */
  async unwatch(reference: string): Promise<string | undefined> {
    const { lists, settings, effects, commit, lastKnown, homeserver, readings, onChange } = this.#options;
    const roomId = this.#watchedBy(reference) ?? (await roomIdOf(homeserver, reference));
    if (!settings.get().watched_lists.some((list) => list.room_id === roomId)) return undefined;
    // Without it none of our bans would act, and nothing would say so. An upgrade makes the successor our own list
    // first.
    if (settings.get().policy_list_room === roomId) {
      throw new HeimdallError('HEIMDALL_E_ROOM', texts.ownList.cannotUnwatch, texts.ownList.cannotUnwatchRemedy);
    }
    await settings.update((draft) => {
      draft.watched_lists = draft.watched_lists.filter((list) => list.room_id !== roomId);
    });
    readings.forget(roomId);
    const changes = lists.drop(roomId);
    this.#options.held?.forget(roomId);
    await commit(effects.planForChanges(changes));
    await lastKnown.forget(roomId);
    onChange();
    return roomId;
  }

  /** Known servers to join a room or list through. */
  viaTo(roomId: string): string[] {
    const { alias } = this.#options.settings.get().watched_lists.find((list) => list.room_id === roomId) ?? {};
    return viaOrOwn(roomId, alias === undefined ? [] : viaOf(alias));
  }

  /** The watched list with this name, which may be an alias that no longer resolves. */
  #watchedBy(reference: string): string | undefined {
    const { lists, settings } = this.#options;
    const byShortcode = lists.byShortcode(reference);
    if (byShortcode !== undefined || !isRoomAlias(reference)) return byShortcode;
    return settings
      .get()
      .watched_lists.find((list) => list.alias === reference || lists.aliasesOf(list.room_id).includes(reference))
      ?.room_id;
  }

  /** How many bans of a list are held because the list would lift them; 0 if none. */
  heldCount(roomId: string): number {
    return this.#options.held?.all().get(roomId) ?? 0;
  }

  /** Releases a held list and returns how many bans it lifts; undefined: that list is not held. */
  async release(reference: string): Promise<{ roomId: string; lifted: number } | undefined> {
    const { effects, commit, held, homeserver } = this.#options;
    const roomId = this.#watchedBy(reference) ?? (await roomIdOf(homeserver, reference));
    if (held?.all().has(roomId) !== true) return undefined;
    const actions = effects.planReleased(roomId);
    await commit(actions);
    return { roomId, lifted: actions.filter(({ kind }) => kind === 'unban').length };
  }

  /** Why our own list does not act, as a sentence (including that it does not exist yet); undefined when it acts. */
  ownTrouble(): string | undefined {
    const { settings, lists } = this.#options;
    const { policy_list_room: own, watched_lists: watched } = settings.get();
    if (own === null) return texts.ownList.notMade;
    if (!watched.some(({ room_id }) => room_id === own) || !lists.has(own)) return texts.ownList.notWatched(own);
    const failure = this.#options.readings.failures.get(own);
    if (failure !== undefined) return texts.ownList.unread(own, failure);
    return lists.isInside(own) ? undefined : texts.ownList.left(own);
  }

  /** Watched lists that could not be read. */
  unread(): ReadonlySet<string> {
    return new Set(
      this.#options.settings
        .get()
        .watched_lists.map(({ room_id }) => room_id)
        .filter((roomId) => this.#options.readings.failures.has(roomId)),
    );
  }

  /** Saves the watched lists in the settings; our own list is watched whatever they say. */
  async mend(): Promise<void> {
    const { settings, lists } = this.#options;
    const { policy_list_room: own, watched_lists: watched } = settings.get();
    const unmarked = watched.filter((list) => list.own !== true && lists.isMade(list.room_id));
    const missing = own !== null && !watched.some(({ room_id }) => room_id === own);
    if (unmarked.length === 0 && !missing) return;
    await settings.update((draft) => {
      if (missing) draft.watched_lists.push({ room_id: own, shortcode: 'heimdall', own: true });
      for (const list of draft.watched_lists) if (lists.isMade(list.room_id)) list.own = true;
    });
  }

  /** Rereads one list (after a redaction, say) and applies the changes. */
  async reload(roomId: string): Promise<void> {
    const { lists, effects, commit } = this.#options;
    if (lists.has(roomId)) await commit(effects.planForChanges(await lists.read(roomId)));
  }
}
