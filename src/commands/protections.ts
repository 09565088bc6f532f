import { visible } from '../detection/index.js';
import { lockdown as lock, lockdownEnd } from '../enforcement/actions.js';
import type { LockdownResult } from '../enforcement/handlers/lockdown.js';
import { lockdownEndPayload } from '../enforcement/payloads.js';
import { isRoomAlias, isRoomId } from '../matrix/identifiers.js';
import type { Block, Inline } from '../matrix/message.js';
import { isEnabled, isEnabledSomewhere, storedOf } from '../protections/current.js';
import { nearestProtections, PROTECTIONS, protectionNamed } from '../protections/table.js';
import type { AnyProtection } from '../protections/types.js';
import {
  entriesOf,
  isList,
  problemOf,
  readValue,
  settingNamed,
  settingsFor,
  shownValue,
  untouched,
  type Setting,
} from '../protections/values.js';
import type { ProtectionSettings, Settings } from '../store/types.js';
import { HeimdallError } from '../util/errors.js';
import { answerFor, effectOf } from './answers.js';
import { timeOf } from './args/duration.js';
import { duration, room, text, word, type NamedRoom } from './args/index.js';
import { usageError } from './args/reading.js';
import { command, type Arg, type Command } from './spec.js';
import type { Word } from './text/words.js';
import type { Invocation, Services } from './types.js';

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

/** The protection that a word names. */
function protectionOf(name: string | undefined): AnyProtection {
  const found = name === undefined ? undefined : protectionNamed(name);
  if (found !== undefined) return found;
  if (name === undefined) throw usageError('Which protection?', '!heimdall protections lists them.');
  const nearest = nearestProtections(name);
  throw usageError(
    `There is no protection "${visible(name)}".${nearest.length === 0 ? '' : ` Did you mean ${nearest.join(' or ')}?`}`,
    '!heimdall protections lists them.',
  );
}

/** A protected room or space; others have no protections. */
function placeOf(services: Services, { roomId, said }: NamedRoom): string {
  if (isProtectedPlace(services, roomId)) return roomId;
  throw new HeimdallError(
    'HEIMDALL_E_ROOM',
    `${visible(said)} is not protected.`,
    'See !heimdall rooms, or add it with !heimdall rooms add ROOM.',
  );
}

function isProtectedPlace({ settings, protectedRooms, protection }: Services, roomId: string): boolean {
  const { protected_spaces: spaces } = settings.get();
  return (
    protectedRooms.has(roomId) ||
    protection.roomIds.includes(roomId) ||
    spaces.some((space) => space.room_id === roomId)
  );
}

/** Changes what is set for a protection, and notes who did. */
async function change(
  services: Services,
  { sender }: Invocation,
  protection: AnyProtection,
  what: string,
  work: (stored: ProtectionSettings) => void,
  data: Record<string, unknown> = {},
): Promise<void> {
  await services.settings.update((draft) => {
    const stored = structuredClone(storedOf(draft, protection.name) ?? untouched());
    work(stored);
    for (const name of Object.keys(draft.protections))
      if (protectionNamed(name) === protection) delete draft.protections[name];
    draft.protections[protection.name] = stored;
  });
  await services.ledger.commit((tx) =>
    tx.audit({
      at: services.clock(),
      actor: sender,
      what: `protection.${what}`,
      caseId: null,
      data: { protection: protection.name, ...data },
    }),
  );
}

const protections = command({
  name: 'protections',
  aliases: ['protections list', 'protection list'],
  group: 'Protections',
  role: 'viewer',
  summary: 'Lists the protections and where they are on.',
  args: {},
  options: {},
  examples: ['protections'],
  run(services) {
    const settings = services.settings.get();
    const on = PROTECTIONS.filter(({ name }) => isEnabledSomewhere(settings, name));
    const off = PROTECTIONS.filter((protection) => !on.includes(protection));
    const line = (protection: AnyProtection): Inline[] => [
      { bold: protection.name },
      whereOn(settings, protection),
      ` – ${protection.about}`,
    ];
    return Promise.resolve<Block[]>([
      { heading: on.length === 0 ? 'No protection is on' : 'On' },
      ...(on.length === 0 ? [] : [{ list: on.map(line) }]),
      { heading: 'Off' },
      { list: off.map(line) },
      {
        line: [
          'To switch one on: ',
          { code: '!heimdall enable NAME' },
          '. Its settings: ',
          { code: '!heimdall config get NAME' },
          '.',
        ],
      },
    ]);
  },
});

const show = command({
  name: 'protections show',
  aliases: ['protection show'],
  group: 'Protections',
  role: 'viewer',
  summary: 'Shows a protection with its settings.',
  args: { name: word('NAME') },
  options: {},
  examples: ['protections show BasicFlooding'],
  run: (services, { args }) => Promise.resolve(showProtection(services, protectionOf(args.name))),
});

function whereOn(settings: Readonly<Settings>, { name }: AnyProtection): string {
  const stored = storedOf(settings, name);
  if (stored === undefined || !isEnabledSomewhere(settings, name)) return '';
  const named = (enabled: boolean) =>
    Object.entries(stored.rooms).flatMap(([roomId, place]) => (place.enabled === enabled ? [roomId] : []));
  const [only, except] = [named(true), named(false)];
  if (!stored.enabled) return ` (in ${only.join(', ')})`;
  return except.length === 0 ? ' (in all protected rooms)' : ` (in all protected rooms but ${except.join(', ')})`;
}

function showProtection(services: Services, protection: AnyProtection): Block[] {
  const settings = services.settings.get();
  return [
    { heading: protection.name },
    { line: [protection.about] },
    {
      line: [
        isEnabledSomewhere(settings, protection.name) ? `It is on${whereOn(settings, protection)}.` : 'It is off.',
        protection.aliases.length === 0 ? '' : ` Also called ${protection.aliases.join(', ')}.`,
      ],
    },
    ...valueBlocks(settings, protection, settingsFor(protection)),
  ];
}

function valueBlocks(
  settings: Readonly<Settings>,
  protection: AnyProtection,
  shown: readonly Setting[],
  notes = true,
): Block[] {
  const stored = storedOf(settings, protection.name) ?? untouched();
  const list = shown.map((setting): Inline[] => [
    { code: `${protection.name}.${setting.key}` },
    ` = ${visible(shownValue(setting, stored.values[setting.key]))}`,
    notes ? ` – ${setting.note.about}` : '',
  ]);
  const rooms = Object.entries(stored.rooms).flatMap(([roomId, { values }]) =>
    shown.flatMap((setting): Inline[][] =>
      values !== undefined && Object.hasOwn(values, setting.key)
        ? [
            [
              { code: `${protection.name}.${setting.key}` },
              ` = ${visible(shownValue(setting, values[setting.key]))} in `,
              { code: roomId },
            ],
          ]
        : [],
    ),
  );
  return [{ list: [...list, ...rooms] }];
}

const enable = command({
  name: 'enable',
  group: 'Protections',
  role: 'admin',
  summary: 'Switches a protection on, in one room or space or in all protected rooms.',
  args: { name: word('NAME'), place: room('[ROOM]') },
  options: {},
  examples: ['enable BasicFlooding', 'enable WordList #lobby:example.org'],
  run: (services, { args, invocation }) => switchTo(services, invocation, args.name, args.place, true),
});

const disable = command({
  name: 'disable',
  group: 'Protections',
  role: 'admin',
  summary: 'Switches a protection off, in one room or space or everywhere.',
  args: { name: word('NAME'), place: room('[ROOM]') },
  options: {},
  examples: ['disable BasicFlooding', 'disable WordList #lobby:example.org'],
  run: (services, { args, invocation }) => switchTo(services, invocation, args.name, args.place, false),
});

async function switchTo(
  services: Services,
  invocation: Invocation,
  name: string | undefined,
  named: NamedRoom | undefined,
  on: boolean,
): Promise<Block[]> {
  const protection = protectionOf(name);
  const place = named === undefined ? undefined : placeOf(services, named);
  await change(
    services,
    invocation,
    protection,
    on ? 'enabled' : 'disabled',
    (stored) => {
      if (place !== undefined) stored.rooms[place] = { ...stored.rooms[place], enabled: on };
      else {
        stored.enabled = on;
        // switched off is off everywhere; switched on leaves the rooms alone where somebody said no
        if (!on) for (const room of Object.values(stored.rooms)) if (room.enabled === true) delete room.enabled;
      }
      for (const [roomId, room] of Object.entries(stored.rooms))
        if (Object.keys(room).length === 0) delete stored.rooms[roomId];
    },
    place === undefined ? {} : { room_id: place },
  );
  const settings = services.settings.get();
  if (!on)
    return [{ line: [{ bold: protection.name }, ' is off', ...placeWords(place), '. What it did stays as it is.'] }];
  const rooms = services.protection.roomIds.filter((roomId) => isEnabled(settings, protection.name, roomId));
  const response = settingNamed(protection, 'response');
  const answer: Block[] = [
    {
      line: [
        { bold: protection.name },
        ' is on',
        ...(place === undefined
          ? [`, in ${rooms.length} protected ${rooms.length === 1 ? 'room' : 'rooms'}`]
          : placeWords(place)),
        '. ',
        protection.about,
      ],
    },
    ...(response === undefined
      ? []
      : [
          {
            line: [
              `What it does: ${shownValue(response, storedOf(settings, protection.name)?.values.response)}. `,
              { code: `!heimdall config get ${protection.name}` },
              ' shows its settings; off again: ',
              { code: `!heimdall disable ${protection.name}` },
              '.',
            ],
          },
        ]),
  ];
  const empty = emptyList(settings, protection);
  if (empty !== undefined)
    answer.push({
      line: [`It has nothing to look for yet: `, { code: `!heimdall config add ${protection.name}.${empty.key} …` }],
    });
  if (rooms.length === 0)
    answer.push({ line: ['No room is protected yet: add one with ', { code: '!heimdall rooms add ROOM' }, '.'] });
  if (services.config.dry_run)
    answer.push({ line: ['This is a dry run: it tells what it would do, and does nothing.'] });
  return answer;
}

function placeWords(place: string | undefined): Inline[] {
  return place === undefined ? [] : [' in ', { code: place }];
}

/** The list without which a protection can find nothing, when it is empty. */
function emptyList(settings: Readonly<Settings>, protection: AnyProtection): Setting | undefined {
  const lists = settingsFor(protection).filter(isList);
  const { values, rooms } = storedOf(settings, protection.name) ?? untouched();
  const isSet = ({ key }: Setting) =>
    [values, ...Object.values(rooms).map((room) => room.values ?? {})].some(
      (each) => Array.isArray(each[key]) && each[key].length > 0,
    );
  return lists.some(isSet) ? undefined : lists[0];
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

const lockdown = command({
  name: 'lockdown',
  group: 'Protections',
  role: 'moderator',
  summary: 'Sets a protected room to invite only: nobody joins who is not invited.',
  args: { place: room('ROOM'), reason: text('[REASON]') },
  options: { for: duration('for', 'Ends by itself after this time: 30m, 12h, 7d.') },
  examples: ['lockdown #lobby:example.org', 'lockdown #lobby:example.org raid --for 2h'],
  async run(services, { args, options, invocation }) {
    if (args.place === undefined) throw usageError('Which room?', 'Write: lockdown ROOM.');
    const roomId = placeOf(services, args.place);
    const until = options.for === undefined ? undefined : services.clock() + options.for;
    const { reason } = args;
    const payload = { roomId, ...(reason === '' ? {} : { reason }), ...(until === undefined ? {} : { until }) };
    const [action] = await services.runAndWait([lock.create(payload, { key: `command:${invocation.key}:lockdown` })]);
    return answerFor(action, () => [
      {
        line:
          effectOf(action) === 'held'
            ? [{ code: roomId }, ' was invite only already.']
            : [
                { code: roomId },
                ` is invite only now${until === undefined ? '' : `, until ${timeOf(until)}`}. As before: `,
                { code: `!heimdall lockdown end ${roomId}` },
              ],
      },
    ]);
  },
});

const lockdownEndCommand = command({
  name: 'lockdown end',
  aliases: ['lockdown stop', 'lockdown off'],
  group: 'Protections',
  role: 'moderator',
  summary: 'Ends a lockdown: the join rules are as they were before.',
  args: { place: room('ROOM') },
  options: {},
  examples: ['lockdown end #lobby:example.org'],
  run: (services, { args, invocation }) => endLockdown(services, invocation, args.place),
});

async function endLockdown(services: Services, invocation: Invocation, named: NamedRoom | undefined): Promise<Block[]> {
  if (named === undefined) throw usageError('Of which room?', 'Write: lockdown end ROOM.');
  const roomId = placeOf(services, named);
  const done = await services.ledger.doneOfKind('lockdown', roomId);
  const latest = done.filter((action) => effectOf(action) === 'locked').at(-1);
  const { before, event_id: eventId } = (latest?.result ?? {}) as Partial<LockdownResult>;
  const payload = lockdownEndPayload.safeParse({ roomId, before, eventId });
  if (latest === undefined || !payload.success) return [{ line: [{ code: roomId }, ' was not locked down by me.'] }];
  const [ended] = await services.runAndWait([
    lockdownEnd.create(payload.data, { key: `lockdown_end:command:${invocation.key}`, caseId: latest.caseId }),
  ]);
  return answerFor(ended, () => [
    {
      line:
        effectOf(ended) === 'moot'
          ? [{ code: roomId }, ' is no longer as I set it: its join rules were changed since, and stay.']
          : ['The lockdown of ', { code: roomId }, ' has ended: people join as before.'],
    },
  ]);
}

export const protectionCommands: readonly Command[] = [
  protections,
  show,
  enable,
  disable,
  get,
  ...changes,
  lockdown,
  lockdownEndCommand,
];
