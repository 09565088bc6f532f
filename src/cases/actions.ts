import { z } from 'zod';
import { defineAction } from '../actions/define.js';

/** The actions that tell people of a case. Their handlers are in `notify/`. */

const nothing = z.looseObject({});

/**
 * What is said in the thread of a case's notice. `level`: the verdict has risen, moderators are rung; with `owedAgain`,
 * what had come to nothing, or was undone, is done again. `findingKey`: one more person has reported it.
 */
export const threadPayload = z.object({
  level: z.string().optional(),
  owedAgain: z.array(z.string()).optional(),
  findingKey: z.string().optional(),
});
export type ThreadTopic = z.infer<typeof threadPayload>;

/** The case's one head notice. Which case, the action's own `caseId` says. */
export const notice = defineAction({
  kind: 'notice',
  urgent: true,
  payload: nothing,
  hasSideEffects: false,
  lane: () => 'notice',
  maxConcurrent: 6,
  failuresToldElsewhere: true,
});

/** Brings the case's head notice up to date. */
export const editNotice = defineAction({
  kind: 'notice_edit',
  payload: nothing,
  hasSideEffects: false,
  lane: () => 'notice',
  maxConcurrent: 4,
  failuresToldElsewhere: true,
});

export const caseThread = defineAction({
  kind: 'case_thread',
  payload: threadPayload,
  hasSideEffects: false,
  lane: () => 'notice',
  maxConcurrent: 4,
  failuresToldElsewhere: true,
});

/** Tells of the cases of a raid that no digest has named yet. */
export const raidDigest = defineAction({
  kind: 'raid_digest',
  urgent: true,
  payload: z.object({ raidId: z.number() }),
  hasSideEffects: false,
  lane: ({ raidId }) => `raid:${raidId}`,
  failuresToldElsewhere: true,
});
