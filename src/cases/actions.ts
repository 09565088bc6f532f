import { z } from 'zod';
import { defineAction } from '../actions/define.js';

/** The actions that tell people of a case. Their handlers are in `notify/`. */

const nothing = z.looseObject({});

/** The case's one head notice. Which case, the action's own `caseId` says. */
export const notice = defineAction({
  kind: 'notice',
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
