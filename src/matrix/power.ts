import type { PowerLevels, RoomCreate } from './events.js';

/**
 * Who may do what in a room (spec, room versions, "Authorization rules"). bot-sdk gets room version 12 wrong, where
 * creators are above all levels and not listed, so it is computed here.
 */

/** The input for computing power in a room. `powerLevels` is undefined in a room without that event. */
export interface RoomPower {
  create: RoomCreate;
  powerLevels: PowerLevels | undefined;
}

/**
 * A user's power: `Infinity` for creators from room version 12 on; without a power level event the creator has 100,
 * others 0.
 */
export function powerOf(userId: string, room: RoomPower): number {
  if (room.create.creatorsAreInfinite && room.create.creators.includes(userId)) return Infinity;
  if (room.powerLevels === undefined) return room.create.creators.includes(userId) ? 100 : 0;
  return room.powerLevels.users.get(userId) ?? room.powerLevels.usersDefault;
}

export type RoomPermission = 'ban' | 'kick' | 'redact' | 'invite';

/** The level required for an action; without a power level event the spec's defaults apply. */
export function levelFor(deed: RoomPermission, room: RoomPower): number {
  return room.powerLevels?.[deed] ?? (deed === 'invite' ? 0 : 50);
}

/** The level required for a state event of this type; 0 for all in a room without a power level event. */
export function levelForState(type: string, room: RoomPower): number {
  if (room.powerLevels === undefined) return 0;
  return room.powerLevels.events.get(type) ?? room.powerLevels.stateDefault;
}

/** The level required for a message event of this type. */
export function levelForEvent(type: string, room: RoomPower): number {
  if (room.powerLevels === undefined) return 0;
  return room.powerLevels.events.get(type) ?? room.powerLevels.eventsDefault;
}

/** Whether `actor` may ban (or unban) `target`: they need the required level, and more power than the target. */
export function canBan(actor: string, target: string, room: RoomPower): boolean {
  return mayAgainst('ban', actor, target, room);
}

/**
 * Whether `actor` may kick `target`. Lifting a ban requires the power to ban AND to kick (spec: leave of a banned
 * user).
 */
export function canKick(actor: string, target: string, room: RoomPower): boolean {
  return mayAgainst('kick', actor, target, room);
}

export function canUnban(actor: string, target: string, room: RoomPower): boolean {
  return canBan(actor, target, room) && canKick(actor, target, room);
}

/** Whether `actor` may redact other people's events. */
export function canRedact(actor: string, room: RoomPower): boolean {
  return (
    powerOf(actor, room) >= levelFor('redact', room) && powerOf(actor, room) >= levelForEvent('m.room.redaction', room)
  );
}

/** Whether `actor` may send a state event of this type. */
export function canSendState(actor: string, type: string, room: RoomPower): boolean {
  return powerOf(actor, room) >= levelForState(type, room);
}

function mayAgainst(deed: 'ban' | 'kick', actor: string, target: string, room: RoomPower): boolean {
  const power = powerOf(actor, room);
  return power >= levelFor(deed, room) && power > powerOf(target, room);
}

/**
 * Whether a user has more power than the default and may ban: a moderator of the room. Where everybody can ban (a badly
 * configured room), that alone makes nobody a moderator.
 */
export function isModerator(userId: string, room: RoomPower): boolean {
  const power = powerOf(userId, room);
  return power >= levelFor('ban', room) && power > (room.powerLevels?.usersDefault ?? 0);
}
