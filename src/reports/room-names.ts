import { z } from 'zod';
import type { HomeserverReader } from '../matrix/types.js';
import { urlPath } from '../matrix/url-path.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import type { RoomNames } from './report.js';

/** How long a report waits for names that only make it easier to read. */
const TIMEOUT_MS = 1_500;

const room = z.object({ name: z.string().nullish(), canonical_alias: z.string().nullish() });

/**
 * A room's name and alias: for a protected room from our state, for another reported room from the homeserver's admin
 * API. Empty where neither knows; never fails.
 */
export function roomNamesOf(
  protectedRooms: { get(roomId: string): Pick<TrackedRoom, 'name' | 'canonicalAlias'> | undefined },
  homeserver: Pick<HomeserverReader, 'request'>,
): (roomId: string, isReported: boolean) => Promise<RoomNames> {
  return async (roomId, isReported) => {
    const known = protectedRooms.get(roomId);
    if (known !== undefined) return named(known.name, known.canonicalAlias);
    if (!isReported) return {};
    try {
      const path = urlPath`/_synapse/admin/v1/rooms/${roomId}`;
      const { name, canonical_alias: alias } = room.parse(
        await homeserver.request('GET', path, { admin: true, timeoutMs: TIMEOUT_MS }),
      );
      return named(name, alias);
    } catch {
      return {};
    }
  };
}

function named(name: string | null | undefined, alias: string | null | undefined): RoomNames {
  return {
    ...(name == null || name === '' ? {} : { roomName: name.slice(0, MOST_LETTERS) }),
    ...(alias == null || alias === '' ? {} : { roomAlias: alias.slice(0, MOST_LETTERS) }),
  };
}

/** Both are untrusted text. */
const MOST_LETTERS = 255;
