/** A scanner on a ledger of its own and the stub homeserver, for unit tests of scans. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadRules } from '../../src/config/rules.js';
import type { Config } from '../../src/config/types.js';
import { createHomeserver } from '../../src/matrix/client.js';
import { openLedger, type ActionRecord } from '../../src/store/index.js';
import { DetectorHolder } from '../../src/impersonation/detector-holder.js';
import { Scanner, type ScannerOptions, type ScanOrder, type ScanRun } from '../../src/scan/scanner.js';
import { actOnScanHandler } from '../../src/scan/act.js';
import { RequestThrottle } from '../../src/scan/request-throttle.js';
import { hitsOf } from '../../src/scan/state.js';
import { startStubHomeserver } from '../support/stub-homeserver.js';
import { ASGARD } from '../intake/pipelines.js';

export const OFFICIAL_NAME = 'Asgard (Official Account)';
export const ROOM = '!management:a.test';

export const RESPONSES: Config['responses'] = {
  possible: ['notify'],
  likely: ['notify', 'report'],
  certain: ['notify', 'report', 'ban'],
};

export async function scanningFor(over: Partial<ScannerOptions> & { mostBans?: number; keepLog?: boolean } = {}) {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'heimdall-scan-'));
  const ledger = await openLedger({ dataDir, databaseUrl: null });
  const stub = await startStubHomeserver({ botUserId: '@heimdall:a.test', keepLog: over.keepLog });
  stub.admin.allowed = true;
  const homeserver = createHomeserver({
    url: stub.url,
    serverName: 'a.test',
    botLocalpart: 'heimdall',
    asToken: 'token',
    adminToken: null,
  });
  const detector = new DetectorHolder([ASGARD], loadRules());
  const scannerOptions: ScannerOptions = {
    homeserver,
    ledger,
    looksFor: () => ({ detector: detector.get(), identities: detector.identities, rules: detector.rules }),
    version: '1',
    exempt: () => undefined,
    pace: new RequestThrottle({ requestsPerSecond: 1000, random: () => 0 }),
    managementRoom: () => ROOM,
    clock: Date.now,
    ...over,
  };
  const scanner = new Scanner(scannerOptions);
  const handler = actOnScanHandler({
    ledger,
    config: { responses: RESPONSES, scan: { nightly: null, requests_per_second: 10, most_bans: over.mostBans ?? 20 } },
    means: () => ({ mail: true, policyList: '!list:a.test' }),
    exempt: over.exempt ?? (() => undefined),
    wantsAvatar: ({ avatarUrl }) => avatarUrl != null,
    managementRoom: () => ROOM,
    clock: Date.now,
  });
  const run = (order: Partial<ScanOrder> = {}, how: Partial<ScanRun> = {}) =>
    scanner.run(
      { name: 'cli', parts: ['users', 'rooms'], act: 'no', fresh: false, ...order },
      { signal: new AbortController().signal, ...how },
    );
  const due = (): Promise<ActionRecord[]> => ledger.dueActions(Date.now() + 1e6, new Set(), 10_000);
  /** All that waits, not only the heads of lanes. */
  const kinds = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const kind of [
      'notice',
      'notice_edit',
      'write_rule',
      'report',
      'mail',
      'message',
      'check_avatar',
      'raid_digest',
    ]) {
      const waiting = await ledger.actionsOfKind([kind], 'due', { afterId: 0, limit: 10_000 });
      found.push(...waiting.map((action) => action.kind));
    }
    return found;
  };
  /** Carries out what the scan asks the running Heimdall to do, as its executor would. */
  const act = async (): Promise<ActionRecord[]> => {
    const acts = await ledger.actionsOfKind(['act_on_scan'], 'due', { afterId: 0, limit: 100 });
    for (const action of acts) {
      const outcome = await handler.perform(action, { mayHaveBeenSent: false });
      if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
      await ledger.endAction(action.id, { state: 'done', at: Date.now(), follow: outcome.follow });
    }
    return acts;
  };
  return {
    stub,
    ledger,
    homeserver,
    detector,
    scanner,
    scannerOptions,
    dataDir,
    run,
    act,
    due,
    kinds,
    hitsOf,
    count: (pattern: RegExp) =>
      stub.requests.filter(({ method, path: asked }) => pattern.test(`${method} ${asked}`)).length,
    async close() {
      await ledger.close();
      await homeserver.close();
      await stub.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Honest accounts with impostors at the given places. */
export function accountsWith(length: number, impostors: readonly number[]) {
  const bad = new Set(impostors);
  return {
    length,
    at: (index: number) =>
      bad.has(index)
        ? { name: `@impostor${index}:a.test`, displayname: OFFICIAL_NAME }
        : { name: `@person${index}:a.test`, displayname: `Person ${index}` },
  };
}
