import type { z } from 'zod';
import { parseEvent } from './events.js';
import { MatrixError, type MatrixEvent } from './types.js';
import { matrixTexts } from './texts.js';

export type Query = Record<string, string | number | boolean | readonly string[]>;

/** `Homeserver.request`, with arrays allowed in the query, which repeat the key. */
export type Request = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  options?: { query?: Query; body?: unknown; admin?: boolean; timeoutMs?: number },
) => Promise<unknown>;

/** Extracts what the spec promises from a response; a malformed response is reported as the homeserver's error. */
export function parseResponse<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new MatrixError(
    502,
    'HEIMDALL_E_ANSWER',
    matrixTexts.answerLacks(parsed.error.issues.map((issue) => issue.path.join('.') || matrixTexts.itsForm)),
  );
}

/** Requests with a validated response; a malformed one is reported as the homeserver's error. */
export function asking(request: Request) {
  return {
    async ask<T>(schema: z.ZodType<T>, ...asked: Parameters<Request>): Promise<T> {
      return parseResponse(schema, await request(...asked));
    },
    /** Undefined when the homeserver does not know the resource. */
    async find<T>(schema: z.ZodType<T>, ...asked: Parameters<Request>): Promise<T | undefined> {
      const answer = await request(...asked).catch(ignoreErrcode('M_NOT_FOUND'));
      return answer === undefined ? undefined : parseResponse(schema, answer);
    },
  };
}

/** The valid events of a response; some APIs omit `room_id` because the request named it. */
export function eventsOf(list: readonly unknown[], roomId: string): MatrixEvent[] {
  return [...eventsIn(list, roomId)];
}

/** The same, validated lazily: in a list of 50,000 this lets other work run in between. */
export function* eventsIn(list: readonly unknown[], roomId: string): Generator<MatrixEvent> {
  for (const raw of list) {
    if (typeof raw !== 'object' || raw === null) continue;
    const event = parseEvent('room_id' in raw ? raw : { ...raw, room_id: roomId });
    if (event !== undefined) yield event;
  }
}

/** For `.catch()`: an error with this code becomes undefined, every other one is rethrown. */
export function ignoreErrcode(errcode: string): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof MatrixError && error.errcode === errcode) return undefined;
    throw error;
  };
}
