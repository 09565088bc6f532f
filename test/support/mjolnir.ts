/**
 * Mjolnir's protections with a value of its own for each of their settings, and what they are here. Its word list is set
 * in its configuration file, all others in the state of its management room.
 */
export interface MjolnirProtection {
  there: string;
  set?: Record<string, unknown>;
  inFile?: boolean;
  /** undefined: it is no protection here, and `migrate` says what takes its place */
  here?: string;
  values?: Record<string, unknown>;
  /** rooms in which it is off */
  offIn?: readonly string[];
  /** settings that have no counterpart, which `migrate` lists */
  lost?: readonly string[];
}

export const IGNORED_ROOM = '!ignored:slow.example';

export const MJOLNIR: readonly MjolnirProtection[] = [
  { there: 'FirstMessageIsImageProtection', here: 'FirstMessageIsImage', values: { trusted_after: '0' } },
  {
    there: 'FirstMessageIsLinkProtection',
    set: { joinCacheExpiryHours: 48 },
    here: 'FirstMessageIsLink',
    values: { trusted_after: '48h' },
  },
  // it acts at that number
  { there: 'BasicFloodingProtection', set: { maxPerMinute: 21 }, here: 'BasicFlooding', values: { max: 20 } },
  {
    there: 'WordList',
    set: { words: ['casino', 'free $$$', 'c++'], minutesBeforeTrusting: 45, enableRegExps: false },
    inFile: true,
    here: 'WordList',
    values: { words: ['casino', 'free $$$', 'c++'], trusted_after: '45m', names: false },
  },
  { there: 'MessageIsVoiceProtection', here: 'MessageIsVoice', values: {} },
  { there: 'MessageIsVideoProtection', here: 'MessageIsVideo', values: {} },
  { there: 'MessageIsMediaProtection', here: 'MessageIsMedia', values: {} },
  {
    there: 'TrustedReporters',
    set: { mxids: ['@reporter:good.example'], alertThreshold: 2, redactThreshold: 3, banThreshold: 4 },
    here: 'TrustedReporters',
    values: { reporters: ['@reporter:good.example'], reports: 4 },
    lost: ['alertThreshold', 'redactThreshold'],
  },
  {
    there: 'DetectFederationLag',
    set: {
      ignoreRooms: [IGNORED_ROOM],
      ignoreServers: ['slow.example'],
      bucketDuration: 20_000,
      bucketNumber: 7,
      localHomeserverLagEnterWarningZone: 130_000,
      localHomeserverLagExitWarningZone: 110_000,
      federatedHomeserverLagEnterWarningZone: 240_000,
      federatedHomeserverLagExitWarningZone: 160_000,
      warnAgainAfter: 7_200_000,
      numberOfLaggingFederatedHomeserversEnterWarningZone: 30,
      numberOfLaggingFederatedHomeserversExitWarningZone: 15,
      initialDelayGrace: 190_000,
      cleanupPeriod: 7_000_000,
    },
    here: 'FederationLag',
    values: { ignore: ['slow.example'], max: '240s', memory: '7200s' },
    offIn: [IGNORED_ROOM],
    lost: [
      'bucketDuration',
      'bucketNumber',
      'localHomeserverLagEnterWarningZone',
      'localHomeserverLagExitWarningZone',
      'federatedHomeserverLagExitWarningZone',
      'numberOfLaggingFederatedHomeserversEnterWarningZone',
      'numberOfLaggingFederatedHomeserversExitWarningZone',
      'initialDelayGrace',
      'cleanupPeriod',
    ],
  },
  {
    there: 'JoinWaveShortCircuit',
    set: { maxPer: 31, timescaleMinutes: 7 },
    here: 'JoinWaveShortCircuit',
    values: { max: 30, window: '7m', lockdown_for: '0' },
  },
  { there: 'MentionSpam', set: { maxMentions: 12 }, here: 'MentionLimit', values: { max: 12, response: ['redact'] } },
  {
    there: 'PropagateRoomBan',
    set: { banListShortcode: 'shared' },
    here: 'BanPropagation',
    values: {},
    lost: ['banListShortcode'],
  },
  { there: 'LocalAbuseReports' },
  { there: 'NsfwProtection' },
  { there: 'RedactPolicyServerFlaggedEvents' },
];
