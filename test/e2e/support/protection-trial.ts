import type { Person } from '../../../sandbox/synapse/person.js';
import type { Scene } from './protection-scene.js';

/** One thing that somebody does; resolves with the event that the protection is about, if there is one. */
export type Act = (scene: Scene) => Promise<string | undefined | void>;

/** What a protection does by default, to be seen on the homeserver. */
export type Effect =
  /** the person is banned by a rule, and what they wrote redacted */
  | 'ban'
  | 'kick'
  /** what they wrote is redacted, and they stay */
  | 'redact'
  /** the room is invite only */
  | 'lockdown'
  /** moderators get a case */
  | 'notify'
  /** moderators get a case with a command, which bans all who took part */
  | 'offer'
  /** moderators get messages, and no case */
  | 'message';

/** How one protection is shown from end to end: `protections.test.ts` plays all of them. */
export interface Trial {
  /** as in the table of protections */
  name: string;
  /** the name by which it is switched on, when not its own: another bot's */
  by?: string;
  /** commands that it needs besides `enable` */
  settings?: (scene: Scene) => string[] | Promise<string[]>;
  /** how many others take part */
  helpers?: number;
  /** where the person is from */
  from?: 'remote' | 'late';
  /** joining is what they are about to do */
  joinsLater?: boolean;
  /**
   * One offence, in order. Heimdall is killed in the middle, and sees what happens before its next start only
   * afterwards.
   */
  acts: readonly Act[];
  /** Heimdall is back before the second half begins */
  waits?: boolean;
  /** true once Heimdall has the first half, where the answer to a command does not show it */
  hasHalf?: (scene: Scene) => Promise<boolean>;
  /** what others may do */
  fair?: readonly Act[];
  effect: Effect;
  /** whom the case is about, when not the person */
  subject?: (scene: Scene) => string;
  /** whom a step hits, when not the person */
  hits?: (scene: Scene) => Person[];
  /** the room in which an offer's ban is to be seen, when not its own */
  elsewhere?: (scene: Scene) => string;
  /** how the offence is repeated after it was undone, when not by the same acts */
  again?: readonly Act[];
  /** how the person comes in again, when not by joining */
  comesBack?: (scene: Scene) => Promise<void>;
  /** the command that an offer names */
  offer?: (number: string) => string;
  /** it concerns lists, and is switched on for all rooms */
  everywhere?: boolean;
  /** what its messages say */
  shown?: readonly RegExp[];
}
