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

/** An event holds 65,536 bytes; 2,048 are left for everything around the content. */
export const MOST_ACL_BYTES = 63_488;

/**
 * Asked before every action that can hit somebody (docs/understand/architecture.md): would this hit us, our server, an
 * exact protected identity, a moderator, an allowed entity or a room's creator? Then no, with the reason in words.
 * Pure: the facts are handed in.
 *
 * Ids of people are compared byte for byte, because `@server:Example.org` is exactly what an impostor would be called.
 * Globs and server names are compared without regard to case, because a pattern means more than one spelling.
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
  if (!isUserId(userId)) return 'This is no user id.';
  const why = whyStays(userId, facts);
  if (why !== undefined) return `${userId} ${why}.`;
  if (facts.policy.match('user', userId)?.action === 'allow') return `${userId} is allowed by a rule.`;
  return undefined;
}

/**
 * Why nothing of ours may ever hit this person, as the rest of a sentence; undefined when nothing speaks against it.
 */
function whyStays(userId: string, facts: GuardContext): string | undefined {
  if (userId === facts.botUserId) return 'is Heimdall itself';
  for (const identity of facts.protectedIdentities) {
    if (identity.userId === userId) return 'is a protected identity';
    if (identity.variants.includes(userId))
      return `is a known good variant of the protected identity ${identity.userId}`;
  }
  if (facts.moderators.has(userId)) return 'is a member of the management room';
  for (const room of facts.rooms.all()) {
    const why = isTrusted(room, facts) ? whyStaysBy(room, userId) : undefined;
    if (why !== undefined) return why;
  }
  return undefined;
}

/**
 * Whether those with power in a protected room stay because of it. Anybody can list a room in a space, and name whom
 * they like in it.
 */
function isTrusted(room: RoomSnapshot, { botUserId, namedRooms }: GuardContext): boolean {
  return namedRooms === undefined || namedRooms.has(room.roomId) || canBan(botUserId, '', room);
}

/** A room's creators and moderators stay while they are in it: its events can name people who know nothing of it. */
function whyStaysBy(room: RoomSnapshot, userId: string): string | undefined {
  if (room.members.get(userId)?.membership !== 'join') return undefined;
  if (room.create.creators.includes(userId)) return `created the protected room ${room.roomId}`;
  return isModerator(userId, room) ? `is a moderator of the protected room ${room.roomId}` : undefined;
}

/** Everybody who stays, with the reason: for globs, servers and whole lists of rules, which may hit any of them. */
function peopleThatStay(facts: GuardContext): Map<string, string> {
  const people = new Map<string, string>();
  const add = (userId: string, why: string) => void (people.has(userId) || people.set(userId, why));
  add(facts.botUserId, 'is Heimdall itself');
  for (const { userId, variants } of facts.protectedIdentities) {
    add(userId, 'is a protected identity');
    for (const variant of variants) add(variant, `is a known good variant of the protected identity ${userId}`);
  }
  for (const userId of facts.moderators) add(userId, 'is a member of the management room');
  for (const room of facts.rooms.all()) {
    if (!isTrusted(room, facts)) continue;
    for (const userId of [...room.create.creators, ...(room.powerLevels?.users.keys() ?? [])]) {
      const why = whyStaysBy(room, userId);
      if (why !== undefined) add(userId, why);
    }
  }
  return people;
}

/** The servers that must never be shut out, as written, and why: ours first, then those of everybody who stays. */
export function protectedServers(facts: GuardContext): Map<string, string> {
  const servers = new Map<string, string>();
  for (const [userId, why] of peopleThatStay(facts)) {
    const server = serverNameOf(userId);
    if (server !== undefined && !servers.has(server)) servers.set(server, `is the server of ${userId}, who ${why}`);
  }
  for (const server of facts.mustAllowServers ?? []) servers.set(server, 'must stay by the settings');
  servers.set(facts.serverName, 'is our own server');
  return servers;
}

function refusalOfRule(kind: EntityKind, entity: string, facts: GuardContext): string | undefined {
  if (kind === 'server') return refusalOfServerRule(entity, facts);
  if (kind === 'room') return refusalOfRoom(entity, facts);
  if (!isGlob(entity)) return refusalOfUser(entity, facts);
  const asWritten = compileGlob(entity);
  const folded = compileGlob(entity.toLowerCase());
  for (const [userId, why] of peopleThatStay(facts)) {
    if (asWritten.test(userId) || folded.test(userId.toLowerCase())) return `The rule would hit ${userId}, who ${why}.`;
  }
  return undefined;
}

function refusalOfServerRule(entity: string, facts: GuardContext): string | undefined {
  const rule = compileGlob(serverKey(entity));
  for (const [server, why] of protectedServers(facts)) {
    if (rule.test(serverKey(server)) || rule.test(foldCase(server)))
      return `The rule would hit ${server}, which ${why}.`;
  }
  if (!isGlob(entity) && facts.policy.match('server', entity)?.action === 'allow')
    return `${entity} is allowed by a rule.`;
  return undefined;
}

/** Everybody and everything that no rule of any list may hit, with the reasons: the same that the interlock goes by. */
export function protectedEntities(facts: GuardContext): Untouchable {
  return { users: peopleThatStay(facts), servers: protectedServers(facts), rooms: roomsThatStay(facts) };
}

/** Rooms that nothing of ours may hit, by id or alias, with the reason. */
function roomsThatStay(facts: GuardContext): Map<string, string> {
  const rooms = new Map<string, string>();
  for (const { userId, rooms: official } of facts.protectedIdentities)
    for (const id of official ?? []) rooms.set(id, `is an official room of ${userId}`);
  for (const { roomId } of facts.rooms.all()) rooms.set(roomId, 'is a protected room');
  for (const roomId of facts.ownRooms) rooms.set(roomId, 'is a room of Heimdall itself');
  return rooms;
}

function refusalOfRoom(room: string, facts: GuardContext): string | undefined {
  const rule = compileGlob(room);
  for (const [id, why] of roomsThatStay(facts)) if (rule.test(id)) return `This would hit ${id}, which ${why}.`;
  if (!isGlob(room) && facts.policy.match('room', room)?.action === 'allow') return `${room} is allowed by a rule.`;
  return undefined;
}

function refusalOfAcl(content: Record<string, unknown>, facts: GuardContext): string | undefined {
  const acl = parseServerAcl(content);
  if (acl.allow.length === 0) return 'The server ACL allows nobody: its `allow` list is empty.';
  const bytes = Buffer.byteLength(canonicalJson(content), 'utf8');
  if (bytes > MOST_ACL_BYTES)
    return `The server ACL is too large: ${bytes} bytes, at most ${MOST_ACL_BYTES} fit into an event.`;
  const lets = serverAclCheck(content);
  for (const [server, why] of protectedServers(facts)) {
    // other servers look at the name without its port, Synapse at its own name with it: both must pass
    if (!lets(portless(server)) || !lets(server)) return `The server ACL would shut out ${server}, which ${why}.`;
  }
  return undefined;
}
