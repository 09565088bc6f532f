import { commandActions } from '../commands/given.js';
import { isCommandName } from '../commands/table.js';
import type { Address } from '../commands/text/prefix.js';
import { NewAccountMonitor } from '../impersonation/new-accounts.js';
import { backpressure } from '../intake/backpressure.js';
import { History } from '../intake/history.js';
import { createIntake, type Intake } from '../intake/intake.js';
import { Pipeline } from '../intake/pipeline.js';
import type { MatrixEvent } from '../matrix/types.js';
import { followActions } from '../protected-rooms/follow-actions.js';
import type { NewAction } from '../store/records/actions.js';
import { isServerRule } from '../tracking/lists.js';
import { PlaceReader } from '../tracking/place-reader.js';
import type { RuleWritten } from '../enforcement/handlers/parts.js';
import { messageOf } from '../util/errors.js';
import type { AppContext } from './context.js';
import { endsWithin } from '../util/timers.js';
import { appTexts } from './texts.js';

/** Events in, decisions out to the ledger. */
export interface IntakeParts {
  history: History;
  pipeline: Pipeline;
  ruleWritten: RuleWritten;
  door: Intake;
}

/** How long a command waits for its write to be read back; the event arrives in any case. */
const RULE_READ_MS = 3_000;

export async function buildIntake(app: AppContext): Promise<IntakeParts> {
  const { logger, lifecycle, foundation, tracking } = app;
  const { ledger, settings, clock, registration, metrics } = foundation;
  const history = new History({ ledger, clock, logger });
  await history.load(settings.get().management_room === null);
  lifecycle.add('watchers', 'history', { stop: () => history.stop() });
  const pipeline = buildPipeline(app, history);
  const places = buildPlaces(app, pipeline);
  buildNewAccounts(app, pipeline);
  const calm = backpressure(ledger, clock);
  const door = createIntake({
    hsToken: registration.hs_token,
    handle: async (events) => {
      await app.startup.protectionStands;
      // what asks for nothing adds nothing to the work that waits
      if (await pipeline.handle(events)) await calm();
    },
    logger,
    onRefused: (reason) => metrics.refused.inc({ reason }),
  });
  const ruleWritten: RuleWritten = async ({ roomId, type, stateKey }, written) => {
    if (written !== undefined) {
      const sender = foundation.homeserver.botUserId;
      const event = { ...written, room_id: roomId, type, state_key: stateKey, sender, origin_server_ts: clock() };
      try {
        if (await pipeline.written(event)) return;
      } catch (error) {
        return void logger.warn({ error: messageOf(error) }, 'what follows from a rule of ours is planned later');
      }
    }
    if (!tracking.lists.doubt(roomId, type, stateKey)) return;
    await endsWithin(RULE_READ_MS, places.read({ roomId, type, stateKey }));
  };
  return { history, pipeline, ruleWritten, door };
}

function buildPipeline(app: AppContext, history: History): Pipeline {
  const { config, logger, foundation, tracking, enforcement, impersonation } = app;
  const { homeserver, ledger, detector, metrics, clock } = foundation;
  const { protectedRooms, ownRooms, lists, officialRooms, alerts } = tracking;
  const { exemptions, wantsAvatar, roomCheck, protections } = impersonation;
  const address = addressOf(app);
  return new Pipeline({
    config,
    serverName: config.homeserver.server_name,
    botUserId: homeserver.botUserId,
    detector: () => detector.get(),
    ledger,
    protectedRooms,
    ownRooms,
    lists,
    effects: enforcement.planner,
    officialRooms,
    exempt: (userId) => exemptions.of(userId),
    wantsAvatar,
    roomImpersonationActions: (event, first) => roomCheck.actionsOf(event, first),
    onExempt: ({ seen, verdict, exempt }) => {
      metrics.exempt.inc();
      logger.info(
        { user_id: seen.sighting.userId, verdict: verdict.verdict, protected: verdict.protected, exempt },
        'a sighting resembles, but no response acts on it',
      );
    },
    capabilities: enforcement.capabilities,
    extraActions: (event) => otherActions(app, address, event),
    protections,
    clock,
    count: (what, times) =>
      what === 'hits'
        ? metrics.hits.inc(times)
        : metrics.events.inc({ result: what === 'events' ? 'taken' : 'bad' }, times),
    history,
    onSetAside: (eventId, error) => {
      metrics.eventsSetAside.inc();
      logger.error({ event_id: eventId, error: messageOf(error) }, 'an event is set aside: its handling failed twice');
      void alerts.report(
        'set_aside',
        new Map([[`on ${new Date(clock()).toISOString().slice(0, 10)}`, [appTexts.setAside]]]),
      );
    },
    ...app.overrides.pipeline,
  });
}

/** Reads the current event of a state entry where an event alone could not be ordered. */
function buildPlaces({ logger, lifecycle, foundation, tracking, rooms }: AppContext, pipeline: Pipeline): PlaceReader {
  const { protectedRooms, ownRooms, officialRooms, lists } = tracking;
  const places = new PlaceReader({
    homeserver: foundation.homeserver,
    settle: (place, event, doubted) => pipeline.settle(place, event, doubted),
    readWhole: (roomId) => {
      if (lists.has(roomId)) return rooms.protection.lists.reload(roomId);
      return protectedRooms.has(roomId) ? rooms.protection.reloadRoom(roomId) : undefined;
    },
    logger,
  });
  for (const keeper of [protectedRooms, ownRooms, officialRooms, lists])
    keeper.onDoubt = ({ room_id: roomId, type, state_key: stateKey = '', ...event }) =>
      void places.read({ roomId, type, stateKey }, { ...event, room_id: roomId, type, state_key: stateKey });
  lifecycle.add('watchers', 'place reader', { stop: () => places.stop() });
  return places;
}

function buildNewAccounts({ logger, lifecycle, foundation, scans }: AppContext, pipeline: Pipeline): void {
  const { homeserver, ledger, clock } = foundation;
  const scannedAt = () => scans.automatic.lookedEverywhereAt();
  const monitor = new NewAccountMonitor({ homeserver, pipeline, scannedAt, ledger, clock, logger });
  lifecycle.add('watchers', 'new accounts', monitor);
}

/** The names that people use for the bot. */
function addressOf({ config, foundation }: AppContext): Address {
  const prefixes = ['!heimdall', '!mjolnir', ...config.commands.prefixes.map((prefix) => prefix.toLowerCase())];
  return {
    botUserId: foundation.homeserver.botUserId,
    names: [config.bot.display_name, config.bot.localpart],
    prefixes: [...new Set(prefixes)],
    isCommandName,
  };
}

/** What events call for besides detection and policy: commands, invites, following room upgrades. */
function otherActions(app: AppContext, address: Address, event: MatrixEvent): NewAction[] {
  const { foundation, tracking, rooms, reports, startup } = app;
  const { settings, homeserver } = foundation;
  const { management_room: management } = settings.get();
  if (event.type === 'm.room.member' && event.state_key === homeserver.botUserId) {
    if (event.content.membership === 'invite') startup.invited(event.room_id, event.sender);
    else if (event.room_id === management) startup.membershipChanged();
  }
  if (event.type === 'm.room.encryption' && event.room_id === management)
    void rooms.managementRoom.checkEncryption().catch(() => undefined);
  if (concernsOurStanding(app, event)) rooms.protection.publishAlerts();
  const following = reports.direct.actionsOf(event);
  // rooms are followed by their state, and most events are messages
  if (event.state_key !== undefined)
    following.unshift(
      ...followActions(event, {
        botUserId: homeserver.botUserId,
        settings: settings.get(),
        rooms: tracking.protectedRooms,
        lists: tracking.lists,
        upgrades: rooms.upgrades,
        spaces: rooms.spaces,
      }),
    );
  if (event.room_id !== management || event.sender === homeserver.botUserId) return following;
  return [...following, ...commandActions(event, address, tracking.isGhost)];
}

/** Our own membership, power levels and server rules, in rooms that we protect or read rules from. */
function concernsOurStanding({ foundation, tracking }: AppContext, event: MatrixEvent): boolean {
  if (!tracking.protectedRooms.has(event.room_id) && !tracking.lists.has(event.room_id)) return false;
  return (
    event.type === 'm.room.power_levels' ||
    event.type === 'm.room.server_acl' ||
    isServerRule(event) ||
    (event.type === 'm.room.member' && event.state_key === foundation.homeserver.botUserId)
  );
}
