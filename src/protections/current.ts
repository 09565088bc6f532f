import type { z } from 'zod';
import type { ProtectionSettings, Settings } from '../store/settings/types.js';
import type { CommonSettings } from './settings.js';
import { PROTECTIONS, protectionNamed } from './table.js';
import type { AnyProtection } from './types.js';

/** An enabled protection with its settings in a room. */
export interface ActiveProtection {
  protection: AnyProtection;
  settings: CommonSettings;
}

type Place = ProtectionSettings['rooms'][string];

/** The stored settings of a protection, under any of its names. */
export function storedOf(settings: Readonly<Settings>, name: string): ProtectionSettings | undefined {
  const own = settings.protections[name];
  if (own !== undefined) return own;
  const other = Object.keys(settings.protections).find((key) => protectionNamed(key)?.name === name);
  return other === undefined ? undefined : settings.protections[other];
}

/** Settings of a room itself, and of the spaces that protect it; the room's own take precedence. */
function placesOf(settings: Readonly<Settings>, stored: ProtectionSettings, roomId: string): Place[] {
  const spaces = settings.protected_spaces.filter(({ rooms }) => rooms.includes(roomId)).map(({ room_id: id }) => id);
  return [roomId, ...spaces].flatMap((id) => stored.rooms[id] ?? []);
}

/** Whether a protection is enabled in a room. */
export function isEnabled(settings: Readonly<Settings>, name: string, roomId: string): boolean {
  const stored = storedOf(settings, name);
  if (stored === undefined) return false;
  for (const place of placesOf(settings, stored, roomId)) if (place.enabled !== undefined) return place.enabled;
  return stored.enabled;
}

/** Whether a protection is enabled anywhere. */
export function isEnabledSomewhere(settings: Readonly<Settings>, name: string): boolean {
  const stored = storedOf(settings, name);
  return (
    stored !== undefined && (stored.enabled || Object.values(stored.rooms).some(({ enabled }) => enabled === true))
  );
}

/**
 * A protection's settings, in a room or in general. An invalid stored value (written by hand, or by another version)
 * counts as unset.
 */
export function settingsOf(settings: Readonly<Settings>, protection: AnyProtection, roomId?: string): CommonSettings {
  const stored = storedOf(settings, protection.name);
  const places = stored === undefined || roomId === undefined ? [] : placesOf(settings, stored, roomId);
  const values: Record<string, unknown> = { ...stored?.values };
  for (const place of places.reverse()) Object.assign(values, place.values);
  const valid: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(protection.settings.shape)) {
    if (Object.hasOwn(values, key) && (schema as z.ZodType).safeParse(values[key]).success) valid[key] = values[key];
  }
  return protection.settings.parse(valid) as unknown as CommonSettings;
}

/**
 * Which protections are enabled where, recomputed when the settings change. Rooms without their own settings share one
 * list, so that derived data (a table of 10,000 words) is built once, and what is asked for each event is at hand
 * whatever room it is of.
 */
export class CurrentProtections {
  #settings: Readonly<Settings> | undefined;
  #rooms = new Map<string, readonly ActiveProtection[]>();
  #shared = new Map<string, CommonSettings>();
  /** the different lists of rooms without settings of their own */
  #lists: (readonly ActiveProtection[])[] = [];

  constructor(private readonly settings: { get(): Readonly<Settings> }) {}

  /** The enabled protections of a room. */
  in(roomId: string): readonly ActiveProtection[] {
    const settings = this.settings.get();
    if (settings !== this.#settings) this.#forget(settings);
    const known = this.#rooms.get(roomId);
    if (known !== undefined) return known;
    const own = PROTECTIONS.filter(({ name }) => isEnabled(settings, name, roomId)).map((protection) => ({
      protection,
      settings: this.#settingsOf(settings, protection, roomId),
    }));
    const active = this.#sharedOf(own);
    this.#rooms.set(roomId, active);
    return active;
  }

  /** The list that other rooms have, if it is the same. */
  #sharedOf(own: readonly ActiveProtection[]): readonly ActiveProtection[] {
    if (!own.every(({ protection: { name }, settings }) => this.#shared.get(name) === settings)) return own;
    const shared = this.#lists.find((list) => isSame(list, own));
    if (shared === undefined) this.#lists.push(own);
    return shared ?? own;
  }

  #settingsOf(settings: Readonly<Settings>, protection: AnyProtection, roomId: string): CommonSettings {
    const stored = storedOf(settings, protection.name);
    const places = stored === undefined ? [] : placesOf(settings, stored, roomId);
    if (places.some(({ values }) => values !== undefined)) return settingsOf(settings, protection, roomId);
    const shared = this.#shared.get(protection.name) ?? settingsOf(settings, protection);
    this.#shared.set(protection.name, shared);
    return shared;
  }

  #forget(settings: Readonly<Settings>): void {
    // other settings change often (a room joins a space), so data derived from long lists is kept while they are
    // unchanged
    const before = this.#settings?.protections;
    const same = before !== undefined && JSON.stringify(before) === JSON.stringify(settings.protections);
    this.#settings = settings;
    this.#rooms = new Map();
    this.#lists = [];
    if (!same) this.#shared = new Map();
  }
}

function isSame(list: readonly ActiveProtection[], other: readonly ActiveProtection[]): boolean {
  return list.length === other.length && list.every(({ protection }, at) => other[at]?.protection === protection);
}
