import type { Block } from '../matrix/message.js';
import { effectOf, listName, notDone } from './answers.js';
import { targets, yes } from './args/index.js';
import type { Entity } from './args/entity.js';
import { command, type Command } from './spec.js';
import { banTexts } from './texts/bans.js';
import { enumerated } from './texts/enumerated.js';
import type { Services } from './types.js';
import { isSame, removeRules } from './unban.js';
import { ALLOW } from './write-rules.js';

const unallow = command({
  name: 'unallow',
  aliases: ['remove-unban'],
  group: 'Bans',
  role: 'moderator',
  summary: 'Removes an allow rule: what it exempted is subject to the ban rules again.',
  args: { who: targets('[LIST] [user|room|server] TARGET… [LIST]', { globs: true, list: true }) },
  options: { yes },
  examples: ['unallow @friend:good.example'],
  async run(services, { args, invocation }) {
    const blocks: Block[] = [];
    for (const [index, target] of args.who.targets.entries()) {
      const rooms = args.who.listRoomId === undefined ? allowLists(services, target) : [args.who.listRoomId];
      const removed = await removeRules(services, invocation, target, rooms, index, [ALLOW]);
      const gone = removed.filter(({ action }) => effectOf(action) === 'removed');
      const bad = removed.find(({ action }) => action.state !== 'done');
      blocks.push({
        line:
          gone.length > 0
            ? banTexts.unallowed(target.entity, enumerated(gone.map(({ roomId }) => listName(services, roomId))))
            : bad !== undefined
              ? [notDone(bad.action)]
              : banTexts.noAllowRule(target.entity),
      });
    }
    return blocks;
  },
});

function allowLists(services: Services, { kind, entity }: Entity): string[] {
  const rooms = new Set<string>();
  for (const rule of services.lists.policy.rules({ kind })) {
    const names = rule.action === 'allow' && isSame(kind, rule.entity, entity);
    if (names && rule.roomId !== undefined) rooms.add(rule.roomId);
  }
  const { policy_list_room: own, default_list: chosen } = services.settings.get();
  for (const roomId of [own, chosen]) if (roomId !== null && services.lists.has(roomId)) rooms.add(roomId);
  return [...rooms];
}

export const unallowCommands: readonly Command[] = [unallow];
