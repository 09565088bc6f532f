import { z } from 'zod';
import { asking, type Request } from './responses.js';
import { urlPath } from './url-path.js';
import { MatrixError, type AdminAccount, type RedactionTask } from './types.js';

const flag = z.union([z.boolean(), z.number()]).nullish().transform(Boolean);
const accountAnswer = z.object({ admin: flag, deactivated: flag, suspended: flag, locked: flag });
const may = z.boolean().catch(false).default(false);
/** spec v1.18, "m.account_moderation capability" (MSC4323) */
const capabilitiesAnswer = z.object({
  capabilities: z.object({
    'm.account_moderation': z
      .object({ lock: may, suspend: may })
      .catch({ lock: false, suspend: false })
      .default({ lock: false, suspend: false }),
  }),
});
const suspendedAnswer = z.object({ suspended: z.boolean() });
const lockedAnswer = z.object({ locked: z.boolean() });
const mediaAnswer = z.object({
  media: z.array(z.object({ media_id: z.string(), quarantined_by: z.string().nullish() })),
  next_token: z.number().nullish(),
});
const roomMediaAnswer = z.object({ local: z.array(z.string()).default([]), remote: z.array(z.string()).default([]) });
const blockAnswer = z.object({ block: z.boolean() });
const taskAnswer = z.object({ redact_id: z.string() });
const statusAnswer = z.object({ status: z.string() });

const MEDIA_PAGE = 500;
/** More pages of media than anybody has; a server that always returns a next one must not keep us for ever. */
const MOST_MEDIA_PAGES = 200;

/**
 * Synapse's admin API for accounts, media and rooms on our server. Our permission to use it may change, so it is tried
 * at each use.
 */
export function createAdminActions(request: Request, serverName: string) {
  return {
    ...accountActions(request),
    ...mediaActions(request, serverName),
    ...roomBlocks(request),
    ...redactions(request),
  };
}

/** Which of these the homeserver offers through the specification's API. */
interface AccountModeration {
  lock: boolean;
  suspend: boolean;
}

const NEITHER: AccountModeration = { lock: false, suspend: false };

/** A refused capability counts as absent. */
export function refused(error: unknown): undefined {
  if (error instanceof MatrixError && !error.transient) return undefined;
  throw error;
}

/** Reversible actions on accounts of our own server. */
function accountActions(request: Request) {
  const { ask } = asking(request);
  /** A server that does not say so offers neither. */
  const accountModeration = async (): Promise<AccountModeration> => {
    const answer = await request('GET', '/_matrix/client/v3/capabilities', { admin: true }).catch(refused);
    const parsed = capabilitiesAnswer.safeParse(answer ?? {});
    return parsed.success ? parsed.data.capabilities['m.account_moderation'] : NEITHER;
  };
  return {
    accountModeration,
    async adminAccount(userId: string): Promise<AdminAccount | undefined> {
      try {
        return await ask(accountAnswer, 'GET', urlPath`/_synapse/admin/v2/users/${userId}`, { admin: true });
      } catch (error) {
        if (!(error instanceof MatrixError) || error.status !== 404) throw error;
        if (error.errcode === 'M_NOT_FOUND') return undefined;
        // no such API here; the specification's own returns less
        const may = await accountModeration();
        if (!may.suspend && !may.lock) throw error;
        return accountBySpec(request, userId, may);
      }
    },
    async setLocked(userId: string, locked: boolean): Promise<void> {
      const { lock } = await accountModeration();
      const path = lock
        ? urlPath`/_matrix/client/v1/admin/lock/${userId}`
        : urlPath`/_synapse/admin/v2/users/${userId}`;
      await request('PUT', path, { body: { locked }, admin: true });
    },
    async suspend(userId: string, suspended: boolean): Promise<void> {
      if ((await accountModeration()).suspend)
        await request('PUT', urlPath`/_matrix/client/v1/admin/suspend/${userId}`, { body: { suspended }, admin: true });
      else
        await request('PUT', urlPath`/_synapse/admin/v1/suspend/${userId}`, {
          body: { suspend: suspended },
          admin: true,
        });
    },
    async deactivate(userId: string): Promise<void> {
      await request('POST', urlPath`/_synapse/admin/v1/deactivate/${userId}`, { body: { erase: false }, admin: true });
    },
  };
}

/** An account according to the specification's API (MSC4323); undefined when there is none. */
async function accountBySpec(
  request: Request,
  userId: string,
  may: AccountModeration,
): Promise<AdminAccount | undefined> {
  const { find } = asking(request);
  const at = (what: 'suspend' | 'lock') => urlPath`/_matrix/client/v1/admin/${what}/${userId}`;
  const suspended = may.suspend
    ? await find(suspendedAnswer, 'GET', at('suspend'), { admin: true })
    : { suspended: false };
  const locked = may.lock ? await find(lockedAnswer, 'GET', at('lock'), { admin: true }) : { locked: false };
  if (suspended === undefined || locked === undefined) return undefined;
  return { admin: false, deactivated: false, ...suspended, ...locked };
}

function mediaActions(request: Request, serverName: string) {
  const { ask } = asking(request);
  return {
    async mediaOf(userId: string): Promise<{ id: string; quarantined: boolean }[]> {
      const found: { id: string; quarantined: boolean }[] = [];
      let from: number | undefined = 0;
      for (let page = 0; from !== undefined && page < MOST_MEDIA_PAGES; page++) {
        const query = { from, limit: MEDIA_PAGE };
        const path = urlPath`/_synapse/admin/v1/users/${userId}/media`;
        const answer: z.infer<typeof mediaAnswer> = await ask(mediaAnswer, 'GET', path, { query, admin: true });
        found.push(...answer.media.map((one) => ({ id: one.media_id, quarantined: one.quarantined_by != null })));
        from = answer.next_token ?? undefined;
      }
      return found;
    },
    async mediaIn(roomId: string): Promise<string[]> {
      const path = urlPath`/_synapse/admin/v1/room/${roomId}/media`;
      const { local, remote } = await ask(roomMediaAnswer, 'GET', path, { admin: true });
      return [...local, ...remote];
    },
    async quarantineMediaOf(userId: string): Promise<void> {
      await request('POST', urlPath`/_synapse/admin/v1/user/${userId}/media/quarantine`, { body: {}, admin: true });
    },
    async unquarantine(mediaId: string): Promise<void> {
      await request('POST', urlPath`/_synapse/admin/v1/media/unquarantine/${serverName}/${mediaId}`, {
        body: {},
        admin: true,
      });
    },
  };
}

function roomBlocks(request: Request) {
  const { ask } = asking(request);
  const pathOf = (roomId: string) => urlPath`/_synapse/admin/v1/rooms/${roomId}/block`;
  return {
    async isRoomBlocked(roomId: string): Promise<boolean> {
      return (await ask(blockAnswer, 'GET', pathOf(roomId), { admin: true })).block;
    },
    async blockRoom(roomId: string, blocked: boolean): Promise<void> {
      await request('PUT', pathOf(roomId), { body: { block: blocked }, admin: true });
    },
  };
}

/** Redacting everything an account wrote in a room: a background task of the homeserver that we poll. */
function redactions(request: Request) {
  const { ask, find } = asking(request);
  return {
    async startRedaction(
      userId: string,
      task: { roomId: string; limit: number; afterTs?: number; reason?: string },
    ): Promise<string> {
      // use_admin: the redactions are sent by the bot, not in the person's name
      const body = {
        rooms: [task.roomId],
        limit: task.limit,
        use_admin: true,
        ...(task.afterTs === undefined ? {} : { after_ts: task.afterTs }),
        ...(task.reason === undefined ? {} : { reason: task.reason }),
      };
      const path = urlPath`/_synapse/admin/v1/user/${userId}/redact`;
      return (await ask(taskAnswer, 'POST', path, { body, admin: true })).redact_id;
    },
    async redactionTask(id: string): Promise<RedactionTask> {
      const path = urlPath`/_synapse/admin/v1/user/redact_status/${id}`;
      const answer = await find(statusAnswer, 'GET', path, { admin: true });
      if (answer === undefined) return 'unknown';
      if (answer.status === 'active' || answer.status === 'scheduled') return 'running';
      return answer.status === 'complete' ? 'complete' : 'failed';
    },
  };
}
