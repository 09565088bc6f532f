/** The texts of mails, in the desk's language: `rules/mail/<language>.yaml`, overridden by an admin's own file. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { harmPhrase, HARMS } from '../store/harms.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { packageRoot } from '../util/package-root.js';
import { MAIL_TEXTS } from './texts.js';

export const MAIL_LANGUAGES = ['en', 'de'] as const;
export type MailLanguage = (typeof MAIL_LANGUAGES)[number];

/** Each text by its key, with its placeholders; one marked with `!` is required. */
const TEXTS = {
  subject: ['offender!', 'server!', 'case!'],
  subject_many: ['offender!', 'count!', 'server!', 'case!'],
  intro: ['server!', 'what!'],
  what_impostor_user: [],
  what_impostor_room: [],
  what_reported_user: [],
  what_reported_room: [],
  what_reported_server: [],
  what_reported_media: [],
  who: [],
  account: ['id!'],
  room: ['id!'],
  server_name: ['id!'],
  media: ['id!'],
  hidden: ['id!'],
  display_name: ['name!'],
  avatar: ['url!'],
  imitates: ['id!'],
  official_names: ['names!'],
  official_domains: ['domains!'],
  link: ['url!'],
  ask: [],
  ask_impostor: [],
  ask_user: [],
  ask_room: [],
  ask_server: [],
  ask_media: [],
  picture: [],
  picture_official: [],
  picture_reported: [],
  why: [],
  verdict: ['verdict!', 'score'],
  more_reasons: ['count!'],
  reported: ['harm!'],
  reported_nothing: ['harm!'],
  harm: ['harm!'],
  level_possible: [],
  level_likely: [],
  level_certain: [],
  where: [],
  seen_member: [],
  seen_rename: [],
  seen_invite: [],
  seen_account: [],
  seen_room_members: [],
  seen_message: [],
  seen_naming: [],
  seen_room: [],
  seen_report: [],
  room_alias: ['id!'],
  room_name: ['name!'],
  event: ['id!'],
  time_unknown: [],
  often: [],
  sighting: ['count!'],
  sightings: ['count!'],
  report: ['count!'],
  reports: ['count!'],
  in_room: ['count!'],
  in_rooms: ['count!'],
  so_far: ['sightings!', 'reports!', 'rooms!'],
  so_far_no_room: ['sightings!', 'reports!'],
  first_last: ['first!', 'last!'],
  also: ['count!'],
  also_one: ['case!', 'id!', 'what!'],
  also_named: ['case!', 'id!', 'what!', 'name!'],
  the_event: [],
  cut: [],
  contact: [],
  contact_us: ['server!', 'address!'],
  contact_case: ['case!', 'thing'],
  contact_appeal: ['address!'],
  thing_user: [],
  thing_room: [],
  thing_server: [],
  thing_media: [],
  contact_machines: [],
} as const satisfies Record<string, readonly string[]>;

type TextKey = keyof typeof TEXTS;
/** The name of a harm: `harm_m_spam_fraud`. It may be omitted in English, and in an admin's own file. */
type HarmKey = `harm_m_${string}`;
export type MailWords = Readonly<Record<TextKey, string> & Partial<Record<HarmKey, string>>>;

const HARM_KEYS: ReadonlyMap<string, HarmKey> = new Map(
  Object.keys(HARMS).map((id) => [id, `harm_${id.replaceAll('.', '_')}` as HarmKey]),
);

/** A harm's name in the mail's language, with its id: `impersonation (m.spam.impersonation)`. */
export function harmWords(words: MailWords, harm: string): string {
  const key = HARM_KEYS.get(harm);
  const name = key === undefined ? undefined : words[key];
  return name === undefined ? harmPhrase(harm) : `${name} (${harm})`;
}

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** Fills in a template; inserted values are not expanded again. */
export function say(words: MailWords, key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return words[key].replace(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}

/**
 * Reads the texts of a language. An admin's own folder overrides the built-in texts key by key.
 * @param folder the admin's rules folder; null: none
 * @throws HeimdallError HEIMDALL_E_MAIL_TEXTS, with the file and everything that is wrong with it
 */
export function loadMailWords(language: MailLanguage = 'en', folder: string | null = null): MailWords {
  const packaged = path.join(packageRoot(), 'rules', 'mail', `${language}.yaml`);
  const own = folder === null ? undefined : path.join(folder, 'mail', `${language}.yaml`);
  const texts = { ...read(packaged), ...(own !== undefined && existsSync(own) ? read(own) : {}) };
  const harmKeys = new Set<string>(HARM_KEYS.values());
  const problems = [
    ...Object.keys(texts)
      .filter((key) => !Object.hasOwn(TEXTS, key) && !harmKeys.has(key))
      .map((key) => MAIL_TEXTS.noSuchText(key)),
    ...Object.entries(TEXTS).flatMap(([key, names]) => problemsOf(key, names, texts[key])),
    ...Object.keys(texts)
      .filter((key) => harmKeys.has(key))
      .flatMap((key) => problemsOf(key, [], texts[key])),
  ];
  if (problems.length > 0)
    throw new HeimdallError(
      'HEIMDALL_E_MAIL_TEXTS',
      MAIL_TEXTS.wordsUnusable(own ?? packaged, problems.join('; ')),
      REMEDY,
    );
  return texts as MailWords;
}

const REMEDY = MAIL_TEXTS.mendWords;

function read(file: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new HeimdallError('HEIMDALL_E_MAIL_TEXTS', MAIL_TEXTS.wordsUnreadable(file, messageOf(error)), REMEDY, {
      cause: error,
    });
  }
  if (content == null) return {};
  if (typeof content === 'object' && !Array.isArray(content)) return content as Record<string, unknown>;
  throw new HeimdallError('HEIMDALL_E_MAIL_TEXTS', MAIL_TEXTS.wordsNoMap(file), REMEDY);
}

function problemsOf(key: string, names: readonly string[], text: unknown): string[] {
  if (typeof text !== 'string' || text.trim() === '') return [MAIL_TEXTS.noText(key)];
  if (key === 'subject' && /[\r\n]/.test(text)) return [MAIL_TEXTS.oneLine(key)];
  const known = names.map((name) => name.replace('!', ''));
  const there = [...text.matchAll(PLACEHOLDER)].map(([, name]) => name ?? '');
  return [
    ...there.filter((name) => !known.includes(name)).map((name) => MAIL_TEXTS.unknownWord(key, name)),
    ...names
      .filter((name) => name.endsWith('!') && !there.includes(name.replace('!', '')))
      .map((name) => MAIL_TEXTS.missingWord(key, name.replace('!', ''))),
  ];
}
