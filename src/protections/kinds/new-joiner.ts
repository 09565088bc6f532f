import { serverNameOf, withoutPort } from '../../matrix/identifiers.js';
import { isListedServer } from '../server-list.js';
import { servers, settingsWith } from '../settings.js';
import { defineProtection } from '../types.js';
import { isJoin } from './join-wave.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

export const newJoiner = defineProtection({
  name: 'NewJoiner',
  aliases: ['NewJoinerProtection'],
  about:
    'Somebody joins from a server on your list: they are removed from the room. People who are in it already stay.',
  settings: settingsWith(['kick'], {
    servers: servers('The servers from which nobody may join; with `*` and `?` also several at once.', [
      { name: 'serverNames' },
    ]),
  }),
  asks: 'member',
  harm: 'm.other',
  exempts: true,
  alone({ event }, { settings: { servers: list } }) {
    const { state_key: who, room_id: roomId } = event;
    if (who === undefined || list.length === 0 || !isJoin(event.content, event.unsigned)) return [];
    const server = withoutPort(serverNameOf(who) ?? '').toLowerCase();
    if (!isListedServer(list, server)) return [];
    return [
      {
        subject: { kind: 'user', id: who },
        why: texts.why.newJoiner(server),
        events: [],
        detail: { server, room: roomId },
      },
    ];
  },
});
