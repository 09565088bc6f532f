import { visible } from '../../detection/index.js';
import { isRoomAlias, isRoomId } from '../../matrix/identifiers.js';
import type { Block } from '../../matrix/message.js';
import { MatrixError } from '../../matrix/types.js';
import { isEnabledSomewhere, storedOf } from '../../protections/current.js';
import { isListedServer } from '../../protections/server-list.js';
import type { AnyProtection } from '../../protections/types.js';
import {
  entriesOf,
  isList,
  problemOf,
  readValue,
  settingNamed,
  settingsFor,
  shownValue,
  untouched,
  writtenList,
  type Setting,
} from '../../protections/values.js';
import type { ProtectionSettings } from '../../store/settings/types.js';
import { HeimdallError } from '../../util/errors.js';
import { room, word } from '../args/index.js';
import { usageError } from '../args/reading.js';
import { roomMayBe } from '../args/room-name.js';
import { command, type Arg } from '../spec.js';
import type { Word } from '../text/words.js';
import type { Invocation, Services } from '../types.js';
import { change, isProtectedPlace, placeOf, placeWords, protectionOf, valueBlocks, valueWords } from './parts.js';
import { TEXTS } from './texts.js';

/** The remaining words, with quotation marks: a value may contain anything. */
function value(label: string): Arg<readonly Word[]> {
  return {
    kind: 'text',
    label,
    optional: label.startsWith('['),
    read(reading) {
      const words = reading.left;
      reading.take(words.length);
      return words;
    },
  };
}

export const get = command({
  name: 'config get',
  group: 'Protections',
  role: 'viewer',
  summary: 'Shows the settings of a protection, or one of them.',
  args: { path: word('NAME[.KEY]'), key: word('[KEY]'), place: room('[ROOM]') },
  options: {},
  examples: ['config get BasicFlooding', 'config get BasicFlooding.max', 'config get BasicFlooding #lobby:example.org'],
  run(services, { args }) {
    // room settings are shown with the rest, so naming a room adds nothing
    const isPlace = args.key !== undefined && (isRoomAlias(args.key) || isRoomId(args.key));
    const { protection, key } = pathOf(args.path, isPlace ? undefined : args.key);
    if (key === undefined)
      return Promise.resolve<Block[]>([
        { heading: protection.name },
        ...valueBlocks(services, protection, settingsFor(protection)),
      ]);
    return Promise.resolve(valueBlocks(services, protection, [settingOf(protection, key)]));
  },
});

/** Reads `NAME.KEY`, or `NAME KEY`. */
function pathOf(path: string | undefined, next: string | undefined): { protection: AnyProtection; key?: string } {
  if (path === undefined) throw usageError(TEXTS.ofWhich, TEXTS.listed);
  const dot = path.indexOf('.');
  const protection = protectionOf(dot < 0 ? path : path.slice(0, dot));
  const key = dot < 0 ? next : path.slice(dot + 1);
  return { protection, ...(key === undefined || key === '' ? {} : { key }) };
}

function settingOf(protection: AnyProtection, key: string): Setting {
  const setting = settingNamed(protection, key);
  if (setting !== undefined) return setting;
  throw usageError(
    TEXTS.noSetting(protection.name, visible(key)),
    TEXTS.settingsAre(settingsFor(protection).map((one) => one.key)),
  );
}

const EXAMPLES: Record<keyof typeof TEXTS.verbs, readonly string[]> = {
  set: ['config set BasicFlooding.window 30s', 'config set BasicFlooding.response [redact, warn, kick, ban]'],
  add: ['config add WordList.words free btc', 'config add LinkFilter.deny evil.example'],
  remove: ['config remove WordList.words free btc'],
};

export const changes = (['set', 'add', 'remove'] as const).map((verb) =>
  command({
    name: `config ${verb}`,
    group: 'Protections',
    role: 'admin',
    summary: TEXTS.verbs[verb],
    args: { path: word('NAME.KEY'), value: value('VALUE [ROOM]') },
    options: {},
    examples: EXAMPLES[verb],
    run(services, { args, invocation }) {
      const [path, glued] = args.path?.split(/=(.*)/s) ?? [];
      const words: Word[] = [
        ...(glued === undefined || glued === '' ? [] : [{ text: glued, quoted: false }]),
        ...args.value,
      ];
      const { protection, key } = pathOf(path, path?.includes('.') === true ? undefined : words.shift()?.text);
      if (key === undefined) throw usageError(TEXTS.whichSetting, TEXTS.settingUsage(verb, protection.name));
      const setting = settingOf(protection, key);
      return changeSetting(services, invocation, { verb, protection, setting, words });
    },
  }),
);

interface SettingChange {
  verb: 'set' | 'add' | 'remove';
  protection: AnyProtection;
  setting: Setting;
  words: Word[];
}

/**
 * The protected room that a word names. Where a value cannot look like a room, a word that does but names none is a
 * mistake.
 */
async function placeIn(
  services: Services,
  setting: Setting,
  last: Word | undefined,
  isOnly: boolean,
): Promise<string | undefined> {
  const said = last?.link?.id ?? last?.text ?? '';
  const roomId = isRoomAlias(said) ? await aliasedRoom(services, said) : said;
  if (roomId !== undefined && isRoomId(roomId) && isProtectedPlace(services, roomId)) return roomId;
  // alone, or in quotation marks, it may be what people are not to write
  const mayBeEntry = isList(setting) && (isOnly || last?.quoted === true);
  if (!mayBeEntry && (isRoomAlias(said) || isRoomId(said)))
    throw new HeimdallError('HEIMDALL_E_ROOM', TEXTS.notProtected(visible(said)), TEXTS.notProtectedRemedy);
  return undefined;
}

/** The room of an alias; undefined if there is none, or its server does not answer. */
async function aliasedRoom({ homeserver }: Services, alias: string): Promise<string | undefined> {
  try {
    return await homeserver.resolveAlias(alias);
  } catch (error) {
    if (!(error instanceof MatrixError)) throw error;
    return undefined;
  }
}

async function changeSetting(services: Services, invocation: Invocation, asked: SettingChange): Promise<Block[]> {
  const { verb, protection, setting, words } = asked;
  const mayNamePlace = words.length > 1 || (verb === 'set' && isList(setting));
  const place = mayNamePlace ? await placeIn(services, setting, words.at(-1), words.length === 1) : undefined;
  const given = (place === undefined ? words : withoutIn(words.slice(0, -1))).filter(({ text }) => text !== '=');
  const name = `${protection.name}.${setting.key}`;
  const now = valueAt(services, protection, setting, place);
  mustFit(asked, name, given, now);
  const before = now ?? (isList(setting) ? [] : undefined);
  const next = nextValue(asked, given, before);
  const problem = problemOf(setting, next);
  if (problem !== undefined)
    throw usageError(
      TEXTS.settingProblem(name, problem) + (place === undefined ? roomMayBe(words.slice(1), services) : ''),
      TEXTS.nothingChanged,
    );
  if (verb === 'remove' && (next as string[]).length === (before as string[]).length)
    return [{ line: TEXTS.doesNotHold(name, visible(shownValue(setting, before))) }];
  await change(
    services,
    invocation,
    protection,
    'set',
    (stored) => {
      if (place === undefined) stored.values[setting.key] = next;
      else
        stored.rooms[place] = {
          ...stored.rooms[place],
          values: { ...stored.rooms[place]?.values, [setting.key]: next },
        };
    },
    { key: setting.key, ...(place === undefined ? {} : { room_id: place }) },
  );
  const shown = valueWords(services, protection, setting, place);
  const hint = isEnabledSomewhere(services.settings.get(), protection.name) ? [] : TEXTS.protectionOff(protection.name);
  return [
    {
      line: [
        { code: name },
        TEXTS.isNow(shown.length > 1000 ? `${shown.slice(0, 1000)}…` : shown),
        ...placeWords(place),
        '.',
        ...hint,
      ],
    },
    ...(shutsOut(setting, next, services) ? [{ line: [TEXTS.coversOwnServer] }] : []),
  ];
}

/** Whether a list of servers from which nobody may join covers our own. */
function shutsOut({ key, note }: Setting, next: unknown, { homeserver }: Services): boolean {
  return note.unit === 'servers' && key === 'servers' && isListedServer(next as string[], homeserver.serverName);
}

/** The words before a room, without the "in" that people write. */
function withoutIn(words: readonly Word[]): readonly Word[] {
  return words.length > 1 && words.at(-1)?.text.toLowerCase() === 'in' ? words.slice(0, -1) : words;
}

/** Refuses a command without a value, or one that adds to something that is not a list. */
function mustFit({ verb, setting }: SettingChange, name: string, given: readonly Word[], now: unknown): void {
  if (verb !== 'set' && !isList(setting)) throw usageError(TEXTS.notAList(name), TEXTS.writeSet(name));
  if (given.length > 0) return;
  if (verb !== 'set') throw usageError(TEXTS.whatValue, TEXTS.writeValue(verb, name));
  const shown = visible(shownValue(setting, now));
  throw usageError(TEXTS.toWhat, isList(setting) ? TEXTS.writeList(name, shown) : TEXTS.writeSetNow(name, shown));
}

/** The value after a change, not validated yet. */
function nextValue({ verb, setting }: SettingChange, given: readonly Word[], before: unknown): unknown {
  // a quoted phrase is a single entry
  const args = given.map(({ text, untrimmed, link, quoted }) => {
    const said = link?.id ?? untrimmed ?? text;
    return quoted && setting.note.unit === 'words' && !/\s/.test(said) && given.length > 1 ? `${said} ` : said;
  });
  if (!isList(setting)) return readValue(setting, args);
  const list = writtenList(given.map(({ written, text }) => written ?? text).join(' '));
  const entries = normalized(setting, list ?? entriesOf(setting, args));
  if (verb === 'set') return withoutCopies(setting, entries);
  const present = before as string[];
  if (verb === 'add') return withoutCopies(setting, [...present, ...entries]);
  const gone = new Set(entries.map((entry) => entry.toLowerCase()));
  return present.filter((entry) => !gone.has(entry.toLowerCase()));
}

/** Each entry once, whatever its case, which makes a difference in user ids only. */
function withoutCopies({ note }: Setting, entries: readonly string[]): string[] {
  const same = (entry: string): string => (note.unit === 'people' ? entry : entry.toLowerCase());
  return [...new Map(entries.map((entry) => [same(entry), entry] as const).reverse()).values()].reverse();
}

export const reset = command({
  name: 'config reset',
  aliases: ['config unset', 'config default'],
  group: 'Protections',
  role: 'admin',
  summary: TEXTS.resetSummary,
  args: { path: word('NAME[.KEY]'), place: room('[ROOM]') },
  options: {},
  examples: ['config reset BasicFlooding.max', 'config reset BasicFlooding #lobby:example.org'],
  async run(services, { args, invocation }) {
    const { protection, key } = pathOf(args.path, undefined);
    const setting = key === undefined ? undefined : settingOf(protection, key);
    const place = args.place === undefined ? undefined : placeOf(services, args.place);
    const forgotten: string[] = [];
    const forget = (values: Record<string, unknown>): Record<string, unknown> => {
      const keys = Object.keys(values).filter((one) => setting === undefined || one === setting.key);
      forgotten.push(...keys);
      return Object.fromEntries(Object.entries(values).filter(([one]) => !keys.includes(one)));
    };
    const work = (stored: ProtectionSettings): void => {
      if (place === undefined) stored.values = forget(stored.values);
      const there = place === undefined ? undefined : stored.rooms[place];
      if (place === undefined || there?.values === undefined) return;
      const values = forget(there.values);
      if (Object.keys(values).length > 0) there.values = values;
      else delete there.values;
      if (Object.keys(there).length === 0) delete stored.rooms[place];
    };
    work(structuredClone(storedOf(services.settings.get(), protection.name) ?? untouched()));
    const name = setting === undefined ? protection.name : `${protection.name}.${setting.key}`;
    if (forgotten.length === 0) return [{ line: [TEXTS.nothingToReset(name), ...placeWords(place), '.'] }];
    await change(services, invocation, protection, 'reset', work, {
      ...(setting === undefined ? {} : { key: setting.key }),
      ...(place === undefined ? {} : { room_id: place }),
    });
    const shown = settingsFor(protection).filter((one) => forgotten.includes(one.key));
    return [
      { line: [TEXTS.reset(name), ...placeWords(place), ':'] },
      ...valueBlocks(services, protection, shown, false),
    ];
  },
});

/** The setting of a place itself, else the general one. */
function valueAt(services: Services, protection: AnyProtection, setting: Setting, place: string | undefined): unknown {
  const stored = storedOf(services.settings.get(), protection.name);
  const there = place === undefined ? undefined : stored?.rooms[place]?.values;
  return there !== undefined && Object.hasOwn(there, setting.key) ? there[setting.key] : stored?.values[setting.key];
}

/**
 * Normalised entries for comparison: all spellings of a domain are equal. Invalid ones are reported by the later
 * validation.
 */
function normalized(setting: Setting, entries: readonly string[]): string[] {
  return entries.map((entry) => {
    const parsed = setting.schema.safeParse([entry]);
    return parsed.success ? String((parsed.data as unknown[])[0]) : entry;
  });
}
