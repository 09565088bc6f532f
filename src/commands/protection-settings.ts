import { visible } from '../detection/index.js';
import { isRoomAlias, isRoomId } from '../matrix/identifiers.js';
import type { Block } from '../matrix/message.js';
import { isEnabledSomewhere, storedOf } from '../protections/current.js';
import type { AnyProtection } from '../protections/types.js';
import {
  type Setting,
  entriesOf,
  isList,
  problemOf,
  readValue,
  settingNamed,
  settingsFor,
  shownValue,
} from '../protections/values.js';
import { HeimdallError } from '../util/errors.js';
import { word } from './args/index.js';
import { usageError } from './args/reading.js';
import { type Arg, type Command, command } from './spec.js';
import type { Word } from './text/words.js';
import type { Invocation, Services } from './types.js';
import { change, isProtectedPlace, placeWords, protectionOf, valueBlocks } from './protections.js';

/** All words that are left, with their quotation marks: a value may hold anything. */
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

const get = command({
  name: 'config get',
  group: 'Protections',
  role: 'viewer',
  summary: 'Shows the settings of a protection, or one of them.',
  args: { path: word('NAME[.KEY]'), key: word('[KEY]') },
  options: {},
  examples: ['config get BasicFlooding', 'config get BasicFlooding.max'],
  run(services, { args }) {
    const { protection, key } = pathOf(args.path, args.key);
    const settings = services.settings.get();
    if (key === undefined)
      return Promise.resolve<Block[]>([
        { heading: protection.name },
        ...valueBlocks(settings, protection, settingsFor(protection)),
      ]);
    return Promise.resolve(valueBlocks(settings, protection, [settingOf(protection, key)]));
  },
});

/** Reads `NAME.KEY`, or `NAME KEY`. */
function pathOf(path: string | undefined, next: string | undefined): { protection: AnyProtection; key?: string } {
  if (path === undefined) throw usageError('Of which protection?', '!heimdall protections lists them.');
  const dot = path.indexOf('.');
  const protection = protectionOf(dot < 0 ? path : path.slice(0, dot));
  const key = dot < 0 ? next : path.slice(dot + 1);
  return { protection, ...(key === undefined || key === '' ? {} : { key }) };
}

function settingOf(protection: AnyProtection, key: string): Setting {
  const setting = settingNamed(protection, key);
  if (setting !== undefined) return setting;
  throw usageError(
    `${protection.name} has no setting "${visible(key)}".`,
    `It has ${settingsFor(protection)
      .map((one) => one.key)
      .join(', ')}.`,
  );
}

const VERBS = {
  set: 'Sets a setting of a protection, everywhere or for one room or space. Lengths of time are written 30m, 24h, 7d.',
  add: 'Adds to a list of a protection: words that belong together are one phrase, commas separate entries.',
  remove: 'Takes entries out of a list of a protection.',
} as const;

const EXAMPLES: Record<keyof typeof VERBS, readonly string[]> = {
  set: ['config set BasicFlooding.window 30s', 'config set BasicFlooding.response [redact, warn, kick, ban]'],
  add: ['config add WordList.words free btc', 'config add LinkFilter.deny evil.example'],
  remove: ['config remove WordList.words free btc'],
};

const changes = (['set', 'add', 'remove'] as const).map((verb) =>
  command({
    name: `config ${verb}`,
    group: 'Protections',
    role: 'admin',
    summary: VERBS[verb],
    args: { path: word('NAME.KEY'), value: value('VALUE [ROOM]') },
    options: {},
    examples: EXAMPLES[verb],
    run(services, { args, invocation }) {
      const words = [...args.value];
      const { protection, key } = pathOf(
        args.path,
        args.path?.includes('.') === true ? undefined : words.shift()?.text,
      );
      if (key === undefined)
        throw usageError(
          'Which setting?',
          `Write: config ${verb} ${protection.name}.KEY VALUE. !heimdall config get ${protection.name} shows them.`,
        );
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

/** The room behind a word that names a protected one. */
async function placeIn(services: Services, last: Word | undefined): Promise<string | undefined> {
  const said = last?.link?.id ?? last?.text ?? '';
  const roomId = isRoomAlias(said) ? await services.homeserver.resolveAlias(said) : said;
  return roomId !== undefined && isRoomId(roomId) && isProtectedPlace(services, roomId) ? roomId : undefined;
}

async function changeSetting(
  services: Services,
  invocation: Invocation,
  { verb, protection, setting, words }: SettingChange,
): Promise<Block[]> {
  const place =
    words.length > 1 || (verb === 'set' && isList(setting)) ? await placeIn(services, words.at(-1)) : undefined;
  const given = (place === undefined ? words : words.slice(0, -1)).filter(({ text }) => text !== '=');
  // a phrase that stood in quotation marks is one entry
  const args = given.map(({ text, untrimmed, link, quoted }) => {
    const said = link?.id ?? untrimmed ?? text;
    return quoted && setting.note.unit === 'words' && !/\s/.test(said) && given.length > 1 ? `${said} ` : said;
  });
  const name = `${protection.name}.${setting.key}`;
  if (verb !== 'set' && !isList(setting)) throw usageError(`${name} is no list.`, `Write: config set ${name} VALUE.`);
  if (args.length === 0 && verb !== 'set') throw usageError('What?', `Write: config ${verb} ${name} VALUE.`);
  if (args.length === 0 && !isList(setting))
    throw usageError(
      'To what?',
      `Write: config set ${name} VALUE. It is ${shownValue(setting, valueAt(services, protection, setting, place))} now.`,
    );
  const before = valueAt(services, protection, setting, place) ?? (isList(setting) ? [] : undefined);
  const entries = isList(setting) ? normalized(setting, entriesOf(setting, args)) : [];
  const next =
    verb === 'set'
      ? isList(setting)
        ? entries
        : readValue(setting, args)
      : verb === 'add'
        ? [...new Set([...(before as string[]), ...entries])]
        : (before as string[]).filter((entry) => !entries.some((one) => one.toLowerCase() === entry.toLowerCase()));
  const problem = problemOf(setting, next);
  if (problem !== undefined) throw new HeimdallError('HEIMDALL_E_USAGE', `${name} ${problem}.`, 'Nothing was changed.');
  if (verb === 'remove' && (next as string[]).length === (before as string[]).length)
    return [{ line: [{ code: name }, ' does not hold that. It is ', visible(shownValue(setting, before)), '.'] }];
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
  const shown = shownValue(setting, next);
  const hint = isEnabledSomewhere(services.settings.get(), protection.name)
    ? []
    : [' The protection is off: ', { code: `!heimdall enable ${protection.name}` }, '.'];
  return [
    {
      line: [
        { code: name },
        ` is ${visible(shown.length > 1000 ? `${shown.slice(0, 1000)}…` : shown)} now`,
        ...placeWords(place),
        '.',
        ...hint,
      ],
    },
  ];
}

/** What is set for a place itself, else in general. */
function valueAt(services: Services, protection: AnyProtection, setting: Setting, place: string | undefined): unknown {
  const stored = storedOf(services.settings.get(), protection.name);
  const there = place === undefined ? undefined : stored?.rooms[place]?.values;
  return there !== undefined && Object.hasOwn(there, setting.key) ? there[setting.key] : stored?.values[setting.key];
}

/** Entries as they are compared: a domain in every spelling is one. What is none is told by the check that follows. */
function normalized(setting: Setting, entries: readonly string[]): string[] {
  return entries.map((entry) => {
    const parsed = setting.schema.safeParse([entry]);
    return parsed.success ? String((parsed.data as unknown[])[0]) : entry;
  });
}

export const protectionSettingCommands: readonly Command[] = [get, ...changes];
