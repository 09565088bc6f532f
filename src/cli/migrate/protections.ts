/** Other bots' protections in our terms: names, units, and settings without a counterpart. */
import { isRoomId } from '../../matrix/identifiers.js';
import { elsewhere, protectionNamed } from '../../protections/table.js';
import type { AnyProtection } from '../../protections/types.js';
import { isList, problemOf, readValue, settingNamed, shownValue, type Setting } from '../../protections/values.js';
import type { SettingsStore } from '../../store/settings/types.js';
import { objectOf, textsOf } from './old-bot.js';
import { migrateTexts } from './texts.js';

/** A protection as stored by another bot. */
export interface OldProtection {
  /** its name there */
  name: string;
  enabled: boolean;
  /** its settings there, under their names */
  settings: Record<string, unknown>;
  /** the settings only apply to this room */
  roomId?: string;
  /** another one there, which is the same here and is taken over instead */
  sameAs?: string;
}

/** The same in our terms. */
interface Translation {
  protection: AnyProtection;
  values: Record<string, unknown>;
  /** rooms in which it is off */
  offIn: string[];
  /** `max = 20 (there maxPerMinute)` */
  taken: string[];
  /** a sentence for each setting without a counterpart */
  lost: string[];
}

/** Mjolnir's and Draupnir's data: the enabled protections, and their settings in the management room's state. */
export function mjolnirProtections(
  enabled: readonly string[],
  settings: ReadonlyMap<string, Record<string, unknown>>,
): OldProtection[] {
  // those that are on come first: of two that are one here, theirs are the settings
  const names = [...new Set([...enabled, ...settings.keys()])];
  return names.map((name, at) => {
    const sameAs = names.slice(0, at).find((other) => isSameProtection(other, name));
    return {
      name,
      enabled: enabled.includes(name),
      settings: settings.get(name) ?? {},
      ...(sameAs === undefined ? {} : { sameAs }),
    };
  });
}

/** Whether two names refer to the same protection: the file has `wordlist`, the account `WordList`. */
export function isSameProtection(one: string, other: string): boolean {
  return one === other || (protectionNamed(one) !== undefined && protectionNamed(one) === protectionNamed(other));
}

/** Protection settings in their configuration files. */
export function configuredSettings(protections: unknown): Map<string, Record<string, unknown>> {
  const found = new Map<string, Record<string, unknown>>();
  for (const [name, values] of Object.entries(objectOf(protections) ?? {})) {
    const protection = protectionNamed(name);
    const settings = objectOf(values);
    if (protection !== undefined && settings !== undefined) found.set(protection.name, settings);
  }
  return found;
}

/** Meowlnir's data: `{global, overrides: {ROOM}}`, or in later versions the protections themselves. */
export function meowlnirProtections(content: Record<string, unknown>): OldProtection[] {
  const global = objectOf(content.global) ?? ('overrides' in content ? {} : content);
  return [
    ...ofRoom(global, undefined),
    ...Object.entries(objectOf(content.overrides) ?? {}).flatMap(([roomId, protections]) =>
      ofRoom(objectOf(protections) ?? {}, roomId),
    ),
  ];
}

function ofRoom(protections: Record<string, unknown>, roomId: string | undefined): OldProtection[] {
  const where = roomId === undefined ? {} : { roomId };
  const all = Object.entries(protections).flatMap(([name, values]): OldProtection[] => {
    const { enabled, ...settings } = objectOf(values) ?? {};
    if (objectOf(values) === undefined) return [];
    const on = enabled !== false;
    if (name === 'no_media') return mediaOf(settings).map((one) => ({ ...one, enabled: on, ...where }));
    return [{ name, enabled: on, settings, ...where }];
  });
  return joined(all);
}

/**
 * Merges two protections there that are one here, such as words in messages and words in names: their lists are
 * combined.
 */
function joined(all: readonly OldProtection[]): OldProtection[] {
  const result: OldProtection[] = [];
  for (const old of all) {
    const same = result.find(({ name }) => isSameProtection(name, old.name));
    if (same === undefined) result.push({ ...old });
    else {
      same.enabled ||= old.enabled;
      for (const [key, value] of Object.entries(old.settings)) {
        const before = same.settings[key];
        const both = Array.isArray(before) && Array.isArray(value) ? [...new Set([...before, ...value])] : value;
        same.settings = { ...same.settings, [key]: both };
      }
    }
  }
  return result;
}

/** Kinds of media, by Meowlnir's option that allows them, with our protection that redacts that kind. */
const MEDIA = [
  { allow: 'allow_images', type: 'm.image', alone: undefined },
  { allow: 'allow_videos', type: 'm.video', alone: 'MessageIsVideo' },
  { allow: 'allow_audio', type: 'm.audio', alone: 'MessageIsVoice' },
  { allow: 'allow_files', type: 'm.file', alone: undefined },
] as const;

/** One protection of Meowlnir for all media is several here. */
function mediaOf(settings: Record<string, unknown>): Pick<OldProtection, 'name' | 'settings'>[] {
  const { allow_stickers: stickers, allowed_types: types, ...rest } = settings;
  const allowed = types === undefined ? undefined : textsOf(types);
  const isDenied = (allow: unknown, type: string) => (allowed === undefined ? allow !== true : !allowed.includes(type));
  const denied = MEDIA.filter(({ allow, type }) => isDenied(settings[allow], type));
  const left = Object.entries(rest).filter(([name, value]) => !isMediaKind(name) && value !== isAllowing(name));
  const found: string[] = [];
  if (denied.length === MEDIA.length) found.push('MessageIsMedia');
  else {
    found.push(...denied.flatMap(({ alone }) => (alone === undefined ? [] : [alone])));
    const others = denied.filter(({ alone }) => alone === undefined).map(({ type }) => type);
    if (others.length > 0) found.push(`no_media (${others.join(', ')})`);
  }
  if (isDenied(stickers, 'm.sticker')) found.push('MessageIsSticker');
  // further settings are reported with the first of them
  if (found.length === 0 && left.length > 0) found.push(`no_media (${left.map(([name]) => name).join(', ')})`);
  return found.map((name, at) => ({ name, settings: at === 0 ? Object.fromEntries(left) : {} }));
}

function isMediaKind(name: string): boolean {
  return MEDIA.some(({ allow }) => allow === name);
}

/** Whether `true` is the value that denies nothing: Meowlnir's options are called allow_… or deny_… */
function isAllowing(name: string): boolean {
  return name.startsWith('allow_');
}

/** Undefined when none of our protections does the same. */
function translated(old: OldProtection): Translation | undefined {
  const protection = protectionNamed(old.name);
  if (protection === undefined) return undefined;
  const result: Translation = { protection, values: {}, offIn: [], taken: [], lost: [] };
  const settings = withResponse(protection.name, old);
  const isLiteral = settings.enableRegExps === false;
  for (const [name, value] of Object.entries(settings)) {
    // Draupnir stores its version with the settings; whether words are regular expressions shows in how they are read
    if (name.includes('.') || value === null || name === 'enableRegExps') continue;
    const setting = settingNamed(protection, name);
    if (name === 'ignoreRooms') leaveOut(result, textsOf(value));
    else if (setting === undefined) result.lost.push(migrateTexts.noSetting(protection.name, name, shown(value)));
    else take(result, setting, name, value, isLiteral);
  }
  return result;
}

/** Rooms that a protection ignores there: here it is off in them. */
function leaveOut(result: Translation, rooms: readonly string[]): void {
  result.offIn = rooms.filter(isRoomId);
  result.taken.push(...result.offIn.map(migrateTexts.offIn));
}

/** @param isLiteral its words are taken literally there, whatever signs are in them */
function take(result: Translation, setting: Setting, name: string, value: unknown, isLiteral: boolean): void {
  const protection = result.protection.name;
  const { entries, patterns } = isList(setting)
    ? listOf(setting, value, isLiteral)
    : { entries: undefined, patterns: [] };
  for (const pattern of patterns) result.lost.push(migrateTexts.pattern(protection, pattern));
  const ours = entries ?? readValue(setting, textsOf(value).length > 0 ? textsOf(value) : [said(value)]);
  if (entries?.length === 0) return;
  const problem = problemOf(setting, ours);
  if (problem !== undefined) {
    result.lost.push(migrateTexts.badSetting(protection, name, shown(value), problem));
    return;
  }
  result.values[setting.key] = ours;
  const there = name === setting.key ? '' : ` (there ${name})`;
  result.taken.push(`${setting.key} = ${shownValue(setting, ours).slice(0, 200)}${there}`);
}

/** Entries of a list; regular expressions among words are separated, because ours are whole words. */
function listOf(setting: Setting, value: unknown, isLiteral: boolean): { entries: string[]; patterns: string[] } {
  const all = typeof value === 'string' ? value.split(',').map((one) => one.trim()) : textsOf(value);
  const entries = all.map((entry) => entry.replace(/^\(\?i\)/, '')).filter((entry) => entry !== '');
  if (setting.note.unit !== 'words' || isLiteral) return { entries, patterns: [] };
  return {
    entries: entries.filter((entry) => !PATTERN.test(entry)),
    patterns: entries.filter((entry) => PATTERN.test(entry)),
  };
}

const PATTERN = /[\\^$*+?()[\]{}|]/;

/**
 * Its settings there, with the equivalent response: there it is not a setting, or one of several. A bot that only
 * redacts there must not ban here.
 */
function withResponse(here: string, { name, settings }: OldProtection): Record<string, unknown> {
  if (here === 'TrustedReporters') return reportersOf(settings);
  const there = name.toLowerCase().replace(/protection$/, '');
  if (there === 'mentionspam') return { response: 'redact', ...settings };
  // Meowlnir redacts for a word in a message, and kicks for one in a name
  if (there === 'bad_words') return { response: 'redact', ...settings };
  if (there === 'bad_displaynames') return { response: 'kick', ...settings };
  return there === 'mentionflood' ? mentionFloodOf(settings) : settings;
}

/** An old protection of Mjolnir names what is done to the person and to the message apart. */
function mentionFloodOf({ action = 'ban', redact = true, ...rest }: Record<string, unknown>): Record<string, unknown> {
  const deed = action === 'kick' || action === 'ban' || action === '' ? action || 'ban' : 'notify';
  const deeds = [...(redact === false ? [] : ['redact']), ...(deed === 'notify' && redact !== false ? [] : [deed])];
  return { response: deeds.join('+'), ...rest };
}

/**
 * There each action has its own number of reports, with -1 for never; here one number triggers `response`. The
 * strongest action there is used, so that an admin who was only notified does not start banning.
 */
function reportersOf({
  alertThreshold: given,
  redactThreshold: redact = -1,
  banThreshold: ban = -1,
  ...rest
}: Record<string, unknown>): Record<string, unknown> {
  const isOn = (threshold: unknown): boolean => typeof threshold === 'number' && threshold > 0;
  // the weaker ones have no counterpart, and are listed
  const weaker = { ...(given === undefined || !isOn(given) ? {} : { alertThreshold: given }) };
  if (isOn(ban)) return { ...rest, reports: ban, ...weaker, ...(isOn(redact) ? { redactThreshold: redact } : {}) };
  if (isOn(redact)) return { ...rest, reports: redact, response: 'redact', ...weaker };
  return { ...rest, reports: given ?? 3, response: 'notify' };
}

function said(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? '').slice(0, 200);
}

/** The report about one protection. `deeds`: the wording for an enabled and a disabled one. */
export function protectionLines(
  old: OldProtection,
  settings: SettingsStore,
  deeds: { on: string; off: string },
): string[] {
  const name = JSON.stringify(old.name.slice(0, 100));
  if (old.sameAs !== undefined) return [migrateTexts.sameProtection(name, JSON.stringify(old.sameAs.slice(0, 100)))];
  const found = translated(old);
  if (found === undefined) {
    const here = elsewhere(old.name);
    if (here !== undefined) return [migrateTexts.protectionIs(name, here)];
    return old.enabled ? [migrateTexts.noCounterpart(name)] : [];
  }
  const { protection, taken, lost } = found;
  const where = old.roomId === undefined ? '' : ` in ${old.roomId}`;
  if (isSet(settings, protection, old.roomId)) {
    const stored = settings.get().protections[protection.name];
    return [migrateTexts.leftAsItIs(protection.name + where, stored?.enabled === true)];
  }
  const deed = old.enabled ? deeds.on : deeds.off;
  if (!old.enabled && taken.length === 0 && lost.length === 0 && old.roomId === undefined) return [];
  return [
    taken.length === 0
      ? migrateTexts.withDefaults(deed, protection.name + where)
      : migrateTexts.withSettings(deed, protection.name + where, taken),
    ...lost,
  ];
}

/** Settings made here are kept, including protections that were disabled after an earlier migration. */
function isSet(settings: SettingsStore, { name }: AnyProtection, roomId: string | undefined): boolean {
  const stored = settings.get().protections[name];
  return roomId === undefined ? stored !== undefined : stored?.rooms[roomId] !== undefined;
}

/** Migrates it, if nothing is set here yet. */
export async function takeProtection(old: OldProtection, settings: SettingsStore): Promise<void> {
  const found = translated(old);
  if (found === undefined || old.sameAs !== undefined || isSet(settings, found.protection, old.roomId)) return;
  const { protection, values, offIn } = found;
  if (!old.enabled && Object.keys(values).length === 0 && old.roomId === undefined) return;
  await settings.update((draft) => {
    if (old.roomId === undefined) {
      const rooms = Object.fromEntries(offIn.map((roomId) => [roomId, { enabled: false }]));
      draft.protections[protection.name] = { enabled: old.enabled, rooms, values };
      return;
    }
    const whole = (draft.protections[protection.name] ??= { enabled: false, rooms: {}, values: {} });
    whole.rooms[old.roomId] = { enabled: old.enabled, values };
  });
}
