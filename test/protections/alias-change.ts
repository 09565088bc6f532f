import { settingsWith } from '../../src/protections/settings.js';
import { defineProtection } from '../../src/protections/types.js';

const settings = settingsWith(['ban'], {});

export const aliasChange = defineProtection({
  name: 'AliasChange',
  aliases: [],
  about: 'Somebody changes the main address of a room.',
  settings,
  asks: 'state',
  harm: 'm.tos',
  // whoever may change it has more than the default power: with exemptions nobody would be found
  exempts: false,
  alone({ event }) {
    if (event.type !== 'm.room.canonical_alias') return [];
    const before = event.unsigned?.prev_content as { alias?: unknown } | undefined;
    if (event.content.alias === before?.alias) return [];
    return [
      {
        subject: { kind: 'user', id: event.sender },
        why: 'changed the main address of the room',
        events: [],
        detail: { address: String(event.content.alias ?? 'none') },
      },
    ];
  },
});
