import { isRoomAlias, isRoomId, serverNameOf } from '../matrix/identifiers.js';
import type { HomeserverEffects, HomeserverReader } from '../matrix/types.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { trackingTexts } from './texts.js';

/** The id behind a room id or alias. Throws a HeimdallError when there is none. */
export async function roomIdOf(homeserver: Pick<HomeserverReader, 'resolveAlias'>, reference: string): Promise<string> {
  if (isRoomId(reference)) return reference;
  if (!isRoomAlias(reference))
    throw new HeimdallError('HEIMDALL_E_ROOM', trackingTexts.notARoom(reference), trackingTexts.giveRoom);
  const roomId = await homeserver.resolveAlias(reference);
  if (roomId === undefined)
    throw new HeimdallError('HEIMDALL_E_ROOM', trackingTexts.noRoomBehind(reference), trackingTexts.checkSpelling);
  return roomId;
}

/**
 * Joins a room unless we are in it already; resolves with its id. Throws a HeimdallError that says what is missing,
 * with the refusal as its cause.
 */
export async function joinRoom(
  homeserver: Pick<HomeserverReader, 'resolveAlias' | 'joinedRooms' | 'botUserId'> & Pick<HomeserverEffects, 'join'>,
  reference: string,
  via: readonly string[] = viaOf(reference),
): Promise<string> {
  const roomId = await roomIdOf(homeserver, reference);
  if ((await homeserver.joinedRooms()).includes(roomId)) return roomId;
  try {
    return await homeserver.join(roomId, via);
  } catch (error) {
    throw new HeimdallError(
      'HEIMDALL_E_ROOM_JOIN',
      trackingTexts.cannotJoin(reference, messageOf(error)),
      trackingTexts.inviteBot(homeserver.botUserId),
      { cause: error },
    );
  }
}

/** The server in a room's id or alias, to join through; ids from room version 12 on contain none. */
export function viaOf(reference: string): string[] {
  const server = serverNameOf(reference);
  return server === undefined ? [] : [server];
}

/** Servers named in a link know the room; an id from room version 12 on names none itself. */
export function viaOrOwn(reference: string, via: readonly string[]): string[] {
  return [...new Set([...via, ...viaOf(reference)])];
}
