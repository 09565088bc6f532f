import type { Sighting } from '../detection/types.js';
import { isOfficialId } from '../config/identities.js';
import { visible } from '../detection/index.js';
import { Avatars } from '../impersonation/avatars.js';
import { Exemptions } from '../impersonation/exemptions.js';
import { RoomImpersonationCheck } from '../impersonation/room-impersonation.js';
import { DetectionRulesReloader } from '../impersonation/rules-reloader.js';
import { Staff } from '../impersonation/staff.js';
import { createSupportFetcher, ownSupportFile } from '../mail/fetch-support.js';
import { isUserId } from '../matrix/identifiers.js';
import { messageContent, type Block } from '../matrix/message.js';
import { ProtectionWatch } from '../protections/watch.js';
import type { HeimdallError } from '../util/errors.js';
import type { AppContext } from './context.js';
import { appTexts } from './texts.js';

/** Who looks like whom, and the protections that judge what people do. */
export interface Impersonation {
  exemptions: Exemptions;
  avatars: Avatars;
  /** whether this picture may be fetched and compared */
  wantsAvatar: (sighting: Sighting) => boolean;
  roomCheck: RoomImpersonationCheck;
  protections: ProtectionWatch;
  rulesReloader: DetectionRulesReloader;
  /** only with `protect_staff` */
  staff: Staff | undefined;
}

export async function buildImpersonation(app: AppContext): Promise<Impersonation> {
  const { config, logger, lifecycle, foundation, tracking, enforcement } = app;
  const { homeserver, ledger, settings, detector, rules, metrics, clock } = foundation;
  const { officialRooms, lists, guard, bridgeUser, protectedRooms } = tracking;
  const { capabilities } = enforcement;
  const exemptions = new Exemptions({ officialRooms, bridgeUser });
  const avatars = lifecycle.add(
    'watchers',
    'avatars',
    new Avatars({ homeserver, identities: config.protected_identities, logger }),
  );
  const roomCheck = new RoomImpersonationCheck({
    config,
    homeserver,
    officialRooms,
    rules: () => detector.rules,
    avatars,
    ledger,
    means: capabilities,
    isOurs: (roomId) => lists.has(roomId) || !guard({ about: 'room', roomId }).allowed,
    isTrusted: (userId) =>
      isUserId(userId) && (!guard({ about: 'user', userId }).allowed || exemptions.of(userId) !== undefined),
    clock,
  });
  const protections = new ProtectionWatch({
    serverName: config.homeserver.server_name,
    botUserId: homeserver.botUserId,
    settings,
    rooms: protectedRooms,
    ledger,
    facts: tracking.facts,
    staff: (userId) => officialRooms.moderatorOf(userId),
    isBridgeUser: tracking.isGhost,
    means: capabilities,
    see: (mxc) => avatars.see(mxc),
    clock,
    logger,
    count: (protection) => metrics.offences.inc({ protection }),
  });
  await protections.load();
  lifecycle.add('memory', 'protections', { stop: () => protections.flush() });
  lifecycle.add('watchers', 'erasures', protections.erasures);
  protectedRooms.onRead = (roomId, state) => protections.learn(roomId, state);
  const rulesReloader = lifecycle.add(
    'watchers',
    'rules',
    new DetectionRulesReloader({
      folder: config.rules_dir,
      held: rules,
      use: (good) => detector.change({ rules: good }),
      tell: (what) => tracking.tellModerators(`rules:${clock()}`, { content: messageContent([rulesLine(what)]) }),
      logger,
    }),
  );
  const staff = config.protect_staff ? lifecycle.add('watchers', 'staff', staffOf(app)) : undefined;
  return {
    exemptions,
    avatars,
    wantsAvatar: ({ avatarUrl, avatarLike }) => avatarLike === undefined && avatars.wants(avatarUrl),
    roomCheck,
    protections,
    rulesReloader,
    staff,
  };
}

/** The outcome of reloading rules that an admin changed. */
function rulesLine(what: { problem: HeimdallError } | { folder: string }): Block {
  if ('folder' in what) return { line: appTexts.rulesChanged(what.folder) };
  return {
    line: [appTexts.rulesUnusable(visible(what.problem.message), what.problem.remedy ?? '')],
  };
}

function staffOf({ config, logger, foundation, tracking }: AppContext): Staff {
  const { homeserver, detector, clock } = foundation;
  const isProtected = (userId: string) => isOfficialId(config.protected_identities, userId);
  return new Staff({
    officialRooms: tracking.officialRooms,
    homeserver,
    detector,
    support: () => ownSupportFile(config.homeserver, createSupportFetcher()),
    isLeftOut: (userId) =>
      userId === homeserver.botUserId || tracking.bridgeUser(userId) !== undefined || isProtected(userId),
    clock,
    logger,
  });
}
