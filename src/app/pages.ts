import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { carryOutFor } from '../commands/handler.js';
import type { Services } from '../commands/types.js';
import type { DetectionRules } from '../detection/rules.js';
import type { AclRegister } from '../enforcement/acl-register.js';
import { missingPower } from '../enforcement/planner.js';
import type { Avatars } from '../impersonation/avatars.js';
import { messageContent } from '../matrix/message.js';
import { ownServerAclEntries } from '../policy/index.js';
import { isEnabled } from '../protections/current.js';
import { PROTECTIONS } from '../protections/table.js';
import { mayCommand } from '../protected-rooms/management-room.js';
import type { DirectChats } from '../reports/direct.js';
import type { OnReport } from '../reports/report.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import { takeAppeal } from '../reports/appeals.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { closeServer } from '../web/http.js';
import { publicUrlOf } from '../web/pages/public-url.js';
import { createPages } from '../web/pages/index.js';
import { createProviderSignIn } from '../web/pages/oidc.js';
import { appTexts } from './texts.js';

export interface WebPages {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Connects the web pages to the services that commands use, and adds the `web` service to them. */
export function buildPages(
  services: Services,
  parts: {
    managementRoom: () => TrackedRoom | undefined;
    onReport: OnReport;
    direct: Pick<DirectChats, 'privateRoomWith'>;
    /** the detection rules in force */
    rules: () => DetectionRules;
    acls: AclRegister;
    avatars: Pick<Avatars, 'compare'>;
    logger: Logger;
  },
): WebPages {
  const { config, ledger, homeserver, lists, clock } = services;
  const { managementRoom, onReport, direct, rules, acls, avatars, logger } = parts;
  const { bind, port } = config.web;
  const pages = createPages({
    config,
    publicUrl: publicUrlOf(config.web),
    homeserver,
    ledger,
    settings: services.settings,
    detector: services.detector,
    rules,
    rooms: services.protectedRooms,
    missingPower: (room) => missingPower(room, homeserver.botUserId),
    lists: {
      rooms: () => lists.rooms(),
      shortcodeOf: (roomId) => lists.shortcodeOf(roomId),
      rules: (roomId) => lists.policy.rules({ roomId }),
      matching: (kind, entity) => lists.policy.rulesMatching(kind, entity),
    },
    ownAcl: (room) => ownEntries(acls, room, homeserver.botUserId),
    protectionsIn: (roomId) =>
      PROTECTIONS.flatMap(({ name }) => (isEnabled(services.settings.get(), name, roomId) ? [name] : [])),
    compare: (picture) => avatars.compare(picture),
    warnVictims: config.reports.warn_victims !== 'off',
    mayCommand: (userId) => {
      const room = managementRoom();
      return room !== undefined && mayCommand(room, userId);
    },
    moderators: () => services.facts().moderators,
    execute: async (sender, command) =>
      String(
        messageContent(await carryOutFor({ services, managementRoom, logger }, sender, command)).formatted_body ?? '',
      ),
    ...(config.oidc === null
      ? {}
      : { signIn: createProviderSignIn(config.oidc, homeserver.serverName, publicUrlOf(config.web)) }),
    onReport,
    onAppeal: (caseId, words) =>
      ledger.commit(async (tx) => {
        const appeal = { caseId, key: `link:${randomUUID()}`, words };
        await tx.addActions(await takeAppeal(tx, ledger, appeal, managementRoom()?.roomId, clock()));
      }),
    mailAnswers: config.mail.smtp_url !== null && config.mail.from !== null,
    clock,
    logger,
  });
  services.web = {
    // sent at once and never stored: a sign-in link must not be in the ledger
    sendSignInLink: async (userId, txnId) => {
      const roomId = await direct.privateRoomWith(userId);
      const line = appTexts.signIn(await pages.signInLink(userId));
      const content = messageContent([{ line }], { msgtype: 'm.text' });
      await homeserver.sendEvent(roomId, 'm.room.message', `web-${txnId}`, content);
    },
  };
  return {
    async start() {
      pages.server.listen(port, bind);
      try {
        await once(pages.server, 'listening');
      } catch (error) {
        throw new HeimdallError(
          'HEIMDALL_E_LISTEN',
          appTexts.cannotListen(bind, port, messageOf(error)),
          appTexts.cannotListenRemedy,
          { cause: error },
        );
      }
      logger.info({ bind, port }, 'web pages open');
    },
    stop: () => {
      pages.endStreams();
      return closeServer(pages.server);
    },
  };
}

/** The entries of a room's server ACL that are ours. */
function ownEntries(acls: AclRegister, { roomId, acl }: TrackedRoom, botUserId: string): string[] {
  if (acl === undefined) return [];
  const sent = acls.sentIn(roomId, { content: acl.content, isOurs: acl.sender === botUserId });
  const { deny } = acl.content;
  if (sent === undefined || !Array.isArray(deny)) return [];
  return ownServerAclEntries(sent).filter((entry) => deny.includes(entry));
}
