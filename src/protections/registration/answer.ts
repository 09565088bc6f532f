import { z } from 'zod';
import { defineAction } from '../../actions/define.js';
import type { MatrixEvent } from '../../matrix/types.js';

/**
 * Asks a homeserver how accounts are made there. It goes to strangers, so it waits for nothing and nothing waits for
 * it.
 */
export const askRegistration = defineAction({
  kind: 'ask_registration',
  payload: z.object({
    server: z.string(),
    roomId: z.string(),
    userId: z.string(),
    eventId: z.string(),
    at: z.number(),
  }),
  // it changes nothing anywhere: a dry run asks too
  hasSideEffects: false,
  lane: ({ server }) => `registration:${server}`,
  maxConcurrent: 4,
  failuresToldElsewhere: true,
});

/** What a homeserver answered, beside the join for which it was asked. */
export interface RegistrationAnswer {
  server: string;
  roomId: string;
  userId: string;
  event: MatrixEvent;
  /** anybody can register there; undefined: it could not be asked, or has not said */
  open: boolean | undefined;
}

const flows = z.object({
  flows: z.array(z.object({ stages: z.array(z.string()).max(20).catch([]) })).max(50),
});
/** Stages that any program passes by itself (spec "User-interactive authentication"). */
const PASSED_BY_ANYBODY: ReadonlySet<string> = new Set(['m.login.dummy', 'm.login.terms']);

/**
 * Says whether an answer to an empty `POST /register` means that anybody can make accounts (spec "POST
 * /_matrix/client/v3/register": 401 names the ways, 403 says that there is none). Undefined when it says neither.
 */
export function isRegistrationOpen(status: number, body: unknown): boolean | undefined {
  if (status === 403 || status === 404) return false;
  if (status !== 401) return undefined;
  const parsed = flows.safeParse(body);
  if (!parsed.success || parsed.data.flows.length === 0) return undefined;
  return parsed.data.flows.some(({ stages }) => stages.every((stage) => PASSED_BY_ANYBODY.has(stage)));
}
