import { PROTECTION_TEXTS as texts } from './texts.js';

/** What a preset sets for one protection in a room. `false`: it is off there. */
type PresetEntry = Readonly<Record<string, unknown>> | false;

/** How a kind of room is usually protected: which protections are on in it, and with what settings. */
export interface Preset {
  name: string;
  aliases: readonly string[];
  readonly about: string;
  protections: Readonly<Record<string, PresetEntry>>;
}

/**
 * Kinds of rooms. Newcomers who ask for help send pictures and links at once, so a support room takes them; where few
 * write, little is honest. In a small room people know each other, so it is told and not acted on.
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
      // an announcement draws a crowd
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

/** The preset of this name, in any case. */
export function presetNamed(name: string): Preset | undefined {
  const wanted = name.toLowerCase();
  return PRESETS.find((preset) => preset.name === wanted || preset.aliases.includes(wanted));
}
