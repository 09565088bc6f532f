import { describeCommands } from '../commands/descriptions.js';
import { DryRunEnded } from '../notify/dry-run-ended.js';
import { Greeting } from '../notify/greeting.js';
import { ProblemServersOfTheWeek } from '../notify/problem-servers.js';
import type { AppContext } from './context.js';
import { RetentionJob } from './retention-job.js';
import { StartSequence } from './start-sequence.js';

/** The start sequence, and the ledger's maintenance afterwards. */
export function buildStartup(app: AppContext): StartSequence {
  const { config, logger, lifecycle, foundation, tracking, rooms, intake, execution } = app;
  const { homeserver, settings, ledger, clock } = foundation;
  lifecycle.add('watchers', 'retention', buildRetention(app));
  lifecycle.add('watchers', 'end of a dry run', new DryRunEnded({ ledger, dryRun: config.dry_run, logger }));
  lifecycle.add('watchers', 'greeting', buildGreeting(app));
  if (config.notices.weekly_servers) lifecycle.add('watchers', 'weekly message', buildWeeklyMessage(app));
  if (config.commands.describe)
    lifecycle.add('watchers', 'command descriptions', {
      start: () => void foundation.outbox.add([describeCommands.create({}, { key: 'describe_commands', renew: true })]),
      stop: () => undefined,
    });
  const startup = new StartSequence({
    config,
    homeserver,
    settings,
    ownRooms: tracking.ownRooms,
    protection: rooms.protection,
    officialRooms: tracking.officialRooms,
    executor: execution,
    managementRoom: rooms.managementRoom,
    history: intake.history,
    concerns: tracking.alerts,
    watchers: [lifecycle],
    ownList: rooms.ownList,
    clock,
    logger,
  });
  lifecycle.add('watchers', 'startup', { stop: () => startup.stop() });
  return startup;
}

function buildGreeting({ config, logger, foundation, rooms, scans, intake }: AppContext): Greeting {
  const { homeserver, settings, ledger } = foundation;
  return new Greeting({
    ledger,
    past: intake.history.over,
    scanned: () => scans.automatic.hasLooked(),
    facts: async () => ({
      serverName: config.homeserver.server_name,
      botUserId: homeserver.botUserId,
      dryRun: config.dry_run,
      mail: config.mail.smtp_url !== null && config.mail.abuse_contact !== null,
      rights: await homeserver.adminRights().catch(() => 'none' as const),
      rooms: rooms.protection.roomIds.length,
      lists: settings.get().watched_lists.length,
    }),
    logger,
  });
}

function buildWeeklyMessage({ config, logger, foundation, impersonation }: AppContext): ProblemServersOfTheWeek {
  const { protections } = impersonation;
  return new ProblemServersOfTheWeek({
    ledger: foundation.ledger,
    serverName: config.homeserver.server_name,
    openRegistration: () => protections.openRegistrations(),
    lagOf: (server) => protections.lags.of(server),
    clock: foundation.clock,
    logger,
  });
}

function buildRetention({ config, logger, foundation, enforcement }: AppContext): RetentionJob {
  const { cases_days, reports_days, actions_days, mails_days, audit_days, seen_events_days } = config.retention;
  const { bans, takedowns } = enforcement;
  return new RetentionJob({
    ledger: foundation.ledger,
    days: {
      cases: cases_days,
      reports: reports_days,
      actions: actions_days,
      mails: mails_days,
      audit: audit_days,
      seen_events: seen_events_days,
    },
    isStanding: (action) => action.kind === 'acl' || bans.holds(action) || takedowns.holds(action),
    clock: foundation.clock,
    logger,
  });
}
