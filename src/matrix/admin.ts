import { z } from 'zod';
import { eventsOf, expectAnswer, type Request } from './answers.js';
import { pathOf } from './paths.js';
import { MatrixError, type AdminUser } from './types.js';

const userSchema = z.object({
  name: z.string(),
  displayname: z.string().nullish(),
  avatar_url: z.string().nullish(),
  creation_ts: z.number(),
  deactivated: z.union([z.boolean(), z.number()]).nullish(),
});
const usersAnswer = z.object({ users: z.array(z.unknown()), next_token: z.union([z.string(), z.number()]).nullish() });
const membersAnswer = z.object({ members: z.array(z.string()) });
const stateAnswer = z.object({ state: z.array(z.unknown()) });

/** Synapse's admin API. The right to use it may come and go, so it is tried at each use. */
export function createAdminApi(request: Request) {
  return {
    /** Says whether the token in use is a server admin's; false too where there is no such API. */
    async isAdmin(): Promise<boolean> {
      try {
        await request('GET', '/_synapse/admin/v2/users', { query: { limit: 1 }, admin: true });
        return true;
      } catch (error) {
        if (error instanceof MatrixError && [401, 403, 404].includes(error.status)) return false;
        throw error;
      }
    },
    /** Accounts, newest first. v3 gives `creation_ts` in ms and hides locked accounts unless asked for. */
    async adminUsers(page: { from?: string; limit: number }): Promise<{ users: AdminUser[]; next?: string }> {
      const query = { order_by: 'creation_ts', dir: 'b', locked: true, limit: page.limit, ...(page.from === undefined ? {} : { from: page.from }) };
      const answer = expectAnswer(usersAnswer, await request('GET', '/_synapse/admin/v3/users', { query, admin: true }));
      const users = answer.users.flatMap((raw) => {
        const user = userSchema.safeParse(raw);
        return user.success ? [adminUser(user.data)] : [];
      });
      return answer.next_token == null ? { users } : { users, next: String(answer.next_token) };
    },
    async adminRoomMembers(roomId: string): Promise<string[]> {
      return expectAnswer(membersAnswer, await request('GET', pathOf`/_synapse/admin/v1/rooms/${roomId}/members`, { admin: true })).members;
    },
    async adminRoomState(roomId: string) {
      return eventsOf(expectAnswer(stateAnswer, await request('GET', pathOf`/_synapse/admin/v1/rooms/${roomId}/state`, { admin: true })).state, roomId);
    },
  };
}

function adminUser(user: z.infer<typeof userSchema>): AdminUser {
  return { userId: user.name, displayName: user.displayname ?? null, avatarUrl: user.avatar_url ?? null, createdAt: user.creation_ts, deactivated: Boolean(user.deactivated) };
}
