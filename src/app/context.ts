import type { ActionOutbox } from '../actions/outbox.js';
import type { Executor } from '../actions/executor.js';
import type { Services } from '../commands/types.js';
import type { Config } from '../config/types.js';
import type { PipelineOptions } from '../intake/pipeline.js';
import type { Homeserver } from '../matrix/types.js';
import { Findings } from '../notify/findings.js';
import type { Registration } from '../matrix/registration.js';
import type { SqlLedger } from '../store/index.js';
import type { SettingsStore } from '../store/settings/types.js';
import type { Clock } from '../util/clock.js';
import { speak } from '../util/language.js';
import type { Logger } from '../util/logger.js';
import { buildApi, type ApiParts } from './api.js';
import { buildEnforcement, type Enforcement } from './enforcement.js';
import { buildServices } from './services.js';
import { buildExecution } from './execution.js';
import { buildFoundation, type Foundation } from './foundation.js';
import { buildImpersonation, type Impersonation } from './impersonation.js';
import { buildIntake, type IntakeParts } from './intake.js';
import { Lifecycle } from './lifecycle.js';
import { buildMail, type MailParts } from './mail.js';
import { buildReports, type ReportParts } from './reports.js';
import { buildRooms, type RoomParts } from './rooms.js';
import { buildScans, type Scans } from './scans.js';
import { buildStartup } from './startup.js';
import { dryRunOf } from './run-mode.js';
import type { StartSequence } from './start-sequence.js';
import { buildStatements, type StatementsOfAll } from './statements.js';
import { buildTracking, type Tracking } from './tracking.js';

/** Proof that this process, and no other, acts on the ledger. */
export interface Acting {
  /** the fencing number that our writes carry */
  fence?: number;
  /** asked before every effect */
  mayAct(): boolean;
  /** requests a rebuild, because something that everything was built with has changed */
  again?(): void;
  /** called once everything is loaded, when the watchers start */
  ready?(): void;
}

/** Replacements for real parts in tests and benches. Whoever passes a part closes it. */
export interface Overrides {
  homeserver?: Homeserver;
  registration?: Registration;
  ledger?: SqlLedger;
  settings?: SettingsStore;
  clock?: Clock;
  outbox?: ActionOutbox;
  pipeline?: Partial<PipelineOptions>;
}

/**
 * All parts of a running Heimdall, wired together: the composition root, shared by the product, tests and benches. The
 * groups are created in the order of their fields; a group that needs a later one reads it through the context when
 * called, never during construction. Construction starts nothing and sends no requests.
 */
export class AppContext {
  readonly lifecycle = new Lifecycle();
  /** `dry_run` as configured; `config.dry_run` is the value in force */
  configuredDryRun = false;
  foundation!: Foundation;
  tracking!: Tracking;
  enforcement!: Enforcement;
  impersonation!: Impersonation;
  rooms!: RoomParts;
  scans!: Scans;
  mail!: MailParts;
  reports!: ReportParts;
  api!: ApiParts;
  statements!: StatementsOfAll;
  intake!: IntakeParts;
  services!: Services;
  findings!: Findings;
  execution!: Executor;
  startup!: StartSequence;

  private constructor(
    public config: Config,
    readonly logger: Logger,
    readonly acting: Acting,
    readonly overrides: Overrides,
  ) {}

  /** Builds all parts and loads the state of earlier runs from the ledger. */
  static async fromConfig(
    config: Config,
    logger: Logger,
    acting: Acting,
    overrides: Overrides = {},
  ): Promise<AppContext> {
    speak(config.language);
    const app = new AppContext(config, logger, acting, overrides);
    app.foundation = await buildFoundation(app);
    const { dryRun } = await dryRunOf(app.foundation.ledger, config.dry_run);
    app.config = { ...config, dry_run: dryRun };
    app.configuredDryRun = config.dry_run;
    app.tracking = buildTracking(app);
    app.enforcement = await buildEnforcement(app);
    app.impersonation = await buildImpersonation(app);
    app.rooms = buildRooms(app);
    app.scans = buildScans(app);
    app.mail = buildMail(app);
    app.reports = await buildReports(app);
    app.api = buildApi(app);
    app.statements = buildStatements(app);
    app.intake = await buildIntake(app);
    app.services = buildServices(app);
    app.findings = new Findings({ ...app.foundation, managementRoom: () => app.tracking.managementRoom()?.roomId });
    app.execution = buildExecution(app);
    app.startup = buildStartup(app);
    return app;
  }
}
