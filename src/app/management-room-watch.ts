import { MatrixError, type HomeserverReader } from '../matrix/types.js';
import type { ManagementRoom } from '../protected-rooms/management-room.js';
import type { ProtectedRooms } from '../protected-rooms/protected-rooms.js';
import type { SettingsStore } from '../store/settings/types.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import { ancestorsOf } from '../tracking/settings.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { inTime } from '../util/timers.js';
import { RETRY_MS, type StartSteps } from './start-steps.js';
import { texts } from './texts.js';
import type { WayBack } from './way-back.js';

export interface ManagementRoomWatchOptions {
  homeserver: Pick<HomeserverReader, 'state' | 'stateContent' | 'botUserId'>;
  settings: SettingsStore;
  ownRooms: RoomStateCache;
  managementRoom: ManagementRoom;
  protection: Pick<ProtectedRooms, 'onModeratorsLoaded'>;
  clock: Clock;
  logger: Logger;
}

/** How often it is asked, once ready, whether the homeserver answers and we are in the management room. */
const PROBE_MS = 4_000;
const PROBE_TIMEOUT_MS = 6_000;
const ALIAS_MS = 60_000;

/** Into the management room at the start, and back into it whenever we are out of it. */
export class ManagementRoomWatch {
  readonly #options: ManagementRoomWatchOptions;

  constructor(
    options: ManagementRoomWatchOptions,
    private readonly steps: StartSteps,
    private readonly wayBack: WayBack,
  ) {
    this.#options = options;
  }

  /** Enters the room, however long that takes, and reads those that it replaced. */
  async enter(): Promise<void> {
    while (!this.steps.stopped) {
      const found = await this.#options.managementRoom.enter();
      if ('roomId' in found) return this.#readAncestors(found.roomId);
      this.steps.waitingFor.set('management room', found.waiting);
      await this.steps.pause();
    }
  }

  /** Rooms that the management room replaced: members who have not moved are exempt too. */
  async #readAncestors(roomId: string): Promise<void> {
    const { homeserver, settings, ownRooms, clock } = this.#options;
    for (const before of ancestorsOf(settings.get(), roomId)) {
      await ownRooms.load(before, () => homeserver.state(before), clock).catch(() => undefined);
    }
  }

  /** Once ready: announces when that changes, and repairs what it can. Ends when the start is stopped. */
  async watch(): Promise<void> {
    const { managementRoom, clock, logger } = this.#options;
    const { waitingFor } = this.steps;
    let failures = 0;
    let aliasAt = -Infinity;
    while (!this.steps.stopped) {
      await this.steps.pause(failures > 0 ? RETRY_MS : PROBE_MS);
      if (this.steps.stopped) return;
      try {
        const inside = await this.#isInside();
        failures = 0;
        waitingFor.delete('homeserver');
        if (inside) waitingFor.delete('management room');
        else await this.#goBack();
        // Not awaited: the homeserver takes a while for an address that does not answer.
        void this.wayBack.lookWhenDue();
        if (!inside || clock() - aliasAt < ALIAS_MS) continue;
        aliasAt = clock();
        await managementRoom.checkAlias();
        await managementRoom.checkEncryption();
        await managementRoom.inviteAdmins();
      } catch (error) {
        failures += 1;
        // A single failed request is not conclusive.
        if (failures < 2) continue;
        if (!waitingFor.has('homeserver')) logger.warn({ error: messageOf(error) }, 'the homeserver does not answer');
        waitingFor.set('homeserver', this.steps.reasonOf('homeserver', error));
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
    const { waitingFor } = this.steps;
    const found = await managementRoom.enter();
    if ('waiting' in found) return void waitingFor.set('management room', found.waiting);
    await this.#readAncestors(found.roomId);
    await protection.onModeratorsLoaded();
    waitingFor.delete('management room');
    logger.info({ management_room: settings.get().management_room }, 'back in the management room');
  }
}

function notInTime(): MatrixError {
  return new MatrixError(0, 'HEIMDALL_E_NETWORK', texts.noAnswer(PROBE_TIMEOUT_MS / 1000));
}
