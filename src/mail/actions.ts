import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import { mailPayloadSchema } from '../store/findings.js';

/** A mail about a case to an abuse desk. Each has a lane of its own: a desk that refuses holds back nobody else's. */
export const sendMail = defineAction({
  kind: 'mail',
  payload: mailPayloadSchema,
  hasSideEffects: true,
  lane: ({ findingKey }) => `mail:${findingKey}`,
  // against an account, like a report to the homeserver: never about ourselves, the official account or a moderator
  guard: ({ subject, subjectKind }) =>
    subject === undefined || subjectKind !== 'user' ? undefined : { about: 'user', userId: subject },
  maxConcurrent: 4,
});

/** The lane of mails that go out together with others. */
export const GATHERED_LANE = 'mail:gathered';

/** Makes one mail of those that wait to go out together, at most one a minute. */
export const gatherMail = defineAction({
  kind: 'gather_mail',
  payload: z.looseObject({}),
  hasSideEffects: false,
  lane: () => 'gather_mail',
  failuresToldElsewhere: true,
});

/** One mail about many cases. Those that it names are the due actions in the lane of its id. */
export const sendGatheredMail = defineAction({
  kind: 'mail_gathered',
  payload: z.looseObject({}),
  hasSideEffects: true,
  lane: () => 'mail_gathered',
  maxConcurrent: 1,
});
