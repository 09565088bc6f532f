import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import { mailPayloadSchema } from '../store/findings.js';

/**
 * A mail about a case to an abuse desk. Each has its own lane, so that a desk that refuses does not delay mail to
 * others.
 */
export const sendMail = defineAction({
  kind: 'mail',
  payload: mailPayloadSchema,
  hasSideEffects: true,
  lane: ({ findingKey }) => `mail:${findingKey}`,
  // an accusation, like a report to the homeserver: never about ourselves, the official account or a moderator
  guard: ({ subject, subjectKind }) =>
    subject === undefined || subjectKind !== 'user' ? undefined : { about: 'user', userId: subject },
  maxConcurrent: 4,
});

/** The lane of mails that are sent together with others. */
export const GATHERED_LANE = 'mail:gathered';

/** Combines the mails waiting to be sent together into one, at most one a minute. */
export const gatherMail = defineAction({
  kind: 'gather_mail',
  payload: z.looseObject({}),
  hasSideEffects: false,
  lane: () => 'gather_mail',
  failuresToldElsewhere: true,
});

/** One mail about many cases, which are the due actions in the lane of its id. */
export const sendGatheredMail = defineAction({
  kind: 'mail_gathered',
  payload: z.looseObject({}),
  hasSideEffects: true,
  lane: () => 'mail_gathered',
  maxConcurrent: 1,
});
