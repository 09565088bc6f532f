import type { NewAction } from '../store/records/actions.js';
import { setServerAcl } from './actions.js';
import { createHash } from 'node:crypto';
import { parseServerAcl } from '../matrix/events.js';
import { canSendState } from '../matrix/power.js';
import {
  compileGlob,
  foreignServerAcl,
  mergeServerAcl,
  portless,
  sameServerAcl,
  foldCase,
  type ForeignServerAcl,
  type MergedServerAcl,
  type SentServerAcl,
} from '../policy/index.js';
import type { ServerAclContent } from '../policy/types.js';
import { canonicalJson } from '../matrix/canonical-json.js';
import type { FoundAcl } from './acl-register.js';
import { interlock, protectedServers } from './interlock.js';
import type { AclPayload } from './payloads.js';
import type { GuardContext, RoomSnapshot } from './types.js';

/** How server ACLs that rooms already have are handled. */
export interface AclSettings {
  /**
   * what happens to an ACL that the room's own moderators set: ours is merged with it, it is left alone, or ours
   * replaces it
   */
  existing: 'merge' | 'leave' | 'replace';
  /** what an ACL found in a room is compared with, see `AclRegister`; without `found`: the last one we sent */
  sentIn: (roomId: string, found?: FoundAcl) => SentServerAcl | undefined;
}

export interface AclOptions {
  facts: GuardContext;
  /** the ACL that the rules produce, the same for all rooms; undefined: ACLs are left alone */
  acl?: ServerAclContent;
  acls?: AclSettings;
  /**
   * says which entries of ours stay although no rule wants them now: those of a list that cannot be read, or whose
   * change is waiting for a moderator; undefined: none
   */
  keepsEntry?: (entry: string) => boolean;
}

/**
 * What a room's server ACL should be, and which part of it the room's own moderators want; undefined: it is left alone.
 */
export function desiredAcl(
  room: RoomSnapshot,
  options: AclOptions,
): (MergedServerAcl & { foreign: ForeignServerAcl | undefined }) | undefined {
  const { acl: ours, acls, facts, keepsEntry } = options;
  if (ours === undefined) return undefined;
  const found = room.acl;
  const isFoundOurs = found !== undefined && isOurs(found, facts);
  const last =
    acls?.sentIn(room.roomId, found === undefined ? undefined : { content: found.content, isOurs: isFoundOurs }) ??
    (isFoundOurs ? { sent: parseServerAcl(found.content), foreign: undefined } : undefined);
  if (last === undefined && ours.deny.length === 0 && ours.allow.includes('*')) return undefined;
  const foreign = acls?.existing === 'replace' ? undefined : foreignServerAcl(found?.content, last);
  const keeps = last === undefined ? undefined : keepsEntry;
  if (foreign === undefined && keeps === undefined) return { content: ours, warnings: [], leftOut: 0, foreign };
  const mustStay = [...protectedServers(facts).keys()];
  const wanted =
    keeps === undefined || last === undefined
      ? ours
      : withKept(ours, acls?.sentIn(room.roomId) ?? last, mustStay, keeps);
  return { ...mergeServerAcl(foreign, wanted, acls?.existing === 'leave' ? 'leave' : 'merge', mustStay), foreign };
}

/**
 * The change that a room's server ACL needs: none when it is in force already, when we lack permission, or when the
 * interlock would refuse it.
 */
export function planAcl(
  room: RoomSnapshot,
  options: AclOptions,
  keyOf: (...parts: string[]) => string,
): NewAction | undefined {
  const { facts } = options;
  if (!canSendState(facts.botUserId, 'm.room.server_acl', room)) return undefined;
  const wanted = desiredAcl(room, options);
  if (wanted?.content === undefined || (room.acl !== undefined && sameServerAcl(wanted.content, room.acl.content)))
    return undefined;
  const { content, foreign } = wanted;
  if (!interlock({ about: 'acl', roomId: room.roomId, content: { ...content } }, facts).allowed) return undefined;
  const payload: AclPayload = {
    roomId: room.roomId,
    content: { ...content },
    basedOn: room.acl?.eventId ?? null,
    ...(foreign === undefined ? {} : { foreign }),
  };
  return setServerAcl.create(payload, { key: keyOf(hashOf(content), room.acl?.eventId ?? 'none') });
}

/** The ACL from the rules plus the entries of ours that are held: an unreadable list never lets a server back in. */
function withKept(
  ours: ServerAclContent,
  last: SentServerAcl,
  mustStay: readonly string[],
  keeps: (entry: string) => boolean,
): ServerAclContent {
  const theirs = new Set(last.foreign?.deny ?? []);
  const names = mustStay.flatMap((name) => [foldCase(name), foldCase(portless(name))]);
  const stays = (entry: string) => {
    const glob = compileGlob(foldCase(entry));
    return !names.some((name) => glob.test(name));
  };
  const before = last.sent.deny.filter(
    (entry) => !theirs.has(entry) && !ours.deny.includes(entry) && keeps(entry) && stays(entry),
  );
  return { ...ours, deny: [...ours.deny, ...before].sort() };
}

/** Most rooms get the same content, so its hash is computed once. */
const hashes = new WeakMap<ServerAclContent, string>();

function hashOf(acl: ServerAclContent): string {
  const hash = hashes.get(acl) ?? createHash('sha256').update(canonicalJson(acl)).digest('base64url');
  hashes.set(acl, hash);
  return hash;
}

function isOurs(acl: NonNullable<RoomSnapshot['acl']>, facts: GuardContext): boolean {
  return acl.sender === undefined || acl.sender === facts.botUserId;
}
