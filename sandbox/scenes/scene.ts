import type { Person } from '../synapse/person.js';
import type { World } from '../world.js';

/** What an impostor did. */
export interface Act {
  impostor: Person;
  /** the name it wears */
  displayName: string;
  /** what happened, in one sentence for a person */
  told: string;
  /** when it was done, in ms since the epoch: from here the clock runs */
  at: number;
  /** the impostor is in the protected room already; if not, it tries the door when the case stands */
  inLobby: boolean;
}

/** One disguise. */
export interface Scene {
  title: string;
  play(world: World): Promise<Act>;
}
