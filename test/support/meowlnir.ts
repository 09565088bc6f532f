/**
 * Meowlnir's protections with a value of its own for each of their settings, and what they are here: those of newer
 * versions, which stand with the protected rooms, and those of older ones, which are a state of their own.
 */
export interface MeowlnirProtection {
  there: string;
  /** each of its settings, with another value than by default */
  set: Record<string, unknown>;
  /** of an older version: as `{global, overrides}` */
  older?: boolean;
  /** by our names, since one there may be several here; what stands there alone does nothing here */
  here: Record<string, Record<string, unknown>>;
  /** settings that have no counterpart, which `migrate` lists */
  lost?: readonly string[];
  /** what `migrate` says is different, whatever the settings */
  differs?: readonly RegExp[];
  /** without settings it does nothing there, and is off here */
  isOffUnset?: boolean;
}

export const MEOWLNIR: readonly MeowlnirProtection[] = [
  {
    there: 'anti_flood',
    set: { limit: 8, per: 30, max_infractions: 1, dont_trust_server: true },
    here: { BasicFlooding: { max: 8, window: '30s' } },
    lost: ['dont_trust_server'],
    differs: [/known_max/, /in all rooms together there/],
    isOffUnset: true,
  },
  {
    there: 'max_mentions',
    set: { limit: 6, per: 60, max_infractions: 4, dont_trust_server: true, must_have_mentions: true },
    here: { MentionLimit: { max: 6, response: ['redact'] } },
    lost: ['per', 'max_infractions', 'dont_trust_server', 'must_have_mentions'],
    differs: [/of several messages there/, /ids, pills and links/],
    isOffUnset: true,
  },
  {
    there: 'join_rate',
    set: { limit: 12, per: 120, dont_trust_server: true },
    here: { JoinWaveShortCircuit: { max: 12, window: '120s', lockdown_for: '120s' } },
    lost: ['dont_trust_server'],
    differs: [/removes whoever comes beyond the limit there.*invite only/],
    isOffUnset: true,
  },
  {
    there: 'bad_words',
    set: { patterns: ['(?i)casino', 'free btc'] },
    here: { WordList: { words: ['casino', 'free btc'], response: ['redact'], trusted_after: '0', names: false } },
    differs: [/inside other words/],
  },
  {
    there: 'bad_displaynames',
    set: { patterns: ['admin bot'] },
    here: { NameWordList: { words: ['admin bot'] } },
    differs: [/inside other words/],
  },
  {
    there: 'no_media',
    set: {
      allow_images: false,
      allow_videos: false,
      allow_audio: true,
      allow_files: false,
      allow_stickers: false,
      deny_custom_reactions: true,
      deny_inline_images: true,
      ignore_users: ['@a:a.test'],
    },
    here: { MessageIsVideo: {}, MessageIsSticker: {} },
    lost: ['deny_custom_reactions', 'deny_inline_images', 'ignore_users'],
  },
  { there: 'insecure_registration', set: {}, here: { InsecureRegistration: { response: ['kick'] } } },
  {
    there: 'max_mentions',
    set: {
      enabled: true,
      max_mentions: 6,
      max_infractions: 1,
      period: 60,
      ignore_power_level_above: 10,
      ignore_home_servers: ['a.test'],
    },
    older: true,
    // at six it acts, so that five are allowed
    here: { MentionLimit: { max: 5, response: ['redact+ban'] } },
    lost: ['period', 'ignore_power_level_above', 'ignore_home_servers'],
    differs: [/of several messages there/, /ids, pills and links/],
    isOffUnset: true,
  },
  {
    there: 'no_media',
    set: {
      enabled: true,
      ignore_home_servers: ['a.test'],
      forbid_homeservers: ['b.test'],
      ignore_power_level_above: 10,
      allowed_types: ['m.text', 'm.audio'],
      allow_inline_images: true,
      allow_custom_reactions: true,
    },
    older: true,
    here: { MessageIsVideo: {}, MessageIsSticker: {} },
    lost: ['ignore_home_servers', 'forbid_homeservers', 'ignore_power_level_above'],
    differs: [/every type of message that is not allowed/],
  },
  {
    there: 'server_requirements',
    set: {
      enabled: true,
      require_captcha: true,
      require_email: true,
      require_phone: true,
      require_registration_token: true,
      require_external_auth: true,
    },
    older: true,
    here: { InsecureRegistration: { response: ['kick'] } },
    lost: ['require_captcha', 'require_email', 'require_phone', 'require_registration_token', 'require_external_auth'],
    isOffUnset: true,
  },
];
