import { catalogue } from '../util/catalogue.js';
import { de } from './texts-de.js';

/** Texts about rooms that cannot be found or joined. */
const en = {
  notARoom: (reference: string) => `${reference} is neither a room ID nor an alias.`,
  giveRoom: 'Give a room ID (!…) or an alias (#name:server).',
  noRoomBehind: (reference: string) => `${reference} does not lead to a room.`,
  checkSpelling: 'Check the spelling, or give the room ID.',
  cannotJoin: (reference: string, error: string) => `I cannot join ${reference} (${error}).`,
  inviteBot: (botUserId: string) => `Invite ${botUserId} to it and try again.`,
  noRoomBehindAlias: 'there is no room behind the alias',
  nobodyInIt: 'no user of this server is in it',
  notAdminNotIn: 'the bot is not a server admin and not in it',
  notReadYet: (seconds: number) => `it is not read yet after ${seconds} s`,
};

export type English = typeof en;
export const trackingTexts = catalogue({ en, de });
