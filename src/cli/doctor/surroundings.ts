/** The environment: clock, disk, kind of homeserver. */
import { statfs } from 'node:fs/promises';
import type { Config } from '../../config/index.js';
import { retryAfterMs } from '../../matrix/refusals.js';
import { fail, ok, warn, type CheckResult } from './result.js';
import { kindOf, limitsOf } from './homeserver-kinds.js';
import { texts } from './texts.js';

const TIMEOUT_MS = 10_000;
/** After a 429 that names no time. */
const LIMITED_MS = 60_000;
/** Times in cases are shown to the second. */
const SKEW_WARNS_S = 30;
const SKEW_FAILS_S = 300;
const MB = 1024 * 1024;
const FREE_FAILS = 64 * MB;
const FREE_WARNS = 512 * MB;

/** Homeservers that limited us, and until when: `run` makes these checks again and again. */
const limitedUntil = new Map<string, number>();

/**
 * Compares the homeserver's clock (its `Date` header) with ours, and identifies its software. One request, which
 * nothing else in Heimdall sends, and not again before a Retry-After.
 */
export async function checkSurroundings(
  { homeserver: { url } }: Pick<Config, 'homeserver'>,
  now = Date.now,
): Promise<CheckResult[]> {
  const asked = now();
  if (asked < (limitedUntil.get(url) ?? 0)) return [];
  let answer: Response;
  let body: unknown;
  try {
    // Federation API, "Get the server's version": public, if the listener serves federation at all.
    answer = await fetch(new URL('/_matrix/federation/v1/version', url), { signal: AbortSignal.timeout(TIMEOUT_MS) });
    body = await answer.json().catch(() => undefined);
  } catch {
    return [];
  }
  if (answer.status === 429) {
    const wait = retryAfterMs(answer.headers.get('retry-after') ?? undefined, propertyOf(body, 'retry_after_ms'));
    limitedUntil.set(url, now() + (wait ?? LIMITED_MS));
  }
  const results: CheckResult[] = [];
  const theirs = Date.parse(answer.headers.get('date') ?? '');
  // The header has no fractions, and the response took some time.
  if (!Number.isNaN(theirs)) results.push(clockResult(Math.round(((asked + now()) / 2 - theirs - 500) / 1000)));
  if (answer.status !== 429)
    results.push(homeserverKind(nameIn(body) ?? answer.headers.get('server')?.replace('/', ' ')));
  return results;
}

/** @param seconds how far this machine is ahead */
export function clockResult(seconds: number): CheckResult {
  const { clock } = texts;
  const away = Math.abs(seconds);
  if (away < SKEW_WARNS_S) return ok('clock', clock.ok(away));
  return (away < SKEW_FAILS_S ? warn : fail)('clock', clock.found(away, seconds > 0), clock.remedy);
}

function homeserverKind(name: string | undefined): CheckResult {
  const { homeserver } = texts;
  if (name === undefined || kindOf(name) === undefined) return ok('homeserver software', homeserver.unknown);
  const limits = limitsOf(name);
  return ok('homeserver software', limits.length === 0 ? homeserver.named(name) : homeserver.limits(name, limits));
}

function nameIn(body: unknown): string | undefined {
  const server = propertyOf(body, 'server');
  const [name, version] = [propertyOf(server, 'name'), propertyOf(server, 'version')];
  if (typeof name !== 'string') return undefined;
  return `${name} ${typeof version === 'string' ? version : ''}`.trim().slice(0, 80);
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** The free space where the ledger is stored. Empty if unknown. */
export async function checkDisk(folder: string): Promise<CheckResult[]> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return [diskResult(folder, bavail * bsize)];
  } catch {
    return [];
  }
}

export function diskResult(folder: string, free: number): CheckResult {
  const { disk } = texts;
  const size = free < 1024 * MB ? `${Math.floor(free / MB)} MB` : `${(free / MB / 1024).toFixed(1)} GB`;
  if (free >= FREE_WARNS) return ok('disk space', disk.ok(folder, size));
  return (free < FREE_FAILS ? fail : warn)('disk space', disk.full(folder, size), disk.remedy);
}
