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

/** How rooms' server ACLs are handled, beside what the rules make of them. */
export interface AclSettings {
  /**
   * what becomes of an ACL that a room's own people set: ours is put beside it, it is left as it is, or ours takes its
   * place
   */
  existing: 'merge' | 'leave' | 'replace';
  /** what the ACL that was found in a room is held against, see `AclRegister`; without `found`: what we sent last */
  sentIn: (roomId: string, found?: FoundAcl) => SentServerAcl | undefined;
}

export interface AclOptions {
  facts: GuardContext;
  /** what the rules make, the same for all rooms; undefined: ACLs are left alone */
  acl?: ServerAclContent;
  acls?: AclSettings;
  /**
   * says which entry of ours stays though no rule wants it now: that of a list which cannot be read, or whose change
   * waits for a moderator; undefined: none
   */
  keepsEntry?: (entry: string) => boolean;
}

/** What a room's server ACL should be, and what of it its own people want; undefined: it is left as it is. */
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
 * The effect that a room's server ACL needs: none when it holds already, when we may not, or when the interlock would
 * refuse it.
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

/** What the rules make, and what we sent before and is kept: nothing is opened for want of a list. */
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

/** Most rooms get the same content, so it is hashed once. */
const hashes = new WeakMap<ServerAclContent, string>();

function hashOf(acl: ServerAclContent): string {
  const hash = hashes.get(acl) ?? createHash('sha256').update(canonicalJson(acl)).digest('base64url');
  hashes.set(acl, hash);
  return hash;
}

function isOurs(acl: NonNullable<RoomSnapshot['acl']>, facts: GuardContext): boolean {
  return acl.sender === undefined || acl.sender === facts.botUserId;
}
