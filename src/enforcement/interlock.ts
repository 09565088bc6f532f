import { parseServerAcl } from '../matrix/events.js';
import { isUserId, serverNameOf } from '../matrix/identifiers.js';
import { canBan, isModerator } from '../matrix/power.js';
import { serverAclCheck } from '../policy/acl-simulate.js';
import { compileGlob, isGlob, type Untouchable } from '../policy/index.js';
import { foldCase, portless, serverKey } from '../policy/server-name.js';
import type { EntityKind } from '../policy/types.js';
import { canonicalJson } from '../matrix/canonical-json.js';
import type { InterlockAnswer, InterlockQuestion } from '../actions/types.js';
import type { GuardContext, RoomSnapshot } from './types.js';
import { texts } from './texts.js';

/** An event may have 65,536 bytes; 2,048 are reserved for everything around the content. */
export const MOST_ACL_BYTES = 63_488;

/**
 * Asked before every action that can affect somebody (docs/understand/architecture.md): would it hit us, our server, an
 * exact protected identity, a moderator, an exempted entity or a room's creator? If so it refuses, with the reason in
 * words. Pure: the facts are passed in.
 *
 * User ids are compared byte for byte, because `@server:Example.org` is exactly what an impostor would use. Globs and
 * server names ignore case, because a pattern covers more than one spelling.
 */
export function interlock(question: InterlockQuestion, facts: GuardContext): InterlockAnswer {
  const reason = refusalOf(question, facts);
  return reason === undefined ? { allowed: true } : { allowed: false, reason };
}

function refusalOf(question: InterlockQuestion, facts: GuardContext): string | undefined {
  switch (question.about) {
    case 'user':
      return refusalOfUser(question.userId, facts);
    case 'rule':
      return refusalOfRule(question.kind, question.entity, facts);
    case 'acl':
      return refusalOfAcl(question.content, facts);
    case 'room':
      return refusalOfRoom(question.roomId, facts);
  }
}

function refusalOfUser(userId: string, facts: GuardContext): string | undefined {
  if (!isUserId(userId)) return texts.notAUserId;
  const why = whyStays(userId, facts);
  if (why !== undefined) return texts.because(userId, why);
  if (facts.policy.match('user', userId)?.action === 'allow') return texts.allowed(userId);
  return undefined;
}

/** Why no action of ours may hit this person, as the rest of a sentence; undefined when nothing prevents it. */
function whyStays(userId: string, facts: GuardContext): string | undefined {
  if (userId === facts.botUserId) return texts.stays.heimdall;
  for (const identity of facts.protectedIdentities) {
    if (identity.userId === userId) return texts.stays.protectedIdentity;
    if (identity.variants.includes(userId)) return texts.stays.variant(identity.userId);
  }
  if (facts.moderators.has(userId)) return texts.stays.managementRoom;
  for (const room of facts.rooms.all()) {
    const why = whyStaysBy(room, userId);
    if (why !== undefined && isTrusted(room, facts)) return why;
  }
  return undefined;
}

/**
 * Whether power in a protected room exempts people. Anybody can list a room in a space and give power in it to whomever
 * they like.
 */
function isTrusted(room: RoomSnapshot, { botUserId, namedRooms }: GuardContext): boolean {
  return namedRooms === undefined || namedRooms.has(room.roomId) || canBan(botUserId, '', room);
}

/**
 * A room's creators and moderators are exempt only while they are in it: its events can name people who know nothing
 * about it.
 */
function whyStaysBy(room: RoomSnapshot, userId: string): string | undefined {
  const isCreator = room.create.creators.includes(userId);
  if (!isCreator && !isModerator(userId, room)) return undefined;
  if (room.members.get(userId)?.membership !== 'join') return undefined;
  return isCreator ? texts.stays.creator(room.roomId) : texts.stays.moderator(room.roomId);
}

/** Everybody who is exempt, with the reason: for globs, servers and whole lists, which may hit any of them. */
function peopleThatStay(facts: GuardContext): Map<string, string> {
  const people = new Map<string, string>();
  const add = (userId: string, why: string) => void (people.has(userId) || people.set(userId, why));
  add(facts.botUserId, texts.stays.heimdall);
  for (const { userId, variants } of facts.protectedIdentities) {
    add(userId, texts.stays.protectedIdentity);
    for (const variant of variants) add(variant, texts.stays.variant(userId));
  }
  for (const userId of facts.moderators) add(userId, texts.stays.managementRoom);
  for (const room of facts.rooms.all()) {
    if (!isTrusted(room, facts)) continue;
    for (const userId of [...room.create.creators, ...(room.powerLevels?.users.keys() ?? [])]) {
      const why = whyStaysBy(room, userId);
      if (why !== undefined) add(userId, why);
    }
  }
  return people;
}

/** The servers that must never be denied, as written, and why: ours first, then those of everybody who is exempt. */
export function protectedServers(facts: GuardContext): Map<string, string> {
  const servers = new Map<string, string>();
  for (const [userId, why] of peopleThatStay(facts)) {
    const server = serverNameOf(userId);
    if (server !== undefined && !servers.has(server)) servers.set(server, texts.stays.serverOf(userId, why));
  }
  for (const server of facts.mustAllowServers ?? []) servers.set(server, texts.stays.mustAllow);
  servers.set(facts.serverName, texts.stays.ownServer);
  return servers;
}

function refusalOfRule(kind: EntityKind, entity: string, facts: GuardContext): string | undefined {
  if (kind === 'server') return refusalOfServerRule(entity, facts);
  if (kind === 'room') return refusalOfRoom(entity, facts);
  if (!isGlob(entity)) return refusalOfUser(entity, facts);
  const asWritten = compileGlob(entity);
  const folded = compileGlob(entity.toLowerCase());
  for (const [userId, why] of peopleThatStay(facts)) {
    if (asWritten.test(userId) || folded.test(userId.toLowerCase())) return texts.ruleHitsPerson(userId, why);
  }
  return undefined;
}

function refusalOfServerRule(entity: string, facts: GuardContext): string | undefined {
  const rule = compileGlob(serverKey(entity));
  for (const [server, why] of protectedServers(facts)) {
    if (rule.test(serverKey(server)) || rule.test(foldCase(server))) return texts.ruleHitsServer(server, why);
  }
  if (!isGlob(entity) && facts.policy.match('server', entity)?.action === 'allow') return texts.allowed(entity);
  return undefined;
}

/** Everybody and everything that no rule of any list may hit, with the reasons, as the interlock applies them. */
export function protectedEntities(facts: GuardContext): Untouchable {
  return { users: peopleThatStay(facts), servers: protectedServers(facts), rooms: roomsThatStay(facts) };
}

/** Rooms that no action of ours may hit, by id or alias, with the reason. */
function roomsThatStay(facts: GuardContext): Map<string, string> {
  const rooms = new Map<string, string>();
  for (const { userId, rooms: official } of facts.protectedIdentities)
    for (const id of official ?? []) rooms.set(id, texts.stays.officialRoom(userId));
  for (const { roomId } of facts.rooms.all()) rooms.set(roomId, texts.stays.protectedRoom);
  for (const roomId of facts.ownRooms) rooms.set(roomId, texts.stays.ownRoom);
  return rooms;
}

function refusalOfRoom(room: string, facts: GuardContext): string | undefined {
  const rule = compileGlob(room);
  for (const [id, why] of roomsThatStay(facts)) if (rule.test(id)) return texts.hitsRoom(id, why);
  if (!isGlob(room) && facts.policy.match('room', room)?.action === 'allow') return texts.allowed(room);
  return undefined;
}

function refusalOfAcl(content: Record<string, unknown>, facts: GuardContext): string | undefined {
  const acl = parseServerAcl(content);
  if (acl.allow.length === 0) return texts.acl.allowsNobody;
  const bytes = Buffer.byteLength(canonicalJson(content), 'utf8');
  if (bytes > MOST_ACL_BYTES) return texts.acl.tooLarge(bytes, MOST_ACL_BYTES);
  const lets = serverAclCheck(content);
  for (const [server, why] of protectedServers(facts)) {
    // other servers check the name without its port, Synapse checks its own name with it: both must pass
    if (!lets(portless(server)) || !lets(server)) return texts.acl.shutsOut(server, why);
  }
  return undefined;
}
