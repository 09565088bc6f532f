import { Router } from 'express';
import { h } from 'preact';
import { AnswerPage } from '../desk/answers.js';
import { ListsPage, RoomsPage } from '../desk/places.js';
import { AuditPage, FiguresPage, MailPage } from '../desk/record.js';
import type { PagesDeps } from '../deps.js';
import type { Figures } from '../figures.js';
import { field, show } from '../request.js';
import { deskTextsIn } from '../texts-desk.js';
import { WAITING } from './cases.js';
import type { Sessions } from './session.js';

const RULES_SHOWN = 200;
const ROOMS_SHOWN = 200;
const MAILS_SHOWN = 100;
const AUDIT_SHOWN = 100;

/** What moderators look things up in: rooms, lists, protections, mail, audit, figures. */
export function deskRoutes(deps: PagesDeps, sessions: Sessions, figures: Figures): Router {
  const { ledger } = deps;
  const router = Router();
  const signedIn = sessions.signedIn.bind(sessions);

  router.get(
    '/rooms',
    signedIn((_request, response, viewer) => {
      const rooms = [...deps.rooms.all()].slice(0, ROOMS_SHOWN).map((room) => ({
        roomId: room.roomId,
        name: room.name,
        alias: room.canonicalAlias,
        members: [...room.members.values()].filter(({ membership }) => membership === 'join').length,
        missing: deps.missingPower(room),
        denied: Array.isArray(room.acl?.content.deny) ? room.acl.content.deny.length : 0,
      }));
      show(response, h(RoomsPage, { viewer, rooms }));
    }),
  );

  router.get(
    '/lists',
    signedIn((_request, response, viewer) => {
      const own = deps.settings.get().policy_list_room;
      const lists = deps.lists.rooms().map((roomId) => {
        const rules = [...deps.lists.rules(roomId)];
        return {
          roomId,
          shortcode: deps.lists.shortcodeOf(roomId) ?? roomId,
          own: roomId === own,
          total: rules.length,
          rules: rules.slice(0, RULES_SHOWN).map((rule) => ({
            kind: rule.kind,
            entity: rule.entity ?? `sha256:${rule.sha256 ?? ''}`,
            action: rule.action,
            reason: (rule.reason ?? '').slice(0, 200),
          })),
        };
      });
      show(response, h(ListsPage, { viewer, lists }));
    }),
  );

  router.get(
    '/protections',
    signedIn(async (_request, response, viewer) => {
      const html = await deps.execute(viewer.userId, 'protections');
      show(response, h(AnswerPage, { viewer, title: deskTextsIn(viewer.language).nav.protections, html }));
    }),
  );

  router.get(
    '/mail',
    signedIn(async (request, response, viewer) => {
      const from = Math.max(0, Number.parseInt(field(request, 'from'), 10) || 0);
      const mails = await ledger.mailPage({ offset: from, limit: MAILS_SHOWN });
      show(
        response,
        h(MailPage, { viewer, mails, next: mails.length === MAILS_SHOWN ? from + MAILS_SHOWN : undefined }),
      );
    }),
  );

  router.get(
    '/audit',
    signedIn(async (request, response, viewer) => {
      const before = Number.parseInt(field(request, 'before'), 10);
      const entries = await ledger.auditPage({ ...(before > 0 ? { before } : {}), limit: AUDIT_SHOWN });
      show(
        response,
        h(AuditPage, { viewer, entries, next: entries.length === AUDIT_SHOWN ? entries.at(-1)?.id : undefined }),
      );
    }),
  );

  router.get(
    '/figures',
    signedIn(async (_request, response, viewer) => {
      const [months, { total }] = await Promise.all([
        figures.lastYear(),
        ledger.casePage({ states: WAITING, offset: 0, limit: 1 }),
      ]);
      show(response, h(FiguresPage, { viewer, months, open: total }));
    }),
  );
  return router;
}
