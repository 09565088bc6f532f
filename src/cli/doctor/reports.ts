/** Whether clients' reports reach Heimdall through the reverse proxy (docs/report.md). */
import { randomBytes } from 'node:crypto';
import type { Config } from '../../config/index.js';
import { PROBE_HEADER, probeAnswer } from '../../reports/probe.js';
import { isReserved } from './mail-domain.js';
import { ok, warn, type CheckResult } from './result.js';
import { texts } from './texts.js';

const TIMEOUT_MS = 8_000;
/** The endpoint for reporting a person. The request has no token, so nothing is reported. */
const PATH = '/_matrix/client/v3/users/%40heimdall-doctor%3Ainvalid/report';

/** Empty if the public address cannot be found or reached from here. `publicUrl`: given by the admin. */
export async function checkReports(
  config: Pick<Config, 'homeserver'>,
  hsToken: string,
  publicUrl?: string,
): Promise<CheckResult[]> {
  const url = publicUrl ?? (await publicAddress(config.homeserver.server_name));
  if (url === undefined) return [];
  const nonce = randomBytes(16).toString('hex');
  let answer: Response;
  try {
    answer = await fetch(new URL(PATH, url), {
      method: 'POST',
      headers: { [PROBE_HEADER]: nonce, 'Content-Type': 'application/json' },
      body: '{}',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.arrayBuffer();
  } catch {
    return publicUrl === undefined ? [] : [warn('reports', texts.reports.silent(url), texts.reports.silentRemedy)];
  }
  return [
    answer.headers.get(PROBE_HEADER) === probeAnswer(hsToken, nonce)
      ? ok('reports', texts.reports.ok(url))
      : warn('reports', texts.reports.elsewhere(url), texts.reports.remedy),
  ];
}

/** Spec "Server Discovery": the well-known file on the server's host, else that host itself. */
async function publicAddress(serverName: string): Promise<string | undefined> {
  const host = serverName.replace(/:\d+$/, '');
  if (isReserved(host) || !/^[a-z0-9.-]+\.[a-z0-9-]+$/i.test(host) || /^[\d.]+$/.test(host)) return undefined;
  try {
    const answer = await fetch(`https://${host}/.well-known/matrix/client`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const found = (await answer.json()) as { 'm.homeserver'?: { base_url?: unknown } };
    const url = found['m.homeserver']?.base_url;
    return typeof url === 'string' && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}
