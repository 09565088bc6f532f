/** Synapse's admin API for the stub homeserver: accounts and rooms, page by page, as Synapse gives them. */
export interface StubAccount {
  name: string;
  displayname?: string | null;
  avatar_url?: string | null;
  creation_ts?: number;
  deactivated?: boolean;
}

export interface StubAdmin {
  /** false: every admin request is refused; `absent`: a homeserver without such an API */
  allowed: boolean | 'absent';
  accounts: { length: number; at(index: number): StubAccount | undefined };
  /** rooms of the list; absent: those that the stub knows */
  localMembers: (roomId: string) => number;
}

export interface AdminAnswer {
  status: number;
  body: unknown;
}

interface RoomStates {
  roomIds: () => string[];
  stateOf: (roomId: string) => readonly { type: string }[] | undefined;
}

const notFound: AdminAnswer = { status: 404, body: { errcode: 'M_NOT_FOUND', error: 'Not found' } };
const ok = (body: unknown): AdminAnswer => ({ status: 200, body });

/** Answers `/_synapse/admin/v…` requests; the first three parts of the path are gone. */
export function adminAnswer(
  admin: StubAdmin,
  rooms: RoomStates,
  [area = '', roomId = '', verb = '']: string[],
  query: URLSearchParams,
): AdminAnswer {
  if (admin.allowed === 'absent')
    return { status: 404, body: { errcode: 'M_UNRECOGNIZED', error: 'Unrecognized request' } };
  if (!admin.allowed) return { status: 403, body: { errcode: 'M_FORBIDDEN', error: 'You are not a server admin' } };
  const from = Number(query.get('from') ?? 0);
  const limit = Number(query.get('limit') ?? 100);
  if (area === 'users') return ok(accountsPage(admin, from, limit, query.get('dir') === 'f'));
  if (area !== 'rooms') return notFound;
  const describe = (id: string) => ({ room_id: id, joined_local_members: admin.localMembers(id) });
  if (roomId === '') {
    const all = rooms.roomIds();
    const page = all.slice(from, from + limit);
    return ok({
      rooms: page.map(describe),
      offset: from,
      total_rooms: all.length,
      ...(from + limit < all.length ? { next_batch: from + limit } : {}),
    });
  }
  const state = rooms.stateOf(roomId);
  if (state === undefined) return notFound;
  if (verb === '') return ok(describe(roomId));
  const type = query.get('type');
  return verb === 'state' ? ok({ state: state.filter((event) => type === null || event.type === type) }) : notFound;
}

function accountsPage({ accounts }: StubAdmin, from: number, limit: number, oldestFirst: boolean): unknown {
  const total = accounts.length;
  const users: unknown[] = [];
  for (let index = from; index < Math.min(from + limit, total); index += 1) {
    const account = accounts.at(oldestFirst ? index : total - 1 - index);
    users.push({ displayname: null, avatar_url: null, creation_ts: 1, deactivated: false, ...account });
  }
  return { users, total, ...(from + limit < total ? { next_token: String(from + limit) } : {}) };
}
