import type { Services } from './types.js';

/** Records a moderator's change to a room or list in the audit. */
export async function noteRoom(
  services: Services,
  actor: string,
  what: 'rooms.add' | 'rooms.remove' | 'lists.watch' | 'lists.unwatch' | 'lists.lift' | 'lists.options',
  roomId: string,
): Promise<void> {
  await note(services, actor, what, { room_id: roomId });
}

/** Records a moderator's change to the official accounts in the audit. */
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
