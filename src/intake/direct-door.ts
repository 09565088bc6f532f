import type { IncomingMessage, ServerResponse } from 'node:http';
import { intakeTexts } from './texts.js';

/** A response: a status and a JSON body. */
export interface Answer {
  status: number;
  body: Readonly<Record<string, unknown>>;
}

/** Answers a request and returns true, or returns false and leaves it to the router. */
export type DirectDoor = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface DirectDoorOptions {
  /** the refusal of a request with this header; undefined: it is accepted */
  refusalOf: (authorization: string | undefined) => Answer | undefined;
  answerTo: (body: unknown) => Promise<Answer>;
  onBadBody: () => void;
  mostBytes: number;
}

const TRANSACTION = /^(?:\/_matrix\/app\/v1)?\/transactions\/[^/?#]+$/;
const OTHER_CHARSET = /charset=(?!"?utf-8)/i;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * The fast path for transactions in the usual form: a plain path, and a UTF-8 body with a Content-Length. They are
 * nearly all of the traffic, and express with its body parser takes longer for one than the detector does for all of
 * its events. Anything unusual (compressed, chunked, too large, another charset) goes to the router.
 */
export function directDoor({ refusalOf, answerTo, onBadBody, mostBytes }: DirectDoorOptions): DirectDoor {
  const taken = async (text: string, response: ServerResponse): Promise<void> => {
    const body = parsed(text);
    if (body !== undefined) return send(response, await answerTo(body));
    onBadBody();
    send(response, { status: 400, body: { errcode: 'M_NOT_JSON', error: intakeTexts.notJson } });
  };
  return (request, response) => {
    if (request.method !== 'PUT' || !TRANSACTION.test(request.url ?? '') || !isOrdinary(request, mostBytes))
      return false;
    const refusal = refusalOf(request.headers.authorization);
    if (refusal !== undefined) {
      send(response, refusal);
      return true;
    }
    const chunks: Buffer[] = [];
    let missing = Number(request.headers['content-length']);
    // its end would only be told one turn later
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      missing -= chunk.length;
      if (missing === 0) void taken(textOf(chunks), response);
    });
    request.on('close', () => {
      if (!request.complete) onBadBody();
    });
    return true;
  };
}

/** A body that needs no decoding. Node makes sure that it is as long as its header says. */
function isOrdinary({ headers }: IncomingMessage, mostBytes: number): boolean {
  const length = Number(headers['content-length']);
  return (
    length > 0 &&
    length <= mostBytes &&
    headers['content-encoding'] === undefined &&
    !OTHER_CHARSET.test(headers['content-type'] ?? '')
  );
}

function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  const text = (chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)).toString('utf8');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

/** Parses a text that is a JSON object or array; undefined otherwise. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Head and body in one write, and so in one packet. */
function send(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
