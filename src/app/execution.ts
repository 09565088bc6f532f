import type { ActionHandler } from '../actions/types.js';
import type { ActionEnd, ActionFailure } from '../actions/ends.js';
import { createExecutor, type Executor } from '../actions/executor.js';
import { noticeOfEnd, stateOfEnd } from '../cases/on-end.js';
import { caseButtons, caseButtonsHandler } from '../commands/case-buttons.js';
import { describeCommandsHandler } from '../commands/descriptions.js';
import { buttonHandler, commandHandler } from '../commands/handler.js';
import { isAnsweredFor, outcomeHandler } from '../commands/outcome.js';
import { createActionHandlers } from '../enforcement/handlers/index.js';
import { checkAvatarHandler } from '../impersonation/avatar-check.js';
import { backfillMembersHandler } from '../impersonation/member-backfill.js';
import { checkProfileHandler } from '../impersonation/profile-check.js';
import { createSupportFetcher } from '../mail/fetch-support.js';
import { tellHandler } from '../notify/alerts.js';
import { failureKey, failureMessage } from '../notify/failures.js';
import {
  caseThreadHandler,
  messageHandler,
  noticeEditHandler,
  noticeHandler,
  reactionHandler,
} from '../notify/handlers.js';
import { Outages } from '../notify/outages.js';
import { quietEndHandler, quietHours } from '../notify/quiet-hours.js';
import { raidDigestHandler } from '../notify/raids.js';
import { warnHandler } from '../notify/warn.js';
import { lookAtPicturesHandler } from '../protections/pictures/look.js';
import { askRegistrationHandler } from '../protections/registration/ask.js';
import { roomHandlers } from '../protected-rooms/room-handlers.js';
import { showAppealHandler } from '../reports/appeals.js';
import { lookAtReportedHandler, showEvidenceHandler } from '../reports/evidence.js';
import { showMailAnswerHandler } from '../reports/mail-answers.js';
import { actOnScanHandler } from '../scan/act.js';
import type { ActionRecord } from '../store/records/actions.js';
import { messageOf } from '../util/errors.js';
import type { AppContext } from './context.js';

/** Time for running actions at a stop, so that some is left for the later stages. */
const ACTIONS_WAIT_MS = 6_000;

/** The parts that carry out the ledger's actions. */
export function buildExecution(app: AppContext): Executor {
  const { config, logger, acting, lifecycle, foundation, tracking } = app;
  const { homeserver, ledger, clock } = foundation;
  const managementRoom = () => tracking.managementRoom()?.roomId;
  const outages = new Outages({ homeserver, ledger, managementRoom, clock, logger });
  const executor = createExecutor({
    ledger,
    inherited: foundation.inheritedActions,
    handlers: [...handlersOf(app), outages.handler()],
    guard: tracking.guard,
    clock,
    logger,
    dryRun: config.dry_run,
    mayAct: acting.mayAct,
    onTrouble: (trouble) => void tellTrouble(app, outages, trouble),
    followUp: (action, end) => [...noticeOfEnd(action), ...app.statements.followUp(action, end)],
    onEnd: (action, end) => noteEnd(app, outages, action, end),
  });
  ledger.onWork((work) => executor.take(work));
  lifecycle.add('actions', 'executor', { stop: (leftMs) => executor.stop(Math.min(leftMs, ACTIONS_WAIT_MS)) });
  return executor;
}

/** One handler for each kind of action. */
function handlersOf(app: AppContext): ActionHandler[] {
  return [
    ...effectHandlers(app),
    ...app.mail.handlers,
    ...app.api.handlers,
    app.findings.handler(),
    ...messageHandlers(app),
    ...noticeHandlers(app),
    ...app.reports.direct.handlers(),
    ...app.reports.victims.handlers(),
    ...app.statements.handlers(),
    ...lookHandlers(app),
  ];
}

/** What changes rooms and accounts. */
function effectHandlers({ foundation, tracking, enforcement, impersonation, rooms, intake }: AppContext) {
  const { homeserver, clock } = foundation;
  return [
    ...createActionHandlers({
      homeserver,
      rooms: tracking.protectedRooms,
      policy: enforcement.planner.rules,
      facts: tracking.facts,
      acls: enforcement.acls,
      clock,
      ruleWritten: intake.ruleWritten,
      ownList: rooms.ownList,
      pictures: impersonation.protections.pictures,
    }),
    ...roomHandlers({ protection: rooms.protection, upgrades: rooms.upgrades, spaces: rooms.spaces, clock }),
  ];
}

/** What is said in rooms, and commands with their answers. */
function messageHandlers(app: AppContext): ActionHandler[] {
  const { logger, tracking, services } = app;
  const { homeserver, ledger, clock } = app.foundation;
  const desk = { services, managementRoom: tracking.managementRoom, logger };
  return [
    messageHandler(homeserver),
    warnHandler(homeserver),
    reactionHandler(homeserver),
    caseButtonsHandler({
      homeserver,
      ledger,
      managementRoom: () => tracking.managementRoom()?.roomId,
      isOwnRoom: (roomId) => tracking.protectedRooms.has(roomId),
    }),
    describeCommandsHandler({ homeserver, managementRoom: tracking.managementRoom }),
    tellHandler(homeserver, () => tracking.managementRoom()?.roomId),
    commandHandler(desk),
    buttonHandler(desk),
    outcomeHandler(ledger, clock),
  ];
}

/** Notices of cases, and what stands in their threads. */
function noticeHandlers({ config, foundation, tracking }: AppContext): ActionHandler[] {
  const { homeserver, ledger, correspondence, clock } = foundation;
  const notices = {
    homeserver,
    ledger,
    identities: config.protected_identities,
    managementRoom: () => tracking.managementRoom()?.roomId,
    quiet: () => quietHours(config.notices.quiet_hours, clock()),
  };
  return [
    noticeHandler(notices),
    noticeEditHandler({ ...notices, clock }),
    caseThreadHandler({
      ...notices,
      moderators: () => [...tracking.facts().moderators].filter((userId) => userId !== homeserver.botUserId),
    }),
    raidDigestHandler({ ...notices, clock }),
    quietEndHandler(notices),
    showEvidenceHandler(notices),
    showMailAnswerHandler(notices, correspondence),
    showAppealHandler(notices),
  ];
}

/** What is looked up before it can be judged. */
function lookHandlers({
  config,
  foundation,
  tracking,
  enforcement,
  impersonation,
  intake,
}: AppContext): ActionHandler[] {
  const { homeserver, ledger, clock } = foundation;
  const { pipeline } = intake;
  return [
    lookAtReportedHandler(homeserver, pipeline, clock),
    askRegistrationHandler({
      fetcher: createSupportFetcher(),
      overrides: config.mail.discovery.overrides,
      ledger,
      answered: (tx, answer) => impersonation.protections.registrationAnswered(tx, answer),
    }),
    lookAtPicturesHandler(impersonation.protections.pictures),
    backfillMembersHandler(homeserver, pipeline),
    checkAvatarHandler(impersonation.avatars, pipeline),
    checkProfileHandler(homeserver, pipeline),
    impersonation.roomCheck.handler(),
    actOnScanHandler({
      ledger,
      config,
      means: enforcement.capabilities,
      exempt: (userId) => impersonation.exemptions.of(userId),
      wantsAvatar: impersonation.wantsAvatar,
      managementRoom: () => tracking.managementRoom()?.roomId,
      clock,
    }),
  ];
}

/** What follows from the end of an action, once it is committed. */
function noteEnd(app: AppContext, outages: Outages, action: ActionRecord, end: ActionEnd): void {
  const { logger, foundation, enforcement } = app;
  const { ledger, metrics } = foundation;
  metrics.actionsEnded.inc({ kind: action.kind, state: end.state });
  stateOfEnd(ledger, action, end).catch((error: unknown) =>
    logger.error({ case: action.caseId, error: messageOf(error) }, 'the state of a case could not be noted'),
  );
  enforcement.leftBehind.ended(action);
  if (end.state !== 'done') return;
  outages.ended(action.kind);
  for (const register of [enforcement.bans, enforcement.takedowns]) register.note(action, end.result);
  if (action.kind === 'notice' || action.kind === 'notice_edit') void bringButtonsUpToDate(app, action);
}

/**
 * Moderators are told about failed effects; failures of our own messages are only logged, or they would trigger each
 * other.
 */
async function tellTrouble(app: AppContext, outages: Outages, trouble: ActionFailure): Promise<void> {
  const { logger, foundation, tracking } = app;
  if (isAnsweredFor(trouble.action)) return;
  try {
    if (await outages.failed(trouble)) return;
    await tracking.tellModerators(failureKey(trouble, foundation.clock()), failureMessage(trouble));
  } catch (failure) {
    logger.error({ error: messageOf(failure) }, 'trouble could not be told');
  }
}

/** The buttons under a case's notices that make sense in its current state. */
async function bringButtonsUpToDate({ foundation, logger }: AppContext, { caseId }: ActionRecord): Promise<void> {
  if (caseId === null) return;
  try {
    await foundation.outbox.add([
      caseButtons.create({}, { key: `buttons:case:${caseId}`, lane: `case_buttons:${caseId}`, caseId, renew: true }),
    ]);
  } catch (failure) {
    logger.error({ case: caseId, error: messageOf(failure) }, 'the buttons of a notice could not be changed');
  }
}
