import { z } from 'zod';
import { HeimdallError } from '../../util/errors.js';
import { isRoomId, isUserId } from '../../matrix/identifiers.js';
import { JsonLineError, parseJsonWithLines } from './json-lines.js';
import type { Settings } from './types.js';
import { storeTexts } from '../texts.js';

const roomId = z.string().refine(isRoomId, { error: () => storeTexts.roomIdForm });

const userId = z.string().refine(isUserId, { error: () => storeTexts.userIdForm });

const values = z.record(z.string(), z.unknown());
const protection = z.strictObject({
  enabled: z.boolean().default(false),
  rooms: z.record(roomId, z.strictObject({ enabled: z.boolean().optional(), values: values.optional() })).default({}),
  values: values.default({}),
});

/**
 * The settings document. Missing keys have their defaults; unknown ones are errors, because they are usually misspelt.
 */
const settingsSchema: z.ZodType<Settings> = z.strictObject({
  protected_rooms: z.array(roomId).default([]),
  protected_spaces: z.array(z.strictObject({ room_id: roomId, rooms: z.array(roomId).default([]) })).default([]),
  watched_lists: z
    .array(
      z.strictObject({
        room_id: roomId,
        shortcode: z.string().optional(),
        alias: z.string().optional(),
        own: z.boolean().optional(),
        trust_allow: z.boolean().optional(),
        options: z
          .strictObject({
            apply: z.boolean().optional(),
            acl: z.boolean().optional(),
            lift: z.boolean().optional(),
            suspend: z.boolean().optional(),
            notify: z.boolean().optional(),
          })
          .optional(),
      }),
    )
    .default([]),
  policy_list_room: roomId.nullable().default(null),
  default_list: roomId.nullable().default(null),
  management_room: roomId.nullable().default(null),
  management_room_name: z.string().nullable().default(null),
  protections: z.record(z.string(), protection).default({}),
  followed_upgrades: z.array(z.strictObject({ from: roomId, to: roomId })).default([]),
  officials: z
    .array(
      z.strictObject({
        user_id: userId,
        display_names: z.array(z.string()).default([]),
        variants: z.array(userId).default([]),
      }),
    )
    .default([]),
});

export function defaultSettings(): Settings {
  return settingsSchema.parse({});
}

/** The stored text, which people can read and edit. */
export function printSettings(settings: Settings): string {
  return `${JSON.stringify(settings, null, 2)}\n`;
}

/** A document's location, for its errors. */
export interface DocumentPlace {
  /** e.g. the file's path */
  name: string;
  remedy: string;
}

/**
 * Reads and checks the document.
 *
 * @throws HeimdallError `HEIMDALL_E_SETTINGS` with every mistake and its line
 */
export function parseSettings(text: string, place: DocumentPlace): Settings {
  if (text.trim() === '') throw settingsError(place, [storeTexts.emptyDocument]);
  const lined = readLines(text, place);
  const checked = settingsSchema.safeParse(lined.value);
  if (checked.success) return checked.data;
  throw settingsError(
    place,
    checked.error.issues.flatMap((issue) => {
      if (issue.code === 'unrecognized_keys')
        return issue.keys.map((key) =>
          storeTexts.atLine(lined.lineOf([...issue.path, key]), storeTexts.unknownKey(key)),
        );
      return [storeTexts.atLine(lined.lineOf(issue.path), `${named(issue.path)}${issue.message}`)];
    }),
  );
}

/**
 * Validates settings that a program changed.
 *
 * @throws HeimdallError `HEIMDALL_E_SETTINGS`; then nothing must be written
 */
export function checkSettings(settings: Settings, place: DocumentPlace): Settings {
  const checked = settingsSchema.safeParse(settings);
  if (checked.success) return checked.data;
  const mistakes = checked.error.issues.map((issue) => `${named(issue.path)}${issue.message}`);
  throw new HeimdallError('HEIMDALL_E_SETTINGS', storeTexts.wouldBeInvalid(mistakes), storeTexts.unchanged(place.name));
}

function named(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '' : `${path.map(String).join('.')}: `;
}

function readLines(text: string, place: DocumentPlace) {
  try {
    return parseJsonWithLines(text);
  } catch (error) {
    if (error instanceof JsonLineError) throw settingsError(place, [storeTexts.atLine(error.line, error.message)]);
    throw error;
  }
}

function settingsError(place: DocumentPlace, mistakes: readonly string[]): HeimdallError {
  return new HeimdallError('HEIMDALL_E_SETTINGS', storeTexts.unreadable(place.name, mistakes), place.remedy);
}
