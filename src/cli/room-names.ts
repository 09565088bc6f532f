import { visible } from '../detection/index.js';
import type { HomeserverReader } from '../matrix/types.js';

type Asked = Pick<HomeserverReader, 'stateContent' | 'adminRoom'>;

/** A room's id with its alias or name, as far as the homeserver returns it. */
export async function roomLabel(homeserver: Asked, roomId: string): Promise<string> {
  const name = (await fromState(homeserver, roomId)) ?? (await fromAdmin(homeserver, roomId));
  return labelOf(roomId, name);
}

/** The id with a name. */
export function labelOf(roomId: string, name: string | null | undefined): string {
  if (name == null || name === '') return roomId;
  return `${name.startsWith('#') ? visible(name) : JSON.stringify(visible(name))} (${roomId})`;
}

async function fromState(homeserver: Asked, roomId: string): Promise<string | undefined> {
  try {
    const alias = (await homeserver.stateContent(roomId, 'm.room.canonical_alias'))?.alias;
    if (typeof alias === 'string' && alias !== '') return alias;
    const name = (await homeserver.stateContent(roomId, 'm.room.name'))?.name;
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Where the bot is not a member, a server admin may still read it. */
async function fromAdmin(homeserver: Asked, roomId: string): Promise<string | undefined> {
  try {
    const room = await homeserver.adminRoom(roomId);
    return room?.canonicalAlias ?? room?.name ?? undefined;
  } catch {
    return undefined;
  }
}
