import type { IncomingMessage, ServerResponse } from 'node:http';
import { intakeTexts } from './texts.js';

/** What a request is answered: a status and a body of JSON. */
export interface Answer {
  status: number;
  body: Readonly<Record<string, unknown>>;
}

/** Answers a request and says true, or leaves it alone and says false: then the router has it. */
export type DirectDoor = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface DirectDoorOptions {
  /** how a request is refused that bears this header; undefined: it may come in */
  refusalOf: (authorization: string | undefined) => Answer | undefined;
  answerTo: (body: unknown) => Promise<Answer>;
  onBadBody: () => void;
  mostBytes: number;
}

const TRANSACTION = /^(?:\/_matrix\/app\/v1)?\/transactions\/[^/?#]+$/;
const OTHER_CHARSET = /charset=(?!"?utf-8)/i;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * The way in for transactions as homeservers send them: a plain path, and a body of UTF-8 of which the length is told.
 * They are nearly all that comes, and express with its body parser takes longer for one than the detector for all of
 * its events. Whatever is out of the ordinary (compressed, chunked, too large, another charset) is the router's.
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
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => void taken(textOf(chunks), response));
    request.on('close', () => {
      if (!request.complete) onBadBody();
    });
    return true;
  };
}

/** A body that can be taken as it comes. Node sees to it that it is as long as its header says. */
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

/** The object or list that a text is; undefined: it is none. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Head and body in one go, which is one packet. */
function send(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
