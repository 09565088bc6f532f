/** Other bots' protections in our terms: names, units, and settings without a counterpart. */
import { isRoomId } from '../../matrix/identifiers.js';
import { elsewhere, protectionNamed } from '../../protections/table.js';
import type { AnyProtection } from '../../protections/types.js';
import { isList, problemOf, readValue, settingNamed, shownValue, type Setting } from '../../protections/values.js';
import type { SettingsStore } from '../../store/settings/types.js';
import { textsOf } from './old-bot.js';
import type { OldProtection } from './old-protection.js';
import { migrateTexts } from './texts.js';

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

/** Undefined when none of our protections does the same. */
function translated(old: OldProtection): Translation | undefined {
  const protection = protectionNamed(old.name);
  if (protection === undefined) return undefined;
  const result: Translation = { protection, values: {}, offIn: [], taken: [], lost: [] };
  const written = new Set(Object.keys(old.settings).map((name) => settingNamed(protection, name)?.key));
  for (const [name, value] of Object.entries(old.implied ?? {})) {
    const setting = settingNamed(protection, name);
    if (setting === undefined || written.has(setting.key) || isDefault(setting, value)) continue;
    take(result, setting, name, value, old);
  }
  for (const [name, value] of Object.entries(old.settings)) {
    // Draupnir stores its version with the settings
    if (name.includes('.') || value === null) continue;
    const setting = settingNamed(protection, name);
    if (name === 'ignoreRooms') leaveOut(result, textsOf(value));
    else if (setting === undefined) result.lost.push(migrateTexts.noSetting(protection.name, name, shown(value)));
    else take(result, setting, name, value, old);
  }
  return result;
}

/** Whether it is what holds here anyway: then nothing is set, and nothing said. */
function isDefault(setting: Setting, value: unknown): boolean {
  const [ours, standard] = [setting.schema.safeParse(oursOf(setting, value)), setting.schema.parse(undefined)];
  return ours.success && JSON.stringify(ours.data) === JSON.stringify(standard);
}

function oursOf(setting: Setting, value: unknown): unknown {
  return readValue(setting, textsOf(value).length > 0 ? textsOf(value) : [said(value)]);
}

/** Rooms that a protection ignores there: here it is off in them. */
function leaveOut(result: Translation, rooms: readonly string[]): void {
  result.offIn = rooms.filter(isRoomId);
  result.taken.push(...result.offIn.map(migrateTexts.offIn));
}

function take(result: Translation, setting: Setting, name: string, value: unknown, old: OldProtection): void {
  const protection = result.protection.name;
  const { entries, patterns } = isList(setting)
    ? listOf(setting, value, old.literal === true)
    : { entries: undefined, patterns: [] };
  for (const pattern of patterns) result.lost.push(migrateTexts.pattern(protection, pattern));
  const ours = entries ?? oursOf(setting, value);
  if (entries?.length === 0) return;
  const another = old.there?.[name];
  const problem = problemOf(setting, ours);
  if (problem !== undefined) {
    result.lost.push(migrateTexts.badSetting(protection, name, shown(another ?? value), problem));
    return;
  }
  result.values[setting.key] = ours;
  const there = name === setting.key ? '' : ` (there ${name}${another === undefined ? '' : ` = ${shown(another)}`})`;
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
  if (old.unread !== undefined) return [old.unread];
  if (isOnlyOff(old)) return old.roomId === undefined ? [] : [migrateTexts.offInRoom(protection.name, old.roomId)];
  const deed = old.enabled ? deeds.on : deeds.off;
  return [
    taken.length === 0
      ? migrateTexts.withDefaults(deed, protection.name + where)
      : migrateTexts.withSettings(deed, protection.name + where, taken),
    ...lost,
    ...(old.differs ?? []).map((how) => migrateTexts.differs(protection.name, how)),
  ];
}

/** Off there, and nothing is written down about it. */
function isOnlyOff({ enabled, settings }: OldProtection): boolean {
  return !enabled && Object.keys(settings).length === 0;
}

/** Whether one of them bans here. */
export function isBanning(protections: readonly OldProtection[]): boolean {
  return protections.some((old) => {
    const found = old.enabled && old.unread === undefined ? translated(old) : undefined;
    const setting = found === undefined ? undefined : settingNamed(found.protection, 'response');
    return (setting?.schema.parse(found?.values.response) as string[][] | undefined)?.flat().includes('ban') === true;
  });
}

/** Settings made here are kept, including protections that were disabled after an earlier migration. */
function isSet(settings: SettingsStore, { name }: AnyProtection, roomId: string | undefined): boolean {
  const stored = settings.get().protections[name];
  return roomId === undefined ? stored !== undefined : stored?.rooms[roomId] !== undefined;
}

/** Migrates it, if nothing is set here yet. */
export async function takeProtection(old: OldProtection, settings: SettingsStore): Promise<void> {
  const found = old.sameAs === undefined && old.unread === undefined ? translated(old) : undefined;
  if (found === undefined || isSet(settings, found.protection, old.roomId)) return;
  const { protection, offIn } = found;
  const values = isOnlyOff(old) ? {} : found.values;
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
