import { encodePart } from '../util/encode.js';

/** matrix.to permalinks (spec appendices, "Matrix.to navigation"). Pure. */

/** A link to a user, a room or an alias. */
export function permalink(identifier: string, via: readonly string[] = []): string {
  return `https://matrix.to/#/${encodePart(identifier)}${viaQuery(via)}`;
}

/** A link to an event in a room; `via` helps others to find a room whose id names no server (room version 12). */
export function eventPermalink(roomId: string, eventId: string, via: readonly string[] = []): string {
  return `https://matrix.to/#/${encodePart(roomId)}/${encodePart(eventId)}${viaQuery(via)}`;
}

function viaQuery(via: readonly string[]): string {
  return via.length === 0 ? '' : `?${via.map((server) => `via=${encodePart(server)}`).join('&')}`;
}
