import { change } from '../enforcement/actions.js';
import { urlPath } from '../matrix/url-path.js';
import { banTexts } from './texts/bans.js';
import { visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import { serverKey } from '../policy/server-name.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import { effectOf, howToAnswer, listName, notDone, roomName } from './answers.js';
import { enumerated } from './texts/enumerated.js';
import { flag, targets, text, yes } from './args/index.js';
import type { Entity } from './args/entity.js';
import { meansPerson, settled } from './effects.js';
import { workThrough } from './outcome.js';
import { command, type Command } from './spec.js';
import { outcomeTexts } from './texts/outcome.js';
import type { Invocation, Services } from './types.js';

const unban = command({
  name: 'unban',
  aliases: ['policy remove', 'remove-ban', 'remove-policy'],
  group: 'Bans',
  role: 'moderator',
  summary:
    'Removes ban and takedown rules and lifts their bans. With true, lifts every matching ban in all protected ' +
    'rooms, whoever set it.',
  args: {
    who: targets('[LIST] [user|room|server] TARGET… [LIST]', { globs: true, list: true }),
    everywhere: text('[true]', 'choice'),
  },
  options: { invite: flag('invite', 'Also invites who was banned back into the rooms.'), yes },
  examples: ['unban @friend:good.example', 'unban @friend:good.example true --invite', 'unban evil.example'],
  async run(services, { args, options, invocation }) {
    const everywhere = args.everywhere.split(' ').some((word) => /^(?:true|apply)[.!,;]?$/i.test(word));
    const globs = args.who.targets.filter((target) => target.isGlob);
    if (globs.length > 0 && options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: { blocks: [...globs.flatMap((target) => whatUnbanLifts(services, target, everywhere)), howToAnswer()] },
      };
    const blocks: Block[] = [];
    for (const [index, target] of args.who.targets.entries()) {
      const before = bansOf(services, target);
      blocks.push(...(await unbanOne(services, invocation, target, args.who.listRoomId, everywhere, index)));
      if (options.invite === true) blocks.push(...(await inviteBack(services, invocation, before)));
    }
    return blocks;
  },
});

/** Invites people whose ban was lifted back to the rooms they were banned from. */
async function inviteBack(services: Services, invocation: Invocation, before: readonly Ban[]): Promise<Block[]> {
  const now = ({ roomId, userId }: Ban) => services.protectedRooms.get(roomId)?.members.get(userId)?.membership;
  await settled(services, () => before.every((ban) => now(ban) !== 'ban'));
  const free = before.filter((ban) => now(ban) !== 'ban' && now(ban) !== 'join');
  if (free.length === 0) return [{ line: [banTexts.nobodyToInvite] }];
  const ended = await services.runAndWait(
    free.map(({ roomId, userId }) =>
      change.create(
        {
          method: 'POST',
          path: urlPath`/_matrix/client/v3/rooms/${roomId}/invite`,
          body: { user_id: userId },
          userId,
          roomId,
        },
        { key: `command:${invocation.key}:invite:${roomId}:${userId}`, lane: roomId },
      ),
    ),
  );
  const done = ended.filter(({ state }) => state === 'done').length;
  const bad = ended.find(({ state }) => state !== 'done');
  return [{ line: [banTexts.invited(done), bad === undefined ? '' : ` ${notDone(bad)}`] }];
}

function whatUnbanLifts(services: Services, target: Entity, everywhere: boolean): Block[] {
  const lifts = everywhere ? bansOf(services, target).length : 0;
  return [
    { line: banTexts.askRemove(target.entity) },
    {
      line: [everywhere ? banTexts.liftsAll(lifts) : banTexts.liftsOwn],
    },
  ];
}

async function unbanOne(
  services: Services,
  invocation: Invocation,
  target: Entity,
  listRoomId: string | undefined,
  everywhere: boolean,
  index: number,
): Promise<Block[]> {
  const rooms = listRoomId === undefined ? listsToLook(services, target) : [listRoomId];
  const removed = await removeRules(services, invocation, target, rooms, index);
  const bad = removed.find(({ action }) => action.state !== 'done');
  if (bad !== undefined && removed.every(({ action }) => action.state !== 'done'))
    return [{ line: [notDone(bad.action)] }];
  const gone = removed.filter(({ action }) => effectOf(action) === 'removed').map(({ roomId }) => roomId);
  const line: Inline[] =
    gone.length === 0
      ? [
          banTexts.noBanRule,
          { code: target.entity },
          listRoomId === undefined ? '' : ' in ',
          ...(listRoomId === undefined ? [] : [listName(services, listRoomId)]),
          '.',
        ]
      : banTexts.removed(target.entity, enumerated(gone.map((roomId) => listName(services, roomId))));
  if (gone.length > 0) await settled(services, () => !hasRule(services, target, gone));
  if (bad !== undefined) line.push(banTexts.notEverywhere(notDone(bad.action)));
  line.push(...(await liftedWords(services, invocation, target, everywhere, gone.length > 0, index)));
  const others = othersThatWantIt(services, target, new Set(gone));
  return others.length === 0 ? [{ line }] : [{ line }, { line: [banTexts.elsewhere(others.length)] }, { list: others }];
}

/** Every list that may have a rule for this, including one written a moment ago. */
function listsToLook(services: Services, { kind, entity }: Entity): string[] {
  const rooms = new Set<string>();
  for (const rule of services.lists.policy.rulesMatching(kind, entity))
    if (rule.roomId !== undefined) rooms.add(rule.roomId);
  for (const rule of services.lists.policy.rules({ kind }))
    if (isSame(kind, rule.entity, entity) && rule.roomId !== undefined) rooms.add(rule.roomId);
  const { policy_list_room: own, default_list: chosen } = services.settings.get();
  for (const roomId of [own, chosen]) if (roomId !== null && services.lists.has(roomId)) rooms.add(roomId);
  for (const roomId of services.lists.rooms()) if (services.lists.isMade(roomId)) rooms.add(roomId);
  return [...rooms].filter((roomId) => mayHoldIt(services, roomId, kind, entity));
}

/** A foreign list is only changed for a rule with exactly this entity. */
function mayHoldIt(services: Services, roomId: string, kind: Entity['kind'], entity: string): boolean {
  const { policy_list_room: own, default_list: chosen } = services.settings.get();
  if (roomId === own || roomId === chosen || services.lists.isMade(roomId)) return true;
  return hasRule(services, { kind, entity }, [roomId]);
}

function hasRule(
  { lists }: Services,
  { kind, entity }: Pick<Entity, 'kind' | 'entity'>,
  rooms: readonly string[],
): boolean {
  for (const rule of lists.policy.rulesMatching(kind, entity))
    if (
      rule.action !== 'allow' &&
      rooms.includes(rule.roomId ?? '') &&
      (rule.entity === undefined || isSame(kind, rule.entity, entity))
    )
      return true;
  for (const rule of lists.policy.rules({ kind }))
    if (rule.action !== 'allow' && rooms.includes(rule.roomId ?? '') && isSame(kind, rule.entity, entity)) return true;
  return false;
}

/** Servers are compared without case and port, and so are the rules to remove. */
export function isSame(kind: Entity['kind'], other: string | undefined, entity: string): boolean {
  if (other === undefined) return false;
  return other === entity || (kind === 'server' && serverKey(other) === serverKey(entity));
}

export async function removeRules(
  services: Services,
  invocation: Invocation,
  target: Entity,
  rooms: readonly string[],
  index: number,
  recommendations?: string[],
): Promise<{ roomId: string; action: ActionRecord }[]> {
  const removals = rooms.map((listRoomId): NewAction => ({
    caseId: target.caseId ?? null,
    kind: 'remove_rule',
    lane: 'policy_list',
    key: `command:${invocation.key}:${index}:${listRoomId}`,
    payload: {
      listRoomId,
      kind: target.kind,
      entity: target.entity,
      ...(target.kind === 'server' ? { anySpelling: true } : {}),
      ...(recommendations === undefined ? {} : { recommendations }),
    },
  }));
  const actions = removals.length === 0 ? [] : await services.runAndWait(removals);
  return actions.flatMap((action, at) => (rooms[at] === undefined ? [] : [{ roomId: rooms[at], action }]));
}

/** Lifts bans by people, if requested, and returns in how many rooms the account is free. */
async function liftedWords(
  services: Services,
  invocation: Invocation,
  target: Entity,
  everywhere: boolean,
  hadRule: boolean,
  index: number,
): Promise<Inline[]> {
  if (target.kind !== 'user') return [];
  const before = bansOf(services, target);
  if (before.length === 0) return everywhere ? [banTexts.liftedNone] : [];
  if (everywhere) {
    const lifts = before.map(({ roomId, userId, eventId }): NewAction => ({
      kind: 'unban',
      lane: roomId,
      key: `unban:${roomId}:${eventId}:${invocation.key}:${index}`,
      payload: { roomId, userId, reason: banTexts.liftedReason },
    }));
    const { ended, atWork } = await workThrough(services, invocation, outcomeTexts.lifts, lifts);
    if (atWork !== undefined) return [` ${atWork}`];
    const done = ended.filter(({ state }) => state === 'done').length;
    const stuck = before.filter((_, at) => ended[at]?.state !== 'done').map(({ roomId }) => roomName(services, roomId));
    return [banTexts.lifted(done, before.length), ...(stuck.length === 0 ? [] : banTexts.notIn(enumerated(stuck)))];
  }
  const ours = before.filter(({ sender }) => sender === services.homeserver.botUserId);
  if (hadRule)
    await settled(services, () =>
      bansOf(services, target).every(({ sender }) => sender !== services.homeserver.botUserId),
    );
  const left = bansOf(services, target);
  const lifted = before.length - left.length;
  const theirs = before.length - ours.length;
  return [
    ...(lifted > 0 ? [banTexts.liftedIn(lifted)] : []),
    ...(left.length > 0 && theirs > 0 ? banTexts.theirBans(theirs) : []),
  ];
}

interface Ban {
  roomId: string;
  userId: string;
  eventId: string;
  sender: string;
}

function bansOf(services: Services, target: Entity): Ban[] {
  const means = meansPerson(target);
  const bans: Ban[] = [];
  for (const room of services.protectedRooms.all()) {
    const entries = target.isGlob || target.kind !== 'user' ? room.members : entryOf(room.members, target.entity);
    for (const [userId, { membership, eventId, sender }] of entries)
      if (membership === 'ban' && means(userId)) bans.push({ roomId: room.roomId, userId, eventId, sender });
  }
  return bans;
}

/** Rules that still match the entity after its removal from the lists in `gone`, one line each. */
function othersThatWantIt(
  services: Services,
  { kind, entity, isGlob: glob }: Entity,
  gone: ReadonlySet<string>,
): Inline[][] {
  if (glob) return [];
  const rules = services.lists.policy.rulesMatching(kind, entity);
  if (rules.some(({ action }) => action === 'allow')) return [];
  return rules
    .filter((rule) => !isSame(kind, rule.entity, entity) || !gone.has(rule.roomId ?? ''))
    .slice(0, 20)
    .map((rule) => [
      { code: visible(rule.entity ?? banTexts.hashed) },
      ' in ',
      listName(services, rule.roomId ?? 'a list'),
    ]);
}

function entryOf<V>(map: ReadonlyMap<string, V>, key: string): [string, V][] {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
}

export const unbanCommands: readonly Command[] = [unban];
