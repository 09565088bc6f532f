import { Router, type Request } from 'express';
import { h } from 'preact';
import { isRoomId } from '../../../matrix/identifiers.js';
import type { CaseState } from '../../../store/records/cases.js';
import type { CaseQuery } from '../../../store/records/pages.js';
import { addressOf, CASE_STATES, CasesPage, type CaseListFilter } from '../desk/cases.js';
import type { PagesDeps } from '../deps.js';
import { field, readForm, show } from '../request.js';
import { deskTextsIn } from '../texts-desk.js';
import { CaseLists } from '../case-lists.js';
import type { Sessions } from './session.js';

const PER_PAGE = 50;
const MOST_FILTERS = 20;
const MODERATORS_SHOWN = 50;
const DAY_MS = 86_400_000;
/** Maximum number of rooms with a matching name. */
const MOST_ROOMS = 100;
const KINDS = ['user', 'room', 'server', 'event', 'media'] as const;
const VERDICTS = ['certain', 'likely', 'possible', 'none'] as const;
const AGES = ['1', '7', '30'] as const;
const SORTS = ['opened', 'score'] as const;
export const WAITING: readonly CaseState[] = ['open', 'triaged', 'appealed'];

/** The queue, and the filters that a moderator keeps. */
export function caseRoutes(deps: PagesDeps, sessions: Sessions): Router {
  const { ledger, clock } = deps;
  const router = Router();
  const signedIn = sessions.signedIn.bind(sessions);
  const lists = new CaseLists(ledger, clock);

  router.get(
    '/cases',
    signedIn(async (request, response, viewer) => {
      const filter = filterIn(request);
      const [{ cases, total }, saved] = await Promise.all([
        lists.page(queryOf(deps, filter, viewer.userId)),
        ledger.savedFilters(viewer.userId),
      ]);
      const moderators = [...deps.moderators()].sort().slice(0, MODERATORS_SHOWN);
      show(response, h(CasesPage, { viewer, filter, cases, total, perPage: PER_PAGE, saved, moderators }));
    }),
  );

  router.post(
    '/filters',
    readForm,
    signedIn(async (request, response, viewer) => {
      const name = field(request, 'name').trim().slice(0, 60);
      const filter = filterIn({ query: Object.fromEntries(new URLSearchParams(field(request, 'query'))) });
      const query = addressOf({ ...filter, page: 1 }).split('?')[1] ?? '';
      const others = (await ledger.savedFilters(viewer.userId)).filter((one) => one.name !== name);
      if (others.length >= MOST_FILTERS)
        return sessions.refuse(request, response, deskTextsIn(viewer.language).tooManyFilters, 400);
      if (name !== '')
        await ledger.commit((tx) => tx.saveFilter({ userId: viewer.userId, name, query, savedAt: clock() }));
      response.redirect(303, query === '' ? '/cases' : `/cases?${query}`);
    }),
  );
  router.post(
    '/filters/remove',
    readForm,
    signedIn(async (request, response, viewer) => {
      await ledger.commit((tx) => tx.dropFilter(viewer.userId, field(request, 'name')));
      response.redirect(303, '/cases');
    }),
  );
  return router;
}

function filterIn(request: Pick<Request, 'query'>): CaseListFilter {
  const of = (name: string, most = 20): string => {
    const value = request.query[name];
    return typeof value === 'string' ? value.trim().slice(0, most) : '';
  };
  const state = of('state');
  const sort = of('sort');
  return {
    state: state === 'open' ? '' : state,
    kind: of('kind'),
    verdict: of('verdict'),
    age: of('age'),
    server: of('server', 300),
    text: of('text', 300),
    room: of('room', 300),
    assignee: of('assignee', 300),
    sort: sort === 'updated' ? '' : sort,
    page: Math.min(100_000, Math.max(1, Number.parseInt(of('page'), 10) || 1)),
  };
}

/** The ledger query for a filter; `me`: the current moderator. */
function queryOf({ clock, rooms }: PagesDeps, filter: CaseListFilter, me: string): CaseQuery {
  const { kind, verdict, age, server, text, room, assignee, sort } = filter;
  return {
    states: statesOf(filter.state),
    ...(isOneOf(KINDS, kind) ? { kind } : {}),
    ...(isOneOf(VERDICTS, verdict) ? { verdict } : {}),
    ...(isOneOf(AGES, age) ? { openedSince: clock() - Number(age) * DAY_MS } : {}),
    ...(server === '' ? {} : { server }),
    ...(text === '' ? {} : { text }),
    ...(room === '' ? {} : { rooms: roomsNamed(rooms, room) }),
    ...(assignee === '' ? {} : { assignee: assignee === 'me' ? me : assignee === 'nobody' ? null : assignee }),
    sort: isOneOf(SORTS, sort) ? sort : 'updated',
    offset: (filter.page - 1) * PER_PAGE,
    limit: PER_PAGE,
  };
}

function isOneOf<T extends string>(all: readonly T[], one: string): one is T {
  return (all as readonly string[]).includes(one);
}

/** The rooms with this id or alias, else those whose name contains the words. */
function roomsNamed(rooms: PagesDeps['rooms'], words: string): string[] {
  if (isRoomId(words)) return [words];
  const wanted = words.toLowerCase();
  return [...rooms.all()]
    .filter(({ name, canonicalAlias }) => [name, canonicalAlias].some((one) => one?.toLowerCase().includes(wanted)))
    .slice(0, MOST_ROOMS)
    .map(({ roomId }) => roomId);
}

function statesOf(state: string): readonly CaseState[] {
  if (state === 'all') return CASE_STATES;
  if (state === 'only-open') return ['open'];
  return CASE_STATES.some((known) => known === state) ? [state as CaseState] : WAITING;
}
