import { missingPower, powerNeeded } from '../enforcement/planner.js';
import type { Inline } from '../matrix/message.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { RoomStateCache } from '../tracking/rooms.js';

export interface BotAccess {
  botUserId: string;
  rooms: Pick<RoomStateCache, 'all' | 'get'>;
  lists: Pick<WatchedLists, 'isInside' | 'hasRules'>;
  /** room ids of the watched lists */
  watched: readonly string[];
  /** rooms and lists that can not be read, and why */
  failures: ReadonlyMap<string, string>;
}

/**
 * What is amiss with our own standing in protected rooms and lists, one sentence each, with what to do. The keys are
 * made so that the same trouble keeps its key whether an event or a reading showed it.
 */
export function accessAlerts(facts: BotAccess): Map<string, Inline[]> {
  const { botUserId, rooms, lists, watched, failures } = facts;
  const concerns = new Map<string, Inline[]>();
  const bot: Inline = { code: botUserId };
  for (const roomId of watched) {
    const failure = failures.get(roomId);
    if (failure === undefined && lists.isInside(roomId)) continue;
    const why =
      failure === undefined
        ? ['I am no longer in the list ', { code: roomId }]
        : ['I can not read the list ', { code: roomId }, ` (${failure})`];
    const rules = lists.hasRules(roomId)
      ? 'Its last known rules stay in force.'
      : 'I know none of its rules; what was done for them stays.';
    concerns.set(`list:${roomId}`, [...why, `. ${rules} Invite `, bot, ' to it, or unwatch it.']);
  }
  for (const [roomId, failure] of failures) {
    if (!watched.includes(roomId))
      concerns.set(`room:${roomId}`, [
        'I can not read the protected room ',
        { code: roomId },
        ` (${failure}). It is not protected now: invite `,
        bot,
        ' to it.',
      ]);
  }
  for (const room of rooms.all()) {
    if (failures.has(room.roomId)) continue;
    if (room.members.get(botUserId)?.membership !== 'join') {
      concerns.set(`room:${room.roomId}`, [
        'I am not in the protected room ',
        { code: room.roomId },
        ' any more. It is not protected now: invite ',
        bot,
        ' to it, or end its protection.',
      ]);
      continue;
    }
    const missing = missingPower(room, botUserId);
    if (missing.length > 0)
      concerns.set(`power:${room.roomId}:${missing.join()}`, [
        'In ',
        { code: room.canonicalAlias ?? room.roomId },
        ` I lack the power to ${missing.join(', ')}: give `,
        bot,
        ` power level ${powerNeeded(room)}.`,
      ]);
  }
  return concerns;
}

/** Lists whose changes wait for a moderator. */
export function heldListAlerts(held: ReadonlyMap<string, number>): Map<string, Inline[]> {
  return new Map(
    [...held].map(([roomId, count]) => [
      roomId,
      [
        'The list ',
        { code: roomId },
        ` has changed so that at least ${count} bans would be lifted. They stay until you have looked. To lift them: `,
        { code: `!heimdall lists lift ${roomId}` },
        '. If the list cannot be trusted any more: ',
        { code: `!heimdall unwatch ${roomId}` },
        ' (that lifts them too).',
      ],
    ]),
  );
}

/** Somebody undoes what we do at one place, as often as we do it. */
export function standoffLine(what: string, roomId: string): Inline[] {
  const undone = what === 'acl' ? 'replaces the server ACL' : 'lifts a ban';
  return [
    `Somebody in `,
    { code: roomId },
    ` ${undone} of mine as often as I set it, another bot perhaps. I leave it alone there for an hour; `,
    { code: '!heimdall sync' },
    ' tries again at once.',
  ];
}
