import { visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import { isEnabled, isEnabledSomewhere, storedOf } from '../protections/current.js';
import { PROTECTIONS, nearestProtections, protectionNamed } from '../protections/table.js';
import type { AnyProtection } from '../protections/types.js';
import { type Setting, isList, settingNamed, settingsFor, shownValue, untouched } from '../protections/values.js';
import type { ProtectionSettings, Settings } from '../store/types.js';
import { HeimdallError } from '../util/errors.js';
import { type NamedRoom, room, word } from './args/index.js';
import { usageError } from './args/reading.js';
import { type Command, command } from './spec.js';
import type { Invocation, Services } from './types.js';

/** The protection that a word names. */
export function protectionOf(name: string | undefined): AnyProtection {
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
export function placeOf(services: Services, { roomId, said }: NamedRoom): string {
  if (isProtectedPlace(services, roomId)) return roomId;
  throw new HeimdallError(
    'HEIMDALL_E_ROOM',
    `${visible(said)} is not protected.`,
    'See !heimdall rooms, or add it with !heimdall rooms add ROOM.',
  );
}

export function isProtectedPlace({ settings, protectedRooms, protection }: Services, roomId: string): boolean {
  const { protected_spaces: spaces } = settings.get();
  return (
    protectedRooms.has(roomId) ||
    protection.roomIds.includes(roomId) ||
    spaces.some((space) => space.room_id === roomId)
  );
}

/** Changes what is set for a protection, and notes who did. */
export async function change(
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
  aliases: ['protection show', 'status protection'],
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

export function valueBlocks(
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

export function placeWords(place: string | undefined): Inline[] {
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

export const protectionCommands: readonly Command[] = [protections, show, enable, disable];
