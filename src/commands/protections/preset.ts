import { visible } from '../../detection/index.js';
import type { Block, Inline } from '../../matrix/message.js';
import { settingsOf, storedOf } from '../../protections/current.js';
import { PRESETS, presetNamed, type Preset } from '../../protections/presets.js';
import { protectionNamed } from '../../protections/table.js';
import type { AnyProtection } from '../../protections/types.js';
import { settingNamed, shownValue, untouched } from '../../protections/values.js';
import type { ProtectionSettings } from '../../store/settings/types.js';
import { room, word } from '../args/index.js';
import { usageError } from '../args/reading.js';
import { command } from '../spec.js';
import type { Invocation, Services } from '../types.js';
import { blindThere, change, placeOf } from './parts.js';
import { TEXTS } from './texts.js';

export const preset = command({
  name: 'protections preset',
  aliases: ['protection preset', 'preset'],
  group: 'Protections',
  role: 'admin',
  summary: TEXTS.presetSummary,
  args: { name: word('[NAME]'), place: room('[ROOM]') },
  options: {},
  examples: ['protections preset support #help:example.org', 'protections preset none #help:example.org'],
  async run(services, { args, invocation }) {
    if (args.name === undefined) return listed();
    const isNone = /^(?:none|off|reset)$/i.test(args.name);
    const found = presetNamed(args.name);
    if (found === undefined && !isNone)
      throw usageError(
        TEXTS.noPreset(visible(args.name)),
        TEXTS.presetsAre([...PRESETS.map((one) => one.name), 'none']),
      );
    if (args.place === undefined) throw usageError(TEXTS.whichRoom, TEXTS.presetUsage);
    const place = placeOf(services, args.place);
    return found === undefined ? none(services, invocation, place) : apply(services, invocation, found, place);
  },
});

function listed(): Block[] {
  return [
    { list: PRESETS.map((one): Inline[] => [{ bold: one.name }, ` – ${one.about} ${onIn(one).join(', ')}.`]) },
    { line: [TEXTS.presetHowTo, { code: '!heimdall protections preset NAME ROOM' }, '.'] },
  ];
}

function onIn({ protections }: Preset): string[] {
  return Object.entries(protections).flatMap(([name, entry]) => (entry === false ? [] : [name]));
}

async function apply(services: Services, invocation: Invocation, found: Preset, place: string): Promise<Block[]> {
  for (const [protection, entry] of entriesOf(found)) {
    const set = (stored: ProtectionSettings): void => {
      // lists that somebody has filled for this room are kept, what an earlier preset has set is not
      const before = stored.rooms[place]?.values ?? {};
      const kept = Object.fromEntries(Object.entries(before).filter(([key]) => !isOfPresets(protection, key)));
      const values = entry === false ? kept : { ...kept, ...entry };
      stored.rooms[place] = {
        enabled: entry !== false,
        ...(Object.keys(values).length === 0 ? {} : { values }),
      };
    };
    await change(services, invocation, protection, entry === false ? 'disabled' : 'enabled', set, {
      room_id: place,
      preset: found.name,
    });
  }
  const settings = services.settings.get();
  const lines = entriesOf(found).flatMap(([protection, entry]): Inline[][] => {
    const response = settingNamed(protection, 'response');
    if (entry === false || response === undefined) return [];
    const own = Object.entries(entry).flatMap(([key, value]) => {
      const setting = settingNamed(protection, key);
      return setting === undefined || key === 'response' ? [] : [`${key} ${shownValue(setting, value)}, `];
    });
    const steps = settingsOf(settings, protection, place).response.map((step) => step.join('+'));
    return [[{ bold: protection.name }, ` – ${own.join('')}[${steps.join(', ')}]`]];
  });
  const off = entriesOf(found).flatMap(([{ name }, entry]) => (entry === false ? [name] : []));
  const on = entriesOf(found).flatMap(([protection, entry]) => (entry === false ? [] : [protection]));
  return [
    { line: [{ code: place }, TEXTS.presetApplied(found.name)] },
    { list: lines },
    ...(off.length === 0 ? [] : [{ line: [TEXTS.presetOff(off)] }]),
    ...(await blindThere(services, place, on)),
    { line: [TEXTS.presetBack, { code: `!heimdall protections preset none ${place}` }, '.'] },
  ];
}

async function none(services: Services, invocation: Invocation, place: string): Promise<Block[]> {
  const set = Object.keys(services.settings.get().protections).flatMap((name) => protectionNamed(name) ?? []);
  const here = set.filter(({ name }) => (storedOf(services.settings.get(), name) ?? untouched()).rooms[place]);
  for (const protection of here)
    await change(services, invocation, protection, 'reset', (stored) => void delete stored.rooms[place], {
      room_id: place,
    });
  return [{ line: here.length === 0 ? [{ code: place }, TEXTS.presetNothing] : [{ code: place }, TEXTS.presetGone] }];
}

/** Whether some preset sets this setting. */
function isOfPresets({ name }: AnyProtection, key: string): boolean {
  return PRESETS.some(({ protections: { [name]: entry } }) => entry !== false && Object.hasOwn(entry ?? {}, key));
}

function entriesOf(preset: Preset): [AnyProtection, Preset['protections'][string]][] {
  return Object.entries(preset.protections).flatMap(([name, entry]) => {
    const protection = protectionNamed(name);
    return protection === undefined ? [] : [[protection, entry] as [AnyProtection, Preset['protections'][string]]];
  });
}
