import { MatrixError, type Homeserver, type MatrixEvent } from '../matrix/types.js';

/** A room's state, with `type` at least the events of that type: by the admin API where we may, else as a member. `gone`: there is no such room on our server; `no_rights`: neither way is open now. */
export async function roomStateOf(homeserver: Homeserver, roomId: string, type?: string): Promise<MatrixEvent[] | 'gone' | 'no_rights'> {
  try {
    return await homeserver.adminRoomState(roomId, type);
  } catch (error) {
    if (!(error instanceof MatrixError) || error.transient) throw error;
    if (error.errcode === 'M_NOT_FOUND') return 'gone';
  }
  try {
    return await homeserver.state(roomId);
  } catch (error) {
    if (!(error instanceof MatrixError) || error.transient) throw error;
    return 'no_rights';
  }
}
