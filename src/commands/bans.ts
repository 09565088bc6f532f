import { isGlob, compileGlob, type EntityKind } from '../policy/index.js';
import type { Block } from '../matrix/message.js';
import type { ActionRecord, NewAction } from '../store/types.js';
import { HeimdallError } from '../util/errors.js';
import { entityKindOf } from './parse.js';
import type { Command, Invocation, Services } from './types.js';

/** What a ban command names, in Mjolnir's order: list, kind, entity, rest. All but the entity may be left out. */
interface Target {
  listRoomId: string | undefined;
  kind: EntityKind;
  entity: string;
  rest: string[];
}

const KINDS: readonly string[] = ['user', 'room', 'server'] satisfies EntityKind[];

/** Reads `[LIST] [user|room|server] ENTITY …`. A first word that is no known list and no kind is the entity. */
function targetOf(services: Services, invocation: Invocation): Target {
  const words = [...invocation.args];
  let listRoomId: string | undefined;
  const first = words[0];
  if (first !== undefined && words.length > 1 && !KINDS.includes(first)) {
    listRoomId = services.lists.byShortcode(first);
    const named = listRoomId === undefined && KINDS.includes(words[1] ?? '');
    if (named) throw new HeimdallError('HEIMDALL_E_NO_LIST', `There is no watched list called ${first}.`, 'Leave it out to use my own list, or see !heimdall lists.');
    if (listRoomId !== undefined) words.shift();
  }
  const kind = KINDS.includes(words[0] ?? '') ? (words.shift() as EntityKind) : undefined;
  const entity = words.shift();
  if (entity === undefined || entity === '') throw new HeimdallError('HEIMDALL_E_USAGE', 'Whom?', 'Give a user id (@name:server), a room id or alias, or a server name.');
  if (kind === 'user' && !entity.startsWith('@') && !isGlob(entity)) throw new HeimdallError('HEIMDALL_E_USAGE', `${entity} is no user id.`, 'A user id looks like @name:server.');
  return { listRoomId, kind: kind ?? entityKindOf(entity), entity, rest: words };
}

const ban: Command = {
  name: 'ban',
  group: 'Bans',
  usage: 'ban [LIST] [user|room|server] ENTITY [REASON] [--force]',
  summary: 'Writes a ban rule. A user is banned from all protected rooms, a server is shut out. * and ? need --force.',
  async run(services, invocation) {
    const target = targetOf(services, invocation);
    if (isGlob(target.entity) && !invocation.flags.has('force')) {
      throw new HeimdallError('HEIMDALL_E_GLOB', `${target.entity} can hit more than one ${target.kind}.`, 'Add --force if that is meant.');
    }
    const listRoomId = target.listRoomId ?? (await services.ownList());
    const reason = target.rest.join(' ');
    const [written] = await services.carryOut([
      { kind: 'write_rule', lane: 'policy_list', key: `command:${invocation.eventId}:write`, payload: { listRoomId, kind: target.kind, entity: target.entity, recommendation: 'm.ban', reason: reason === '' ? 'no reason given' : reason } },
    ]);
    return answerOf(written, () => [{ line: ['Ban rule for ', { code: target.entity }, ' written. ', effectOf(services, target)] }]);
  },
};

function effectOf(services: Services, { kind }: Target): string {
  const rooms = services.protectedRooms.size;
  if (kind === 'room') return 'Room rules are kept in the list.';
  if (rooms === 0) return 'No room is protected yet: add one with !heimdall rooms add ROOM.';
  const where = rooms === 1 ? 'the protected room' : `all ${rooms} protected rooms`;
  return kind === 'user' ? `It acts in ${where}.` : `The server is shut out of ${where}.`;
}

const unban: Command = {
  name: 'unban',
  group: 'Bans',
  usage: 'unban [LIST] [user|room|server] ENTITY [true]',
  summary: 'Removes a ban rule and lifts its bans. With true, lifts every matching ban in all protected rooms, whoever set it.',
  async run(services, invocation) {
    const target = targetOf(services, invocation);
    const everywhere = target.rest.some((word) => word === 'true' || word === 'apply');
    const lists = target.listRoomId === undefined ? listsWith(services, target) : [target.listRoomId];
    const removals = lists.map((listRoomId): NewAction => ({ kind: 'remove_rule', lane: 'policy_list', key: `command:${invocation.eventId}:${listRoomId}`, payload: { listRoomId, kind: target.kind, entity: target.entity } }));
    const removed = removals.length === 0 ? [] : await services.carryOut(removals);
    const bad = removed.find((action) => action.state !== 'done');
    if (bad !== undefined) return answerOf(bad, () => []);
    const lifts = everywhere && target.kind === 'user' ? unbanEverywhere(services, target.entity, null, { onlyOurs: false }) : [];
    const lifted = lifts.length === 0 ? [] : await services.carryOut(lifts);
    const rule = removed.length === 0 ? 'There is no ban rule for ' : 'Removed the ban rule for ';
    const blocks: Block[] = [{ line: [rule, { code: target.entity }, '.', everywhere && target.kind === 'user' ? ` Bans lifted: ${lifted.filter((action) => action.state === 'done').length} of ${lifts.length}.` : ''] }];
    return blocks;
  },
};

/** Watched lists that hold a rule for exactly this entity: our own first. */
function listsWith(services: Services, { kind, entity }: Target): string[] {
  const own = services.settings.get().policy_list_room;
  const rooms = new Set<string>();
  for (const rule of services.lists.policy.rules({ kind })) if (rule.entity === entity && rule.roomId !== undefined) rooms.add(rule.roomId);
  return own !== null && rooms.has(own) ? [own] : [...rooms];
}

/** Unbans whom the entity covers in all protected rooms; `onlyOurs` leaves bans alone that other people set. */
export function unbanEverywhere(services: Services, entity: string, caseId: number | null, { onlyOurs }: { onlyOurs: boolean }): NewAction[] {
  const matches = isGlob(entity) ? compileGlob(entity) : undefined;
  const actions: NewAction[] = [];
  for (const room of services.protectedRooms.all()) {
    for (const [userId, member] of matches === undefined ? entryOf(room.members, entity) : room.members) {
      if (member.membership !== 'ban' || (matches !== undefined && !matches.test(userId))) continue;
      if (onlyOurs && member.sender !== services.homeserver.botUserId) continue;
      actions.push({ caseId, kind: 'unban', lane: room.roomId, key: `unban:${room.roomId}:${member.eventId}`, payload: { roomId: room.roomId, userId, reason: 'Ban lifted by a moderator' } });
    }
  }
  return actions;
}

function entryOf<V>(map: ReadonlyMap<string, V>, key: string): [string, V][] {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
}

/** The answer when the action did what was asked; else what came of it, in words. */
function answerOf(action: ActionRecord | undefined, done: () => Block[]): Block[] {
  switch (action?.state) {
    case 'done':
      return done();
    case 'simulated':
      return [{ line: ['Dry run: nothing was changed. I would have done it.'] }];
    case 'refused':
      return [{ line: [`Not done: ${action.lastError ?? 'the interlock refused it'}`] }];
    case 'failed':
    case 'cancelled':
      return [{ line: [`It failed: ${action.lastError ?? 'no reason given'}`] }];
    default:
      return [{ line: ['The homeserver has not taken it yet. It is written down and tried again.'] }];
  }
}

export const banCommands: readonly Command[] = [ban, unban];
