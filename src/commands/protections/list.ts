import type { Block, Inline } from '../../matrix/message.js';
import { isEnabledSomewhere, storedOf } from '../../protections/current.js';
import { aboutOf } from '../../protections/descriptions.js';
import { PROTECTIONS } from '../../protections/table.js';
import type { AnyProtection } from '../../protections/types.js';
import { settingsFor } from '../../protections/values.js';
import type { Settings } from '../../store/settings/types.js';
import { word } from '../args/index.js';
import { command } from '../spec.js';
import type { Services } from '../types.js';
import { protectionOf, valueBlocks } from './parts.js';
import { TEXTS } from './texts.js';

export const protections = command({
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
      ` – ${aboutOf(protection)}`,
    ];
    return Promise.resolve<Block[]>([
      { heading: on.length === 0 ? TEXTS.noneOn : TEXTS.on },
      ...(on.length === 0 ? [] : [{ list: on.map(line) }]),
      { heading: TEXTS.off },
      { list: off.map(line) },
      {
        line: TEXTS.toSwitchOn,
      },
    ]);
  },
});

export const show = command({
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
  if (!stored.enabled) return TEXTS.onlyIn(only);
  return except.length === 0 ? TEXTS.everywhere : TEXTS.everywhereBut(except);
}

function showProtection(services: Services, protection: AnyProtection): Block[] {
  const settings = services.settings.get();
  return [
    { heading: protection.name },
    { line: [aboutOf(protection)] },
    {
      line: [
        isEnabledSomewhere(settings, protection.name) ? TEXTS.isOn(whereOn(settings, protection)) : TEXTS.isOff,
        protection.aliases.length === 0 ? '' : TEXTS.alsoCalled(protection.aliases),
      ],
    },
    ...valueBlocks(services, protection, settingsFor(protection)),
  ];
}
