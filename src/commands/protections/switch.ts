import type { Block } from '../../matrix/message.js';
import { isEnabled, settingsOf, storedOf } from '../../protections/current.js';
import { aboutOf } from '../../protections/descriptions.js';
import { valueText } from '../../protections/settings.js';
import type { AnyProtection } from '../../protections/types.js';
import { isList, settingNamed, settingsFor, shownValue, untouched, type Setting } from '../../protections/values.js';
import type { Settings } from '../../store/settings/types.js';
import { room, word, type NamedRoom } from '../args/index.js';
import { command } from '../spec.js';
import type { Invocation, Services } from '../types.js';
import { blindThere, change, placeOf, placeWords, protectionOf } from './parts.js';
import { TEXTS } from './texts.js';

export const enable = command({
  name: 'enable',
  group: 'Protections',
  role: 'admin',
  summary: 'Switches a protection on, in one room or space or in all protected rooms.',
  args: { name: word('NAME'), place: room('[ROOM]') },
  options: {},
  examples: ['enable BasicFlooding', 'enable WordList #lobby:example.org'],
  run: (services, { args, invocation }) => switchTo(services, invocation, args.name, args.place, true),
});

export const disable = command({
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
        // switching off applies everywhere; switching on leaves rooms alone where it was explicitly disabled
        if (!on) for (const room of Object.values(stored.rooms)) if (room.enabled === true) delete room.enabled;
      }
      for (const [roomId, room] of Object.entries(stored.rooms))
        if (Object.keys(room).length === 0) delete stored.rooms[roomId];
    },
    place === undefined ? {} : { room_id: place },
  );
  if (!on) return [{ line: TEXTS.switchedOff(protection.name, placeWords(place)) }];
  return [...whatIsOn(services, protection, place), ...(await blindThere(services, place, [protection]))];
}

/** What is enabled now, what it does, and what it still needs. */
function whatIsOn(services: Services, protection: AnyProtection, place: string | undefined): Block[] {
  const settings = services.settings.get();
  const rooms = services.protection.roomIds.filter((roomId) => isEnabled(settings, protection.name, roomId));
  const where =
    place === undefined ? [TEXTS.inRooms(rooms.length, services.protection.roomIds.length)] : placeWords(place);
  const answer: Block[] = [
    { line: [{ bold: protection.name }, TEXTS.switchedOn, ...where, '. ', aboutOf(protection)] },
  ];
  // as they are in effect there: a room or its space may have its own
  const inEffect = Object.entries(settingsOf(settings, protection, place));
  const shown = inEffect.flatMap(([key, value]) => {
    const setting = settingNamed(protection, key);
    const text = setting === undefined ? '' : valueText(value, setting.note.unit);
    return setting === undefined || isList(setting)
      ? []
      : [{ key, text, isUsual: text === shownValue(setting, undefined) }];
  });
  const deeds = shown.find(({ key }) => key === 'response')?.text ?? '';
  answer.push({ line: TEXTS.whatItDoes(deeds, protection.name, place !== undefined) });
  const changed = shown.filter(({ key, isUsual }) => !isUsual && key !== 'response');
  if (changed.length > 0)
    answer.push({ line: [TEXTS.setOtherwise(changed.map(({ key, text }) => `${key} = ${text}`))] });
  const empty = emptyList(settings, protection);
  if (empty !== undefined) answer.push({ line: TEXTS.nothingToLookFor(protection.name, empty.key) });
  if (rooms.length === 0) answer.push({ line: TEXTS.noRooms });
  if (services.config.dry_run) answer.push({ line: [TEXTS.dryRun] });
  return answer;
}

/** Lists of what is left out: with none there is more to find. */
const EXCEPTIONS: ReadonlySet<string> = new Set(['ignore']);

/** The empty list without which a protection can find nothing. */
function emptyList(settings: Readonly<Settings>, protection: AnyProtection): Setting | undefined {
  const lists = settingsFor(protection).filter((setting) => isList(setting) && !EXCEPTIONS.has(setting.key));
  const { values, rooms } = storedOf(settings, protection.name) ?? untouched();
  const isSet = ({ key }: Setting) =>
    [values, ...Object.values(rooms).map((room) => room.values ?? {})].some(
      (each) => Array.isArray(each[key]) && each[key].length > 0,
    );
  return lists.some(isSet) ? undefined : lists[0];
}
