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

/** What a doctor may use of a running Heimdall. */
export interface Inside {
  homeserver: Homeserver;
  settings(): Readonly<Settings>;
  protectedRooms(): readonly TrackedRoom[];
  /** as it counts now, whatever the file says */
  dryRun: boolean;
}

/** The part of a running Heimdall that acts: there is one on a ledger (instance.ts). */
export interface App {
  /** what comes in at the door: transactions and reports */
  routes: readonly Router[];
  /** the short way in, for transactions */
  direct: DirectDoor;
  metrics: Registry;
  /** why we are not ready; an empty list means ready */
  notReady(): Promise<string[]>;
  /** what stands in the way of protection without holding up the start, in words */
  hindrances(): string[];
  hasManagementRoom(): boolean;
  readonly inside: Inside;
  /** tells the management room what an admin has to mend: all that stands now */
  tellFindings(findings: readonly Finding[]): Promise<void>;
  start(): void;
  /**
   * Finishes in order: the door is shut, what is in flight ends, the ledger is closed. Takes 9 s at most, also when the
   * homeserver hangs; what could not end then goes on at the next start. Never rejects.
   */
  stop(closeDoor: () => Promise<void>): Promise<void>;
}

/** Configuration in, running system out. */
export async function createApp(config: Config, logger: Logger, acting: Acting): Promise<App> {
  const app = await AppContext.fromConfig(config, logger, acting);
  const { foundation, tracking, reports, intake, startup, lifecycle } = app;
  // loaded only when it is asked for: most installations start without it
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
