import type { Router } from 'express';
import type { Registry } from 'prom-client';
import type { Config } from '../config/types.js';
import type { DirectDoor } from '../intake/direct-door.js';
import type { Homeserver } from '../matrix/types.js';
import type { Finding } from '../notify/findings.js';
import type { Settings } from '../store/settings/types.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { ledgerCheck } from '../web/health.js';
import { AppContext, type Acting } from './context.js';
import { appTexts } from './texts.js';

/** The parts of a running Heimdall that the doctor may use. */
export interface Inside {
  homeserver: Homeserver;
  settings(): Readonly<Settings>;
  protectedRooms(): readonly TrackedRoom[];
  /** the value in force now, whatever the file says */
  dryRun: boolean;
}

/** The acting part of a running Heimdall: there is one per ledger (instance.ts). */
export interface App {
  /** incoming requests: transactions and reports */
  routes: readonly Router[];
  /** the fast path for transactions */
  direct: DirectDoor;
  metrics: Registry;
  /** why we are not ready; an empty list means ready */
  notReady(): Promise<string[]>;
  /** problems that impair protection without delaying the start, in words */
  hindrances(): string[];
  hasManagementRoom(): boolean;
  readonly inside: Inside;
  /** tells the management room what an admin has to fix: the complete current list */
  tellFindings(findings: readonly Finding[]): Promise<void>;
  start(): void;
  /**
   * Shuts down in order: requests are refused, running work ends, the ledger is closed. Takes at most 9 s, even when
   * the homeserver hangs; unfinished work continues at the next start. Never rejects.
   */
  stop(closeDoor: () => Promise<void>): Promise<void>;
}

/** Configuration in, running system out. */
export async function createApp(config: Config, logger: Logger, acting: Acting): Promise<App> {
  const app = await AppContext.fromConfig(config, logger, acting);
  const { foundation, tracking, reports, intake, startup, lifecycle } = app;
  // loaded only when configured: most installations start without it
  const pages = config.web.enabled
    ? (await import('./pages.js')).buildPages(app.services, {
        managementRoom: tracking.managementRoom,
        onReport: reports.onReport,
        direct: reports.direct,
        rules: () => foundation.detector.rules,
        acls: app.enforcement.acls,
        avatars: app.impersonation.avatars,
        logger,
      })
    : undefined;
  if (acting.ready !== undefined) lifecycle.add('watchers', 'ready', { start: acting.ready });
  if (pages !== undefined) lifecycle.add('watchers', 'web pages', { stop: () => pages.stop() });
  const pagesTrouble: string[] = [];
  const ledgerTrouble = ledgerCheck(
    () => foundation.ledger.ping(),
    (error) => logger.error({ error }, 'the ledger cannot be written to'),
  );
  const { homeserver, settings } = foundation;
  return {
    routes: [reports.router, ...app.api.routers, intake.door.router],
    direct: intake.door.direct,
    metrics: foundation.metrics.registry,
    notReady: async () => [...startup.notReady(), ...pagesTrouble, ...(await ledgerTrouble())],
    hindrances: () => tracking.alerts.standing(),
    hasManagementRoom: () => settings.get().management_room !== null,
    inside: {
      homeserver,
      settings: () => settings.get(),
      protectedRooms: () => [...tracking.protectedRooms.all()],
      dryRun: app.config.dry_run,
    },
    tellFindings: (findings) => app.findings.report(findings),
    start() {
      startup.begin();
      pages?.start().catch((error: unknown) => {
        pagesTrouble.push(appTexts.web(messageOf(error)));
        logger.error({ error: messageOf(error) }, 'web pages are not open');
      });
    },
    stop(closeDoor) {
      lifecycle.add('watchers', 'door', { stop: closeDoor });
      return lifecycle.stop(logger);
    },
  };
}
