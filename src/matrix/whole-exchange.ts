import type { Dispatcher } from 'undici';
import { TooLarge } from './http-body.js';
import { matrixTexts } from './texts.js';

/** A response that was read to its end. */
export interface WholeResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/**
 * Sends a request and reads the whole response. undici's `request` makes a stream of every response, which takes longer
 * than reading the few hundred bytes that most of them have. Rejects as `request` does, and with `TooLarge` past
 * `maxBytes`.
 *
 * @param take gets the body of a successful response piece by piece, as it arrives: a stream would keep several at a
 *   time, and what is kept for a while costs memory long after. `body` is then empty.
 */
export function exchangeWhole(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  maxBytes: number,
  take?: (chunk: Buffer) => void,
): Promise<WholeResponse> {
  return new Promise((resolve, reject) => {
    let [status, size] = [0, 0];
    let headers: WholeResponse['headers'] = {};
    const chunks: Buffer[] = [];
    dispatcher.dispatch(request, {
      onRequestStart: () => undefined,
      onResponseStart: (controller, statusCode, responseHeaders) => {
        // informational ones (1xx) come before it
        [status, headers] = [statusCode, responseHeaders];
        // parts of the first chunk, which would be kept to the end of the response
        controller.rawHeaders = null;
      },
      onResponseData: (controller, chunk) => {
        size += chunk.length;
        if (size > maxBytes) controller.abort(new TooLarge(matrixTexts.tooLarge(maxBytes)));
        else if (take === undefined || status < 200 || status > 299) chunks.push(chunk);
        else passOn(chunk, take, controller);
      },
      onResponseEnd: () => resolve({ status, headers, body: joined(chunks) }),
      onResponseError: (_controller, error) => reject(error),
    });
  });
}

function passOn(chunk: Buffer, take: (chunk: Buffer) => void, controller: Dispatcher.DispatchController): void {
  try {
    take(chunk);
  } catch (error) {
    controller.abort(error instanceof Error ? error : new Error(String(error)));
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}
