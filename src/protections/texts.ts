/** Every sentence that protections say to people. */
import { visible } from '../detection/index.js';
import type { Inline } from '../matrix/message.js';
import { counted } from '../util/counted.js';
import { catalogue } from '../util/catalogue.js';
import { de } from './texts-de.js';

const code = (text: string): Inline => ({ code: visible(text) });
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const en = {
  /** other bots' protections with a different counterpart here */
  elsewhere: {
    MemberBanSynchronisationProtection: 'always on here: rules for people become bans',
    ServerBanSynchronisationProtection: 'always on here: rules for servers become server ACLs',
    ServerACLSynchronisationProtection: 'always on here: rules for servers become server ACLs',
    RedactionSynchronisationProtection: 'always on here: a ban by a rule may take what was written with it',
    LocalAbuseReportsProtection: 'always on here: reports become cases',
    RoomTakedownProtection: 'not taken over; here it is takedown.block_rooms in the configuration',
    HomeserverUserPolicyProtection: 'not taken over; here it is takedown.local_accounts in the configuration',
    JoinRoomsOnInviteProtection: 'not taken over; here rooms add joins a room and protects it',
    BlockInvitationsOnServerProtection: 'not taken over; here it is the antispam endpoint of the homeserver',
    RoomsSetBehaviour: 'always on here: rooms that are replaced are followed',
    DraupnirNews: 'not needed here',
    NsfwProtection: 'not taken over; here QuarantinedPicture knows pictures again that you have quarantined',
    RedactPolicyServerFlaggedEvents: 'not taken over; what the policy server refuses is left to the homeserver',
  },
  presets: {
    announcements: 'Few write, many read.',
    support: 'Newcomers ask for help, with pictures and links.',
    busy: 'A large public room.',
    small: 'People who know each other: you are told, and hardly anything is done.',
  },
  /** what the accounts of a campaign have in common */
  traits: { text: 'the same text', picture: 'the same picture', link: 'the same link', name: 'names of the same form' },
  /** servers of a campaign, where naming each would be too long */
  differentServers: (count: number) => `${count} different ones`,
  /** lengths of time, behind "in" or "within" */
  length: {
    second: (count: number) => counted(count, 'second'),
    minute: (count: number) => counted(count, 'minute'),
    hour: (count: number) => counted(count, 'hour'),
    day: (count: number) => counted(count, 'day'),
  },
  /** how late an event came in */
  late: (time: string) => `${time} late`,

  /** What happened, in one clause without an end: for moderators in a notice, and for the person in a warning. */
  why: {
    bannedInOneRoom: 'banned in one room by a moderator',
    unbannedInOneRoom: 'unbanned in one room by a moderator, while a rule bans them',
    flood: (max: number, window: string) => `more than ${counted(max, 'event')} in ${window}`,
    campaign: (accounts: number, what: string, window: string) =>
      `a campaign: ${counted(accounts, 'new account')} with ${what} within ${window}`,
    lag: (events: number, late: string) =>
      `the last ${counted(events, 'event')} from this homeserver arrived more than ${late} late`,
    firstMessage: {
      video: 'the first message after joining is a video',
      image: 'the first message after joining is a picture',
      sticker: 'the first message after joining is a sticker',
      link: 'the first message after joining is a link',
      word: 'the first message after joining holds a listed word',
    },
    quarantinedPicture: 'a picture that was quarantined, shown again',
    openRegistration: (server: string) =>
      `anybody can make accounts on ${server}: it asks for no email, captcha or token`,
    invalidEvent: (mistake: string) => `an event that clients cannot read: it has ${mistake}`,
    joinWave: (max: number, window: string) => `more than ${counted(max, 'person', 'people')} joined in ${window}`,
    deniedLink: 'a link to a domain that is not wanted here',
    linkNotAllowed: 'a link to a domain that is not allowed here',
    media: {
      any: 'pictures, videos, sounds and files are not wanted in this room',
      voice: 'voice messages are not wanted in this room',
      video: 'videos are not wanted in this room',
      sticker: 'stickers are not wanted in this room',
    },
    membershipChanges: (max: number, window: string) =>
      `more than ${counted(max, 'change')} of membership, name or picture in ${window}`,
    mentions: (mentioned: number, max: number) =>
      `${counted(mentioned, 'account')} mentioned in one message, more than ${max}`,
    newJoiner: (server: string) => `a join from ${server}, whose users may not join here`,
    repeatedInRooms: (rooms: number, window: string) =>
      `the same message in ${counted(rooms, 'room')} within ${window}`,
    repeated: (times: number, window: string) => `the same message ${counted(times, 'time')} within ${window}`,
    reported: (people: number) => `reported by ${counted(people, 'trusted person', 'trusted people')}`,
    listedWord: {
      name: 'a listed word in their name',
      reason: 'a listed word in the reason given for coming or leaving',
      message: 'a listed word in a message',
    },
  },

  /** what is wrong with an event, as the end of "it has …" */
  mistakes: {
    noText: (key: string) => `no text in "${key}"`,
    noObject: (key: string) => `no object in "${key}"`,
    noNumber: (key: string) => `no number in "${key}"`,
    noSwitch: (key: string) => `neither true nor false in "${key}"`,
    noUserIds: (key: string) => `no list of user IDs in "${key}"`,
    noList: (key: string) => `no list in "${key}"`,
    noAnswers: 'no list in the answers of a poll',
    noWaveform: 'no list in the waveform of a voice message',
    impossibleSize: 'an impossible picture size',
    tooDeep: 'parts nested too deeply',
  },

  /** the reason of a rule, a mute or a lockdown */
  reason: (why: string, caseId: number) => `${why} (Heimdall case ${caseId})`,
  /** The person reads it: what it was about, and what comes next. Nothing in it was written by strangers. */
  warning: (about: { why: string; removed: boolean; next: readonly ('mute' | 'kick' | 'ban')[]; within: string }) => {
    const next = about.next.map((deed) => ({ mute: 'muted', kick: 'removed from this room', ban: 'banned' })[deed]);
    return (
      `${capital(about.why)}.${about.removed ? ' What you sent was removed.' : ''} Please do not do that here.` +
      (next.length === 0 ? '' : ` If it happens again within ${about.within}, you will be ${next.join(' and ')}.`)
    );
  },

  ruleChange: {
    added: 'added a rule to',
    changed: 'changed a rule of',
    removed: 'removed a rule from',
    line: (by: string, did: string, list: string, rule: readonly Inline[]): Inline[] => [
      code(by),
      ` ${did} `,
      code(list),
      ': ',
      ...rule,
      '.',
    ],
    before: (rule: readonly Inline[]): Inline[] => [' It was: ', ...rule, '.'],
    last: (most: number, window: string): Inline[] => [
      `I tell you about at most ${counted(most, 'change')} of one list in ${window}. To see all rules: `,
      { code: '!heimdall rules' },
    ],
  },
  toBanCampaign: (caseId: number): Inline[] => [{ code: `!heimdall campaign ban case ${caseId}` }],

  /** the value of a list without entries */
  noEntries: '(empty)',
  /** what is wrong with the value of a setting, as the end of a sentence that begins with its name */
  values: {
    wholeNumber: (min: number, max: number) => `must be a whole number from ${min} to ${max}`,
    duration: 'must be a length of time such as 30s, 30m, 24h or 7d',
    onOrOff: 'must be on or off',
    oneOf: (words: readonly string[]) => `must be one of ${words.join(', ')}`,
    empty: 'must not be empty',
    letters: (most: number) => `must have at most ${most} letters`,
    noLetter: 'must hold a letter or a digit',
    entries: (most: number) => `must have at most ${most} entries`,
    serverName: 'must be the name of a server',
    userId: 'must be a user ID such as @name:server',
    notAResponse: (written: string, deeds: readonly string[]) =>
      `"${written}" is not a response: write ${deeds.join(', ')}, several at once joined by +`,
    noSteps: 'must have at least one step',
    invalid: 'is not valid',
    notADomain: (written: string) => `"${written}" is not a domain`,
    noEnding: (written: string) => `"${written}" is not a domain: write it with its ending, such as example.org`,
    publicSuffix: (host: string) => `"${host}" is an ending that anybody can register under, not a domain`,
  },
};

export type English = typeof en;
export const PROTECTION_TEXTS = catalogue({ en, de });
