import type { Router } from 'express';
import {
  caseThreadHandler,
  messageHandler,
  noticeEditHandler,
  noticeHandler,
  reactionHandler,
} from '../notify/handlers.js';
import { raidDigestHandler } from '../notify/raids.js';
import { Outages } from '../notify/outages.js';
import { DryRunEnded } from '../notify/dry-run-ended.js';
import { noticeOfEnd, stateOfEnd } from '../cases/on-end.js';
import { gatherMailHandler } from '../mail/gathered.js';
import { accountExistsOn } from '../reports/account-exists.js';
import { failureMessage } from '../notify/failures.js';
import { buttonHandler, commandActions, commandHandler, roleFor } from '../commands/handler.js';
import type { Address } from '../commands/text/prefix.js';
import { isCommandName, isReserved } from '../commands/table.js';
import { isAnsweredFor, outcomeHandler } from '../commands/outcome.js';
import type { Services } from '../commands/types.js';
import { bridgeUserMatcher } from '../config/bridge-users.js';
import { toProtectedIdentity } from '../config/identities.js';
import { holdDetectionRules } from '../config/rules.js';
import type { Config } from '../config/types.js';
import { visible } from '../detection/index.js';
import type { Sighting } from '../detection/types.js';
import { NO_LIST } from '../enforcement/handlers/parts.js';
import { createActionHandlers } from '../enforcement/handlers/index.js';
import { AclRegister } from '../enforcement/acl-register.js';
import { BanRegister } from '../enforcement/ban-register.js';
import { createExecutor, type ActionFailure, type Executor } from '../actions/executor.js';
import { TakedownRegister } from '../enforcement/takedown-register.js';
import { ContactFinder } from '../mail/contacts.js';
import { MailDesk } from '../mail/desk.js';
import { createSupportFetcher } from '../mail/fetch-support.js';
import { createForwardHandler, forwardingBeside } from '../mail/forward.js';
import { createMailHandler } from '../mail/outbox.js';
import { interlock } from '../enforcement/interlock.js';
import { isUserId } from '../matrix/identifiers.js';
import { messageContent, type Block, type Inline } from '../matrix/message.js';
import { readRegistration } from '../matrix/registration.js';
import type { MatrixEvent } from '../matrix/types.js';
import type { InterlockQuestion } from '../actions/types.js';
import { openHomeserver } from './homeserver.js';
import { createMailIn } from './mail-in.js';
import { RetentionJob } from './retention-job.js';
import { DirectChats } from '../reports/direct.js';
import { lookAtReportedHandler, showEvidenceHandler } from '../reports/evidence.js';
import { showMailAnswerHandler } from '../reports/mail-answers.js';
import { createReportPoller } from '../reports/poll.js';
import { aLittleLater, createReportRouter } from '../reports/endpoints.js';
import { createReportRecorder } from '../reports/record.js';
import { createReporterHomeserver } from '../reports/reporter-homeserver.js';
import { trustedReportOf } from '../protections/kinds/trusted-reporters.js';
import { ProtectionWatch } from '../protections/watch.js';
import { warnHandler } from '../notify/warn.js';
import { createPolicy } from '../policy/index.js';
import { Correspondence, openLedger, openSettings, openSettingsInLedger } from '../store/index.js';
import type { ActionRecord, NewAction } from '../store/types.js';
import { steadyClock } from '../util/clock.js';
import { messageOf, type HeimdallError } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { packageVersion } from '../util/package-root.js';
import { NewAccountMonitor } from '../impersonation/new-accounts.js';
import { Avatars } from '../impersonation/avatars.js';
import { backpressure } from '../intake/backpressure.js';
import { ModeratorAlerts, tellHandler } from '../notify/alerts.js';
import { DetectorHolder } from '../impersonation/detector-holder.js';
import { EnforcementPlanner } from '../protected-rooms/enforcement-planner.js';
import { Exemptions } from '../impersonation/exemptions.js';
import { guardContext } from '../protected-rooms/guard-context.js';
import { createIntake } from '../intake/intake.js';
import { ManagementRoom } from '../protected-rooms/management-room.js';
import { heldBefore, HeldLists } from '../protected-rooms/held-lists.js';
import { heldListAlerts, standoffLine } from '../protected-rooms/bot-access.js';
import { Standoffs } from '../protected-rooms/standoffs.js';
import { History } from '../intake/history.js';
import { PlaceReader, type Place } from '../tracking/place-reader.js';
import { PolicyListSnapshots } from '../tracking/list-snapshots.js';
import { isServerRule, WatchedLists } from '../tracking/lists.js';
import { checkProfileHandler } from '../impersonation/profile-check.js';
import { checkAvatarHandler } from '../impersonation/avatar-check.js';
import { backfillMembersHandler } from '../impersonation/member-backfill.js';
import { OfficialRooms } from '../tracking/official-rooms.js';
import { ensureOwnList } from '../protected-rooms/own-list.js';
import { Pipeline } from '../intake/pipeline.js';
import { ProtectedRooms } from '../protected-rooms/protected-rooms.js';
import { followActions } from '../protected-rooms/follow-actions.js';
import { roomHandlers } from '../protected-rooms/room-handlers.js';
import { message, reaction } from '../notify/actions.js';
import { buttonsOf } from '../commands/buttons.js';
import { RoomCheck } from '../protected-rooms/room-check.js';
import { RoomImpersonationCheck } from '../impersonation/room-impersonation.js';
import { RoomStateCache } from '../tracking/rooms.js';
import { skippedRuleAlerts } from '../protected-rooms/effective-rules.js';
import { DetectionRulesReloader } from '../impersonation/rules-reloader.js';
import { Spaces } from '../protected-rooms/spaces.js';
import { Scanner } from '../scan/scanner.js';
import { actOnScanHandler } from '../scan/act.js';
import { RequestedScans } from '../scan/requested.js';
import { AutomaticScans } from '../scan/automatic.js';
import { RequestThrottle } from '../scan/request-throttle.js';
import { Startup } from './startup.js';
import { inOrderWithin, type StopStep } from './stop-steps.js';
import { Upgrades } from '../protected-rooms/upgrades.js';
import type { Registry } from 'prom-client';
import { ledgerCheck } from '../web/health.js';
import { createMetrics } from '../web/metrics.js';

/** The part of a running Heimdall that acts: there is one on a ledger (instance.ts). */
export interface App {
  /** what comes in at the door: transactions and reports */
  routes: readonly Router[];
  metrics: Registry;
  /** why we are not ready; an empty list means ready */
  notReady(): Promise<string[]>;
  start(): void;
  /**
   * Finishes in order: the door is shut, what is in flight ends, the ledger is closed. Takes 9 s at most, also when the
   * homeserver hangs; what could not end then goes on at the next start. Never rejects.
   */
  stop(closeDoor: () => Promise<void>): Promise<void>;
}

/** That this process, and no other, acts on the ledger. */
export interface Acting {
  /** the number that our writes carry */
  fence: number;
  /** asked before every effect */
  mayAct(): boolean;
}

/** How long a command waits for its effects before it answers that they are on their way. */
const CARRY_OUT_MS = 8_000;
const POLL_MS = 15;
/** How long an answer waits for what a rule sets in motion. */
const SETTLE_MS = 6_000;
/** In the ledger: lists whose changes wait for a moderator. */
const HELD_KEY = 'lists:held';
/** Whoever stops us waits 10 s before the hard way. So long may all steps take together, and the ledger after them. */
const STOP_LIMIT_MS = 8_000;
const LEDGER_CLOSE_MS = 1_000;
/** For effects that are on their way, so that something is left for the steps after them. */
const ACTIONS_WAIT_MS = 6_000;
/** So long a command waits until what it wrote is read back; its event comes back in any case. */
const RULE_READ_MS = 3_000;
const SET_ASIDE = [
  'An event could not be handled and was set aside, so that the others go on; the log names it. If it was meant for me, do it again.',
];

/** The composition root: configuration in, running system out. The only place that knows every part. */
export async function createApp(config: Config, logger: Logger, acting: Acting): Promise<App> {
  const clock = steadyClock(undefined, undefined, (ms) =>
    logger.warn({ jump_ms: ms }, "the machine's clock has jumped; what waits for a time follows slowly"),
  );
  const registration = readRegistration(config.appservice.registration);
  const { server_name: serverName } = config.homeserver;
  const homeserver = openHomeserver(config, registration, { mayWrite: acting.mayAct });
  const rules = holdDetectionRules(config.rules_dir);
  const detector = new DetectorHolder(config.protected_identities.map(toProtectedIdentity), rules.current());
  const ledger = await openLedger({
    dataDir: config.storage.data_dir,
    databaseUrl: config.storage.database_url,
    synchronous: config.storage.synchronous,
    fence: acting.fence,
  });
  const settings =
    config.storage.database_url === null
      ? await openSettings({ dataDir: config.storage.data_dir })
      : await openSettingsInLedger(ledger);

  const protectedRooms = new RoomStateCache();
  const ownRooms = new RoomStateCache();
  const lists = new WatchedLists(createPolicy(), homeserver);
  const managementRoom = () => ownRooms.get(settings.get().management_room ?? '');
  /** A list of others frees only from its own rules, unless people trust it. */
  const isOursToFree = (roomId: string): boolean => {
    const { policy_list_room: own, default_list: byDefault, watched_lists: watched } = settings.get();
    const list = watched.find((one) => one.room_id === roomId);
    return roomId === own || roomId === byDefault || lists.isMade(roomId) || list?.own === true;
  };
  const mayExempt = (roomId: string | undefined): boolean =>
    roomId === undefined ||
    isOursToFree(roomId) ||
    settings.get().watched_lists.some((list) => list.room_id === roomId && list.trust_allow === true);
  const held = new HeldLists({
    most: config.lists.most_lifted,
    clock,
    isForeign: (roomId) => lists.has(roomId) && !isOursToFree(roomId),
    onChange: (now) => void rememberHeld(now),
  });
  const standoffsTold = new Map<string, Inline[]>();
  const standoffs = new Standoffs(clock, (place) => tellStandoff(place));
  const facts = guardContext({
    config,
    botUserId: homeserver.botUserId,
    protectedRooms,
    settings,
    managementRooms: () => [...ownRooms.all()],
    lists,
    mayExempt,
  });

  const metrics = createMetrics({
    actionsDue: () => ledger.countDueActions(),
    protectedRooms: () => protectedRooms.size,
    rulesInForce: () => [...lists.policy.rules()].length,
  });
  const officialRooms = new OfficialRooms({
    homeserver,
    identities: config.protected_identities,
    protectedRooms,
    clock,
    logger,
  });
  const bridgeUser = bridgeUserMatcher(config.bridge_users, serverName);
  const isGhost = (userId: string): boolean => bridgeUser(userId) !== undefined;
  const exemptions = new Exemptions({ officialRooms, bridgeUser });
  const avatars = new Avatars({ homeserver, identities: config.protected_identities, logger });
  const wantsAvatar = ({ avatarUrl, avatarLike }: Sighting): boolean =>
    avatarLike === undefined && avatars.wants(avatarUrl);
  const bans = new BanRegister();
  const takedowns = new TakedownRegister();
  const acls = new AclRegister();
  await Promise.all([bans.load(ledger), takedowns.load(ledger), acls.load(ledger)]);
  const concerns = new ModeratorAlerts({ ledger, logger, committed: () => executor.nudge() });
  const lastKnown = new PolicyListSnapshots({
    ledger,
    policy: lists.policy,
    shortcodeOf: (roomId) => lists.shortcodeOf(roomId),
    logger,
  });
  const effects: EnforcementPlanner = new EnforcementPlanner({
    rooms: protectedRooms,
    lists,
    bans,
    facts,
    unreadLists: () => protection.unreadLists(),
    takedown: { settings: config.takedown, register: takedowns },
    serverAcl: { settings: config.server_acl, register: acls },
    onSkipped: (skipped) => void concerns.report('skipped_rules', skippedRuleAlerts(skipped, lists)),
    mayExempt,
    held,
    standoffs,
    epoch: `${clock().toString(36)}${config.dry_run ? '-dry' : ''}`,
  });
  const means = () => ({
    mail: config.mail.smtp_url !== null && config.mail.abuse_contact !== null,
    policyList: settings.get().policy_list_room ?? NO_LIST,
    dryRun: config.dry_run,
    ruleStands: (userId: string) =>
      lists.policy
        .rulesMatching('user', userId)
        .some(
          ({ roomId, action, entity, sha256 }) =>
            roomId === settings.get().policy_list_room &&
            action !== 'allow' &&
            (entity === userId || sha256 !== undefined),
        ),
  });
  const roomWatch: RoomImpersonationCheck = new RoomImpersonationCheck({
    config,
    homeserver,
    officialRooms,
    rules: () => detector.rules,
    avatars,
    ledger,
    means,
    isOurs: (roomId) => lists.has(roomId) || !interlock({ about: 'room', roomId }, facts()).allowed,
    isTrusted: (userId) =>
      isUserId(userId) &&
      (!interlock({ about: 'user', userId }, facts()).allowed || exemptions.of(userId) !== undefined),
    clock,
    committed: () => executor.nudge(),
  });
  const protections = new ProtectionWatch({
    serverName,
    botUserId: homeserver.botUserId,
    settings,
    rooms: protectedRooms,
    ledger,
    facts,
    staff: (userId) => officialRooms.moderatorOf(userId),
    isBridgeUser: isGhost,
    means,
    clock,
    logger,
    count: (protection) => metrics.offences.inc({ protection }),
  });
  await protections.load();
  protectedRooms.onRead = (roomId, state) => protections.learn(roomId, state);
  const history = new History({ ledger, clock, logger, committed: () => executor.nudge() });
  await history.load(settings.get().management_room === null);
  const pipeline: Pipeline = new Pipeline({
    config,
    serverName,
    botUserId: homeserver.botUserId,
    detector: () => detector.get(),
    ledger,
    protectedRooms,
    ownRooms,
    lists,
    effects,
    officialRooms,
    exempt: (userId) => exemptions.of(userId),
    wantsAvatar,
    roomImpersonationActions: (event, first) => roomWatch.actionsOf(event, first),
    onExempt: ({ seen, verdict, exempt }) => {
      metrics.exempt.inc();
      logger.info(
        { user_id: seen.sighting.userId, verdict: verdict.verdict, protected: verdict.protected, exempt },
        'a sighting resembles, but no response acts on it',
      );
    },
    capabilities: means,
    extraActions: (event) => otherActions(event),
    protections,
    clock,
    count: (what) =>
      what === 'hits' ? metrics.hits.inc() : metrics.events.inc({ result: what === 'events' ? 'taken' : 'bad' }),
    history,
    onSetAside: (eventId, error) => {
      metrics.eventsSetAside.inc();
      logger.error({ event_id: eventId, error: messageOf(error) }, 'an event is set aside: its handling failed twice');
      void concerns.report('set_aside', new Map([[`on ${new Date(clock()).toISOString().slice(0, 10)}`, SET_ASIDE]]));
    },
    onCommitted: () => executor.nudge(),
  });
  const places = new PlaceReader({
    homeserver,
    settle: (place, event, doubted) => pipeline.settle(place, event, doubted),
    readWhole: (roomId) => {
      if (lists.has(roomId)) return protection.reloadList(roomId);
      return protectedRooms.has(roomId) ? protection.reloadRoom(roomId) : undefined;
    },
    logger,
  });
  for (const keeper of [protectedRooms, ownRooms, officialRooms, lists])
    keeper.onDoubt = ({ room_id: roomId, type, state_key: stateKey = '', ...event }) =>
      void places.read({ roomId, type, stateKey }, { ...event, room_id: roomId, type, state_key: stateKey });
  /** What we wrote into a list counts at once: the next command may be about it. */
  const ruleWritten = async ({ roomId, type, stateKey }: Place): Promise<void> => {
    if (!lists.doubt(roomId, type, stateKey)) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, RULE_READ_MS)));
    await Promise.race([places.read({ roomId, type, stateKey }), patience]);
    clearTimeout(timer);
  };
  const protection: ProtectedRooms = new ProtectedRooms({
    homeserver,
    settings,
    rooms: protectedRooms,
    lists,
    effects,
    lastKnown,
    concerns,
    commit: (actions) => pipeline.commitActions(actions),
    clock,
    logger,
    held,
    standoffs,
  });
  held.restore(heldBefore(await ledger.meta(HELD_KEY)));
  const upgrades = new Upgrades({
    homeserver,
    settings,
    protection,
    rooms: protectedRooms,
    ownRooms,
    lists,
    effects,
    concerns,
    commit: (actions) => pipeline.commitActions(actions),
    clock,
    dryRun: config.dry_run,
  });
  const spaces = new Spaces({
    homeserver,
    settings,
    protection,
    rooms: protectedRooms,
    lists,
    concerns,
    dryRun: config.dry_run,
  });
  // a dry run makes no rooms
  const ownList = async () =>
    config.dry_run
      ? (settings.get().policy_list_room ?? NO_LIST)
      : ensureOwnList({ homeserver, settings, botLocalpart: config.bot.localpart });

  const carryOut = async (actions: NewAction[]): Promise<ActionRecord[]> => {
    await pipeline.commitActions(actions);
    const keys = actions.map(({ key }) => key);
    const until = clock() + CARRY_OUT_MS;
    for (;;) {
      const records = await ledger.actionsByKey(keys);
      if (records.every(({ state }) => state !== 'due') || clock() > until) return records;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };
  const pace = new RequestThrottle({ requestsPerSecond: config.scan.requests_per_second });
  const scanner = new Scanner({
    homeserver,
    ledger,
    looksFor: () => ({ detector: detector.get(), identities: detector.identities, rules: detector.rules }),
    version: packageVersion(),
    exempt: (userId) => exemptions.of(userId),
    pace,
    managementRoom: () => managementRoom()?.roomId,
    clock,
    committed: () => executor.nudge(),
    count: metrics.countScan,
  });
  const scans = new RequestedScans({
    scanner,
    ledger,
    commit: (actions) => pipeline.commitActions(actions),
    managementRoom: () => managementRoom()?.roomId,
    clock,
    logger,
  });
  const automaticScans = new AutomaticScans({
    scanner,
    homeserver,
    ledger,
    nightly: config.scan.nightly,
    onChange: (listener) => detector.onChange(listener),
    clock,
    logger,
  });
  const correspondence = new Correspondence(ledger);
  const services: Services = {
    config,
    homeserver,
    ledger,
    settings,
    detector: () => detector.get(),
    rulesProblem: () => rulesWatch.problem(),
    exempt: (userId) => exemptions.of(userId),
    protectedRooms,
    lists,
    mailDesk: new MailDesk({ ledger, correspondence, config, clock }),
    protection,
    scans,
    ownList,
    runAndWait: carryOut,
    commit: (actions) => pipeline.commitActions(actions),
    facts,
    isReserved,
    mayCarryOut: (payload, userId) => roleFor(payload, userId, managementRoom(), config),
    clock,
    settleMs: SETTLE_MS,
    startedAt: clock(),
    version: packageVersion(),
  };
  const address: Address = {
    botUserId: homeserver.botUserId,
    names: [config.bot.display_name, config.bot.localpart],
    prefixes: [
      ...new Set(['!heimdall', '!mjolnir', ...config.commands.prefixes.map((prefix) => prefix.toLowerCase())]),
    ],
    isCommandName,
  };
  const noticeOptions = {
    homeserver,
    ledger,
    identities: config.protected_identities,
    managementRoom: () => managementRoom()?.roomId,
  };
  const guard = (question: InterlockQuestion) => interlock(question, facts());
  const mail = createMailHandler({ ledger, config, guard, clock, logger });
  const forward = createForwardHandler({
    ledger,
    config,
    contacts: new ContactFinder({
      config: config.mail,
      memory: correspondence,
      fetcher: createSupportFetcher(),
      clock,
    }),
    clock,
    logger,
  });
  const outages: Outages = new Outages({
    homeserver,
    ledger,
    managementRoom: () => managementRoom()?.roomId,
    clock,
    logger,
    committed: () => executor.nudge(),
  });
  const mailIn = createMailIn({ config, ledger, correspondence, committed: () => executor.nudge(), clock, logger });
  const direct: DirectChats = new DirectChats({
    homeserver,
    ledger,
    correspondence,
    config,
    detector: () => detector.get(),
    isProtectedRoom: (roomId) => protectedRooms.has(roomId),
    onReport: (report, note) => onReport(report, note),
    committed: () => executor.nudge(),
    clock,
  });
  await direct.load();
  const executor: Executor = createExecutor({
    ledger,
    handlers: [
      ...createActionHandlers({
        homeserver,
        rooms: protectedRooms,
        policy: effects.rules,
        facts,
        acls,
        ruleWritten,
        ownList,
      }),
      forwardingBeside(mail, { ledger, config }),
      forward,
      mail.gathered,
      gatherMailHandler(ledger, clock),
      outages.handler(),
      messageHandler(homeserver),
      warnHandler(homeserver),
      reactionHandler(homeserver),
      tellHandler(homeserver, () => managementRoom()?.roomId),
      ...roomHandlers({ protection, upgrades, spaces, clock }),
      noticeHandler(noticeOptions),
      noticeEditHandler({ ...noticeOptions, clock }),
      caseThreadHandler({
        ...noticeOptions,
        moderators: () => [...facts().moderators].filter((userId) => userId !== homeserver.botUserId),
      }),
      raidDigestHandler({ ...noticeOptions, clock }),
      ...direct.handlers(),
      showEvidenceHandler(noticeOptions),
      showMailAnswerHandler(noticeOptions, correspondence),
      lookAtReportedHandler(homeserver, pipeline, clock),
      commandHandler({ services, managementRoom, logger }),
      buttonHandler({ services, managementRoom, logger }),
      outcomeHandler(ledger),
      backfillMembersHandler(homeserver, pipeline),
      checkAvatarHandler(avatars, pipeline),
      checkProfileHandler(homeserver, pipeline),
      roomWatch.handler(),
      actOnScanHandler({
        ledger,
        config,
        means,
        exempt: (userId) => exemptions.of(userId),
        wantsAvatar,
        managementRoom: () => managementRoom()?.roomId,
        clock,
      }),
    ],
    guard,
    clock,
    logger,
    dryRun: config.dry_run,
    mayAct: acting.mayAct,
    onTrouble: (trouble) => void tellTrouble(trouble),
    followUp: noticeOfEnd,
    onEnd: (action, end) => {
      if (end.state === 'done') outages.ended(action.kind);
      stateOfEnd(ledger, action, end).catch((error: unknown) =>
        logger.error({ case: action.caseId, error: messageOf(error) }, 'the state of a case could not be noted'),
      );
      if (end.state === 'done') for (const register of [bans, takedowns]) register.note(action, end.result);
      metrics.actionsEnded.inc({ kind: action.kind, state: end.state });
      if (action.kind === 'notice' && end.state === 'done') void addButtons(action, end.result);
    },
  });
  const accounts = new NewAccountMonitor({
    homeserver,
    pipeline,
    scannedAt: () => automaticScans.lookedEverywhereAt(),
    ledger,
    clock,
    logger,
  });
  const onReport = createReportRecorder({
    ledger,
    means,
    casesPerReporter: config.reports.cases_per_reporter,
    receipt: (report) => direct.receiptOf(report),
    alsoAsked: async (tx, report) => {
      const trusted = trustedReportOf(report);
      return trusted === undefined ? [] : protections.reported(tx, trusted);
    },
    accountExists: accountExistsOn(
      homeserver,
      (userId) =>
        userId === homeserver.botUserId ||
        config.protected_identities.some(({ user_id: id, variants }) => id === userId || variants.includes(userId)),
    ),
    clock,
    committed: () => executor.nudge(),
  });
  const reporters = createReporterHomeserver(config.homeserver.url);
  const reportPoller = createReportPoller({ homeserver, ledger, onReport, clock, logger });
  const rulesWatch: DetectionRulesReloader = new DetectionRulesReloader({
    folder: config.rules_dir,
    held: rules,
    use: (good) => detector.change({ rules: good }),
    tell: (what) => tellModerators(`rules:${clock()}`, { content: messageContent([rulesLine(what)]) }),
    logger,
  });
  const { cases_days, reports_days, actions_days, mails_days, audit_days, seen_events_days } = config.retention;
  const pruning = new RetentionJob({
    ledger,
    days: {
      cases: cases_days,
      reports: reports_days,
      actions: actions_days,
      mails: mails_days,
      audit: audit_days,
      seen_events: seen_events_days,
    },
    isStanding: (action) => action.kind === 'acl' || bans.holds(action) || takedowns.holds(action),
    clock,
    logger,
  });
  const roomCheck = new RoomCheck({ homeserver, rooms: protectedRooms, protection, logger });
  const managementRoomKeeper = new ManagementRoom({
    homeserver,
    settings,
    ownRooms,
    room: config.management_room,
    admins: config.admins,
    botName: config.bot.display_name,
    dryRun: config.dry_run,
    concerns,
    clock,
  });
  const dryRunEnded = new DryRunEnded({
    ledger,
    dryRun: config.dry_run,
    logger,
    committed: () => executor.nudge(),
  });
  const startup = new Startup({
    config,
    homeserver,
    settings,
    ownRooms,
    protection,
    officialRooms,
    executor,
    managementRoom: managementRoomKeeper,
    history,
    concerns,
    watchers: [
      accounts,
      mailIn,
      direct,
      { start: () => void history.over.then(() => automaticScans.start()) },
      scans,
      reportPoller,
      pruning,
      roomCheck,
      rulesWatch,
      avatars,
      dryRunEnded,
    ],
    ownList,
    clock,
    logger,
  });

  /** Lists that wait for a moderator wait also after a restart. */
  async function rememberHeld(now: ReadonlyMap<string, number>): Promise<void> {
    void concerns.report('held_lists', heldListAlerts(now));
    const value = JSON.stringify([...now]);
    await ledger
      .commit((tx) => tx.setMeta(HELD_KEY, value))
      .catch((error: unknown) => logger.error({ error: messageOf(error) }, 'a held list could not be noted'));
  }

  function tellStandoff(place: string): void {
    const [what = '', roomId = '', userId = ''] = place.split(' ');
    logger.warn({ what, room_id: roomId }, 'somebody undoes again and again what is done here; it stops for an hour');
    standoffsTold.set(`${what} ${roomId} ${userId} ${Math.floor(clock() / 3_600_000)}`, standoffLine(what, roomId));
    void concerns.report('standoffs', standoffsTold);
  }

  /**
   * Moderators hear of an effect that does not come about; of our own messages only the log does, or they would chase
   * each other.
   */
  async function tellTrouble(trouble: ActionFailure): Promise<void> {
    const { action, givenUp } = trouble;
    if (isAnsweredFor(action)) return;
    try {
      if (await outages.failed(trouble)) return;
      await tellModerators(`trouble:${action.id}:${givenUp}`, failureMessage(trouble));
    } catch (failure) {
      logger.error({ error: messageOf(failure) }, 'trouble could not be told');
    }
  }

  /** The buttons under a case's notice, once it stands: reactions of ours, for people to press. */
  async function addButtons({ caseId }: ActionRecord, result: unknown): Promise<void> {
    const room = managementRoom();
    const on = (result as { event_id?: unknown } | null)?.event_id;
    if (room === undefined || caseId === null || typeof on !== 'string') return;
    try {
      const record = await ledger.caseById(caseId);
      if (record === undefined) return;
      const keys = buttonsOf(record, record.state === 'actioned').map(({ key }) => key);
      await pipeline.commitActions(
        keys.map((key) => reaction.create({ roomId: room.roomId, on, key }, { key: `reaction:${on}:${key}` })),
      );
    } catch (failure) {
      logger.error({ case: caseId, error: messageOf(failure) }, 'the buttons of a notice could not be added');
    }
  }

  /** A message in the management room, once for a key; before that room was read there is nobody to tell. */
  async function tellModerators(
    key: string,
    words: { content: Record<string, unknown>; thread?: Record<string, unknown> },
  ): Promise<void> {
    const room = managementRoom();
    if (room === undefined) return;
    await pipeline.commitActions([message.create({ roomId: room.roomId, ...words }, { key })]);
  }

  /** Our own coming and going, power, and what makes server ACLs, where we protect or read rules. */
  function concernsOurStanding(event: MatrixEvent): boolean {
    if (!protectedRooms.has(event.room_id) && !lists.has(event.room_id)) return false;
    return (
      event.type === 'm.room.power_levels' ||
      event.type === 'm.room.server_acl' ||
      isServerRule(event) ||
      (event.type === 'm.room.member' && event.state_key === homeserver.botUserId)
    );
  }

  function otherActions(event: MatrixEvent): NewAction[] {
    if (event.type === 'm.room.member' && event.state_key === homeserver.botUserId) {
      if (event.content.membership === 'invite') startup.invited(event.room_id, event.sender);
      else if (event.room_id === settings.get().management_room) startup.membershipChanged();
    }
    if (event.type === 'm.room.encryption' && event.room_id === settings.get().management_room)
      void managementRoomKeeper.checkEncryption().catch(() => undefined);
    if (concernsOurStanding(event)) protection.publishAlerts();
    const following = [
      ...followActions(event, {
        botUserId: homeserver.botUserId,
        settings: settings.get(),
        rooms: protectedRooms,
        lists,
        upgrades,
        spaces,
      }),
      ...direct.actionsOf(event),
    ];
    if (event.room_id !== settings.get().management_room || event.sender === homeserver.botUserId) return following;
    return [...following, ...commandActions(event, address, isGhost)];
  }

  const calm = backpressure(ledger, clock);
  const intake = createIntake({
    hsToken: registration.hs_token,
    handle: async (events) => {
      await startup.protectionStands;
      await pipeline.handle(events);
      await calm();
    },
    logger,
    onRefused: (reason) => metrics.refused.inc({ reason }),
  });
  const reports = createReportRouter({
    homeserver: reporters,
    serverName,
    botUserId: homeserver.botUserId,
    onReport,
    clock,
    logger,
    ...(config.reports.hide_existence ? { hideExistence: aLittleLater } : {}),
  });
  // loaded only when it is asked for: most installations start without it
  const pages = config.web.enabled
    ? (await import('./pages.js')).buildPages(services, { managementRoom, onReport, direct, rules: () => detector.rules, logger })
    : undefined;
  const pagesTrouble: string[] = [];
  const ledgerTrouble = ledgerCheck(
    () => ledger.ping(),
    (error) => logger.error({ error }, 'the ledger cannot be written to'),
  );

  return {
    routes: [reports, intake],
    metrics: metrics.registry,
    notReady: async () => [...startup.notReady(), ...pagesTrouble, ...(await ledgerTrouble())],
    start() {
      startup.begin();
      pages?.start().catch((error: unknown) => {
        pagesTrouble.push(`web: ${messageOf(error)}`);
        logger.error({ error: messageOf(error) }, 'web pages are not open');
      });
    },
    async stop(closeDoor) {
      // Told at once, all of them: none begins anything new while we wait for another.
      const parts = [
        startup,
        places,
        history,
        accounts,
        pruning,
        roomCheck,
        rulesWatch,
        avatars,
        protection,
        officialRooms,
      ];
      for (const part of parts) part.stop();
      const watchers = () => [
        automaticScans.stop(),
        scans.stop(),
        mailIn.stop(),
        direct.stop(),
        reportPoller.stop(),
        closeDoor(),
        pages?.stop() ?? Promise.resolve(),
      ];
      const steps: StopStep[] = [
        { name: 'watchers', work: settled(watchers) },
        { name: 'actions', work: (leftMs) => executor.stop(Math.min(leftMs, ACTIONS_WAIT_MS)) },
        // Before the ledger: requests that hang fail now, and what they were for is noted as to be tried again.
        {
          name: 'connections',
          work: settled(() => [homeserver.close(), reporters.close(), mail.close(), forward.close()]),
        },
        { name: 'last known rules', work: () => lastKnown.flush() },
        { name: 'protections', work: () => protections.flush() },
        { name: 'settings', work: () => settings.close() },
      ];
      await inOrderWithin(STOP_LIMIT_MS, steps, logger);
      // It has time of its own, whatever the others took.
      await inOrderWithin(LEDGER_CLOSE_MS, [{ name: 'ledger', work: () => ledger.close() }], logger);
    },
  };
}

/** Ends when all have, also when some failed: then it fails with the first of them. */
function settled(work: () => readonly (Promise<void> | void)[]): () => Promise<void> {
  return async () => {
    const failed = (await Promise.allSettled(work())).find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
}

/** What became of rules that an admin changed. */
function rulesLine(what: { problem: HeimdallError } | { folder: string }): Block {
  if ('folder' in what) return { line: ['The rules in ', { code: what.folder }, ' have changed and are in force.'] };
  return {
    line: [
      `The changed rules can not be used, the last good ones stay in force. ${visible(what.problem.message)} ${what.problem.remedy ?? ''}`,
    ],
  };
}
