import type { z } from 'zod';
import type { ProtectionSettings } from '../store/settings/types.js';
import { durationMs } from './durations.js';
import { noteOf, valueText, type NumbersIn, type SettingNote, type Unit } from './settings.js';
import type { AnyProtection } from './types.js';
import { PROTECTION_TEXTS as texts } from './texts.js';

/** One setting of a protection. */
export interface Setting {
  key: string;
  schema: z.ZodType;
  note: SettingNote;
  /** of plain numbers under the name by which it was found */
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

/** The setting of this name: ours or another bot's, in any case. */
export function settingNamed(protection: AnyProtection, name: string): Setting | undefined {
  const wanted = plain(name);
  for (const setting of settingsFor(protection)) {
    if (plain(setting.key) === wanted) return setting;
    const alias = setting.note.aliases?.find((one) => plain(one.name) === wanted);
    if (alias !== undefined) return { ...setting, numbersIn: alias.in };
  }
  return undefined;
}

/** Says whether a setting holds entries that are added and removed. */
export function isList({ note }: Setting): boolean {
  return LISTS.has(note.unit);
}

/** A value as somebody wrote it, in the form in which it is stored. It is checked by `problemOf`. */
export function readValue(setting: Setting, args: readonly string[]): unknown {
  const text = args.join(' ').trim();
  switch (setting.note.unit) {
    case 'count':
      return /^[+-]?\d{1,9}$/.test(text) ? Number(text) : text;
    case 'switch':
      return /^(?:on|true|yes|1)$/i.test(text) ? true : /^(?:off|false|no|0)$/i.test(text) ? false : text;
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
 * Entries as somebody wrote them: apart at commas; words that were written side by side are one phrase, unless some
 * stood in quotation marks. Domains, servers and people hold no blanks, so there each word is one.
 */
export function entriesOf(setting: Setting, args: readonly string[]): string[] {
  const quoted = args.some((arg) => /\s/.test(arg));
  const joined = setting.note.unit === 'words' && !quoted ? [args.join(' ').replace(/^\[|\]$/g, '')] : [...args];
  return joined
    .flatMap((part) => part.split(setting.note.unit === 'words' ? /[,;\n]/ : /[,;\s]+/))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** Entries of a list as configuration files write it: `["free btc", "casino"]`; undefined for anything else. */
export function writtenList(text: string): string[] | undefined {
  if (!/^\[.*\]$/s.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text.replace(/[“”„]/g, '"'));
    return Array.isArray(value)
      ? value.map((entry) => String(entry).trim()).filter((entry) => entry !== '')
      : undefined;
  } catch {
    // without quotation marks it is words in brackets, which are read like any others
    return undefined;
  }
}

/** What is wrong with a value, as a person reads it; undefined when it can be stored. */
export function problemOf(setting: Setting, value: unknown): string | undefined {
  const parsed = setting.schema.safeParse(value);
  if (parsed.success) return undefined;
  return parsed.error.issues[0]?.message ?? texts.values.invalid;
}

/** The value that counts for a setting, as people read it. */
export function shownValue(setting: Setting, stored: unknown): string {
  const parsed = setting.schema.safeParse(stored);
  const value = parsed.success ? parsed.data : setting.schema.parse(undefined);
  // a length of time stays as it was written
  if (setting.note.unit === 'duration' && typeof stored === 'string' && parsed.success && durationMs(stored) !== 0)
    return stored;
  return valueText(value, setting.note.unit);
}

/** An empty entry of the settings for a protection that nobody has touched. */
export function untouched(): ProtectionSettings {
  return { enabled: false, rooms: {}, values: {} };
}
