import { z } from 'zod';
import { isUserId } from '../matrix/identifiers.js';
import { domainEntry } from './domain-entry.js';
import { durationMs, durationText } from './durations.js';
import { PROTECTION_TEXTS as texts } from './texts.js';

/** A setting's unit, which decides how its value is written and shown. */
export type Unit = 'count' | 'duration' | 'switch' | 'words' | 'domains' | 'servers' | 'people' | 'ladder' | 'choice';

/** What plain numbers of another bot are measured in. */
export type NumbersIn = 'milliseconds' | 'seconds' | 'minutes' | 'hours';

/** Metadata of a setting, for `config` and the documentation. */
export interface SettingNote {
  unit: Unit;
  about: string;
  /** other bots' names for it; `in` is the unit of their plain numbers */
  aliases?: readonly { name: string; in?: NumbersIn }[];
  /** the key of another setting, whose value counts where this one is less */
  atLeast?: string;
}

type Aliases = SettingNote['aliases'];
const note = (
  unit: Unit,
  about: string,
  aliases?: Aliases,
  atLeast?: string,
): SettingNote & Record<string, unknown> => ({
  unit,
  about,
  ...(aliases === undefined ? {} : { aliases }),
  ...(atLeast === undefined ? {} : { atLeast }),
});

/** An integer, by default from 1 to 1000. */
export function count(
  standard: number,
  about: string,
  aliases?: Aliases,
  range: { min?: number; max?: number; atLeast?: string } = {},
) {
  const { min = 1, max = 1000, atLeast } = range;
  const error = (): string => texts.values.wholeNumber(min, max);
  return z
    .number({ error })
    .int({ error })
    .min(min, { error })
    .max(max, { error })
    .default(standard)
    .meta(note('count', about, aliases, atLeast));
}

/** A duration, written `30m`, stored as written, passed on in ms; `0` means none. */
export function duration(standard: string, about: string, aliases?: Aliases) {
  return durationOf(standard, about, aliases, 0);
}

/** The counting window, which cannot be 0, or nothing would ever be found. */
export function windowOf(standard: string, about: string, aliases?: Aliases) {
  return durationOf(standard, about, aliases, 1);
}

function durationOf(standard: string, about: string, aliases: Aliases, leastMs: number) {
  return z
    .string()
    .refine((text) => (durationMs(text) ?? -1) >= leastMs, { error: () => texts.values.duration })
    .default(standard)
    .transform((text) => durationMs(text) ?? 0)
    .meta(note('duration', about, aliases));
}

/** On or off. */
export function flag(standard: boolean, about: string, aliases?: Aliases) {
  return z
    .boolean({ error: () => texts.values.onOrOff })
    .default(standard)
    .meta(note('switch', about, aliases));
}

/** One of a few words. */
export function choice<const Words extends readonly [string, ...string[]]>(
  words: Words,
  standard: Words[number],
  about: string,
) {
  return z
    .enum(words, { error: () => texts.values.oneOf(words) })
    .default(standard as never)
    .meta(note('choice', about));
}

const MOST_ENTRIES = 20_000;
const MOST_LETTERS = 100;
const MOST_STEPS = 20;

/** Words or phrases. */
export function words(about: string, aliases?: Aliases) {
  return z
    .array(
      z
        .string()
        // copied from elsewhere, the blanks of a phrase may be no-break ones
        .overwrite((text) => text.replace(/\s+/gu, ' ').trim())
        .min(1, { error: () => texts.values.empty })
        .max(MOST_LETTERS, { error: () => texts.values.letters(MOST_LETTERS) })
        .refine((text) => /[\p{L}\p{N}]/u.test(text), { error: () => texts.values.noLetter }),
    )
    .max(MOST_ENTRIES, { error: () => texts.values.entries(MOST_ENTRIES) })
    .default([])
    .meta(note('words', about, aliases));
}

/** Domains, each including its subdomains. Public suffixes (`co.uk`) are not allowed. */
export function domains(about: string, aliases?: Aliases) {
  return z
    .array(
      z.string().transform((text, context) => {
        const entry = domainEntry(text);
        if ('problem' in entry) context.addIssue({ code: 'custom', message: entry.problem });
        return 'domain' in entry ? entry.domain : z.NEVER;
      }),
    )
    .max(MOST_ENTRIES, { error: () => texts.values.entries(MOST_ENTRIES) })
    .default([])
    .meta(note('domains', about, aliases));
}

/** Names of homeservers, ignoring port and case. */
export function servers(about: string, aliases?: Aliases) {
  return z
    .array(
      z
        .string()
        .trim()
        .toLowerCase()
        .regex(/^[^\s@#!/]{1,255}$/, { error: () => texts.values.serverName }),
    )
    .max(MOST_ENTRIES, { error: () => texts.values.entries(MOST_ENTRIES) })
    .default([])
    .meta(note('servers', about, aliases));
}

/** User ids. */
export function people(about: string, aliases?: Aliases) {
  return z
    .array(
      z
        .string()
        .trim()
        .refine(isUserId, { error: () => texts.values.userId }),
    )
    .max(MOST_ENTRIES, { error: () => texts.values.entries(MOST_ENTRIES) })
    .default([])
    .meta(note('people', about, aliases));
}

/** Responses to an offence. `notify` only opens the case. */
export const DEEDS = ['notify', 'redact', 'warn', 'mute', 'kick', 'ban', 'lockdown'] as const;
export type Deed = (typeof DEEDS)[number];

/**
 * The ladder of responses: the n-th offence gets the n-th step, and the last step repeats. A step is one response, or
 * several joined by `+`. If an earlier step redacts, later ones do too.
 */
export function ladder(standard: readonly string[], about = LADDER) {
  return z
    .array(
      z.string().transform((text, context) => {
        const deeds = text
          .toLowerCase()
          .split('+')
          .map((deed) => deed.trim());
        const unknown = deeds.filter((deed) => !(DEEDS as readonly string[]).includes(deed));
        if (unknown.length > 0)
          context.addIssue({
            code: 'custom',
            message: texts.values.notAResponse(unknown.join('+').slice(0, 40), DEEDS),
          });
        return [...new Set(deeds)] as Deed[];
      }),
    )
    .min(1, { error: () => texts.values.noSteps })
    .max(MOST_STEPS, { error: () => texts.values.entries(MOST_STEPS) })
    .default([...standard] as never)
    .transform((steps) =>
      steps.map((step) => (typeof step === 'string' ? ((step as string).split('+') as Deed[]) : step)),
    )
    .meta(note('ladder', about));
}

const LADDER =
  'What is done: the n-th offence within `memory` gets the n-th step, the last one repeats. Several at once ' +
  'are joined by `+`.';

/** The settings that every protection has. */
export interface CommonSettings {
  response: Deed[][];
  memory: number;
  trusted_after: number;
  bridge_users: boolean;
  mute_for: number;
  ban_for: number;
}

/** A protection's own settings together with the common ones. */
export function settingsWith<Shape extends z.ZodRawShape>(
  response: readonly string[],
  own: Shape,
  common: { trusted_after?: string; memory?: string; trustedAliases?: Aliases; memoryAliases?: Aliases } = {},
) {
  return z.strictObject({
    ...own,
    response: ladder(response),
    memory: duration(common.memory ?? '24h', 'How long an offence counts.', common.memoryAliases),
    trusted_after: duration(
      common.trusted_after ?? '0',
      'People who have been in the room for longer are left alone. `0`: nobody is.',
      common.trustedAliases,
    ),
    bridge_users: flag(true, 'Leave the ghosts of your bridges in peace (`bridge_users` of the configuration).'),
    mute_for: duration('1h', 'How long a mute lasts. `0`: until a moderator ends it.'),
    ban_for: duration('0', 'How long a ban lasts. `0`: for ever.'),
  });
}

/** A setting's metadata. */
export function noteOf(schema: z.ZodType): SettingNote {
  return schema.meta() as unknown as SettingNote;
}

/** Formats a stored value for display. */
export function valueText(value: unknown, unit: Unit): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return texts.noEntries;
    const shown = value.map((entry) => (Array.isArray(entry) ? entry.join('+') : String(entry)));
    return unit === 'ladder' ? `[${shown.join(', ')}]` : shown.join(', ');
  }
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (unit === 'duration') return durationText(typeof value === 'number' ? value : (durationMs(String(value)) ?? 0));
  return String(value);
}
