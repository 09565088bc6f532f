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

/** `rule` is absent when a person asked for the ban without a rule. */
export const banPayload = z.object({ roomId, userId, reason, rule: ruleReference.optional() });
export type BanPayload = z.infer<typeof banPayload>;

/** With `banEventId` only that very ban is lifted: one that somebody made anew stays. */
export const unbanPayload = z.object({ roomId, userId, reason, banEventId: z.string().optional() });
export type UnbanPayload = z.infer<typeof unbanPayload>;

export const kickPayload = z.object({ roomId, userId, reason });
export type KickPayload = z.infer<typeof kickPayload>;

/** `sender` is who wrote the event, when that is known: the interlock looks at it. */
export const redactPayload = z.object({ roomId, eventId: z.string().startsWith('$'), sender: userId.optional(), reason });
export type RedactPayload = z.infer<typeof redactPayload>;

export const aclPayload = z.object({ roomId, content });
export type AclPayload = z.infer<typeof aclPayload>;

export const writeRulePayload = z.object({
  listRoomId: roomId,
  kind: entityKind,
  /** literal or glob */
  entity: z.string().min(1).max(255),
  recommendation: z.enum(['m.ban', 'm.takedown', 'org.matrix.mjolnir.allow']).default('m.ban'),
  reason,
});
export type WriteRulePayload = z.input<typeof writeRulePayload>;

/** `recommendations` that are removed; default: all but allow. */
export const removeRulePayload = z.object({ listRoomId: roomId, kind: entityKind, entity: z.string().min(1), recommendations: z.array(z.string()).optional() });
export type RemoveRulePayload = z.infer<typeof removeRulePayload>;

/** Where there is an event it is reported too, after the user. */
export const reportPayload = z.object({ userId, reason: z.string(), roomId: roomId.optional(), eventId: z.string().optional() });
export type ReportPayload = z.infer<typeof reportPayload>;

export const reportEventPayload = z.object({ userId, roomId, eventId: z.string(), reason: z.string() });
export type ReportEventPayload = z.infer<typeof reportEventPayload>;
