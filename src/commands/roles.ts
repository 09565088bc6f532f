import type { Config } from '../config/types.js';
import { powerOf } from '../matrix/power.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import type { Role } from './spec.js';

/**
 * Whether a member of the management room has a role. Roles derive from power levels there; by default its members have
 * all of them, since the room is private, and `commands.roles` can require more.
 */
export function hasRole(room: TrackedRoom, userId: string, role: Role, { commands }: Config): boolean {
  const needed = commands.roles[role];
  return needed === null || powerOf(userId, room) >= needed;
}
