import { z } from 'zod';
import { DISGUISES, type Verdict } from '../detection/types.js';

/**
 * The content of `FindingRecord.data`, by the finding's `kind`. The watch and the cases write it, mail and the
 * renderers read it; both use these schemas, because a database may be older than the code. Pure: types and schemas, no
 * I/O.
 */

/** A raw event from the homeserver, not validated. */
const rawEventSchema = z.record(z.string(), z.unknown());

const evidenceSchema = z.object({
  field: z.enum([
    'user_id',
    'localpart',
    'server_name',
    'display_name',
    'avatar',
    'room_name',
    'room_alias',
    'room_topic',
  ]),
  protected: z.string(),
  disguise: z.enum(DISGUISES).catch('other'),
  // findings from before views were named have none
  view: z
    .enum(['raw', 'skeleton', 'fold', 'visual_order', 'compact', 'token', 'server', 'across', 'avatar'])
    .default('fold'),
  position: z.object({ start: z.number(), end: z.number() }).optional(),
  weight: z.number(),
  sentence: z.string(),
});

/** A verdict of the detector (detection/types.ts). */
const verdictSchema: z.ZodType<Verdict> = z.object({
  verdict: z.enum(['official', 'none', 'possible', 'likely', 'certain']),
  score: z.number(),
  protected: z.string().nullable(),
  evidence: z.array(evidenceSchema),
});

/**
 * Where and when a sighting was made. `member`: a join or any other membership; `rename`: a new profile in a member
 * event; `invite`: the inviter, seen in an invite's stripped state; `account`: the homeserver's list of accounts;
 * `message`: a name and picture that stand in the message itself (MSC4144); `naming`: somebody named a room, or invited
 * somebody by mail, under an official name; `room_members`: the member list of a room seen for the first time; `room`:
 * the room itself, by its name, alias, topic or picture; `report`: the account that a person reported, checked at that
 * time.
 */
export const whereSchema = z.object({
  source: z.enum(['member', 'invite', 'rename', 'account', 'room_members', 'room', 'report', 'message', 'naming']),
  roomId: z.string().optional(),
  roomAlias: z.string().optional(),
  roomName: z.string().optional(),
  eventId: z.string().optional(),
  /** milliseconds since the epoch */
  at: z.number(),
});

/** An identity as captured. */
export const sightingSchema = z.object({
  userId: z.string(),
  displayName: z.string().nullable().optional(),
  avatarUrl: z.string().nullable().optional(),
  roomName: z.string().nullable().optional(),
  /** official avatars that its picture resembles */
  avatarLike: z
    .array(z.object({ protected: z.string(), likeness: z.enum(['same', 'near']) }))
    .readonly()
    .optional(),
});

/** Data of a finding of kind `verdict`: the identity as captured, the detector's verdict, and where it was seen. */
export const verdictFindingSchema = z.object({
  sighting: sightingSchema,
  verdict: verdictSchema,
  where: whereSchema,
  event: rawEventSchema.optional(),
});
export type VerdictFinding = z.infer<typeof verdictFindingSchema>;

/**
 * How a report reached us: our report endpoints, Synapse's own list, a message to the bot, `!report` in a room, the web
 * form, a mail, the HTTP API.
 */
const reportSourceSchema = z.enum(['client', 'synapse', 'direct', 'room', 'web', 'mail', 'api']);
export type ReportSource = z.infer<typeof reportSourceSchema>;

/** Name and picture of a reported account, as far as somebody could read them. */
const reportedProfileSchema = z.object({ displayName: z.string().nullable(), avatarUrl: z.string().nullable() });
export type ReportedProfile = z.infer<typeof reportedProfileSchema>;

/** Data of a finding of kind `report`. Only moderators may see the reporter: never in a mail, never in a log. */
export const reportFindingSchema = z.object({
  /** user id of the reporter */
  reporter: z.string(),
  /** in the reporter's words; may be empty */
  reason: z.string(),
  roomId: z.string().optional(),
  eventId: z.string().optional(),
  /** what people called the room, where that was known */
  roomName: z.string().optional(),
  roomAlias: z.string().optional(),
  source: reportSourceSchema,
  event: rawEventSchema.optional(),
  /** messages around the reported one, oldest first; only for moderators, since others wrote them */
  context: z.array(rawEventSchema).optional(),
  profile: reportedProfileSchema.optional(),
  /** outcomes of this reporter's earlier cases, if most were dismissed */
  outcomes: z.object({ decided: z.number(), dismissed: z.number() }).optional(),
});
export type ReportFinding = z.infer<typeof reportFindingSchema>;

/** Data of a finding of kind `protection`: what happened, in words and as captured. */
export const protectionFindingSchema = z.object({
  /** name of the protection */
  protection: z.string(),
  why: z.string(),
  /** the harm (MSC4456); absent in findings of an earlier version */
  harm: z.string().optional(),
  /** the word, the domain, the number … that it found */
  detail: z.record(z.string(), z.union([z.string(), z.number()])),
  roomId: z.string().optional(),
  eventId: z.string().optional(),
  /** which offence it was, counted within the protection's memory */
  offence: z.number(),
  /** the responses it triggered */
  response: z.array(z.string()),
  /** how long the person had been in the room, ms; null: longer than remembered */
  hereForMs: z.number().nullable().optional(),
  /** what moderators can do about it with a list */
  offer: z.enum(['ban', 'unban']).optional(),
  /** for a campaign: the participating accounts */
  members: z.array(z.string()).optional(),
  event: rawEventSchema.optional(),
});
export type ProtectionFinding = z.infer<typeof protectionFindingSchema>;

/** Payload of an action of kind `mail`: which finding of the action's case the mail is about. */
export const mailPayloadSchema = z.object({
  about: z.enum(['verdict', 'report']),
  findingKey: z.string(),
  /** whom or what the mail accuses; absent in actions of an earlier version */
  subject: z.string().optional(),
  subjectKind: z.string().optional(),
});
export type MailPayload = z.infer<typeof mailPayloadSchema>;
