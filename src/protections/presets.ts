import { PROTECTION_TEXTS as texts } from './texts.js';

/** A preset's settings for one protection in a room. `false`: disabled there. */
type PresetEntry = Readonly<Record<string, unknown>> | false;

/** The usual protections for a kind of room, with their settings. */
export interface Preset {
  name: string;
  aliases: readonly string[];
  readonly about: string;
  protections: Readonly<Record<string, PresetEntry>>;
}

/**
 * Kinds of rooms. Newcomers who need help send pictures and links at once, so a support room allows them; in an
 * announcement room few should write. In a small room people know each other, so offences are only reported.
 */
export const PRESETS: readonly Preset[] = [
  {
    name: 'announcements',
    aliases: ['announcement', 'news', 'readonly'],
    get about() {
      return texts.presets.announcements;
    },
    protections: {
      BasicFlooding: { max: 10, response: ['redact+mute', 'redact+ban'] },
      MentionLimit: { max: 5 },
      RepeatedMessage: {},
      InvalidEvent: {},
      MembershipChange: {},
      FirstMessageIsImage: { response: ['redact', 'redact+ban'] },
      FirstMessageIsLink: { response: ['redact', 'redact+ban'] },
      // an announcement attracts a crowd
      JoinWaveShortCircuit: false,
    },
  },
  {
    name: 'support',
    aliases: ['help'],
    get about() {
      return texts.presets.support;
    },
    protections: {
      BasicFlooding: { max: 20, response: ['redact+warn', 'redact+mute', 'redact+ban'] },
      MentionLimit: {},
      RepeatedMessage: { response: ['redact+warn', 'redact+ban'] },
      InvalidEvent: {},
      MembershipChange: {},
      FirstMessageIsImage: false,
      FirstMessageIsLink: false,
      JoinWaveShortCircuit: { max: 100 },
    },
  },
  {
    name: 'busy',
    aliases: ['public', 'busypublic', 'busy-public', 'busy_public'],
    get about() {
      return texts.presets.busy;
    },
    protections: {
      BasicFlooding: { max: 15, response: ['redact+mute', 'redact+ban'] },
      MentionLimit: {},
      RepeatedMessage: {},
      InvalidEvent: {},
      MembershipChange: {},
      FirstMessageIsImage: { response: ['redact+warn', 'redact+ban'] },
      FirstMessageIsLink: { response: ['redact+warn', 'redact+ban'] },
      JoinWaveShortCircuit: {},
    },
  },
  {
    name: 'small',
    aliases: ['private', 'smallprivate', 'small-private', 'small_private'],
    get about() {
      return texts.presets.small;
    },
    protections: {
      BasicFlooding: { max: 40, response: ['notify'] },
      MentionLimit: { max: 30, response: ['notify'] },
      RepeatedMessage: { response: ['notify'] },
      InvalidEvent: {},
      MembershipChange: { response: ['notify'] },
      FirstMessageIsImage: false,
      FirstMessageIsLink: false,
      JoinWaveShortCircuit: { max: 20, response: ['notify'] },
    },
  },
];

/** The preset with this name, ignoring case. */
export function presetNamed(name: string): Preset | undefined {
  const wanted = name.toLowerCase();
  return PRESETS.find((preset) => preset.name === wanted || preset.aliases.includes(wanted));
}
