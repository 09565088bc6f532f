import { serverNameOf } from '../matrix/identifiers.js';
import { foldCase } from '../policy/server-name.js';
import type { Entity } from './args/entity.js';
import type { Services } from './types.js';

/**
 * Corrects the case of an account's server name: `@x:EXAMPLE.ORG` to `@x:example.org`. Rules compare user ids exactly,
 * so the misspelt one would match nobody. An id that is in a protected room as written is never changed, nor one of an
 * unknown account, except on our own server.
 */
export function asSpelled(target: Entity, services: Services): Entity {
  const { kind, entity, isGlob } = target;
  const server = serverNameOf(entity);
  if (kind !== 'user' || isGlob || server === undefined || server === foldCase(server)) return target;
  const rooms = [...services.protectedRooms.all()];
  if (rooms.some(({ members }) => members.has(entity))) return target;
  const localpart = entity.slice(0, entity.length - server.length);
  const lower = localpart + foldCase(server);
  if (rooms.some(({ members }) => members.has(lower))) return { ...target, entity: lower };
  const ours = services.homeserver.serverName;
  return foldCase(ours) === foldCase(server) ? { ...target, entity: localpart + ours } : target;
}
