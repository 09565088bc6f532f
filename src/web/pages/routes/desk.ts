import { Router } from 'express';
import { h } from 'preact';
import { isRoomAlias, isRoomId } from '../../../matrix/identifiers.js';
import { AnswerPage } from '../desk/answers.js';
import { ListsPage, RoomsPage, type ListRow } from '../desk/places.js';
import { AuditPage, FiguresPage, MailPage } from '../desk/record.js';
import type { PagesDeps } from '../deps.js';
import type { Figures } from '../figures.js';
import { matrixLinksIn } from '../official.js';
import type { Precision } from '../precision.js';
import { field, readForm, show } from '../request.js';
import { deskTextsIn } from '../texts-desk.js';
import { WAITING } from './cases.js';
import type { Sessions } from './session.js';

const RULES_SHOWN = 200;
const ROOMS_SHOWN = 200;
const MAILS_SHOWN = 100;
const AUDIT_SHOWN = 100;

/** What moderators look things up in: rooms, lists, protections, mail, audit, figures. */
export function deskRoutes(deps: PagesDeps, sessions: Sessions, figures: Figures, precision: Precision): Router {
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
        ours: deps.ownAcl(room),
        protections: deps.protectionsIn(room.roomId),
      }));
      show(response, h(RoomsPage, { viewer, rooms }));
    }),
  );

  router.get(
    '/lists',
    signedIn((_request, response, viewer) => show(response, h(ListsPage, { viewer, lists: listRows(deps) }))),
  );

  router.post(
    '/lists/preview',
    readForm,
    signedIn(async (request, response, viewer) => {
      const asked = field(request, 'list').trim().slice(0, 600);
      const room = roomNamed(asked);
      if (room === undefined)
        return show(response, h(ListsPage, { viewer, lists: listRows(deps), asked, bad: true }), 400);
      const html = await deps.execute(viewer.userId, `preview ${room}`);
      show(response, h(AnswerPage, { viewer, title: deskTextsIn(viewer.language).previewTitle, html }));
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
      const [months, open, judged] = await Promise.all([
        figures.lastYear(),
        ledger.countCases(WAITING),
        precision.latest(),
      ]);
      show(response, h(FiguresPage, { viewer, months, open, judged }));
    }),
  );
  return router;
}

function listRows({ lists, settings }: PagesDeps): ListRow[] {
  const own = settings.get().policy_list_room;
  return lists.rooms().map((roomId) => {
    const rules = [...lists.rules(roomId)];
    return {
      roomId,
      shortcode: lists.shortcodeOf(roomId) ?? roomId,
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
}

/** A room as a command takes it, in one word; undefined when that is none. */
function roomNamed(text: string): string | undefined {
  if (/[\s\p{C}"'`]/u.test(text)) return undefined;
  const links = matrixLinksIn(text).map(({ id }) => id);
  const named = [text, ...links].some((id) => isRoomId(id) || isRoomAlias(id));
  return named ? text : undefined;
}
