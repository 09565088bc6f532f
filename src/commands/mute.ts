import { interlock } from '../enforcement/interlock.js';
import { unmuteAction } from '../enforcement/handlers/mute.js';
import { unmutePayload } from '../enforcement/payloads.js';
import { visible } from '../detection/index.js';
import { canSendState, powerOf } from '../matrix/power.js';
import type { Block, Inline } from '../matrix/message.js';
import type { NewAction } from '../store/records/actions.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import { effectOf, notDone, roomName, undoHint } from './answers.js';
import { enumerated } from './texts/enumerated.js';
import { duration, protectedRooms, targets, text } from './args/index.js';
import { timeOf } from './args/duration.js';
import { INSIDE } from './effects.js';
import { command, type Command } from './spec.js';
import type { Invocation, Services } from './types.js';
import { peopleTexts } from './texts/people.js';
import { answerTexts } from './texts/answers.js';

export function muteAction(
  invocation: Invocation,
  roomId: string,
  userId: string,
  reason: string,
  until?: number,
): NewAction {
  const payload = { roomId, userId, ...(reason === '' ? {} : { reason }), ...(until === undefined ? {} : { until }) };
  return { kind: 'mute', lane: roomId, key: `command:${invocation.key}:mute:${roomId}:${userId}`, payload };
}

const mute = command({
  name: 'mute',
  group: 'People',
  role: 'moderator',
  summary: 'Stops somebody from writing in one protected room or all; with --for it ends automatically.',
  args: { who: targets('USER…', { kinds: ['user'] }), rooms: protectedRooms(), reason: text() },
  options: { for: duration('for', 'Ends automatically after this time: 30m, 12h, 7d.') },
  examples: ['mute @loud:good.example', 'mute @loud:good.example #lobby:example.org --for 1h too loud'],
  async run(services, { args, options, invocation }) {
    const until = options.for === undefined ? undefined : services.clock() + options.for;
    const blocks: Block[] = [];
    for (const { entity: userId } of args.who.targets)
      blocks.push(
        ...(await muteOne(services, invocation, userId, args.rooms.rooms, args.rooms.named, args.reason, until)),
      );
    return blocks;
  },
});

async function muteOne(
  services: Services,
  invocation: Invocation,
  userId: string,
  rooms: readonly TrackedRoom[],
  named: boolean,
  reason: string,
  until: number | undefined,
): Promise<Block[]> {
  const answer = interlock({ about: 'user', userId }, services.facts());
  if (!answer.allowed) return [{ line: [answerTexts.refused(visible(answer.reason, 400))] }];
  const present = rooms.filter((kept) => named || INSIDE.includes(kept.members.get(userId)?.membership ?? ''));
  if (present.length === 0) return [{ line: peopleTexts.inNoRoom(userId) }];
  const bot = services.homeserver.botUserId;
  const able = present.filter(
    (kept) => canSendState(bot, 'm.room.power_levels', kept) && powerOf(userId, kept) < powerOf(bot, kept),
  );
  const ended =
    able.length === 0
      ? []
      : await services.runAndWait(able.map(({ roomId }) => muteAction(invocation, roomId, userId, reason, until)));
  const done = ended.filter((action) => effectOf(action) === 'muted').length;
  const held = ended.filter((action) => effectOf(action) === 'held').length;
  const unable = present.filter((kept) => !able.includes(kept));
  const failed = ended.find(({ state }) => state !== 'done');
  const line: Inline[] = [
    { code: userId },
    done > 0 ? peopleTexts.muted(done, until === undefined ? undefined : timeOf(until)) : peopleTexts.wasNotMuted,
    held > 0 ? peopleTexts.couldNotWrite(held) : '',
    ...(unable.length === 0
      ? []
      : peopleTexts.noPowerToMute(enumerated(unable.map(({ roomId }) => roomName(services, roomId))))),
    failed === undefined ? '' : ` ${notDone(failed)}`,
    ...(done > 0 ? undoHint() : []),
  ];
  return [{ line }];
}

const unmute = command({
  name: 'unmute',
  group: 'People',
  role: 'moderator',
  summary: 'Lets somebody muted by me write again, unless their power level was changed since.',
  args: { who: targets('USER…', { kinds: ['user'] }), rooms: protectedRooms() },
  options: {},
  examples: ['unmute @loud:good.example'],
  async run(services, { args, invocation }) {
    const blocks: Block[] = [];
    for (const { entity: userId } of args.who.targets) {
      const actions = (
        await Promise.all(args.rooms.rooms.map((kept) => unmuteIn(services, invocation, kept.roomId, userId)))
      ).flat();
      const ended = actions.length === 0 ? [] : await services.runAndWait(actions);
      const back = ended.filter((action) => effectOf(action) === 'unmuted').length;
      const moot = ended.filter((action) => effectOf(action) === 'moot').length;
      const bad = ended.find(({ state }) => state !== 'done');
      blocks.push({
        line: [
          { code: userId },
          back > 0 ? peopleTexts.unmuted(back) : peopleTexts.notMutedByMe,
          moot > 0 && back === 0 ? peopleTexts.changedSince(moot) : '',
          bad === undefined ? '' : ` ${notDone(bad)}`,
        ],
      });
    }
    return blocks;
  },
});

/** The end of the last mute of somebody in a room, if there is one. */
export async function unmuteIn(
  services: Services,
  invocation: Invocation,
  roomId: string,
  userId: string,
): Promise<NewAction[]> {
  const mutes = await services.ledger.doneOfKind('mute', roomId);
  const last = mutes
    .filter((action) => (action.payload as { userId?: unknown }).userId === userId && effectOf(action) === 'muted')
    .at(-1);
  const { level, before } = (last?.result ?? {}) as { level?: unknown; before?: unknown };
  const payload = unmutePayload.safeParse({ roomId, userId, level, before });
  return payload.success ? [unmuteAction(payload.data, `command:${invocation.key}:${roomId}:${userId}`, null)] : [];
}

export const muteCommands: readonly Command[] = [mute, unmute];
