import { catalogue } from '../util/catalogue.js';
import { de } from './texts-de.js';

/** Reasons why something is not done, as people read them in answers, cases and logs. */
const en = {
  notAUserId: 'This is not a user ID.',
  because: (who: string, why: string) => `${who} ${why}.`,
  allowed: (entity: string) => `${entity} is allowed by a rule.`,
  ruleHitsPerson: (userId: string, why: string) => `The rule would hit ${userId}, who ${why}.`,
  ruleHitsServer: (server: string, why: string) => `The rule would hit ${server}, which ${why}.`,
  hitsRoom: (room: string, why: string) => `This would hit ${room}, which ${why}.`,

  /** the rest of a sentence that begins with who or what is exempt */
  stays: {
    heimdall: 'is Heimdall itself',
    protectedIdentity: 'is a protected identity',
    variant: (of: string) => `is a known good variant of the protected identity ${of}`,
    managementRoom: 'is a member of the management room',
    creator: (room: string) => `created the protected room ${room}`,
    moderator: (room: string) => `is a moderator of the protected room ${room}`,
    serverOf: (userId: string, why: string) => `is the server of ${userId}, who ${why}`,
    mustAllow: 'must stay allowed by the settings',
    ownServer: 'is our own server',
    officialRoom: (of: string) => `is an official room of ${of}`,
    protectedRoom: 'is a protected room',
    ownRoom: 'is a room of Heimdall itself',
  },

  acl: {
    allowsNobody: 'The server ACL allows nobody: its `allow` list is empty.',
    tooLarge: (bytes: number, most: number) =>
      `The server ACL is too large: ${bytes} bytes; at most ${most} fit into an event.`,
    shutsOut: (server: string, why: string) => `The server ACL would block ${server}, which ${why}.`,
  },

  /** permissions that the bot may lack, after "permission to" */
  power: {
    ban: 'ban people',
    kick: 'kick people and lift bans',
    redact: 'redact messages',
    acl: 'set the server ACL (m.room.server_acl)',
    join: 'be in the room',
  },

  inviteOfTakenDown: 'The sender of this invite was taken down.',
  notOurAccount: (userId: string) => `${userId} is not an account of this server.`,
  noSuchAccount: (userId: string) => `There is no account ${userId} on this server.`,
  serverAdmin: (userId: string) => `${userId} is an admin of this server.`,
  noAccountApi:
    'This homeserver offers no way to do that to an account: neither by the specification ' +
    '(m.account_moderation) nor by the admin API of Synapse. Where Matrix Authentication Service holds its ' +
    'accounts, set mas in the configuration',
  botNotAdmin: 'The homeserver says that I am not a server admin',
  noRoomBehind: (room: string) => `${room} does not lead to a room.`,
  aliasTaken: (alias: string) => `The alias ${alias} is taken.`,
  listName: (shortcode: string) => `${shortcode} (policy list)`,
  notProtected: 'The room is not protected.',
  bannedAnew: 'Somebody has banned this person again; that ban stays.',
  notAServerAdmin: (why: string) => `the homeserver says that I am not a server admin (${why})`,
};

export type English = typeof en;
export const texts = catalogue({ en, de });
