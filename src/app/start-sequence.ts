import type { Config } from '../config/types.js';
import type { HomeserverEffects, HomeserverReader } from '../matrix/types.js';
import type { ModeratorAlerts } from '../notify/alerts.js';
import type { ManagementRoom } from '../protected-rooms/management-room.js';
import type { ProtectedRooms } from '../protected-rooms/protected-rooms.js';
import type { SettingsStore } from '../store/settings/types.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';
import { endsWithin } from '../util/timers.js';
import { ManagementRoomWatch } from './management-room-watch.js';
import { StartSteps } from './start-steps.js';
import { texts } from './texts.js';
import { WayBack } from './way-back.js';
import { assertWhoWeAre } from './who-we-are.js';

export interface StartSequenceOptions {
  config: Pick<Config, 'bot' | 'dry_run' | 'homeserver' | 'appservice'>;
  homeserver: Pick<HomeserverReader, 'state' | 'stateContent' | 'versions' | 'whoami' | 'botUserId'> &
    Pick<HomeserverEffects, 'registerBot' | 'setDisplayName' | 'sendEvent' | 'pingAppservice'>;
  settings: SettingsStore;
  ownRooms: RoomStateCache;
  managementRoom: ManagementRoom;
  protection: Pick<ProtectedRooms, 'start' | 'onModeratorsLoaded' | 'lists'>;
  officialRooms: { start(): Promise<void> };
  executor: { start(): void };
  /** the watchers that run once we are ready */
  watchers: readonly { start(): void }[];
  ownList: () => Promise<string>;
  /** ends the homeserver's past, see intake/history.ts */
  history: {
    mark(send: (type: string, txnId: string, content: Record<string, unknown>) => Promise<unknown>): Promise<void>;
  };
  concerns: Pick<ModeratorAlerts, 'report'>;
  clock: Clock;
  logger: Logger;
}

/** How long the start waits for optional steps, which then continue in the background. */
const PATIENCE_MS = 5_000;

/**
 * The way from a cold start to ready, each step repeated until it succeeds: the bot account exists, lists and rooms are
 * read (events are accepted from then on), the management room is found and read (actions are carried out from then on:
 * before that we do not know the moderators and must ban nobody). Everything else is optional and never delays the
 * start: a failure is announced once and retried. Once ready, it checks that the homeserver answers and that we are in
 * the management room.
 */
export class StartSequence {
  readonly #options: StartSequenceOptions;
  readonly #steps: StartSteps;
  readonly #wayBack: WayBack;
  readonly #managementRoom: ManagementRoomWatch;
  #ready = false;
  /** from here on a newly watched list is not read with the others */
  #readsLists = false;
  #stand!: () => void;
  /** resolves when rules and rooms are loaded, so that events can be decided */
  readonly protectionStands = new Promise<void>((resolve) => {
    this.#stand = resolve;
  });

  constructor(options: StartSequenceOptions) {
    this.#options = options;
    this.#wayBack = new WayBack({
      homeserver: options.homeserver,
      url: options.config.appservice.url,
      report: (entries) => void options.concerns.report('way_back', entries),
      clock: options.clock,
      logger: options.logger,
    });
    this.#steps = new StartSteps({
      config: options.config,
      report: (troubles) => void options.concerns.report('start', troubles),
      logger: options.logger,
    });
    this.#managementRoom = new ManagementRoomWatch(options, this.#steps, this.#wayBack);
    this.#steps.waitingFor.set('homeserver', texts.waiting.first);
    this.#steps.waitingFor.set('management room', texts.waiting.room);
  }

  /** Why we are not ready; empty when we are. */
  notReady(): string[] {
    const { protection, settings } = this.#options;
    const reasons = [...this.#steps.waitingFor.values()];
    // A list that does not exist yet delays nothing; one that exists but does not act would give false safety.
    const list = this.#ready && settings.get().policy_list_room !== null ? protection.lists.ownTrouble() : undefined;
    // An unreachable address does not affect readiness: where traffic depends on `/readyz`, we could never become
    // ready.
    const way = this.#wayBack.broken?.kind === 'refused' ? [this.#wayBack.broken.words] : [];
    return list === undefined ? [...reasons, ...way] : [...reasons, ...way, list];
  }

  begin(): void {
    void this.#run();
  }

  stop(): void {
    this.#steps.stop();
  }

  /** The bot was invited somewhere, possibly to the management room. */
  invited(roomId: string, sender: string): void {
    this.#options.managementRoom.invited(roomId, sender);
    this.#steps.wake();
  }

  /** Our own membership or power in the management room has changed. */
  membershipChanged(): void {
    this.#steps.wake();
  }

  async #run(): Promise<void> {
    const { config, homeserver, protection, officialRooms, executor, watchers, logger, ownList } = this.#options;
    await this.#steps.until('homeserver', async () => {
      await homeserver.registerBot();
      await assertWhoWeAre(homeserver, config);
    });
    if (!config.dry_run) {
      void this.#steps.aside('display name', () => homeserver.setDisplayName(config.bot.display_name));
      // If possible before lists are read, so that it is read and watched like the others.
      await endsWithin(
        PATIENCE_MS,
        this.#steps.aside('own list', () => this.#makeOwnList(ownList)),
      );
    }
    // Before events are decided, so that our staff are known as far as rooms can be read.
    const staff = endsWithin(PATIENCE_MS, officialRooms.start());
    this.#readsLists = true;
    await this.#steps.until('homeserver', () => protection.start());
    await staff;
    this.#stand();
    await this.#steps.until('management room', async () => {
      await this.#managementRoom.enter();
      if (!this.#steps.stopped) await protection.onModeratorsLoaded();
    });
    if (this.#steps.stopped) return;
    executor.start();
    for (const watcher of watchers) watcher.start();
    this.#ready = true;
    this.#steps.publishTroubles();
    logger.info(
      { management_room: this.#options.settings.get().management_room, dry_run: this.#options.config.dry_run },
      'ready',
    );
    void this.#steps.aside('history', () => this.#endHistory());
    await this.#managementRoom.watch();
  }

  async #makeOwnList(ownList: () => Promise<string>): Promise<void> {
    const { settings, protection } = this.#options;
    const roomId = settings.get().policy_list_room ?? (await ownList());
    if (!this.#readsLists) return;
    // Created late: reading the lists has started without it, or is over.
    await this.protectionStands;
    await protection.lists.watch(roomId);
  }

  async #endHistory(): Promise<void> {
    const { history, homeserver, settings } = this.#options;
    const roomId = settings.get().management_room;
    if (roomId === null) return;
    await history.mark((type, txnId, content) => homeserver.sendEvent(roomId, type, txnId, content));
  }
}
