import type { Services } from './types.js';

/** Notes in the audit that a moderator did something to a room or list. */
export async function noteRoom(
  services: Services,
  actor: string,
  what: 'rooms.add' | 'rooms.remove' | 'lists.watch' | 'lists.unwatch' | 'lists.lift' | 'lists.options',
  roomId: string,
): Promise<void> {
  await note(services, actor, what, { room_id: roomId });
}

/** Notes in the audit that a moderator changed which accounts are official. */
export async function noteOfficial(
  services: Services,
  actor: string,
  what: 'official.added' | 'official.variant_added' | 'official.removed',
  userId: string,
): Promise<void> {
  await note(services, actor, what, { user_id: userId });
}

async function note({ ledger, clock }: Services, actor: string, what: string, data: object): Promise<void> {
  await ledger.commit((tx) => tx.audit({ at: clock(), actor, what, caseId: null, data }));
}
