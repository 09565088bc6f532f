import { canBan, canSendState, levelFor, levelForState } from '../matrix/power.js';
import type { Inline } from '../matrix/message.js';
import { serverNameOf } from '../matrix/identifiers.js';
import { compileGlob } from '../policy/index.js';
import { serverAclCheck } from '../policy/acl-simulate.js';
import { foldCase, portless, serverKey } from '../policy/server-name.js';
import { interlock } from '../enforcement/interlock.js';
import type { RoomSnapshot } from '../enforcement/types.js';
import type { Entity } from './args/entity.js';
import { leftOutReasons, roomName } from './answers.js';
import { enumerated } from './texts/enumerated.js';
import type { Services } from './types.js';
import { pause } from '../util/timers.js';
import { answerTexts } from './texts/answers.js';
import { banTexts } from './texts/bans.js';

export const INSIDE: readonly string[] = ['join', 'invite', 'knock'];
const LOOK_MS = 25;

/** Waits for a condition, or until answers should not wait any longer; returns whether it holds. */
export async function settled(services: Pick<Services, 'settleMs'>, holds: () => boolean): Promise<boolean> {
  const until = Date.now() + services.settleMs;
  while (!holds()) {
    if (Date.now() >= until) return false;
    await pause(LOOK_MS);
  }
  return true;
}

/** A predicate for the people an entity matches: one account, a pattern, or a whole server. */
export function meansPerson({ kind, entity, isGlob }: Entity): (userId: string) => boolean {
  if (kind === 'user' && !isGlob) return (userId) => userId === entity;
  const pattern = isGlob ? compileGlob(kind === 'server' ? serverKey(entity) : entity) : undefined;
  if (kind === 'user') return (userId) => pattern?.test(userId) === true;
  const wanted = serverKey(entity);
  return (userId) => {
    const server = serverNameOf(userId);
    if (server === undefined) return false;
    return pattern === undefined ? serverKey(server) === wanted : pattern.test(serverKey(server));
  };
}

/** The people in protected rooms that an entity matches. */
export interface PeopleHit {
  /** rooms in which each of them is */
  people: Map<string, string[]>;
  /** matching people who are exempt, with the reason */
  staying: Map<string, string>;
}

export function peopleHit(
  services: Services,
  entity: Entity,
  rooms: Iterable<RoomSnapshot> = services.protectedRooms.all(),
): PeopleHit {
  const means = meansPerson(entity);
  const people = new Map<string, string[]>();
  const staying = new Map<string, string>();
  const facts = services.facts();
  for (const room of rooms) {
    for (const [userId, { membership }] of membersMeant(room, entity)) {
      if (!INSIDE.includes(membership) || !means(userId)) continue;
      const answer = interlock({ about: 'user', userId, roomId: room.roomId }, facts);
      if (!answer.allowed) staying.set(userId, answer.reason);
      else people.set(userId, [...(people.get(userId) ?? []), room.roomId]);
    }
  }
  return { people, staying };
}

function membersMeant(room: RoomSnapshot, { kind, entity, isGlob }: Entity) {
  if (kind !== 'user' || isGlob) return room.members;
  const member = room.members.get(entity);
  return member === undefined ? [] : ([[entity, member]] as const);
}

/** Rooms by the outcome of a ban there. */
export interface BanEffect {
  banned: string[];
  noPower: string[];
  pending: string[];
  /** banned before, by anybody */
  before: string[];
}

/** Observes the effects of a rule against one account, so that the answer states what was seen in the rooms. */
export function followBan(services: Services, userId: string): () => Promise<BanEffect> {
  const expected: RoomSnapshot[] = [];
  const effect: BanEffect = { banned: [], noPower: [], pending: [], before: [] };
  for (const room of services.protectedRooms.all()) {
    const membership = room.members.get(userId)?.membership ?? 'leave';
    if (membership === 'ban') effect.before.push(room.roomId);
    else if (!canBan(services.homeserver.botUserId, userId, room)) {
      if (INSIDE.includes(membership)) effect.noPower.push(room.roomId);
    } else if (INSIDE.includes(membership)) expected.push(room);
  }
  const now = (roomId: string) => services.protectedRooms.get(roomId)?.members.get(userId)?.membership;
  return async () => {
    await settled(services, () => expected.every(({ roomId }) => !INSIDE.includes(now(roomId) ?? 'leave')));
    for (const { roomId } of expected) (now(roomId) === 'ban' ? effect.banned : effect.pending).push(roomId);
    return effect;
  };
}

/** The outcome of a ban, in words. */
export function banEffectWords(services: Services, { banned, noPower, pending, before }: BanEffect): Inline[] {
  const size = services.protectedRooms.size;
  if (size === 0) return [answerTexts.noRooms];
  const words: Inline[] = [];
  if (banned.length > 0) words.push(banTexts.banned(banned.length));
  if (before.length > 0) words.push(banTexts.before(before.length));
  if (banned.length + before.length + noPower.length + pending.length === 0) words.push(banTexts.inNoRoom);
  if (pending.length > 0) words.push(banTexts.pending(pending.length), ...named(services, pending), banTexts.retried);
  if (noPower.length > 0) words.push(banTexts.noPowerToBan, ...powerNeededIn(services, noPower, 'ban'), '.');
  return words;
}

function named(services: Services, roomIds: readonly string[]): Inline[] {
  return enumerated(roomIds.map((roomId) => roomName(services, roomId)));
}

function powerNeededIn(services: Services, roomIds: readonly string[], what: 'ban' | 'acl'): Inline[] {
  return roomIds.slice(0, 10).flatMap((roomId, index): Inline[] => {
    const room = services.protectedRooms.get(roomId);
    const level =
      room === undefined ? 50 : what === 'ban' ? levelFor('ban', room) : levelForState('m.room.server_acl', room);
    return [index === 0 ? '' : ', ', roomName(services, roomId), banTexts.needsLevel(level)];
  });
}

/** The presence in the rooms of a server that was denied. */
export interface AclEffect {
  denied: string[];
  noPower: string[];
  missing: string[];
  /** people of the server in the rooms */
  people: number;
}

/** Observes the effect of a rule against a server on the rooms' server ACLs. */
export async function followAcl(services: Services, entity: Entity): Promise<AclEffect> {
  const effect: AclEffect = { denied: [], noPower: [], missing: [], people: peopleHit(services, entity).people.size };
  const rooms = [...services.protectedRooms.all()];
  const able = rooms.filter((room) => canSendState(services.homeserver.botUserId, 'm.room.server_acl', room));
  effect.noPower = rooms.filter((room) => !able.includes(room)).map(({ roomId }) => roomId);
  const denies = (roomId: string): boolean => isDenied(services, roomId, entity);
  await settled(services, () => able.every(({ roomId }) => denies(roomId)));
  for (const { roomId } of able) (denies(roomId) ? effect.denied : effect.missing).push(roomId);
  return effect;
}

function isDenied({ protectedRooms }: Services, roomId: string, { entity, isGlob }: Entity): boolean {
  const content = protectedRooms.get(roomId)?.acl?.content;
  if (content === undefined) return false;
  const bare = portless(entity);
  if (!isGlob) return !serverAclCheck(content)(bare);
  const deny = Array.isArray(content.deny) ? content.deny : [];
  // A pattern may be split in the ACL so that no exempt server is hit; any piece counts.
  return deny.some(
    (entry) =>
      typeof entry === 'string' &&
      (foldCase(entry) === foldCase(bare) || compileGlob(foldCase(bare)).test(foldCase(entry))),
  );
}

export function aclEffectWords(services: Services, { denied, noPower, missing }: AclEffect): Inline[] {
  if (services.protectedRooms.size === 0) return [answerTexts.noRooms];
  const words: Inline[] = [];
  if (denied.length > 0) words.push(banTexts.serverBlocked(denied.length));
  if (missing.length > 0) words.push(banTexts.notInAcl(missing.length), ...named(services, missing), '.');
  if (noPower.length > 0) words.push(banTexts.noPowerForAcl, ...powerNeededIn(services, noPower, 'acl'), '.');
  return words;
}

/** Lines for a question that say whom something would hit. */
export function blastRadius(services: Services, { people, staying }: PeopleHit): { line: Inline[] }[] {
  const rooms = new Set([...people.values()].flat());
  const lines: { line: Inline[] }[] = [
    {
      line:
        people.size === 0
          ? [banTexts.hitsNobody]
          : banTexts.hits(people.size, rooms.size, enumerated([...people.keys()].map((userId) => ({ code: userId })))),
    },
  ];
  if (rooms.size > 0) lines.push({ line: banTexts.inRooms(named(services, [...rooms])) });
  if (staying.size > 0)
    lines.push({
      line: banTexts.leftOut(staying.size, leftOutReasons(staying.values())),
    });
  return lines;
}
