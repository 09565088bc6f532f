import type { ActionRecord } from '../../store/records/actions.js';
import { deactivate, lock, quarantineMedia, suspend, unlock, unsuspend } from '../actions.js';
import { serverNameOf } from '../../matrix/identifiers.js';
import { MAS_REFUSED } from '../../matrix/mas.js';
import { MatrixError, type AdminAccount, type Homeserver } from '../../matrix/types.js';
import type { Policy } from '../../policy/types.js';
import { type AccountPayload } from '../payloads.js';
import type { ActionHandler, ActionOutcome } from '../../actions/types.js';
import type { HandlerDeps } from './parts.js';
import { texts } from '../texts.js';
import { doublingMs } from '../../util/timers.js';

/** Without admin rights it waits. They may be granted at any time, so it is retried, at long intervals. */
const NO_RIGHTS_FIRST_MS = 15_000;
const NO_RIGHTS_LAST_MS = 600_000;

export type AccountDeps = HandlerDeps & { policy: Pick<Policy, 'match'> };

/**
 * Actions on a local account, by the admin API. In addition to the interlock (us, protected identities, moderators,
 * creators, exempted people) they never touch an account of another server or a server admin, and what a takedown rule
 * asked for is skipped when that rule is gone.
 */
export function accountHandler(
  { homeserver, policy }: AccountDeps,
  definition: typeof suspend,
  perform: (payload: AccountPayload, account: AdminAccount) => Promise<unknown>,
): ActionHandler {
  return definition.handler(async (payload, action) => {
    const { userId, rule } = payload;
    if (serverNameOf(userId) !== homeserver.serverName) return { state: 'refused', error: texts.notOurAccount(userId) };
    if (rule !== undefined && policy.match('user', userId)?.action !== 'takedown')
      return { state: 'done', result: { effect: 'moot' } };
    return asAdmin(action, async () => {
      const account = await homeserver.adminAccount(userId);
      if (account === undefined) return { state: 'failed', error: texts.noSuchAccount(userId) };
      if (account.admin) return { state: 'refused', error: texts.serverAdmin(userId) };
      return { state: 'done', result: await perform(payload, account) };
    });
  });
}

/** Carries out what needs server admin rights; without them it is retried later. */
export async function asAdmin(action: ActionRecord, work: () => Promise<ActionOutcome>): Promise<ActionOutcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MatrixError)) throw error;
    // spec, "Unrecognized requests": this homeserver has no such endpoint
    if (error.status === 404 && error.errcode !== 'M_NOT_FOUND') return { state: 'failed', error: texts.noAccountApi };
    if (![401, 403].includes(error.status)) throw error;
    const afterMs = doublingMs(NO_RIGHTS_FIRST_MS, NO_RIGHTS_LAST_MS, action.attempts);
    return { state: 'retry', afterMs, error: error.errcode === MAS_REFUSED ? error.message : texts.botNotAdmin };
  }
}

/**
 * `suspend`: the account can read and log out, and nothing else. If it was suspended already, the suspension is not
 * ours.
 */
export function suspendHandler(parts: AccountDeps): ActionHandler {
  return accountHandler(parts, suspend, async ({ userId }, account) => {
    if (account.suspended || account.deactivated) return { effect: 'held' };
    await parts.homeserver.suspend(userId, true);
    return { effect: 'suspended' };
  });
}

/** `unsuspend`: cannot harm anybody, so the interlock is not asked. */
export function unsuspendHandler({ homeserver }: Pick<HandlerDeps, 'homeserver'>): ActionHandler {
  return unsuspend.handler(async ({ userId }, action) => {
    return asAdmin(action, async () => {
      const account = await homeserver.adminAccount(userId);
      if (account?.suspended !== true) return { state: 'done', result: { effect: 'held' } };
      await homeserver.suspend(userId, false);
      return { state: 'done', result: { effect: 'unsuspended' } };
    });
  });
}

/** `lock`: the account can do nothing until it is unlocked. If it was locked already, the lock is not ours. */
export function lockHandler(parts: AccountDeps): ActionHandler {
  return accountHandler(parts, lock, async ({ userId }, account) => {
    if (account.locked || account.deactivated) return { effect: 'held' };
    await parts.homeserver.setLocked(userId, true);
    return { effect: 'locked' };
  });
}

/** `unlock`: cannot harm anybody, so the interlock is not asked. */
export function unlockHandler({ homeserver }: Pick<HandlerDeps, 'homeserver'>): ActionHandler {
  return unlock.handler(async ({ userId }, action) => {
    return asAdmin(action, async () => {
      const account = await homeserver.adminAccount(userId);
      if (account?.locked !== true) return { state: 'done', result: { effect: 'held' } };
      await homeserver.setLocked(userId, false);
      return { state: 'done', result: { effect: 'unlocked' } };
    });
  });
}

/**
 * `deactivate`: the account is gone for good. This cannot be undone, so it only happens where a person asked for it.
 */
export function deactivateHandler(parts: AccountDeps): ActionHandler {
  return accountHandler(parts, deactivate, async ({ userId }, account) => {
    if (account.deactivated) return { effect: 'held' };
    await parts.homeserver.deactivate(userId);
    return { effect: 'deactivated' };
  });
}

/**
 * `quarantine_media`: nobody can load what the account uploaded. The result names the media, so that exactly those can
 * be released.
 */
export function quarantineHandler(parts: AccountDeps): ActionHandler {
  return accountHandler(parts, quarantineMedia, async ({ userId }) => {
    const media = await openMediaOf(parts.homeserver, userId);
    if (media.length === 0) return { effect: 'held' };
    await parts.pictures?.remember(addressesOf(parts.homeserver, media), 'takedown');
    await parts.homeserver.quarantineMediaOf(userId);
    return { effect: 'quarantined', media };
  });
}

/** URIs of media on this server. */
export function addressesOf({ serverName }: Pick<Homeserver, 'serverName'>, media: readonly string[]): string[] {
  return media.map((id) => `mxc://${serverName}/${id}`);
}

async function openMediaOf(homeserver: Homeserver, userId: string): Promise<string[]> {
  return (await homeserver.mediaOf(userId)).filter(({ quarantined }) => !quarantined).map(({ id }) => id);
}
