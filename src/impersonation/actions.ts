import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import { lanesBy } from '../actions/lanes.js';
import { sightingSchema, whereSchema } from '../store/findings.js';

/** Closer looks at people and rooms. They affect nobody, so they run in a dry run too. */

const roomLane = lanesBy('look', 4);
const pictureLane = lanesBy('avatar', 4);
const roomIdentityLane = lanesBy('room_identity', 4);

/**
 * The members of a room that is new to us, or that all our users may have left for a while (`again`). A few lanes:
 * enough to be quick, few enough to spare a homeserver with many rooms.
 */
export const backfillMembers = defineAction({
  kind: 'backfill_members',
  payload: z.object({
    roomId: z.string(),
    again: z.boolean().default(false),
    /** without permission it is not retried, because the moment will have passed */
    once: z.boolean().default(false),
  }),
  hasSideEffects: false,
  lane: ({ roomId }) => roomLane(roomId),
  maxConcurrent: 4,
  // missing admin rights are mentioned once, in the greeting and in `status`
  failuresToldElsewhere: true,
});

/**
 * The picture of an account whose name already looks suspicious. Few lanes: a server that does not answer delays a few
 * other pictures, never a verdict.
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

/** The profile of a local account whose join event carries an official name, before anything is done about it. */
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

/** A whole room, when one of its events resembles an official room, or one of our users has joined it. */
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
