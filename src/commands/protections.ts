import { visible } from '../detection/index.js';
import { lockdown as lock, lockdownEnd } from '../enforcement/actions.js';
import type { LockdownResult } from '../enforcement/handlers/lockdown.js';
import { lockdownEndPayload } from '../enforcement/payloads.js';
import type { Block, Inline } from '../matrix/message.js';
import { isEnabled, isEnabledSomewhere, storedOf } from '../protections/current.js';
import { PROTECTIONS, nearestProtections, protectionNamed } from '../protections/table.js';
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
import { parseDuration, timeOf } from './duration.js';
import { isRoomWord, roomIdOf } from './target.js';
import type { Command, Invocation, Services } from './types.js';

const usageError = (message: string, remedy: string) => new HeimdallError('HEIMDALL_E_USAGE', message, remedy);

/** The protection that a word names. */
function protectionOf(word: string | undefined): AnyProtection {
  const found = word === undefined ? undefined : protectionNamed(word);
  if (found !== undefined) return found;
  if (word === undefined) throw usageError('Which protection?', '!heimdall protections lists them.');
  const nearest = nearestProtections(word);
  throw usageError(
    `There is no protection "${visible(word)}".${nearest.length === 0 ? '' : ` Did you mean ${nearest.join(' or ')}?`}`,
    '!heimdall protections lists them.',
  );
}

/** A protected room or space; others have no protections. */
async function placeOf(services: Services, word: string): Promise<string> {
  const roomId = await roomIdOf(services, word);
  const { protected_spaces: spaces } = services.settings.get();
  if (
    services.protectedRooms.has(roomId) ||
    services.protection.roomIds.includes(roomId) ||
    spaces.some((space) => space.room_id === roomId)
  )
    return roomId;
  throw new HeimdallError(
    'HEIMDALL_E_ROOM',
    `${visible(word)} is not protected.`,
    'See !heimdall rooms, or add it with !heimdall rooms add ROOM.',
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

const protections: Command = {
  name: 'protections',
  group: 'Protections',
  usage: 'protections [show NAME]',
  summary: 'Lists the protections and where they are on; shows one with its settings.',
  run(services, { args }) {
    const settings = services.settings.get();
    const [first, second] = args;
    if (first !== undefined && !/^list$/i.test(first))
      return Promise.resolve(showProtection(services, protectionOf(/^show$/i.test(first) ? second : first)));
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
};

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

const enable: Command = {
  name: 'enable',
  group: 'Protections',
  usage: 'enable NAME [ROOM]',
  summary: 'Switches a protection on, in one room or space or in all protected rooms.',
  run: (services, invocation) => switchTo(services, invocation, true),
};

const disable: Command = {
  name: 'disable',
  group: 'Protections',
  usage: 'disable NAME [ROOM]',
  summary: 'Switches a protection off, in one room or space or everywhere.',
  run: (services, invocation) => switchTo(services, invocation, false),
};

async function switchTo(services: Services, invocation: Invocation, on: boolean): Promise<Block[]> {
  const [word, ...rest] = invocation.args;
  const protection = protectionOf(word);
  const place = rest[0] === undefined ? undefined : await placeOf(services, rest[0]);
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

const config: Command = {
  name: 'config',
  group: 'Protections',
  usage:
    'config get NAME[.KEY] | config set NAME.KEY VALUE [ROOM] | config add NAME.KEY VALUE [ROOM] | config remove NAME.KEY VALUE [ROOM]',
  summary:
    'Shows and changes the settings of a protection, everywhere or for one room or space. Lengths of time are written 30m, 24h, 7d.',
  async run(services, invocation) {
    const [what = 'get', path, ...rest] = invocation.args;
    const verb = /^(get|set|add|remove)$/i.exec(what)?.[1]?.toLowerCase();
    if (verb === undefined)
      throw usageError(
        `"${visible(what)}" is nothing that config does.`,
        'Write: config get NAME, config set NAME.KEY VALUE, config add NAME.KEY VALUE, or config remove NAME.KEY VALUE.',
      );
    if (path === undefined)
      throw usageError(
        'Of which protection?',
        'Write: config get NAME, or config set NAME.KEY VALUE. !heimdall protections lists them.',
      );
    // a name without a dot is a protection, and the key may come as the next word
    const dot = path.indexOf('.');
    const protection = protectionOf(dot < 0 ? path : path.slice(0, dot));
    const named =
      dot < 0
        ? rest[0] !== undefined && settingNamed(protection, rest[0]) !== undefined
          ? rest.shift()
          : undefined
        : path.slice(dot + 1);
    if (named === undefined) {
      if (verb === 'get')
        return [
          { heading: protection.name },
          ...valueBlocks(services.settings.get(), protection, settingsFor(protection)),
        ];
      throw usageError(
        'Which setting?',
        `Write: config ${verb} ${protection.name}.KEY VALUE. !heimdall config get ${protection.name} shows them.`,
      );
    }
    const setting = settingNamed(protection, named);
    if (setting === undefined)
      throw usageError(
        `${protection.name} has no setting "${visible(named)}".`,
        `It has ${settingsFor(protection)
          .map(({ key }) => key)
          .join(', ')}.`,
      );
    if (verb === 'get') return valueBlocks(services.settings.get(), protection, [setting]);
    return changeSetting(services, invocation, {
      verb: verb as 'set' | 'add' | 'remove',
      protection,
      setting,
      rest: rest.filter((word) => word !== '='),
    });
  },
};

interface SettingChange {
  verb: 'set' | 'add' | 'remove';
  protection: AnyProtection;
  setting: Setting;
  rest: string[];
}

async function changeSetting(
  services: Services,
  invocation: Invocation,
  { verb, protection, setting, rest }: SettingChange,
): Promise<Block[]> {
  const last = rest.at(-1);
  const place =
    rest.length > (verb === 'set' || isList(setting) ? 1 : 0) && isRoomWord(last)
      ? await placeOf(services, last)
      : undefined;
  const args = place === undefined ? rest : rest.slice(0, -1);
  const name = `${protection.name}.${setting.key}`;
  if (verb !== 'set' && !isList(setting)) throw usageError(`${name} is no list.`, `Write: config set ${name} VALUE.`);
  if (args.length === 0 && verb !== 'set') throw usageError('What?', `Write: config ${verb} ${name} VALUE.`);
  if (args.length === 0 && !isList(setting))
    throw usageError(
      'To what?',
      `Write: config set ${name} VALUE. It is ${shownValue(setting, valueAt(services, protection, setting, place))} now.`,
    );
  const before = valueAt(services, protection, setting, place) ?? (isList(setting) ? [] : undefined);
  const given = isList(setting) ? normalized(setting, entriesOf(setting, args)) : [];
  const value =
    verb === 'set'
      ? isList(setting)
        ? given
        : readValue(setting, args)
      : verb === 'add'
        ? [...new Set([...(before as string[]), ...given])]
        : (before as string[]).filter((entry) => !given.some((one) => one.toLowerCase() === entry.toLowerCase()));
  const problem = problemOf(setting, value);
  if (problem !== undefined) throw new HeimdallError('HEIMDALL_E_USAGE', `${name} ${problem}.`, 'Nothing was changed.');
  if (verb === 'remove' && (value as string[]).length === (before as string[]).length)
    return [{ line: [{ code: name }, ' does not hold that. It is ', visible(shownValue(setting, before)), '.'] }];
  await change(
    services,
    invocation,
    protection,
    'set',
    (stored) => {
      if (place === undefined) stored.values[setting.key] = value;
      else
        stored.rooms[place] = {
          ...stored.rooms[place],
          values: { ...stored.rooms[place]?.values, [setting.key]: value },
        };
    },
    { key: setting.key, ...(place === undefined ? {} : { room_id: place }) },
  );
  const shown = shownValue(setting, value);
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

const lockdown: Command = {
  name: 'lockdown',
  group: 'Protections',
  usage: 'lockdown ROOM [REASON] [--for TIME] | lockdown end ROOM',
  summary: 'Sets a protected room to invite only, or as it was before.',
  async run(services, invocation) {
    const [first, ...rest] = invocation.args;
    if (first === undefined) throw usageError('Which room?', 'Write: lockdown ROOM, or lockdown end ROOM.');
    if (/^end$/i.test(first)) return endLockdown(services, invocation, rest[0]);
    const roomId = await placeOf(services, first);
    const lasts = invocation.options.get('for');
    const until = lasts === undefined ? undefined : services.clock() + parseDuration(lasts);
    const reason = rest.join(' ');
    const payload = { roomId, ...(reason === '' ? {} : { reason }), ...(until === undefined ? {} : { until }) };
    const [action] = await services.runAndWait([
      lock.create(payload, { key: `command:${invocation.eventId}:lockdown` }),
    ]);
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
};

async function endLockdown(services: Services, invocation: Invocation, word: string | undefined): Promise<Block[]> {
  if (word === undefined) throw usageError('Of which room?', 'Write: lockdown end ROOM.');
  const roomId = await placeOf(services, word);
  const done = await services.ledger.doneOfKind('lockdown', roomId);
  const latest = done.filter((action) => effectOf(action) === 'locked').at(-1);
  const { before, event_id: eventId } = (latest?.result ?? {}) as Partial<LockdownResult>;
  const payload = lockdownEndPayload.safeParse({ roomId, before, eventId });
  if (latest === undefined || !payload.success) return [{ line: [{ code: roomId }, ' was not locked down by me.'] }];
  const [ended] = await services.runAndWait([
    lockdownEnd.create(payload.data, { key: `lockdown_end:command:${invocation.eventId}`, caseId: latest.caseId }),
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

export const protectionCommands: readonly Command[] = [protections, enable, disable, config, lockdown];
