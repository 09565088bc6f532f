import { roleFor } from '../commands/handler.js';
import { isReserved } from '../commands/table.js';
import type { Services } from '../commands/types.js';
import { packageVersion } from '../util/package-root.js';
import type { AppContext } from './context.js';
import { sayDryRun } from './run-mode.js';

/** How long an answer waits for the effects of a rule. */
const SETTLE_MS = 6_000;

/** What commands, buttons and pages call. */
export function buildServices(app: AppContext): Services {
  const { config, foundation, tracking, impersonation, rooms, scans, mail } = app;
  const { homeserver, ledger, settings, officials, detector, outbox, clock } = foundation;
  return {
    config,
    homeserver,
    ledger,
    settings,
    officials,
    report: app.reports.onReport,
    detector: () => detector.get(),
    rules: () => detector.rules,
    rulesProblem: () => impersonation.rulesReloader.problem(),
    exempt: (userId) => impersonation.exemptions.of(userId),
    protectedRooms: tracking.protectedRooms,
    lists: tracking.lists,
    mailDesk: mail.desk,
    protection: rooms.protection,
    lags: impersonation.protections.lags,
    pictures: impersonation.protections.pictures,
    scans: scans.requested,
    ownList: rooms.ownList,
    runAndWait: (actions) => outbox.carryOut(actions),
    runChainsAndWait: (actions, waitMs) => outbox.carryOutChains(actions, waitMs),
    commit: (actions) => outbox.add(actions),
    facts: tracking.facts,
    isReserved,
    mayCarryOut: (payload, userId) => roleFor(payload, userId, tracking.managementRoom(), config),
    configuredDryRun: app.configuredDryRun,
    setDryRun: async (dryRun, by) => {
      await sayDryRun(ledger, { dryRun, configured: app.configuredDryRun, by, at: clock() });
      app.acting.again?.();
    },
    clock,
    settleMs: SETTLE_MS,
    startedAt: clock(),
    version: packageVersion(),
  };
}
