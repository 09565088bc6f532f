import type { Request, RequestHandler, Response } from 'express';
import express from 'express';
import type { VNode } from 'preact';
import { documentOf } from './layout.js';

/** What all pages share: headers, forms, cookies. */

/** Nothing from elsewhere, no script at all, no frame around us (CSP level 3; MDN "Practical implementation guides"). */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Cache-Control': 'no-store',
};

export function securityHeaders(https: boolean): RequestHandler {
  return (_request, response, next) => {
    response.set(HEADERS);
    if (https) response.set('Strict-Transport-Security', 'max-age=31536000');
    next();
  };
}

/** Forms of at most 32 KiB and few fields; whatever is larger is refused before it is read. */
export const readForm: RequestHandler = express.urlencoded({ extended: false, limit: '32kb', parameterLimit: 300 });

/** One field of a form or query, as text: a repeated one counts once. */
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
