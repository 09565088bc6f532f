import type { Config } from '../config/types.js';
import { MatrixError, type Homeserver } from '../matrix/types.js';
import type { SettingsStore } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { findManagementRoom } from '../protected-rooms/management-room.js';
import type { ProtectedRooms } from '../protected-rooms/protected-rooms.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import { ancestorsOf, successorOf } from '../tracking/settings.js';

export interface StartupOptions {
  config: Config;
  homeserver: Homeserver;
  settings: SettingsStore;
  ownRooms: RoomStateCache;
  protection: ProtectedRooms;
  officialRooms: { start(): Promise<void> };
  executor: { start(): void };
  /** what looks for itself, from time to time, once we are ready */
  watchers: readonly { start(): void }[];
  ownList: () => Promise<string>;
  clock: Clock;
  logger: Logger;
}

const RETRY_MS = 2000;

/**
 * The way from a cold start to ready, each step repeated until it holds: the bot is there, lists and rooms are read
 * (then events are taken), the management room is found and read (then effects go out: before that we do not know who
 * the moderators are, and must ban nobody).
 */
export class Startup {
  readonly #options: StartupOptions;
  readonly #waitingFor = new Map<string, string>();
  #stopped = false;
  #wake: (() => void) | undefined;
  #stand!: () => void;
  /** resolves when rules and rooms are loaded; from then on events can be decided upon */
  readonly protectionStands = new Promise<void>((resolve) => {
    this.#stand = resolve;
  });

  constructor(options: StartupOptions) {
    this.#options = options;
    this.#waitingFor.set('homeserver', 'The homeserver has not answered yet.');
    this.#waitingFor.set('management room', 'The management room is not read yet.');
  }

  /** Why we are not ready; empty when we are. */
  notReady(): string[] {
    return [...this.#waitingFor.values()];
  }

  begin(): void {
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  /** The bot was invited somewhere: the management room may let us in now. */
  invited(): void {
    this.#wake?.();
  }

  async #run(): Promise<void> {
    const { config, homeserver, protection, officialRooms, executor, watchers, logger, ownList } = this.#options;
    await this.#until('homeserver', async () => {
      await homeserver.registerBot();
      if (!config.dry_run) await homeserver.setDisplayName(config.bot.display_name);
      // Before lists are read, so that it is read and watched like the others.
      if (!config.dry_run) await ownList();
      await protection.start();
      // Before events are decided upon: by then we know our staff, as far as the rooms can be read.
      await officialRooms.start();
    });
    this.#stand();
    await this.#until('management room', async () => {
      await this.#enterManagementRoom();
      if (!this.#stopped) await protection.onModeratorsLoaded();
    });
    if (this.#stopped) return;
    executor.start();
    for (const watcher of watchers) watcher.start();
    logger.info({ management_room: this.#options.settings.get().management_room }, 'ready');
  }

  async #enterManagementRoom(): Promise<void> {
    const { config, homeserver, settings, ownRooms, clock } = this.#options;
    const began = clock();
    for (;;) {
      const found = await findManagementRoom(
        { homeserver, room: config.management_room, botName: config.bot.display_name, dryRun: config.dry_run },
        clock() - began,
      );
      if ('roomId' in found) {
        const roomId = successorOf(settings.get(), found.roomId);
        // Noted first: a command may come while the room is being read.
        if (settings.get().management_room !== roomId)
          await settings.update((draft) => void (draft.management_room = roomId));
        await ownRooms.load(roomId, () => homeserver.state(roomId), clock);
        await this.#readAncestors(roomId);
        return;
      }
      this.#waitingFor.set('management room', found.waiting);
      await this.#pause();
      if (this.#stopped) return;
    }
  }

  /** Rooms that the management room replaced: those who have not moved along are safe from us too. */
  async #readAncestors(roomId: string): Promise<void> {
    const { homeserver, settings, ownRooms, clock } = this.#options;
    for (const before of ancestorsOf(settings.get(), roomId)) {
      await ownRooms.load(before, () => homeserver.state(before), clock).catch(() => undefined);
    }
  }

  /** Repeats a step until it holds; what stands in its way is what `/readyz` says. */
  async #until(name: string, step: () => Promise<void>): Promise<void> {
    let told = '';
    while (!this.#stopped) {
      try {
        await step();
        this.#waitingFor.delete(name);
        return;
      } catch (error) {
        const reason = `${name}: ${messageOf(error)}`;
        this.#waitingFor.set(name, reason);
        if (told !== reason) this.#options.logger.warn({ step: name, error: messageOf(error) }, 'start-up waits');
        told = reason;
        await this.#pause(error instanceof MatrixError ? error.retryAfterMs : undefined);
      }
    }
  }

  /** A pause that an invite cuts short; never shorter than what the homeserver asked for. */
  async #pause(askedMs?: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(RETRY_MS, askedMs ?? 0));
      if (askedMs !== undefined) return;
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
