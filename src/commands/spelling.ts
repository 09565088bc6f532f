import { serverNameOf } from '../matrix/identifiers.js';
import { foldCase } from '../policy/server-name.js';
import type { Entity } from './args/entity.js';
import type { Services } from './types.js';

/**
 * The account that is meant where its server was written in other letters: `@x:EXAMPLE.ORG` for `@x:example.org`. Rules
 * compare user IDs exactly, so one that is written as it was said would stand and match nobody. An ID that is in a
 * protected room as it stands is never changed, nor one whose account nobody has seen, except on our own server.
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
