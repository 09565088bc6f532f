import type { Router } from 'express';
import { isOfficialId } from '../config/identities.js';
import { trustedReportOf } from '../protections/kinds/trusted-reporters.js';
import { accountExistsOn } from '../reports/account-exists.js';
import { DirectChats } from '../reports/direct.js';
import { aLittleLater, createReportRouter } from '../reports/endpoints.js';
import { createReportPoller } from '../reports/poll.js';
import { createReportRecorder } from '../reports/record.js';
import { Victims } from '../reports/victims.js';
import type { OnReport } from '../reports/report.js';
import { answerProbe } from '../reports/probe.js';
import { createReporterHomeserver } from '../reports/reporter-homeserver.js';
import { roomNamesOf } from '../reports/room-names.js';
import type { AppContext } from './context.js';

/** The ways in which user reports arrive. */
export interface ReportParts {
  direct: DirectChats;
  victims: Victims;
  onReport: OnReport;
  router: Router;
}

export async function buildReports(app: AppContext): Promise<ReportParts> {
  const { config, logger, lifecycle, foundation, tracking, enforcement, impersonation } = app;
  const { homeserver, ledger, correspondence, detector, clock } = foundation;
  const direct: DirectChats = new DirectChats({
    homeserver,
    ledger,
    correspondence,
    config,
    detector: () => detector.get(),
    officialRooms: () => new Set(tracking.officialRooms.locations().keys()),
    isProtectedRoom: (roomId) => tracking.protectedRooms.has(roomId),
    onReport: (report, note) => onReport(report, note),
    clock,
  });
  await direct.load();
  const isOfficial = (userId: string): boolean => isOfficialId(config.protected_identities, userId);
  const onReport = createReportRecorder({
    ledger,
    means: enforcement.capabilities,
    casesPerReporter: config.reports.cases_per_reporter,
    receipt: (report) => direct.receiptOf(report),
    alsoAsked: async (tx, report) => {
      const trusted = trustedReportOf(report);
      return trusted === undefined ? [] : impersonation.protections.reported(tx, trusted);
    },
    accountExists: accountExistsOn(homeserver, (userId) => userId === homeserver.botUserId || isOfficial(userId)),
    roomNames: roomNamesOf(tracking.protectedRooms, homeserver),
    clock,
  });
  const reporters = createReporterHomeserver(config.homeserver.url);
  lifecycle.add('connections', 'reporters', { stop: () => reporters.close() });
  lifecycle.add('watchers', 'direct chats', direct);
  lifecycle.add('watchers', 'polled reports', createReportPoller({ homeserver, ledger, onReport, clock, logger }));
  const router = createReportRouter({
    homeserver: reporters,
    serverName: config.homeserver.server_name,
    botUserId: homeserver.botUserId,
    onReport,
    clock,
    logger,
    probe: answerProbe(foundation.registration.hs_token),
    ...(config.reports.hide_existence ? { hideExistence: aLittleLater } : {}),
  });
  const victims = new Victims({
    homeserver,
    ledger,
    correspondence,
    config,
    roomWith: (userId) => direct.privateRoomWith(userId),
    clock,
    logger,
  });
  lifecycle.add('watchers', 'victims', victims);
  return { direct, victims, onReport, router };
}
