import { lockdown as lock, lockdownEnd } from '../../enforcement/actions.js';
import type { LockdownResult } from '../../enforcement/handlers/lockdown.js';
import { lockdownEndPayload } from '../../enforcement/payloads.js';
import { canSendState } from '../../matrix/power.js';
import type { Block } from '../../matrix/message.js';
import type { ActionRecord, NewAction } from '../../store/records/actions.js';
import { effectOf, howToAnswer, notDone, roomName } from '../answers.js';
import { enumerated } from '../texts/enumerated.js';
import { timeOf } from '../args/duration.js';
import { duration, room, text, yes } from '../args/index.js';
import { usageError, type Reading } from '../args/reading.js';
import { placeOf } from './parts.js';
import { command, type Arg } from '../spec.js';
import { roomTexts } from '../texts/rooms.js';
import type { Invocation, Services } from '../types.js';

const JOIN_RULES = 'm.room.join_rules';

/** One protected room or space, or all rooms. */
interface Place {
  all: boolean;
  roomIds: string[];
}

function place(): Arg<Place> {
  const one = room('ROOM');
  return {
    ...one,
    label: 'ROOM|all',
    async read(reading: Reading) {
      const next = reading.peek();
      if (next !== undefined && /^(?:all|alle|\*)[.,!]?$/i.test(next.text)) {
        reading.take();
        return { all: true, roomIds: [...reading.services.protectedRooms.all()].map(({ roomId }) => roomId) };
      }
      const named = await one.read(reading);
      if (named === undefined) throw usageError(roomTexts.which, roomTexts.roomForms);
      return { all: false, roomIds: [placeOf(reading.services, named)] };
    },
  };
}

function joinRule({ protectedRooms }: Services, roomId: string): string | undefined {
  return protectedRooms.get(roomId)?.joinRule ?? undefined;
}

export const lockdown = command({
  name: 'lockdown',
  group: 'Protections',
  role: 'moderator',
  summary: 'Sets a protected room, or all of them, to invite only: nobody joins who is not invited.',
  args: { place: place(), reason: text('[REASON]') },
  options: { for: duration('for', 'Ends automatically after this time: 30m, 12h, 7d.'), yes },
  examples: ['lockdown #lobby:example.org', 'lockdown #lobby:example.org raid --for 2h', 'lockdown all --yes'],
  async run(services, { args, options, invocation }) {
    const { all, roomIds } = args.place;
    const open = all ? roomIds.filter((roomId) => joinRule(services, roomId) !== 'invite') : roomIds;
    if (all && options.yes !== true && invocation.confirmed === undefined) return askAboutAll(services, roomIds, open);
    const until = options.for === undefined ? undefined : services.clock() + options.for;
    const { reason } = args;
    const ended = await services.runAndWait(
      open.map((roomId) => {
        const payload = { roomId, ...(reason === '' ? {} : { reason }), ...(until === undefined ? {} : { until }) };
        return lock.create(payload, { key: `command:${invocation.key}:lockdown:${roomId}` });
      }),
    );
    const end = until === undefined ? undefined : timeOf(until);
    if (!all) return oneLocked(services, ended[0], open[0] ?? '', end);
    const done = ended.filter((action) => effectOf(action) === 'locked').length;
    return [{ line: roomTexts.lockedMany(done, end) }, ...failures(services, open, ended)];
  },
});

function askAboutAll(services: Services, roomIds: readonly string[], open: readonly string[]) {
  const bot = services.homeserver.botUserId;
  const able = (roomId: string): boolean => {
    const kept = services.protectedRooms.get(roomId);
    return kept !== undefined && canSendState(bot, JOIN_RULES, kept);
  };
  const unable = open.filter((roomId) => !able(roomId));
  const blocks: Block[] = [
    { line: roomTexts.lockAll(open.length - unable.length) },
    { line: enumerated(open.filter(able).map((roomId) => roomName(services, roomId))) },
  ];
  if (roomIds.length > open.length) blocks.push({ line: [roomTexts.lockSkipped(roomIds.length - open.length)] });
  if (unable.length > 0)
    blocks.push({ list: unable.map((roomId) => roomTexts.notIn(roomName(services, roomId), roomTexts.noPower)) });
  return { ask: { blocks: [...blocks, howToAnswer()] } };
}

function oneLocked(
  services: Services,
  action: ActionRecord | undefined,
  roomId: string,
  until: string | undefined,
): Block[] {
  if (action?.state !== 'done') return [{ line: [notDone(action)] }];
  const name = roomName(services, roomId);
  const held = effectOf(action) === 'held';
  return [
    { line: held ? roomTexts.wasLocked(name) : roomTexts.locked(name, until, `!heimdall lockdown end ${roomId}`) },
  ];
}

function failures(services: Services, roomIds: readonly string[], ended: readonly ActionRecord[]): Block[] {
  const lines = ended.flatMap((action, at) =>
    action.state === 'done' ? [] : [roomTexts.notIn(roomName(services, roomIds[at] ?? ''), notDone(action))],
  );
  return lines.length === 0 ? [] : [{ line: [roomTexts.notDone] }, { list: lines }];
}

export const lockdownEndCommand = command({
  name: 'lockdown end',
  aliases: ['lockdown stop', 'lockdown off'],
  group: 'Protections',
  role: 'moderator',
  summary: 'Ends a lockdown, or all of them: the join rules are as they were before.',
  args: { place: place() },
  options: {},
  examples: ['lockdown end #lobby:example.org', 'lockdown end all'],
  async run(services, { args, invocation }) {
    const { all, roomIds } = args.place;
    const ends: { roomId: string; action: NewAction }[] = [];
    for (const roomId of roomIds) {
      const action = await endIn(services, invocation, roomId);
      if (action !== undefined) ends.push({ roomId, action });
    }
    const ended = ends.length === 0 ? [] : await services.runAndWait(ends.map(({ action }) => action));
    if (all) {
      const done = ended.filter((action) => action.state === 'done' && effectOf(action) !== 'moot').length;
      const tried = ends.map(({ roomId }) => roomId);
      return [{ line: [roomTexts.lockEndedMany(done)] }, ...failures(services, tried, ended)];
    }
    const name = roomName(services, roomIds[0] ?? '');
    const [action] = ended;
    if (action === undefined) return [{ line: roomTexts.notLockedByMe(name) }];
    if (action.state !== 'done') return [{ line: [notDone(action)] }];
    return [{ line: effectOf(action) === 'moot' ? roomTexts.lockChanged(name) : roomTexts.lockEnded(name) }];
  },
});

/** The end of the last lockdown of a room; undefined when there was none. */
async function endIn(services: Services, invocation: Invocation, roomId: string): Promise<NewAction | undefined> {
  const done = await services.ledger.doneOfKind('lockdown', roomId);
  const latest = done.filter((action) => effectOf(action) === 'locked').at(-1);
  return latest === undefined ? undefined : endOf(latest, `lockdown_end:command:${invocation.key}:${roomId}`);
}

/** The action that ends a completed lockdown; undefined when there is nothing to end. */
export function endOf(action: ActionRecord, key: string): NewAction | undefined {
  if (action.kind !== 'lockdown' || action.state !== 'done' || effectOf(action) !== 'locked') return undefined;
  const { roomId } = action.payload as { roomId?: unknown };
  const { before, event_id: eventId } = (action.result ?? {}) as Partial<LockdownResult>;
  const payload = lockdownEndPayload.safeParse({ roomId, before, eventId });
  return payload.success ? lockdownEnd.create(payload.data, { key, caseId: action.caseId }) : undefined;
}
