/** Every sentence that protections say to people. */
export const PROTECTION_TEXTS = {
  /** other bots' protections that are something else here */
  elsewhere: {
    MemberBanSynchronisationProtection: 'always on here: rules for people become bans',
    ServerBanSynchronisationProtection: 'always on here: rules for servers become server ACLs',
    ServerACLSynchronisationProtection: 'always on here: rules for servers become server ACLs',
    RedactionSynchronisationProtection: 'always on here: a ban by a rule may take what was written with it',
    LocalAbuseReportsProtection: 'always on here: reports become cases',
    RoomTakedownProtection: 'not taken over; here it is takedown.block_rooms in the configuration',
    HomeserverUserPolicyApplicationProtection: 'not taken over; here it is done by a takedown rule',
    BlockInvitationsOnServerProtection: 'not taken over; here it is the antispam endpoint of the homeserver',
  },
  presets: {
    announcements: 'Few write, many read.',
    support: 'Newcomers ask for help, with pictures and links.',
    busy: 'A large public room.',
    small: 'People who know each other: you are told, and hardly anything is done.',
  },
  /** what the accounts of a campaign have in common */
  traits: { text: 'the same text', picture: 'the same picture', link: 'the same link', name: 'names of the same form' },
  campaign: (accounts: number, what: string, window: string) =>
    `a campaign: ${accounts} new accounts with ${what} within ${window}`,
  quarantinedPicture: 'a picture that was quarantined, shown again',
  openRegistration: (server: string) =>
    `anybody can make accounts on ${server}: it asks for no email, captcha or token`,
};
