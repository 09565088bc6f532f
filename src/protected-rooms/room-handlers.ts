import type { ActionHandler, ActionOutcome } from '../actions/types.js';
import { MatrixError } from '../matrix/types.js';
import type { NewAction } from '../store/records/actions.js';
import type { Clock } from '../util/clock.js';
import {
  followUpgrade,
  followUpgradeAction,
  readListAction,
  readRoomAction,
  reconcileSpace,
  reconcileSpaceAction,
  resumeRoomAction,
} from './actions.js';

/** How often we retry a room that does not let us in; an invite triggers a retry at once. */
const CLOSED_MS = 3_600_000;

/** What the handlers need: just the methods that they call. */
export interface RoomHandlerDeps {
  protection: {
    reloadRoom(roomId: string): Promise<void>;
    resume(roomId: string): Promise<void>;
    lists: { reload(roomId: string): Promise<void> };
  };
  upgrades: { follow(roomId: string): Promise<string> };
  spaces: { reconcile(roomId: string): Promise<string> };
  clock: Clock;
}

/** The handlers of the actions on rooms (`actions.ts`). */
export function roomHandlers({ protection, upgrades, spaces, clock }: RoomHandlerDeps): ActionHandler[] {
  /** Once an hour, in a separate lane, so that it delays nothing else. */
  const askAgain = (action: NewAction): ActionOutcome => ({
    state: 'done',
    follow: [{ ...action, lane: `later:${action.lane}`, notBefore: clock() + CLOSED_MS }],
  });
  const hour = () => `again:${Math.floor(clock() / CLOSED_MS)}`;
  return [
    readRoomAction.handler(({ roomId }) => done(protection.reloadRoom(roomId))),
    readListAction.handler(({ roomId }) => done(protection.lists.reload(roomId))),
    resumeRoomAction.handler(({ roomId }) => done(protection.resume(roomId))),
    followUpgradeAction.handler(({ roomId }) =>
      unwrapped(async () =>
        (await upgrades.follow(roomId)) === 'closed' ? askAgain(followUpgrade(roomId, hour())) : { state: 'done' },
      ),
    ),
    reconcileSpaceAction.handler(({ roomId }) =>
      unwrapped(async () =>
        (await spaces.reconcile(roomId)) === 'closed' ? askAgain(reconcileSpace(roomId, hour())) : { state: 'done' },
      ),
    ),
  ];
}

function done(work: Promise<void>): Promise<ActionOutcome> {
  return unwrapped(async () => {
    await work;
    return { state: 'done' };
  });
}

/** A HeimdallError that wraps a transient refusal is as retryable as the refusal itself. */
async function unwrapped(work: () => Promise<ActionOutcome>): Promise<ActionOutcome> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Error && error.cause instanceof MatrixError ? error.cause : error;
  }
}
