/**
 * Draupnir's protections with a value of its own for each of their settings, and what they are here. Some are set in its
 * configuration file only, the others in the state of its management room.
 */
export interface DraupnirProtection {
  there: string;
  /** each of its settings, with another value than by default */
  set?: Record<string, unknown>;
  /** its section of the configuration file, where its settings stand */
  inFile?: string;
  /** undefined: it is no protection here, and `migrate` says what takes its place */
  here?: string;
  /** with `set` */
  values?: Record<string, unknown>;
  /** with nothing written down there: what its program does then */
  unset?: Record<string, unknown>;
  /** settings that have no counterpart, which `migrate` lists */
  lost?: readonly string[];
  /** what `migrate` says is different, whatever the settings */
  differs?: readonly RegExp[];
}

/** On the second offence within half an hour people are banned. */
const TWICE = { response: ['redact+warn', 'redact+ban'], memory: '30m' };

export const DRAUPNIR: readonly DraupnirProtection[] = [
  { there: 'BanPropagationProtection', here: 'BanPropagation', values: {}, unset: {} },
  {
    there: 'BasicFloodingProtection',
    set: { maxPerMinute: 21 },
    here: 'BasicFlooding',
    // the event that makes it so many is too many there
    values: { max: 20 },
    unset: { max: 9 },
    differs: [/known_max/],
  },
  { there: 'BlockInvitationsOnServerProtection' },
  { there: 'DraupnirNews' },
  {
    there: 'FirstMessageIsImageProtection',
    here: 'FirstMessageIsImage',
    values: { trusted_after: '0' },
    unset: { trusted_after: '0' },
  },
  {
    there: 'FirstMessageIsWordProtection',
    set: { words: ['free btc', 'c++'] },
    inFile: 'firstMessageIsWordProtection',
    here: 'FirstMessageIsWord',
    values: { words: ['free btc', 'c++'], trusted_after: '0' },
    unset: { trusted_after: '0' },
    differs: [/inside other words/],
  },
  { there: 'HomeserverUserPolicyProtection' },
  {
    there: 'InvalidEventProtection',
    set: { warningText: 'stop it' },
    here: 'InvalidEvent',
    values: TWICE,
    unset: TWICE,
    lost: ['warningText'],
  },
  { there: 'JoinRoomsOnInviteProtection' },
  {
    there: 'JoinWaveShortCircuitProtection',
    set: { maxPer: 31, timescaleMinutes: 7 },
    here: 'JoinWaveShortCircuit',
    values: { max: 30, window: '7m', lockdown_for: '0' },
    unset: { max: 49, lockdown_for: '0' },
  },
  { there: 'MemberBanSynchronisationProtection' },
  {
    there: 'MembershipChangeProtection',
    set: { maxChangesPerUser: 4, timescaleMinutes: 30, finalConsequenceReason: 'out', warningText: 'calm down' },
    here: 'MembershipChange',
    values: { max: 4, window: '30m', response: ['ban'] },
    unset: { max: 7, window: '60m', response: ['ban'] },
    lost: ['finalConsequenceReason', 'warningText'],
    differs: [/warns people before/],
  },
  {
    there: 'MentionLimitProtection',
    set: { maxMentions: 12, warningText: 'too many', includeLegacyMentions: true },
    here: 'MentionLimit',
    values: { max: 12, ...TWICE },
    unset: { max: 3, ...TWICE },
    lost: ['warningText'],
  },
  {
    there: 'MessageIsMediaProtection',
    here: 'MessageIsMedia',
    values: {},
    unset: {},
    differs: [/sounds and files too/],
  },
  { there: 'MessageIsVoiceProtection', here: 'MessageIsVoice', values: {}, unset: {}, differs: [/all sounds there/] },
  {
    there: 'NewJoinerProtection',
    set: { serverNames: ['bad.example'], banMessage: 'not now' },
    inFile: 'newJoinerProtection',
    here: 'NewJoiner',
    values: { servers: ['bad.example'] },
    unset: {},
    lost: ['banMessage'],
    differs: [/bans newcomers there/],
  },
  {
    there: 'PolicyChangeNotification',
    set: { notificationRoomID: '!news:a.test' },
    here: 'PolicyChangeNotification',
    values: {},
    unset: {},
    lost: ['notificationRoomID'],
  },
  { there: 'RedactionSynchronisationProtection' },
  {
    there: 'RoomTakedownProtection',
    set: {
      discoveryNotificationMembershipThreshold: 5,
      discoveryNotificationRoom: '!found:a.test',
      discoveryNotificationEnabled: true,
      roomListScanIntervalMS: 1000,
      roomListScanCooldownMS: 1000,
    },
  },
  { there: 'RoomsSetBehaviour' },
  { there: 'ServerBanSynchronisationProtection' },
  {
    there: 'TrustedReporters',
    set: { mxids: ['@reporter:good.example'], alertThreshold: 2, redactThreshold: 3, banThreshold: 4 },
    here: 'TrustedReporters',
    values: { reporters: ['@reporter:good.example'], reports: 4 },
    unset: { reports: 3, response: ['notify'] },
    lost: ['alertThreshold', 'redactThreshold'],
    differs: [/those of one person/],
  },
  {
    there: 'WordListProtection',
    set: { words: ['casino', 'free $$$', 'v[i1]agra'], minutesBeforeTrusting: 45 },
    inFile: 'wordlist',
    here: 'WordList',
    // as they are written, whatever signs are in them
    values: { words: ['casino', 'free $$$', 'v[i1]agra'], trusted_after: '45m', names: false },
    unset: { trusted_after: '20m', names: false },
    differs: [/inside other words/],
  },
];
