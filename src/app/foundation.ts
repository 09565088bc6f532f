import { ActionOutbox } from '../actions/outbox.js';
import { tellInCase } from '../cases/tell-in-case.js';
import { toProtectedIdentity } from '../config/identities.js';
import { holdDetectionRules, type DetectionRulesHolder } from '../config/rules.js';
import { DetectorHolder } from '../impersonation/detector-holder.js';
import { Officials } from '../impersonation/officials.js';
import { readRegistration, type Registration } from '../matrix/registration.js';
import type { Homeserver } from '../matrix/types.js';
import { Correspondence, openLedger, openSettings, openSettingsInLedger, type SqlLedger } from '../store/index.js';
import type { SettingsStore } from '../store/settings/types.js';
import { steadyClock, type Clock } from '../util/clock.js';
import { createMetrics, type Metrics } from '../web/metrics.js';
import type { AppContext } from './context.js';
import { openHomeserver } from './homeserver.js';

/** The foundation of everything else. */
export interface Foundation {
  clock: Clock;
  registration: Registration;
  homeserver: Homeserver;
  rules: DetectionRulesHolder;
  detector: DetectorHolder;
  ledger: SqlLedger;
  /** the last action that existed before this process wrote any: up to it, another process may have sent them */
  inheritedActions: number;
  settings: SettingsStore;
  officials: Officials;
  /** direct chats, contacts and answers by mail, in the ledger */
  correspondence: Correspondence;
  /** entry point for actions that do not come from an event */
  outbox: ActionOutbox;
  metrics: Metrics;
}

export async function buildFoundation(app: AppContext): Promise<Foundation> {
  const { config, logger, acting, lifecycle, overrides } = app;
  const clock =
    overrides.clock ??
    steadyClock(undefined, undefined, (ms) =>
      logger.warn({ jump_ms: ms }, "the machine's clock has jumped; what waits for a time follows slowly"),
    );
  const registration = overrides.registration ?? readRegistration(config.appservice.registration);
  const homeserver = overrides.homeserver ?? openHomeserver(config, registration, { mayWrite: acting.mayAct });
  const rules = holdDetectionRules(config.rules_dir);
  const detector = new DetectorHolder(config.protected_identities.map(toProtectedIdentity), rules.current());
  const ledger = overrides.ledger ?? (await openOwnLedger(app));
  const settings =
    overrides.settings ??
    (config.storage.database_url === null
      ? await openSettings({ dataDir: config.storage.data_dir })
      : await openSettingsInLedger(ledger));
  const officials = new Officials({ identities: config.protected_identities, settings, detector });
  if (overrides.ledger === undefined) lifecycle.add('ledger', 'ledger', { stop: () => ledger.close() });
  if (overrides.settings === undefined) lifecycle.add('memory', 'settings', { stop: () => settings.close() });
  if (overrides.homeserver === undefined)
    lifecycle.add('connections', 'homeserver', { stop: () => homeserver.close() });
  const outbox = overrides.outbox ?? new ActionOutbox({ ledger, prepare: (actions) => tellInCase(ledger, actions) });
  const metrics = createMetrics({
    actionsDue: () => ledger.countDueActions(),
    protectedRooms: () => app.tracking.protectedRooms.size,
    rulesInForce: () => [...app.tracking.lists.policy.rules()].length,
    federationLags: () =>
      app.impersonation.protections.lags
        .worst(10)
        .map(({ server, meanMs }) => ({ server, seconds: Math.round(meanMs / 100) / 10 })),
  });
  return {
    clock,
    registration,
    homeserver,
    rules,
    detector,
    ledger,
    inheritedActions: await ledger.lastActionId(),
    settings,
    officials,
    correspondence: new Correspondence(ledger),
    outbox,
    metrics,
  };
}

function openOwnLedger({ config: { storage }, acting }: AppContext): Promise<SqlLedger> {
  return openLedger({
    dataDir: storage.data_dir,
    databaseUrl: storage.database_url,
    synchronous: storage.synchronous,
    ...(acting.fence === undefined ? {} : { fence: acting.fence }),
  });
}
