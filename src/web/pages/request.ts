import type { Request, RequestHandler, Response } from 'express';
import express from 'express';
import type { VNode } from 'preact';
import { documentOf } from './layout.js';
import { languageOf, type Language } from './texts.js';
import { webTexts } from '../texts.js';

/** Shared by all pages: headers, forms, cookies. */

/** No external content, no scripts, no framing (CSP level 3). `ours`: sources for our own script. */
function contentPolicy(ours = ''): string {
  return (
    `default-src 'none'; style-src 'self'; ${ours}img-src 'self'; form-action 'self'; base-uri 'none'; ` +
    "frame-ancestors 'none'"
  );
}

export const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentPolicy(),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Cache-Control': 'no-store',
};

/** RFC 6797; only behind https. */
export const STAY_SECURE = { 'Strict-Transport-Security': 'max-age=31536000' } as const;

export function securityHeaders(https: boolean): RequestHandler {
  return (_request, response, next) => {
    response.set(HEADERS);
    if (https) response.set(STAY_SECURE);
    next();
  };
}

/** The moderators' pages have their own script file, which only makes them faster. */
export function allowOurScript(response: Response): void {
  response.set('Content-Security-Policy', contentPolicy("script-src 'self'; connect-src 'self'; "));
}

/** Forms of at most 32 KiB and few fields; larger ones are refused before they are read. */
export const readForm: RequestHandler = express.urlencoded({ extended: false, limit: '32kb', parameterLimit: 300 });

/** One field of a form or query as a string; of repeated ones only one counts. */
export function field(request: Request, name: string): string {
  return fields(request, name)[0] ?? '';
}

/** All values of a field. */
export function fields(request: Request, name: string): string[] {
  const source = request.method === 'POST' ? (request.body as Record<string, unknown> | undefined) : request.query;
  const value = source?.[name];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

export function cookie(request: Request, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

export function show<Props>(response: Response, page: VNode<Props>, status = 200): void {
  response
    .status(status)
    .type('html')
    .send(documentOf(page as VNode));
}

/** The language chosen in the URL, else the browser's preference. */
export function languageIn(request: Request): Language {
  const asked = typeof request.query.lang === 'string' ? request.query.lang : undefined;
  return languageOf(asked ?? request.headers['accept-language']);
}

/** The visitor's address: from the proxy, if it is on this machine (express `trust proxy`). */
export function addressOf(request: Request): string {
  return request.ip ?? 'unknown';
}

/** Maximum size of a form with a picture. */
const MOST_UPLOAD = '2200kb';
const readBytes = express.raw({ type: 'multipart/form-data', limit: MOST_UPLOAD });

/**
 * A form with a file (`multipart/form-data`, RFC 7578), parsed by the platform. Its fields are then in the body, as in
 * any form; `uploadIn` returns the uploaded file.
 */
export const readUpload: RequestHandler = (request, response, next) => {
  readBytes(request, response, (error?: unknown) => {
    if (error !== undefined) return next(error);
    takeApart(request).then(() => next(), next);
  });
};

async function takeApart(request: Request): Promise<void> {
  const bytes = request.body as unknown;
  const type = request.headers['content-type'];
  if (!Buffer.isBuffer(bytes) || type === undefined) return;
  request.body = {};
  let form: FormData;
  try {
    form = await new globalThis.Response(new Uint8Array(bytes), { headers: { 'Content-Type': type } }).formData();
  } catch (error) {
    throw Object.assign(new Error(webTexts.badForm, { cause: error }), { status: 400 });
  }
  const values: [string, string | Blob][] = [];
  form.forEach((value, name) => void values.push([name, value]));
  const body: Record<string, unknown> = {};
  for (const [name, value] of values)
    body[name] = typeof value === 'string' ? value : Buffer.from(await value.arrayBuffer());
  request.body = body;
}

/** The uploaded file of a field; undefined if there is none. */
export function uploadIn(request: Request, name: string): Buffer | undefined {
  const value = (request.body as Record<string, unknown> | undefined)?.[name];
  return Buffer.isBuffer(value) && value.length > 0 ? value : undefined;
}
