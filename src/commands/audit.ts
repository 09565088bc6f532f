import type { Services } from './types.js';

/** Notes in the audit that a moderator did something to a room or list. */
export async function noteRoom(
  services: Services,
  actor: string,
  what: 'rooms.add' | 'rooms.remove' | 'lists.watch' | 'lists.unwatch' | 'lists.lift',
  roomId: string,
): Promise<void> {
  await services.ledger.commit((tx) =>
    tx.audit({ at: services.clock(), actor, what, caseId: null, data: { room_id: roomId } }),
  );
}
