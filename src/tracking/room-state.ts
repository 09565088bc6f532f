import { MatrixError, type HomeserverReader, type MatrixEvent } from '../matrix/types.js';

/**
 * A room's state: by the admin API where we may, else as a member. `gone`: there is no such room on our server;
 * `no_rights`: neither is permitted now.
 */
export async function roomStateOf(
  homeserver: HomeserverReader,
  roomId: string,
): Promise<MatrixEvent[] | 'gone' | 'no_rights'> {
  return readAs(
    homeserver,
    () => homeserver.adminRoomState(roomId),
    () => homeserver.state(roomId),
  );
}

async function readAs<T>(
  homeserver: Pick<HomeserverReader, 'isAdmin'>,
  admin: () => Promise<T>,
  member: () => Promise<T>,
): Promise<T | 'gone' | 'no_rights'> {
  let unknown = false;
  try {
    return await admin();
  } catch (error) {
    if (!(error instanceof MatrixError) || error.transient) throw error;
    unknown = error.errcode === 'M_NOT_FOUND';
  }
  try {
    return await member();
  } catch (error) {
    if (!(error instanceof MatrixError) || error.transient) throw error;
    // Other homeservers answer this on every admin path; the room is only gone where that API is known to exist.
    return unknown && (await homeserver.isAdmin()) ? 'gone' : 'no_rights';
  }
}

/**
 * The member events of a room, possibly among others, obtained in the same ways. Validated one by one as they are
 * consumed: there may be more than 50,000.
 */
export async function roomMembersOf(
  homeserver: HomeserverReader,
  roomId: string,
): Promise<Iterable<MatrixEvent> | 'gone' | 'no_rights'> {
  return readAs(
    homeserver,
    () => homeserver.adminRoomMembers(roomId),
    () => homeserver.members(roomId),
  );
}
