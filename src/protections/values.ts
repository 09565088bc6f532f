import type { z } from 'zod';
import type { ProtectionSettings } from '../store/settings/types.js';
import { durationMs } from './durations.js';
import { noteOf, valueText, type CommonSettings, type NumbersIn, type SettingNote, type Unit } from './settings.js';
import type { AnyProtection } from './types.js';
import { PROTECTION_TEXTS as texts } from './texts.js';

/** One setting of a protection. */
export interface Setting {
  key: string;
  schema: z.ZodType;
  note: SettingNote;
  /** unit of plain numbers under the name by which it was found */
  numbersIn: NumbersIn | undefined;
}

const LISTS: ReadonlySet<Unit> = new Set(['words', 'domains', 'servers', 'people']);
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** All settings of a protection, its own first. */
export function settingsFor(protection: AnyProtection): Setting[] {
  return Object.entries(protection.settings.shape).map(([key, schema]) => ({
    key,
    schema: schema as z.ZodType,
    note: noteOf(schema as z.ZodType),
    numbersIn: undefined,
  }));
}

/** The setting with this name, ours or another bot's, ignoring case. */
export function settingNamed(protection: AnyProtection, name: string): Setting | undefined {
  const wanted = plain(name);
  for (const setting of settingsFor(protection)) {
    if (plain(setting.key) === wanted) return setting;
    const alias = setting.note.aliases?.find((one) => plain(one.name) === wanted);
    if (alias !== undefined) return { ...setting, numbersIn: alias.in };
  }
  return undefined;
}

/** Whether a setting is a list, with entries to add and remove. */
export function isList({ note }: Setting): boolean {
  return LISTS.has(note.unit);
}

/** Converts an entered value to storage form. `problemOf` validates it. */
export function readValue(setting: Setting, args: readonly string[]): unknown {
  // phones end a line with a full stop
  const text = args.join(' ').trim().replace(/[.!]$/, '');
  switch (setting.note.unit) {
    case 'count':
      return /^[+-]?\d{1,9}$/.test(text) ? Number(text) : text;
    case 'switch':
      return /^(?:on|true|yes|1|an|ja)$/i.test(text)
        ? true
        : /^(?:off|false|no|0|aus|nein)$/i.test(text)
          ? false
          : text;
    case 'duration':
      return /^\d+$/.test(text) && setting.numbersIn !== undefined && text !== '0'
        ? inUnits(Number(text), setting.numbersIn)
        : text;
    case 'choice':
      return text.toLowerCase();
    case 'ladder':
      return text
        .replace(/^\[|\]$/g, '')
        .replace(/\s*\+\s*/g, '+')
        .split(/[\s,;>→]+/)
        .map((step) => step.replace(/["']/g, '').toLowerCase())
        .filter((step) => step !== '');
    default:
      return entriesOf(setting, args);
  }
}

/** A plain number of another bot as a length of time; of milliseconds whole seconds, one at least. */
function inUnits(number: number, unit: NumbersIn): string {
  return unit === 'milliseconds' ? `${Math.max(1, Math.round(number / 1000))}s` : `${number}${unit.charAt(0)}`;
}

/**
 * Parses entered entries: separated by commas; adjacent words form a phrase, unless some were quoted. Domains, servers
 * and people contain no spaces, so there each word is an entry.
 */
export function entriesOf(setting: Setting, args: readonly string[]): string[] {
  const quoted = args.some((arg) => /\s/.test(arg));
  const joined = setting.note.unit === 'words' && !quoted ? [args.join(' ').replace(/^\[|\]$/g, '')] : [...args];
  return joined
    .flatMap((part) => part.split(setting.note.unit === 'words' ? /[,;\n]/ : /[,;\s]+/))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** Entries of a list in configuration file syntax: `["free btc", "casino"]`; undefined for anything else. */
export function writtenList(text: string): string[] | undefined {
  if (!/^\[.*\]$/s.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text.replace(/[“”„]/g, '"'));
    return Array.isArray(value)
      ? value.map((entry) => String(entry).trim()).filter((entry) => entry !== '')
      : undefined;
  } catch {
    // without quotation marks these are words in brackets, parsed like any others
    return undefined;
  }
}

/** The problem with a value, for people; undefined if it can be stored. */
export function problemOf(setting: Setting, value: unknown): string | undefined {
  const parsed = setting.schema.safeParse(value);
  if (parsed.success) return undefined;
  return parsed.error.issues[0]?.message ?? texts.values.invalid;
}

/** The effective value of a setting, for display. */
export function shownValue(setting: Setting, stored: unknown): string {
  const parsed = setting.schema.safeParse(stored);
  const value = parsed.success ? parsed.data : setting.schema.parse(undefined);
  // a duration stays as written
  if (setting.note.unit === 'duration' && typeof stored === 'string' && parsed.success && durationMs(stored) !== 0)
    return stored;
  return valueText(value, setting.note.unit);
}

/** The value that counts instead of a setting's own, because it is never less than another; undefined: its own. */
export function raisedTo({ key, note }: Setting, inEffect: CommonSettings): number | undefined {
  const values = inEffect as unknown as Record<string, number | undefined>;
  const least = note.atLeast === undefined ? undefined : values[note.atLeast];
  return least !== undefined && least > (values[key] ?? 0) ? least : undefined;
}

/** The empty settings of an untouched protection. */
export function untouched(): ProtectionSettings {
  return { enabled: false, rooms: {}, values: {} };
}
