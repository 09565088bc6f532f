import { Router, type Request } from 'express';
import { h } from 'preact';
import type { CaseState } from '../../../store/records/cases.js';
import { addressOf, CASE_STATES, CasesPage, type CaseListFilter } from '../desk/cases.js';
import type { PagesDeps } from '../deps.js';
import { field, readForm, show } from '../request.js';
import { deskTextsIn } from '../texts-desk.js';
import { CaseLists } from '../case-lists.js';
import type { Sessions } from './session.js';

const PER_PAGE = 50;
const MOST_FILTERS = 20;
const DAY_MS = 86_400_000;
export const WAITING: readonly CaseState[] = ['open', 'triaged', 'appealed'];

/** The queue, and the filters that a moderator keeps. */
export function caseRoutes({ ledger, clock }: PagesDeps, sessions: Sessions): Router {
  const router = Router();
  const signedIn = sessions.signedIn.bind(sessions);
  const lists = new CaseLists(ledger, clock);

  router.get(
    '/cases',
    signedIn(async (request, response, viewer) => {
      const filter = filterIn(request);
      const [{ cases, total }, saved] = await Promise.all([
        lists.page({
          states: statesOf(filter.state),
          ...(['user', 'room', 'server'].includes(filter.kind) ? { kind: filter.kind as 'user' } : {}),
          ...(['certain', 'likely', 'possible', 'none'].includes(filter.verdict) ? { verdict: filter.verdict } : {}),
          ...(['1', '7', '30'].includes(filter.age) ? { openedSince: clock() - Number(filter.age) * DAY_MS } : {}),
          ...(filter.server === '' ? {} : { server: filter.server }),
          ...(filter.text === '' ? {} : { text: filter.text }),
          sort: filter.sort === 'score' || filter.sort === 'opened' ? filter.sort : 'updated',
          offset: (filter.page - 1) * PER_PAGE,
          limit: PER_PAGE,
        }),
        ledger.savedFilters(viewer.userId),
      ]);
      show(response, h(CasesPage, { viewer, filter, cases, total, perPage: PER_PAGE, saved }));
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
    sort: sort === 'updated' ? '' : sort,
    page: Math.min(100_000, Math.max(1, Number.parseInt(of('page'), 10) || 1)),
  };
}

function statesOf(state: string): readonly CaseState[] {
  if (state === 'all') return CASE_STATES;
  if (state === 'only-open') return ['open'];
  return CASE_STATES.some((known) => known === state) ? [state as CaseState] : WAITING;
}
