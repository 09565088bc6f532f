/** The environment: clock, disk, kind of homeserver. */
import { statfs } from 'node:fs/promises';
import type { Config } from '../../config/index.js';
import { fail, ok, warn, type CheckResult } from './result.js';
import { kindOf, limitsOf } from './homeserver-kinds.js';
import { texts } from './texts.js';

const TIMEOUT_MS = 10_000;
/** Times in cases are shown to the second. */
const SKEW_WARNS_S = 30;
const SKEW_FAILS_S = 300;
const MB = 1024 * 1024;
const FREE_FAILS = 64 * MB;
const FREE_WARNS = 512 * MB;

/** Compares the homeserver's clock (its `Date` header) with ours, and identifies its software. */
export async function checkSurroundings(
  { homeserver }: Pick<Config, 'homeserver'>,
  now = Date.now,
): Promise<CheckResult[]> {
  let answer: Response;
  const asked = now();
  try {
    answer = await fetch(new URL('/_matrix/client/versions', homeserver.url), {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.arrayBuffer();
  } catch {
    return [];
  }
  const results: CheckResult[] = [];
  const theirs = Date.parse(answer.headers.get('date') ?? '');
  // The header has no fractions, and the response took some time.
  if (!Number.isNaN(theirs)) results.push(clockResult(Math.round(((asked + now()) / 2 - theirs - 500) / 1000)));
  results.push(await homeserverKind(homeserver.url, answer.headers.get('server')));
  return results;
}

/** @param seconds how far this machine is ahead */
export function clockResult(seconds: number): CheckResult {
  const { clock } = texts;
  const away = Math.abs(seconds);
  if (away < SKEW_WARNS_S) return ok('clock', clock.ok(away));
  return (away < SKEW_FAILS_S ? warn : fail)('clock', clock.found(away, seconds > 0), clock.remedy);
}

async function homeserverKind(url: string, serverHeader: string | null): Promise<CheckResult> {
  const name = (await versionOf(url)) ?? serverHeader?.replace('/', ' ') ?? undefined;
  const { homeserver } = texts;
  if (name === undefined || kindOf(name) === undefined) return ok('homeserver software', homeserver.unknown);
  const limits = limitsOf(name);
  return ok('homeserver software', limits.length === 0 ? homeserver.named(name) : homeserver.limits(name, limits));
}

/** Federation API, "Get the server's version": public, if the listener serves federation at all. */
async function versionOf(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(new URL('/_matrix/federation/v1/version', url), {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { server } = (await answer.json()) as { server?: { name?: unknown; version?: unknown } };
    if (typeof server?.name !== 'string') return undefined;
    return `${server.name} ${typeof server.version === 'string' ? server.version : ''}`.trim().slice(0, 80);
  } catch {
    return undefined;
  }
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
