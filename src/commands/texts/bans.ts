import { counted } from '../../util/counted.js';

/** What is said about bans and their end. */
export const banTexts = {
  nobodyToInvite: 'There is nobody to invite back.',
  invited: (invites: number) => `Invited back: ${counted(invites, 'invite')} sent.`,
};
