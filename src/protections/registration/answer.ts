import { z } from 'zod';
import { defineAction } from '../../actions/define.js';
import type { MatrixEvent } from '../../matrix/types.js';

/** Asks a homeserver about its registration. It queries foreign servers, so nothing waits for it. */
export const askRegistration = defineAction({
  kind: 'ask_registration',
  payload: z.object({
    server: z.string(),
    roomId: z.string(),
    userId: z.string(),
    eventId: z.string(),
    at: z.number(),
  }),
  // it has no outside effect, so it runs in a dry run too
  hasSideEffects: false,
  lane: ({ server }) => `registration:${server}`,
  maxConcurrent: 4,
  failuresToldElsewhere: true,
});

/** A homeserver's answer, with the join that triggered the question. */
export interface RegistrationAnswer {
  server: string;
  roomId: string;
  userId: string;
  event: MatrixEvent;
  /** registration is open; undefined: unknown, because it could not be asked or did not say */
  open: boolean | undefined;
}

const flows = z.object({
  flows: z.array(z.object({ stages: z.array(z.string()).max(20).catch([]) })).max(50),
});
/** Stages that a program can complete by itself (spec "User-interactive authentication"). */
const PASSED_BY_ANYBODY: ReadonlySet<string> = new Set(['m.login.dummy', 'm.login.terms']);

/**
 * Whether the response to an empty `POST /register` means that registration is open (spec "POST
 * /_matrix/client/v3/register": 401 lists the flows, 403 means closed). Undefined for anything else.
 */
export function isRegistrationOpen(status: number, body: unknown): boolean | undefined {
  if (status === 403 || status === 404) return false;
  if (status !== 401) return undefined;
  const parsed = flows.safeParse(body);
  if (!parsed.success || parsed.data.flows.length === 0) return undefined;
  return parsed.data.flows.some(({ stages }) => stages.every((stage) => PASSED_BY_ANYBODY.has(stage)));
}
