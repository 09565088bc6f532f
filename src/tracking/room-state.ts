import { MatrixError, type HomeserverReader, type MatrixEvent } from '../matrix/types.js';

/**
 * A room's state: by the admin API where we may, else as a member. `gone`: there is no such room on our server;
 * `no_rights`: neither way is open now.
 */
export async function roomStateOf(
  homeserver: HomeserverReader,
  roomId: string,
): Promise<MatrixEvent[] | 'gone' | 'no_rights'> {
  return readAs(
    () => homeserver.adminRoomState(roomId),
    () => homeserver.state(roomId),
  );
}

async function readAs<T>(admin: () => Promise<T>, member: () => Promise<T>): Promise<T | 'gone' | 'no_rights'> {
  try {
    return await admin();
  } catch (error) {
    if (!(error instanceof MatrixError) || error.transient) throw error;
    if (error.errcode === 'M_NOT_FOUND') return 'gone';
  }
  try {
    return await member();
  } catch (error) {
    if (!(error instanceof MatrixError) || error.transient) throw error;
    return 'no_rights';
  }
}

/**
 * The member events of a room, among others perhaps, by the same ways. Checked one by one as they are taken: there may
 * be 50,000 and more.
 */
export async function roomMembersOf(
  homeserver: HomeserverReader,
  roomId: string,
): Promise<Iterable<MatrixEvent> | 'gone' | 'no_rights'> {
  return readAs(
    () => homeserver.adminRoomMembers(roomId),
    () => homeserver.members(roomId),
  );
}
