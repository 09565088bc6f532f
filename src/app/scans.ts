import { AutomaticScans } from '../scan/automatic.js';
import { RequestThrottle } from '../scan/request-throttle.js';
import { RequestedScans } from '../scan/requested.js';
import { Scanner } from '../scan/scanner.js';
import { packageVersion } from '../util/package-root.js';
import type { AppContext } from './context.js';

/** Scans of existing accounts and members, on request and automatic. */
export interface Scans {
  requested: RequestedScans;
  automatic: AutomaticScans;
}

export function buildScans(app: AppContext): Scans {
  const { config, logger, lifecycle, foundation, tracking, impersonation } = app;
  const { homeserver, ledger, detector, outbox, metrics, clock } = foundation;
  const managementRoom = () => tracking.managementRoom()?.roomId;
  const scanner = new Scanner({
    homeserver,
    ledger,
    looksFor: () => ({ detector: detector.get(), identities: detector.identities, rules: detector.rules }),
    version: packageVersion(),
    exempt: (userId) => impersonation.exemptions.of(userId),
    pace: new RequestThrottle({ requestsPerSecond: config.scan.requests_per_second }),
    managementRoom,
    clock,
    count: metrics.countScan,
  });
  const requested = new RequestedScans({
    scanner,
    ledger,
    commit: outbox.add.bind(outbox),
    managementRoom,
    clock,
    logger,
  });
  const automatic = new AutomaticScans({
    scanner,
    homeserver,
    ledger,
    nightly: config.scan.nightly,
    onChange: (listener) => detector.onChange(listener),
    clock,
    logger,
  });
  lifecycle.add('watchers', 'requested scans', requested);
  lifecycle.add('watchers', 'automatic scans', {
    // existing look-alikes are found by the first scan, which waits for the end of the homeserver's past
    start: () => void app.intake.history.over.then(() => automatic.start()),
    stop: () => automatic.stop(),
  });
  return { requested, automatic };
}
