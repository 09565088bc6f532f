import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { isPublicAddress } from './public-address.js';
import { MAIL_TEXTS } from './texts.js';

/** Fetches a small JSON file from an untrusted server name, safely. */
export interface SupportFetcher {
  /** The file's JSON; undefined when it is missing or may not be fetched. Never rejects. */
  fetch(url: URL, options?: { trusted?: boolean }): Promise<unknown>;
  /** The response at a URL, or to a POST with a JSON body. Never rejects. */
  ask(url: URL, options?: { trusted?: boolean; body?: unknown }): Promise<Answered | undefined>;
}

/** A response with any status; `json` is undefined if it is not JSON. */
interface Answered {
  status: number;
  json: unknown;
}

export interface SupportFetcherOptions {
  /** all addresses of a name */
  resolve?: (host: string) => Promise<{ address: string; family: number }[]>;
  timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 64 * 1024;
const REDIRECTS = 1;

/**
 * A guard against server-side request forgery: https at the standard port only, no credentials, one redirect, and every
 * address of the name must be public. The connection goes to exactly the address that was checked, so DNS rebinding has
 * no effect. A trusted URL, from the admin, may be plain http and private; its redirect target may not.
 */
export function createSupportFetcher(options: SupportFetcherOptions = {}): SupportFetcher {
  const resolve = options.resolve ?? ((host: string) => lookup(host, { all: true, verbatim: true }));
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const ask: SupportFetcher['ask'] = async (url, { trusted = false, body } = {}) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await Promise.race([follow(url, trusted, REDIRECTS, { resolve, signal, body }), aborted(signal)]);
    } catch {
      return undefined;
    }
  };
  return {
    ask,
    async fetch(url, { trusted = false } = {}) {
      const answer = await ask(url, { trusted });
      return answer?.status === 200 ? answer.json : undefined;
    },
  };
}

/**
 * Our own server's support file: from the homeserver itself, else from its public location, which may be another
 * machine. undefined: it is missing or cannot be fetched. Never rejects.
 */
export async function ownSupportFile(
  { url, server_name: serverName }: { url: string; server_name: string },
  fetcher: Pick<SupportFetcher, 'fetch'>,
): Promise<unknown> {
  const fromHomeserver = await fetcher.fetch(new URL(`${url.replace(/\/+$/, '')}${SUPPORT_PATH}`), { trusted: true });
  if (fromHomeserver !== undefined) return fromHomeserver;
  const text = `https://${serverName.replace(/:\d+$/, '')}${SUPPORT_PATH}`;
  return URL.canParse(text) ? fetcher.fetch(new URL(text)) : undefined;
}

const SUPPORT_PATH = '/.well-known/matrix/support';

/** Name resolution cannot be aborted; waiting for it can. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Error(MAIL_TEXTS.support.tooSlow)), { once: true }),
  );
}

interface Means {
  resolve: (host: string) => Promise<{ address: string; family: number }[]>;
  signal: AbortSignal;
  /** sent as JSON in a POST */
  body?: unknown;
}

async function follow(url: URL, trusted: boolean, redirects: number, means: Means): Promise<Answered> {
  const pinned = await checkedAddress(url, trusted, means);
  const agent = new Agent({
    connect: { lookup: leadingTo(pinned) },
    connections: 1,
    maxResponseSize: MOST_BYTES,
    maxHeaderSize: 16_384,
  });
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: agent,
      signal: means.signal,
      headers: {
        accept: 'application/json',
        ...(means.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(means.body === undefined ? {} : { method: 'POST', body: JSON.stringify(means.body) }),
    });
    // posted data must not go to anybody else
    if (
      means.body === undefined &&
      statusCode >= 300 &&
      statusCode < 400 &&
      typeof headers.location === 'string' &&
      redirects > 0
    ) {
      await body.dump({ limit: MOST_BYTES });
      return await follow(new URL(headers.location, url), false, redirects - 1, means);
    }
    return { status: statusCode, json: jsonOf(await body.text()) };
  } finally {
    await agent.destroy();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function checkedAddress(
  url: URL,
  trusted: boolean,
  { resolve }: Means,
): Promise<{ address: string; family: number }> {
  if (!trusted && (url.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== ''))
    throw new Error(MAIL_TEXTS.support.notHttps);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // including what the URL parser turned into an address: 2130706433, 0x7f.1, 127.1
  if (isIP(host) !== 0 && !trusted) throw new Error(MAIL_TEXTS.support.address);
  const found = isIP(host) === 0 ? await resolve(host) : [{ address: host, family: isIP(host) }];
  const [first] = found;
  if (first === undefined) throw new Error(MAIL_TEXTS.support.noAddress);
  if (!trusted && !found.every(({ address }) => isPublicAddress(address)))
    throw new Error(MAIL_TEXTS.support.privateNetwork);
  return first;
}

function leadingTo({ address, family }: { address: string; family: number }): LookupFunction {
  return (_host, options, callback) => {
    if (options.all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}
