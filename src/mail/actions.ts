import { defineAction } from '../actions/define.js';
import { mailPayloadSchema } from '../store/findings.js';

/** A mail about a case to an abuse desk. Each has a lane of its own: a desk that refuses holds back nobody else's. */
export const sendMail = defineAction({
  kind: 'mail',
  payload: mailPayloadSchema,
  hasSideEffects: true,
  lane: ({ findingKey }) => `mail:${findingKey}`,
  maxConcurrent: 4,
});
