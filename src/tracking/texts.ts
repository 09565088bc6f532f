/** What is said of rooms that cannot be found or joined. */
export const trackingTexts = {
  notARoom: (reference: string) => `${reference} is neither a room ID nor an alias.`,
  giveRoom: 'Give a room ID (!…) or an alias (#name:server).',
  noRoomBehind: (reference: string) => `${reference} does not lead to a room.`,
  checkSpelling: 'Check the spelling, or give the room ID.',
  cannotJoin: (reference: string, error: string) => `I cannot join ${reference} (${error}).`,
  inviteBot: (botUserId: string) => `Invite ${botUserId} to it and try again.`,
};
