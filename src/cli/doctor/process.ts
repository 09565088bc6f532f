/** Other users of our address and ledger. */
import { existsSync } from 'node:fs';
import { urlHostOf, type Config } from '../../config/index.js';
import { isFolderLocked } from '../../store/index.js';
import { attempt, fail, ok, warn, type CheckResult } from './result.js';
import { texts } from './texts.js';

const TIMEOUT_MS = 3_000;

/** What answers at `appservice.bind` and `port`. */
export type AtOurAddress =
  | { what: 'nothing' }
  /** not a Heimdall */
  | { what: 'stranger' }
  | { what: 'standby' }
  /** reasons: why it is not ready; empty when it is */
  | { what: 'acting'; reasons: string[] };

/** Queries `/healthz` and `/readyz` at the configured address. */
export async function lookAtOurAddress({ appservice }: Pick<Config, 'appservice'>): Promise<AtOurAddress> {
  const base = `http://${urlHostOf(appservice.bind)}:${appservice.port}`;
  try {
    const health = await ask(`${base}/healthz`);
    if (health.body.status !== 'alive') return { what: 'stranger' };
    const { body } = await ask(`${base}/readyz`);
    if (body.state === 'standby') return { what: 'standby' };
    const reasons = Array.isArray(body.reasons) ? body.reasons.filter((one) => typeof one === 'string') : [];
    return { what: 'acting', reasons };
  } catch (error) {
    return isRefused(error) ? { what: 'nothing' } : { what: 'stranger' };
  }
}

async function ask(url: string): Promise<{ body: Record<string, unknown> }> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const text = await answer.text();
  try {
    return { body: Object(JSON.parse(text)) as Record<string, unknown> };
  } catch {
    return { body: {} };
  }
}

/** Nothing is listening, or it does not respond. */
function isRefused(error: unknown): boolean {
  const { name, cause } = Object(error) as { name?: unknown; cause?: unknown };
  const { code } = Object(cause) as { code?: unknown };
  return name === 'TimeoutError' || ['ECONNREFUSED', 'EADDRNOTAVAIL', 'ENETUNREACH'].includes(String(code));
}

/** A Heimdall that runs holds the lock of its folder: one that answers while nobody holds ours is somebody else's. */
async function isOfAnother({ storage }: Config): Promise<boolean> {
  if (storage.database_url !== null || !existsSync(storage.data_dir)) return false;
  let locked = true;
  await attempt('port', '', () => {
    locked = isFolderLocked(storage.data_dir);
    return ok('port', '');
  });
  return !locked;
}

/** Problems with the listening and acting processes; empty when nothing is running and nothing is in the way. */
export async function checkProcess(config: Config, at: AtOurAddress): Promise<CheckResult[]> {
  const { process } = texts;
  const address = `${config.appservice.bind}:${config.appservice.port}`;
  if (at.what === 'stranger') return [fail('port', process.port(address), process.portRemedy)];
  if (at.what !== 'nothing' && (await isOfAnother(config)))
    return [warn('port', process.otherHeimdall(address, config.storage.data_dir), process.portRemedy)];
  if (at.what === 'standby') return [warn('second process', process.standby(address), process.standbyRemedy)];
  if (at.what === 'acting')
    return [
      at.reasons.length === 0
        ? ok('running', process.ready)
        : fail('running', process.notReady(at.reasons), process.notReadyRemedy),
    ];
  const { data_dir: folder, database_url: database } = config.storage;
  if (database !== null) return [];
  const results: CheckResult[] = [];
  const looked = await attempt('second process', process.elsewhereRemedy, () => {
    if (isFolderLocked(folder))
      results.push(fail('second process', process.elsewhere(folder, address), process.elsewhereRemedy));
    return ok('second process', folder);
  });
  // an unreadable folder is reported by the ledger's check
  return looked.health === 'ok' ? results : [];
}
