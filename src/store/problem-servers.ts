import type { Kysely } from 'kysely';
import { serverNameOf } from '../matrix/identifiers.js';
import type { ProblemServer } from './records/pages.js';
import type { Tables } from './schema.js';

/** Maximum number of rows read: of a raid's thousands the latest are enough. */
const MOST_ROWS = 20_000;

/**
 * Homeservers by the cases opened about them and their accounts since a given time, and by their accounts that we
 * banned, the worst first. Dismissed cases do not count.
 */
export async function problemServers(db: Kysely<Tables>, since: number): Promise<ProblemServer[]> {
  const cases = await db
    .selectFrom('cases')
    .select(['subject_kind', 'subject'])
    .where('opened_at', '>=', since)
    .where('subject_kind', 'in', ['user', 'server'])
    .where('state', '!=', 'dismissed')
    .orderBy('opened_at', 'desc')
    .limit(MOST_ROWS)
    .execute();
  const bans = await db
    .selectFrom('actions')
    .select('payload')
    .where('kind', '=', 'ban')
    .where('state', '=', 'done')
    .where('ended_at', '>=', since)
    .orderBy('ended_at', 'desc')
    .limit(MOST_ROWS)
    .execute();
  const servers = new Map<string, ProblemServer>();
  const count = (server: string | undefined, what: 'cases' | 'banned'): void => {
    if (server === undefined) return;
    const one = servers.get(server) ?? { server, cases: 0, banned: 0 };
    one[what] += 1;
    servers.set(server, one);
  };
  for (const { subject_kind: kind, subject } of cases)
    count(kind === 'server' ? subject : serverNameOf(subject), 'cases');
  const banned = new Set(bans.map(({ payload }) => (JSON.parse(payload) as { userId?: unknown }).userId));
  for (const userId of banned) if (typeof userId === 'string') count(serverNameOf(userId), 'banned');
  return [...servers.values()].sort(
    (a, b) => b.cases + b.banned - (a.cases + a.banned) || (a.server < b.server ? -1 : 1),
  );
}
