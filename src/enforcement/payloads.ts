import { z } from 'zod';

/**
 * The payloads of enforcement's actions. They were written by an earlier run of perhaps another version, so they are
 * checked when they are read back from the ledger.
 */

const roomId = z.string().startsWith('!');
const userId = z.string().startsWith('@');
const reason = z.string().optional();
const content = z.record(z.string(), z.unknown());
const entityKind = z.enum(['user', 'room', 'server']);

/** Which rule wanted a ban: enough to find it again, and to know later whether it still stands. */
const ruleReference = z.object({
  roomId: z.string().optional(),
  type: z.string(),
  stateKey: z.string(),
  entity: z.string().optional(),
  eventId: z.string().optional(),
});
export type RuleReference = z.infer<typeof ruleReference>;

/**
 * How much of what a person wrote is redacted: the latest `limit` events, no older than `hours` before it was asked
 * for.
 */
const redactionExtent = z.object({ limit: z.number().int().min(1), hours: z.number().positive().nullable() });
export type RedactionExtent = z.infer<typeof redactionExtent>;

/**
 * `rule` is absent when a person asked for the ban without a rule. With `redact` what the person wrote in the room is
 * redacted after the ban, by an action of that key.
 */
export const banPayload = z.object({
  roomId,
  userId,
  reason,
  rule: ruleReference.optional(),
  redact: redactionExtent.extend({ key: z.string() }).optional(),
});
export type BanPayload = z.infer<typeof banPayload>;

/** With `banEventId` only that very ban is lifted: one that somebody made anew stays. */
export const unbanPayload = z.object({ roomId, userId, reason, banEventId: z.string().optional() });
export type UnbanPayload = z.infer<typeof unbanPayload>;

/** With `invitedBy` only an invite of that person is taken back: who has joined meanwhile stays. */
export const kickPayload = z.object({ roomId, userId, reason, invitedBy: userId.optional() });
export type KickPayload = z.infer<typeof kickPayload>;

/** `sender` is who wrote the event, when that is known: the interlock looks at it. */
export const redactPayload = z.object({
  roomId,
  eventId: z.string().startsWith('$'),
  sender: userId.optional(),
  reason,
});
export type RedactPayload = z.infer<typeof redactPayload>;

/**
 * What a person wrote in one room. `progress` is how far it has come: each step ends with a follow-up that carries it
 * on, so a kill in the middle goes on from there.
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
      /** where the next page of history begins; undefined: at its end */
      from: z.string().optional(),
      /** ms since the epoch: what is older is left alone */
      since: z.number(),
      seen: z.number().int(),
      gone: z.number().int(),
      /** redacted before, by whomever */
      already: z.number().int().optional(),
      failed: z.number().int(),
      /** the homeserver's own redaction task, while it runs */
      task: z.string().optional(),
      /** that task has run */
      tasked: z.boolean().optional(),
      /** true when the homeserver's task is over, or it has none for us: event by event from here on */
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

/** `room`: id or alias, as the rule has it. */
export const blockRoomPayload = z.object({ room: z.string().regex(/^[!#]/), rule: ruleReference.optional() });
export type BlockRoomPayload = z.infer<typeof blockRoomPayload>;

export const unblockRoomPayload = z.object({ room: z.string(), roomId });
export type UnblockRoomPayload = z.infer<typeof unblockRoomPayload>;

export const createListPayload = z.object({
  shortcode: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/),
  aliasLocalpart: z.string().min(1).max(200),
  /** who asked for it: invited, and may write rules */
  invite: userId,
});
export type CreateListPayload = z.infer<typeof createListPayload>;

const aclContent = z.object({ allow: z.array(z.string()), deny: z.array(z.string()), allow_ip_literals: z.boolean() });

/**
 * `foreign` is what the room's own people want of the ACL, and `basedOn` the ACL event that was looked at (null: there
 * was none): when another one has come since, what we made is stale and another plan was made.
 */
export const aclPayload = z.object({
  roomId,
  content,
  foreign: aclContent.optional(),
  basedOn: z.string().nullable().optional(),
});
export type AclPayload = z.infer<typeof aclPayload>;

export const writeRulePayload = z.object({
  listRoomId: roomId,
  kind: entityKind,
  /** literal or glob */
  entity: z.string().min(1).max(255),
  recommendation: z.enum(['m.ban', 'm.takedown', 'org.matrix.mjolnir.allow']).default('m.ban'),
  reason,
  /** ms since the epoch: then the rule ends by itself */
  until: z.number().int().positive().optional(),
  /** the entity is meant literally although it holds `*` or `?`: the rule holds its hash (MSC4205) */
  hashed: z.boolean().optional(),
});
export type WriteRulePayload = z.input<typeof writeRulePayload>;

/** `recommendations` that are removed; default: all but allow. */
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
 * Removes the rule at this place when its time is over, if it is still the one that states this end. `eventId` tells
 * people which rule ends.
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

/** Where there is an event it is reported too, after the user. */
export const reportPayload = z.object({
  userId,
  reason: z.string(),
  roomId: roomId.optional(),
  eventId: z.string().optional(),
});
export type ReportPayload = z.infer<typeof reportPayload>;

export const reportEventPayload = z.object({ userId, roomId, eventId: z.string(), reason: z.string() });
export type ReportEventPayload = z.infer<typeof reportEventPayload>;

/** Takes a person's voice away in one room, until `until` (ms since the epoch) if there is one. */
export const mutePayload = z.object({ roomId, userId, reason, until: z.number().int().positive().optional() });
export type MutePayload = z.infer<typeof mutePayload>;

/** Gives it back, if it still is what we made it; `before` is the level that stood there (null: none of their own). */
export const unmutePayload = z.object({ roomId, userId, level: z.number(), before: z.number().nullable() });
export type UnmutePayload = z.infer<typeof unmutePayload>;

/** Sets a room to invite only, until `until` if there is one. */
export const lockdownPayload = z.object({ roomId, reason, until: z.number().int().positive().optional() });
export type LockdownPayload = z.infer<typeof lockdownPayload>;

/**
 * Puts the join rules back that stood before. With `eventId` only while that event of ours is in force: what people set
 * since stays.
 */
export const lockdownEndPayload = z.object({ roomId, before: content, eventId: z.string() });
export type LockdownEndPayload = z.infer<typeof lockdownEndPayload>;

/** One change by the homeserver's API that a moderator asked for, and the account or room that it is about. */
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
