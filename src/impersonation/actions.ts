import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import { lanesBy } from '../actions/lanes.js';
import { sightingSchema, whereSchema } from '../store/findings.js';

/** Looking closer at people and rooms. It changes nobody's standing, so it runs in a dry run too. */

const roomLane = lanesBy('look', 4);
const pictureLane = lanesBy('avatar', 4);
const roomIdentityLane = lanesBy('room_identity', 4);

/**
 * The members of a room that we hear of for the first time, or that all of us may have left meanwhile (`again`). A few
 * lanes: enough to be quick, few enough to be polite to a homeserver with many rooms.
 */
export const backfillMembers = defineAction({
  kind: 'backfill_members',
  payload: z.object({
    roomId: z.string(),
    again: z.boolean().default(false),
    /** without the right to look it is not tried again, because the moment is over then */
    once: z.boolean().default(false),
  }),
  hasSideEffects: false,
  lane: ({ roomId }) => roomLane(roomId),
  maxConcurrent: 4,
  // that admin rights are missing is said once, in the greeting and by `status`
  failuresToldElsewhere: true,
});

/**
 * The picture of somebody whose name already raised a question. Few lanes: a server that does not answer holds up a few
 * others, and never a verdict.
 */
export const checkAvatarAction = defineAction({
  kind: 'check_avatar',
  payload: z.object({
    sighting: sightingSchema,
    where: whereSchema,
    event: z.record(z.string(), z.unknown()).optional(),
  }),
  hasSideEffects: false,
  lane: ({ sighting }) => pictureLane(sighting.avatarUrl ?? ''),
  maxConcurrent: 2,
});

/** The profile of an account of ours whose join bears an official name, before anything is done about it. */
export const checkProfileAction = defineAction({
  kind: 'check_profile',
  payload: z.object({
    sighting: sightingSchema,
    where: whereSchema,
    event: z.record(z.string(), z.unknown()).optional(),
  }),
  hasSideEffects: false,
  lane: ({ sighting }) => `profile:${sighting.userId}`,
});

const text = z.string().nullable().optional();

/** A whole room, when an event of it resembles an official one, or one of our users entered it. */
export const checkRoomAction = defineAction({
  kind: 'check_room',
  payload: z.object({
    room: z.object({
      roomId: z.string(),
      name: text,
      topic: text,
      aliases: z.array(z.string()).readonly().optional(),
      avatarUrl: text,
    }),
    sender: z.string().nullable(),
    eventId: z.string(),
    at: z.number(),
    event: z.unknown().optional(),
  }),
  hasSideEffects: false,
  lane: ({ room }) => roomIdentityLane(room.roomId),
  maxConcurrent: 2,
});
