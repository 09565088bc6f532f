import { z } from 'zod';

/**
 * The payloads of enforcement's actions. An earlier run, possibly of another version, may have written them, so they
 * are validated when they are read from the ledger.
 */

const roomId = z.string().startsWith('!');
const userId = z.string().startsWith('@');
const reason = z.string().optional();
const content = z.record(z.string(), z.unknown());
const entityKind = z.enum(['user', 'room', 'server']);

/** The rule behind a ban: enough to find it again, and to tell later whether it is still in force. */
const ruleReference = z.object({
  roomId: z.string().optional(),
  type: z.string(),
  stateKey: z.string(),
  entity: z.string().optional(),
  eventId: z.string().optional(),
});
export type RuleReference = z.infer<typeof ruleReference>;

/** How much of what a person wrote is redacted: the latest `limit` events, no older than `hours` before the request. */
const redactionExtent = z.object({ limit: z.number().int().min(1), hours: z.number().positive().nullable() });
export type RedactionExtent = z.infer<typeof redactionExtent>;

/**
 * `rule` is absent when a person asked for the ban without a rule. With `redact`, what the person wrote in the room is
 * redacted after the ban, by an action with that key.
 */
export const banPayload = z.object({
  roomId,
  userId,
  reason,
  rule: ruleReference.optional(),
  redact: redactionExtent.extend({ key: z.string() }).optional(),
});
export type BanPayload = z.infer<typeof banPayload>;

/** With `banEventId` only that ban is lifted: a newer one stays. */
export const unbanPayload = z.object({ roomId, userId, reason, banEventId: z.string().optional() });
export type UnbanPayload = z.infer<typeof unbanPayload>;

/** With `invitedBy` only an invite by that person is withdrawn: anybody who has joined in the meantime stays. */
export const kickPayload = z.object({ roomId, userId, reason, invitedBy: userId.optional() });
export type KickPayload = z.infer<typeof kickPayload>;

/** `sender` is the author of the event, where known; the interlock checks it. */
export const redactPayload = z.object({
  roomId,
  eventId: z.string().startsWith('$'),
  sender: userId.optional(),
  reason,
});
export type RedactPayload = z.infer<typeof redactPayload>;

/**
 * What a person wrote in one room. `progress` is the position: each step ends with a follow-up that continues from it,
 * so a killed process resumes there.
 */
export const redactUserPayload = z.object({
  roomId,
  userId,
  reason,
  rule: ruleReference.optional(),
  extent: redactionExtent,
  progress: z
    .object({
      /** key of the first action of the chain */
      root: z.string(),
      step: z.number().int(),
      /** where the next page of history begins; undefined: at the end of the timeline */
      from: z.string().optional(),
      /** ms since the epoch: what is older is left alone */
      since: z.number(),
      seen: z.number().int(),
      gone: z.number().int(),
      /** redacted before, by anybody */
      already: z.number().int().optional(),
      failed: z.number().int(),
      /** the homeserver's own redaction task, while it runs */
      task: z.string().optional(),
      /** that task has run */
      tasked: z.boolean().optional(),
      /** true when the homeserver's task has finished or is unavailable: event by event from here on */
      byHand: z.boolean(),
    })
    .optional(),
});
export type RedactUserPayload = z.infer<typeof redactUserPayload>;

/** A local account; `rule` is absent when a person asked for it. */
export const accountPayload = z.object({ userId, reason, rule: ruleReference.optional() });
export type AccountPayload = z.infer<typeof accountPayload>;

export const unquarantinePayload = z.object({ userId, media: z.array(z.string()) });
export type UnquarantinePayload = z.infer<typeof unquarantinePayload>;

/** `room`: id or alias, as in the rule. */
export const blockRoomPayload = z.object({ room: z.string().regex(/^[!#]/), rule: ruleReference.optional() });
export type BlockRoomPayload = z.infer<typeof blockRoomPayload>;

export const unblockRoomPayload = z.object({ room: z.string(), roomId });
export type UnblockRoomPayload = z.infer<typeof unblockRoomPayload>;

export const createListPayload = z.object({
  shortcode: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/),
  aliasLocalpart: z.string().min(1).max(200),
  /** the person who asked for it, who is invited and may write rules */
  invite: userId,
});
export type CreateListPayload = z.infer<typeof createListPayload>;

const aclContent = z.object({ allow: z.array(z.string()), deny: z.array(z.string()), allow_ip_literals: z.boolean() });

/**
 * `foreign` is the part of the ACL that the room's own moderators want, and `basedOn` the ACL event that was read
 * (null: there was none). If there is a newer one, this ACL is stale and the room has been planned again.
 */
export const aclPayload = z.object({
  roomId,
  content,
  foreign: aclContent.optional(),
  basedOn: z.string().nullable().optional(),
});
export type AclPayload = z.infer<typeof aclPayload>;

/** Placeholder for our own list while there is none: in a dry run, or because it could not be created yet. */
export const NO_LIST = '!dry-run';

export const writeRulePayload = z.object({
  listRoomId: roomId,
  kind: entityKind,
  /** literal or glob */
  entity: z.string().min(1).max(255),
  recommendation: z.enum(['m.ban', 'm.takedown', 'org.matrix.mjolnir.allow']).default('m.ban'),
  reason,
  /** ms since the epoch, when the rule expires */
  until: z.number().int().positive().optional(),
  /** the entity is literal although it contains `*` or `?`, so the rule has its hash (MSC4205) */
  hashed: z.boolean().optional(),
});
export type WriteRulePayload = z.input<typeof writeRulePayload>;

/** `recommendations` to remove; default: all but allow. */
export const removeRulePayload = z.object({
  listRoomId: roomId,
  kind: entityKind,
  entity: z.string().min(1),
  recommendations: z.array(z.string()).optional(),
  /** of a server: its rules in other spellings too, with another case or port, which mean the same */
  anySpelling: z.boolean().optional(),
});
export type RemoveRulePayload = z.infer<typeof removeRulePayload>;

/**
 * Removes the rule with this state key when it expires, if it still states this end. `eventId` shows people which rule
 * ends.
 */
export const expireRulePayload = z.object({
  listRoomId: roomId,
  kind: entityKind,
  entity: z.string(),
  type: z.string(),
  stateKey: z.string(),
  until: z.number().int(),
  eventId: z.string().optional(),
});
export type ExpireRulePayload = z.infer<typeof expireRulePayload>;

/** If there is an event, it is reported too, after the user. */
export const reportPayload = z.object({
  userId,
  reason: z.string(),
  roomId: roomId.optional(),
  eventId: z.string().optional(),
});
export type ReportPayload = z.infer<typeof reportPayload>;

export const reportEventPayload = z.object({ userId, roomId, eventId: z.string(), reason: z.string() });
export type ReportEventPayload = z.infer<typeof reportEventPayload>;

/** Mutes a person in one room, until `until` (ms since the epoch) if given. */
export const mutePayload = z.object({ roomId, userId, reason, until: z.number().int().positive().optional() });
export type MutePayload = z.infer<typeof mutePayload>;

/** Unmutes them, if the level is still the one we set; `before` is the previous level (null: the room's default). */
export const unmutePayload = z.object({ roomId, userId, level: z.number(), before: z.number().nullable() });
export type UnmutePayload = z.infer<typeof unmutePayload>;

/** Makes a room invite-only, until `until` if given. */
export const lockdownPayload = z.object({ roomId, reason, until: z.number().int().positive().optional() });
export type LockdownPayload = z.infer<typeof lockdownPayload>;

/**
 * Restores the previous join rules. With `eventId` only while that event of ours is in force: what moderators have set
 * since stays.
 */
export const lockdownEndPayload = z.object({ roomId, before: content, eventId: z.string() });
export type LockdownEndPayload = z.infer<typeof lockdownEndPayload>;

/** One change through the homeserver's API that a moderator asked for, and the account or room that it concerns. */
export const changePayload = z.object({
  method: z.enum(['POST', 'PUT', 'DELETE']),
  path: z.string().startsWith('/_'),
  body: content.optional(),
  /** by the admin API */
  admin: z.boolean().optional(),
  /** the interlock is asked about it */
  userId: userId.optional(),
  roomId: z.string().optional(),
});
