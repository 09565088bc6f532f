import { listOptions } from '../protected-rooms/list-options.js';
import type { ResponseCapabilities } from '../cases/decide.js';
import { AclRegister } from '../enforcement/acl-register.js';
import { BanRegister } from '../enforcement/ban-register.js';
import { LeftBehind } from '../enforcement/left-behind.js';
import { NO_LIST } from '../enforcement/payloads.js';
import { TakedownRegister } from '../enforcement/takedown-register.js';
import { heldListAlerts, standoffLine } from '../protected-rooms/bot-access.js';
import { skippedRuleAlerts } from '../protected-rooms/effective-rules.js';
import { EnforcementPlanner } from '../protected-rooms/enforcement-planner.js';
import { heldBefore, HeldLists } from '../protected-rooms/held-lists.js';
import { Standoffs } from '../protected-rooms/standoffs.js';
import type { Inline } from '../matrix/message.js';
import { successorOf } from '../tracking/settings.js';
import { messageOf } from '../util/errors.js';
import type { AppContext } from './context.js';

/** What follows from rules, and which effects are in force. */
export interface Enforcement {
  bans: BanRegister;
  takedowns: TakedownRegister;
  acls: AclRegister;
  /** what an earlier process planned and is still due */
  leftBehind: LeftBehind;
  /** lists with changes that are waiting for a moderator */
  held: HeldLists;
  standoffs: Standoffs;
  planner: EnforcementPlanner;
  /** what is available now to carry out a case's responses */
  capabilities: () => ResponseCapabilities;
}

/** Ledger key of the lists with changes that are waiting for a moderator. */
const HELD_KEY = 'lists:held';
const HOUR_MS = 3_600_000;

export async function buildEnforcement(app: AppContext): Promise<Enforcement> {
  const { config, foundation, tracking } = app;
  const { ledger, clock } = foundation;
  const { lists, protectedRooms, facts, alerts, mayExempt } = tracking;
  const bans = new BanRegister();
  const takedowns = new TakedownRegister();
  const acls = new AclRegister();
  const leftBehind = new LeftBehind();
  await Promise.all([bans, takedowns, acls, leftBehind].map((register) => register.load(ledger)));
  const held = await buildHeldLists(app);
  const standoffs = buildStandoffs(app);
  const planner = new EnforcementPlanner({
    rooms: protectedRooms,
    lists,
    bans,
    facts,
    unreadLists: () => app.rooms.protection.lists.unread(),
    takedown: {
      settings: config.takedown,
      register: takedowns,
      suspends: (roomId) => listOptions(foundation.settings.get(), roomId).suspend,
    },
    serverAcl: { settings: config.server_acl, register: acls },
    onSkipped: (skipped) => void alerts.report('skipped_rules', skippedRuleAlerts(skipped, lists)),
    mayExempt,
    listOptions: (roomId) => listOptions(foundation.settings.get(), roomId),
    successorOf: (roomId) => successorOf(foundation.settings.get(), roomId),
    held,
    standoffs,
    leftBehind,
    epoch: `${clock().toString(36)}${config.dry_run ? '-dry' : ''}`,
  });
  return { bans, takedowns, acls, leftBehind, held, standoffs, planner, capabilities: () => capabilitiesOf(app) };
}

/** Held lists stay held after a restart. */
async function buildHeldLists({ config, logger, foundation, tracking }: AppContext): Promise<HeldLists> {
  const { ledger, clock } = foundation;
  const { lists, alerts, isOursToFree } = tracking;
  const remember = async (now: ReadonlyMap<string, number>): Promise<void> => {
    void alerts.report('held_lists', heldListAlerts(now));
    const value = JSON.stringify(held.noted());
    await ledger
      .commit((tx) => tx.setMeta(HELD_KEY, value))
      .catch((error: unknown) => logger.error({ error: messageOf(error) }, 'a held list could not be noted'));
  };
  const held = new HeldLists({
    most: config.lists.most_lifted,
    mostOf: (roomId) => (listOptions(foundation.settings.get(), roomId).lift ? undefined : 0),
    clock,
    isForeign: (roomId) => lists.has(roomId) && !isOursToFree(roomId),
    onChange: (now) => void remember(now),
  });
  held.restore(heldBefore(await ledger.meta(HELD_KEY)));
  return held;
}

function buildStandoffs({ logger, foundation, tracking }: AppContext): Standoffs {
  const { clock } = foundation;
  const told = new Map<string, Inline[]>();
  return new Standoffs(clock, (place) => {
    const [what = '', roomId = '', userId = ''] = place.split(' ');
    logger.warn({ what, room_id: roomId }, 'somebody undoes again and again what is done here; it stops for an hour');
    told.set(`${what} ${roomId} ${userId} ${Math.floor(clock() / HOUR_MS)}`, standoffLine(what, roomId));
    void tracking.alerts.report('standoffs', told);
  });
}

function capabilitiesOf({ config, foundation, tracking }: AppContext): ResponseCapabilities {
  const { settings } = foundation;
  const { policy } = tracking.lists;
  return {
    mail: config.mail.smtp_url !== null && config.mail.abuse_contact !== null,
    policyList: settings.get().policy_list_room ?? NO_LIST,
    dryRun: config.dry_run,
    ruleStands: (userId) =>
      policy
        .rulesMatching('user', userId)
        .some(
          ({ roomId, action, entity, sha256 }) =>
            roomId === settings.get().policy_list_room &&
            action !== 'allow' &&
            (entity === userId || sha256 !== undefined),
        ),
  };
}
