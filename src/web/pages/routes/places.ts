import { Router } from 'express';
import { h } from 'preact';
import { isRoomAlias, isRoomId } from '../../../matrix/identifiers.js';
import { PROTECTIONS } from '../../../protections/table.js';
import { AnswerPage } from '../desk/answers.js';
import { ListsPage, RoomsPage, type ListRow, type RoomRow } from '../desk/places.js';
import { ProtectionsPage, SIMULATED_DAYS } from '../desk/protections.js';
import type { PagesDeps } from '../deps.js';
import { matrixLinksIn } from '../official.js';
import { field, readForm, show } from '../request.js';
import { deskTextsIn } from '../texts-desk.js';
import type { DeskHandler, Sessions } from './session.js';

const RULES_SHOWN = 200;
const ROOMS_SHOWN = 200;

/** Pages on what is watched: rooms, lists, protections. */
export function placeRoutes(deps: PagesDeps, sessions: Sessions): Router {
  const rooms: DeskHandler = (_request, response, viewer) =>
    show(response, h(RoomsPage, { viewer, rooms: roomRows(deps) }));

  const lists: DeskHandler = (_request, response, viewer) =>
    show(response, h(ListsPage, { viewer, lists: listRows(deps) }));

  const preview: DeskHandler = async (request, response, viewer) => {
    const asked = field(request, 'list').trim().slice(0, 600);
    const room = roomNamed(asked);
    if (room === undefined)
      return show(response, h(ListsPage, { viewer, lists: listRows(deps), asked, bad: true }), 400);
    const html = await deps.execute(viewer.userId, `preview ${room}`);
    show(response, h(AnswerPage, { viewer, title: deskTextsIn(viewer.language).previewTitle, html }));
  };

  const protections: DeskHandler = async (_request, response, viewer) => {
    const html = await deps.execute(viewer.userId, 'protections');
    const names = SIMULATED.map(({ name }) => name);
    show(response, h(ProtectionsPage, { viewer, html, names, rooms: roomChoices(deps) }));
  };

  const simulate: DeskHandler = async (request, response, viewer) => {
    const title = deskTextsIn(viewer.language).simulateTitle;
    const command = simulation(deps, field(request, 'name'), field(request, 'room'), field(request, 'days'));
    if (command === undefined) return response.redirect(303, '/protections');
    show(response, h(AnswerPage, { viewer, title, html: await deps.execute(viewer.userId, command) }));
  };

  return Router()
    .get('/rooms', sessions.signedIn(rooms))
    .get('/lists', sessions.signedIn(lists))
    .post('/lists/preview', readForm, sessions.signedIn(preview))
    .get('/protections', sessions.signedIn(protections))
    .post('/protections/simulate', readForm, sessions.signedIn(simulate));
}

function roomRows(deps: PagesDeps): RoomRow[] {
  return [...deps.rooms.all()].slice(0, ROOMS_SHOWN).map((room) => ({
    roomId: room.roomId,
    name: room.name,
    alias: room.canonicalAlias,
    members: [...room.members.values()].filter(({ membership }) => membership === 'join').length,
    missing: deps.missingPower(room),
    denied: Array.isArray(room.acl?.content.deny) ? room.acl.content.deny.length : 0,
    ours: deps.ownAcl(room),
    protections: deps.protectionsIn(room.roomId),
  }));
}

/** Protections that only depend on events, so that past ones can be replayed. */
const SIMULATED = PROTECTIONS.filter(({ asks }) => asks !== 'elsewhere');

function roomChoices({ rooms }: PagesDeps): [string, string][] {
  return [...rooms.all()]
    .slice(0, ROOMS_SHOWN)
    .map((room) => [room.roomId, room.name ?? room.canonicalAlias ?? room.roomId]);
}

/** The command that replays a room's past to a protection; undefined for values that the form does not offer. */
function simulation({ rooms }: PagesDeps, name: string, roomId: string, days: string): string | undefined {
  const offered =
    SIMULATED.some((one) => one.name === name) &&
    SIMULATED_DAYS.some((one) => one === days) &&
    rooms.get(roomId) !== undefined &&
    roomNamed(roomId) === roomId;
  return offered ? `protections simulate ${name} ${roomId} ${days}d` : undefined;
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

/** A room as a command argument; undefined if it is not a room. */
function roomNamed(text: string): string | undefined {
  if (/[\s\p{C}"'`]/u.test(text)) return undefined;
  const links = matrixLinksIn(text).map(({ id }) => id);
  const named = [text, ...links].some((id) => isRoomId(id) || isRoomAlias(id));
  return named ? text : undefined;
}
