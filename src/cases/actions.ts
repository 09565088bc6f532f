import { z } from 'zod';
import { defineAction } from '../actions/define.js';

/** The actions that tell people about a case. Their handlers are in `notify/`. */

const nothing = z.looseObject({});

/**
 * What is said in the thread of a case's notice. `level`: the verdict has risen and moderators are notified; with
 * `owedAgain`, effects that failed or were undone are being done again. `findingKey`: one more person has reported it.
 */
const threadPayload = z.object({
  level: z.string().optional(),
  owedAgain: z.array(z.string()).optional(),
  findingKey: z.string().optional(),
});
export type ThreadTopic = z.infer<typeof threadPayload>;

/** The case's one head notice; the action's `caseId` names the case. */
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

/** Announces the cases of a raid that no digest has named yet. */
export const raidDigest = defineAction({
  kind: 'raid_digest',
  urgent: true,
  payload: z.object({ raidId: z.number() }),
  hasSideEffects: false,
  lane: ({ raidId }) => `raid:${raidId}`,
  failuresToldElsewhere: true,
});
