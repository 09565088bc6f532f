import type { BanRegister } from '../enforcement/ban-register.js';
import type { UnbanPayload } from '../enforcement/payloads.js';
import type { TakedownRegister } from '../enforcement/takedown-register.js';
import type { NewAction } from '../store/records/actions.js';

/** The lifting of something that was done for a rule. */
export interface Lift {
  /** unique name */
  name: string;
  kind: 'user' | 'room';
  /** whom or what it releases */
  entity: string;
  /** the list whose rule was behind it; undefined: no rule was */
  list: string | undefined;
}

/** The rule's effect that an action lifts: a ban, a suspension, quarantined media, a blocked room; undefined: none. */
export function liftOf(
  { kind, payload }: NewAction,
  bans: BanRegister,
  takedowns: TakedownRegister | undefined,
): Lift | undefined {
  const { roomId, userId, room } = payload as UnbanPayload & { room: string };
  const of = (entityKind: Lift['kind'], entity: string, list: string | undefined, where = kind): Lift => ({
    name: `${where} ${entity}`,
    kind: entityKind,
    entity,
    list,
  });
  switch (kind) {
    case 'unban':
      return of('user', userId, bans.bansIn(roomId).get(userId)?.rule?.roomId, roomId);
    case 'unsuspend':
      return of('user', userId, takedowns?.suspended.get(userId)?.rule?.roomId);
    case 'unquarantine_media':
      return of('user', userId, takedowns?.quarantined.get(userId)?.rule?.roomId);
    case 'unblock_room':
      return of('room', room, takedowns?.blocked.get(room)?.rule?.roomId);
    default:
      return undefined;
  }
}
