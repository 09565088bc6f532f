import { bridgeGhost } from '../config/bridge-users.js';
import type { OfficialRooms } from '../tracking/official-rooms.js';
import { impersonationTexts } from './texts.js';

export interface ExemptionsOptions {
  officialRooms: Pick<OfficialRooms, 'moderatorOf'>;
  /** config/bridge-users */
  bridgeUser: (userId: string) => string | undefined;
}

/**
 * Known good people beside the protected identities and their variants: our own staff and bridge ghosts. They are
 * judged and shown like anybody else, but no response acts on them, and the reason is given.
 */
export class Exemptions {
  constructor(private readonly options: ExemptionsOptions) {}

  /** Why no response acts on this person, as a noun phrase; undefined when they are not exempt. */
  of(userId: string): string | undefined {
    const room = this.options.officialRooms.moderatorOf(userId);
    if (room !== undefined) return impersonationTexts.moderatorOf(room);
    const expression = this.options.bridgeUser(userId);
    return expression === undefined ? undefined : bridgeGhost(expression);
  }
}
