import { NO_LIST } from '../enforcement/payloads.js';
import { isDryRun, simulatedEffects } from '../matrix/dry-run.js';
import { ManagementRoom } from '../protected-rooms/management-room.js';
import { ensureOwnList } from '../protected-rooms/own-list.js';
import { PlanCommits } from '../protected-rooms/plan-commits.js';
import { ProtectedRooms } from '../protected-rooms/protected-rooms.js';
import { RoomCheck } from '../protected-rooms/room-check.js';
import { Spaces } from '../protected-rooms/spaces.js';
import { Upgrades } from '../protected-rooms/upgrades.js';
import type { NewAction } from '../store/records/actions.js';
import type { AppContext } from './context.js';

/** The tracked rooms: protected ones, spaces, lists, our own. */
export interface RoomParts {
  protection: ProtectedRooms;
  upgrades: Upgrades;
  spaces: Spaces;
  /** Heimdall's own policy list, made when first needed */
  ownList: () => Promise<string>;
  managementRoom: ManagementRoom;
}

export function buildRooms(app: AppContext): RoomParts {
  const { config, logger, lifecycle, foundation, tracking, enforcement, impersonation } = app;
  const { homeserver, settings, outbox, clock } = foundation;
  const { protectedRooms: rooms, ownRooms, lists, lastKnown, alerts } = tracking;
  const { planner: effects, held, standoffs } = enforcement;
  const plans = new PlanCommits({
    store: (actions) => outbox.add(actions),
    planAll: () => effects.planAll(),
    logger,
  });
  lifecycle.add('watchers', 'plans', { stop: () => plans.stop() });
  const commit = (actions: NewAction[]) => plans.commit(actions);
  const own = config.dry_run ? simulatedEffects() : homeserver;
  const protection = new ProtectedRooms({
    homeserver,
    settings,
    rooms,
    lists,
    effects,
    lastKnown,
    concerns: alerts,
    commit,
    clock,
    logger,
    held,
    standoffs,
  });
  lifecycle.add('watchers', 'protected rooms', { stop: () => protection.stop() });
  lifecycle.add('watchers', 'room check', new RoomCheck({ homeserver, rooms, protection, logger }));
  const common = { homeserver, settings, protection, rooms, lists, concerns: alerts, own };
  return {
    protection,
    upgrades: new Upgrades({
      ...common,
      ownRooms,
      effects,
      commit,
      clock,
      moving: (old, to) => impersonation.protections.moving(old, to),
    }),
    spaces: new Spaces(common),
    ownList: () =>
      ensureOwnList({ homeserver, own, settings, botLocalpart: config.bot.localpart }).catch((error: unknown) => {
        if (isDryRun(error)) return NO_LIST;
        throw error;
      }),
    managementRoom: new ManagementRoom({
      homeserver,
      settings,
      ownRooms,
      room: config.management_room,
      admins: config.admins,
      botName: config.bot.display_name,
      own,
      concerns: alerts,
      clock,
    }),
  };
}
