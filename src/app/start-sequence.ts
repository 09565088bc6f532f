import type { Config } from '../config/types.js';
import type { Inline } from '../matrix/message.js';
import { MatrixError, type HomeserverEffects, type HomeserverReader } from '../matrix/types.js';
import type { ModeratorAlerts } from '../notify/alerts.js';
import type { ManagementRoom } from '../protected-rooms/management-room.js';
import type { ProtectedRooms } from '../protected-rooms/protected-rooms.js';
import type { SettingsStore } from '../store/settings/types.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import { ancestorsOf } from '../tracking/settings.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { remedyFor } from './remedies.js';
import { texts } from './texts.js';
import { WayBack } from './way-back.js';
import { assertWhoWeAre } from './who-we-are.js';
import { endsWithin, idlePause, inTime } from '../util/timers.js';

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

const RETRY_MS = 2_000;
/** Optional steps are retried at growing intervals. */
const SELDOM_MS = 60_000;
/** How long the start waits for optional steps, which then continue in the background. */
const PATIENCE_MS = 5_000;
/** How often we check, once ready, that the homeserver answers and we are in the management room. */
const PROBE_MS = 4_000;
const PROBE_TIMEOUT_MS = 6_000;
const ALIAS_MS = 60_000;

/**
 * The way from a cold start to ready, each step repeated until it succeeds: the bot account exists, lists and rooms are
 * read (events are accepted from then on), the management room is found and read (actions are carried out from then on:
 * before that we do not know the moderators and must ban nobody). Everything else is optional and never delays the
 * start: a failure is announced once and retried. Once ready, it checks that the homeserver answers and that we are in
 * the management room.
 */
export class StartSequence {
  readonly #options: StartSequenceOptions;
  readonly #waitingFor = new Map<string, string>();
  /** optional steps that failed */
  readonly #troubles = new Map<string, Inline[]>();
  readonly #wayBack: WayBack;
  #stopped = false;
  #ready = false;
  /** from here on a newly watched list is not read with the others */
  #readsLists = false;
  #wake: (() => void) | undefined;
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
    this.#waitingFor.set('homeserver', texts.waiting.first);
    this.#waitingFor.set('management room', texts.waiting.room);
  }

  /** Why we are not ready; empty when we are. */
  notReady(): string[] {
    const { protection, settings } = this.#options;
    const reasons = [...this.#waitingFor.values()];
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
    this.#stopped = true;
    this.#wake?.();
  }

  /** The bot was invited somewhere, possibly to the management room. */
  invited(roomId: string, sender: string): void {
    this.#options.managementRoom.invited(roomId, sender);
    this.#wake?.();
  }

  /** Our own membership or power in the management room has changed. */
  membershipChanged(): void {
    this.#wake?.();
  }

  async #run(): Promise<void> {
    const { config, homeserver, protection, officialRooms, executor, watchers, logger, ownList } = this.#options;
    await this.#until('homeserver', async () => {
      await homeserver.registerBot();
      await assertWhoWeAre(homeserver, config);
    });
    if (!config.dry_run) {
      void this.#aside('display name', () => homeserver.setDisplayName(config.bot.display_name));
      // If possible before lists are read, so that it is read and watched like the others.
      await endsWithin(
        PATIENCE_MS,
        this.#aside('own list', () => this.#makeOwnList(ownList)),
      );
    }
    // Before events are decided, so that our staff are known as far as rooms can be read.
    const staff = endsWithin(PATIENCE_MS, officialRooms.start());
    this.#readsLists = true;
    await this.#until('homeserver', () => protection.start());
    await staff;
    this.#stand();
    await this.#until('management room', async () => {
      await this.#enterManagementRoom();
      if (!this.#stopped) await protection.onModeratorsLoaded();
    });
    if (this.#stopped) return;
    executor.start();
    for (const watcher of watchers) watcher.start();
    this.#ready = true;
    this.#publishTroubles();
    logger.info(
      { management_room: this.#options.settings.get().management_room, dry_run: this.#options.config.dry_run },
      'ready',
    );
    void this.#aside('history', () => this.#endHistory());
    await this.#watch();
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

  async #enterManagementRoom(): Promise<void> {
    while (!this.#stopped) {
      const found = await this.#options.managementRoom.enter();
      if ('roomId' in found) return this.#readAncestors(found.roomId);
      this.#waitingFor.set('management room', found.waiting);
      await this.#pause();
    }
  }

  /** Rooms that the management room replaced: members who have not moved are exempt too. */
  async #readAncestors(roomId: string): Promise<void> {
    const { homeserver, settings, ownRooms, clock } = this.#options;
    for (const before of ancestorsOf(settings.get(), roomId)) {
      await ownRooms.load(before, () => homeserver.state(before), clock).catch(() => undefined);
    }
  }

  /** Once ready: announces when that changes, and repairs what it can. */
  async #watch(): Promise<void> {
    const { managementRoom, clock, logger } = this.#options;
    let failures = 0;
    let aliasAt = -Infinity;
    while (!this.#stopped) {
      await this.#pause(undefined, failures > 0 ? RETRY_MS : PROBE_MS);
      if (this.#stopped) return;
      try {
        const inside = await this.#isInside();
        failures = 0;
        this.#waitingFor.delete('homeserver');
        if (inside) this.#waitingFor.delete('management room');
        else await this.#goBack();
        // Not awaited: the homeserver takes a while for an address that does not answer.
        void this.#wayBack.lookWhenDue();
        if (!inside || clock() - aliasAt < ALIAS_MS) continue;
        aliasAt = clock();
        await managementRoom.checkAlias();
        await managementRoom.checkEncryption();
        await managementRoom.inviteAdmins();
      } catch (error) {
        failures += 1;
        // A single failed request is not conclusive.
        if (failures < 2) continue;
        if (!this.#waitingFor.has('homeserver'))
          logger.warn({ error: messageOf(error) }, 'the homeserver does not answer');
        this.#waitingFor.set('homeserver', this.#wordsOf('homeserver', error));
      }
    }
  }

  /** One request for both: whether the homeserver answers, and whether we are in the management room. */
  async #isInside(): Promise<boolean> {
    const { homeserver, settings } = this.#options;
    const asked = homeserver.stateContent(settings.get().management_room ?? '', 'm.room.member', homeserver.botUserId);
    try {
      return (await inTime(PROBE_TIMEOUT_MS, asked, notInTime))?.membership === 'join';
    } catch (error) {
      if (error instanceof MatrixError && !error.transient) return false;
      throw error;
    }
  }

  async #goBack(): Promise<void> {
    const { managementRoom, protection, logger, settings } = this.#options;
    const found = await managementRoom.enter();
    if ('waiting' in found) return void this.#waitingFor.set('management room', found.waiting);
    await this.#readAncestors(found.roomId);
    await protection.onModeratorsLoaded();
    this.#waitingFor.delete('management room');
    logger.info({ management_room: settings.get().management_room }, 'back in the management room');
  }

  /** Runs an optional step: a failure is announced once and retried at growing intervals. Never rejects. */
  async #aside(name: string, work: () => Promise<void>): Promise<void> {
    for (let wait = RETRY_MS; !this.#stopped; wait = Math.min(wait * 2, SELDOM_MS)) {
      try {
        await work();
        if (this.#troubles.delete(name)) this.#publishTroubles();
        return;
      } catch (error) {
        if (!this.#troubles.has(name)) {
          this.#options.logger.warn(
            { step: name, error: messageOf(error) },
            'a part of the start failed; it is tried again',
          );
          this.#troubles.set(name, texts.trouble(texts.troubles[name] ?? name, messageOf(error)));
          this.#publishTroubles();
        }
        await idlePause(Math.max(wait, error instanceof MatrixError ? (error.retryAfterMs ?? 0) : 0));
      }
    }
  }

  #publishTroubles(): void {
    void this.#options.concerns.report('start', this.#troubles);
  }

  /** Repeats a step until it succeeds; `/readyz` shows its error meanwhile. */
  async #until(name: string, step: () => Promise<void>): Promise<void> {
    let told = '';
    while (!this.#stopped) {
      try {
        await step();
        this.#waitingFor.delete(name);
        return;
      } catch (error) {
        const reason = this.#wordsOf(name, error);
        this.#waitingFor.set(name, reason);
        if (told !== reason)
          this.#options.logger.warn({ step: name, error: messageOf(error), reason }, 'start-up waits');
        told = reason;
        await this.#pause(error instanceof MatrixError ? error.retryAfterMs : undefined);
      }
    }
  }

  #wordsOf(step: string, error: unknown): string {
    return texts.waiting.step(step, messageOf(error), remedyFor(error, this.#options.config));
  }

  /** A pause that an invite cuts short, but never below the homeserver's Retry-After. */
  async #pause(askedMs?: number, ms = RETRY_MS): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(ms, askedMs ?? 0));
      if (askedMs !== undefined) return;
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function notInTime(): MatrixError {
  return new MatrixError(0, 'HEIMDALL_E_NETWORK', texts.noAnswer(PROBE_TIMEOUT_MS / 1000));
}
