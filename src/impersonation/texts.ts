import { catalogue } from '../util/catalogue.js';
import { de } from './texts-de.js';

/** Texts about accounts that imitate others, and about what cannot be checked yet. */
const en = {
  impersonates: (protectedId: string | null, caseId: number) =>
    `Impersonates ${protectedId ?? 'an official account'} (Heimdall case ${caseId})`,
  moderatorOf: (room: string) => `moderator of ${room}`,
  officialAvatarsUnread: 'The official avatars have not been read yet.',
  notAPicture: 'it is not a PNG, JPEG, GIF or WebP picture',
  cannotReadMembers: 'The bot is neither a server admin nor in the room.',
};

export type English = typeof en;
export const impersonationTexts = catalogue({ en, de });
