import { MatrixError, type HomeserverReader } from '../matrix/types.js';
import { membersSeen, type SeenMember } from '../impersonation/members.js';
import { roomMembersOf } from '../tracking/room-state.js';
import type { SeenIdentity } from '../impersonation/sightings.js';
import { FEW_TRIES, type RequestThrottle } from './request-throttle.js';

/** Accounts a request: Synapse gives at most so many without effort, and a million of them are a thousand requests. */
const ACCOUNTS_A_PAGE = 1000;
const ROOMS_A_PAGE = 500;

/** What one request brought. It is looked at and dropped before the next one is made. */
export interface ScanPage {
  seen: Iterable<Pick<SeenMember, 'seen'> & Partial<SeenMember>>;
  /** what was looked at with this page */
  accounts: number;
  rooms: number;
  /** rooms that could not be read */
  unread: number;
  /** where the list goes on after this page */
  next: number;
  /** length of the list as far as it is known */
  total: number;
}

export interface PartSource {
  homeserver: HomeserverReader;
  pace: RequestThrottle;
  signal: AbortSignal;
}

/** Says whether the failure is a lack of admin rights, or of an admin API. */
export function lacksRights(error: unknown): boolean {
  return error instanceof MatrixError && [401, 403, 404].includes(error.status);
}

/** All accounts of the homeserver, oldest first: who is made meanwhile comes at the end. */
export async function* accountPages({ homeserver, pace, signal }: PartSource, from: number): AsyncGenerator<ScanPage> {
  for (let at = from; ;) {
    const page = await pace.ask(
      () => homeserver.adminUsers({ limit: ACCOUNTS_A_PAGE, oldestFirst: true, from: String(at) }),
      { signal },
    );
    const seen = page.users
      .filter((user) => !user.deactivated)
      .map(({ userId, displayName, avatarUrl, createdAt }): { seen: SeenIdentity } => ({
        seen: { sighting: { userId, displayName, avatarUrl }, where: { source: 'account', at: createdAt } },
      }));
    const next = page.next === undefined ? undefined : Number(page.next);
    // a homeserver that does not get on would be asked for ever
    const more = next !== undefined && next > at;
    at = more ? next : at + page.users.length;
    yield { seen, accounts: page.users.length, rooms: 0, unread: 0, next: at, total: Math.max(page.total, at) };
    if (!more) return;
  }
}

/** All rooms that one of our users is in, one by one. Needs admin rights. */
export async function* roomPages(source: PartSource, from: number): AsyncGenerator<ScanPage> {
  const { homeserver, pace, signal } = source;
  for (let at = from; ;) {
    const page = await pace.ask(() => homeserver.adminRooms({ from: at, limit: ROOMS_A_PAGE }), { signal });
    const total = Math.max(page.total, at + page.size);
    for (const [index, room] of page.rooms.entries()) {
      if (room.localMembers !== 0) yield { ...(await membersOf(source, room.roomId)), next: at + index + 1, total };
    }
    at += page.size;
    yield { seen: [], accounts: 0, rooms: 0, unread: 0, next: at, total };
    if (page.next === undefined || page.size === 0) return;
  }
}

/** The rooms that the bot is in: what can be seen without admin rights. */
export async function* ownRoomPages(source: PartSource, from: number): AsyncGenerator<ScanPage> {
  const rooms = (await source.pace.ask(() => source.homeserver.joinedRooms(), { signal: source.signal })).sort();
  for (const [index, roomId] of rooms.entries()) {
    if (index >= from) yield { ...(await membersOf(source, roomId)), next: index + 1, total: rooms.length };
  }
}

type RoomLook = Pick<ScanPage, 'seen' | 'accounts' | 'rooms' | 'unread'>;

/**
 * A room that the homeserver fails to read is counted and passed over; a homeserver that is not there ends the scan.
 */
async function membersOf({ homeserver, pace, signal }: PartSource, roomId: string): Promise<RoomLook> {
  const unread: RoomLook = { seen: [], accounts: 0, rooms: 0, unread: 1 };
  try {
    const members = await pace.ask(() => roomMembersOf(homeserver, roomId), { signal, tries: FEW_TRIES });
    if (members === 'no_rights') return unread;
    return { seen: members === 'gone' ? [] : membersSeen(members), accounts: 0, rooms: 1, unread: 0 };
  } catch (error) {
    if (!(error instanceof MatrixError) || !error.transient) throw error;
    // no answer: is it the room, or the homeserver? This rejects, after many tries, when it is the homeserver
    if (error.status === 0) await pace.ask(() => homeserver.versions(), { signal });
    return unread;
  }
}
