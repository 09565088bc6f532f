import { Router, type Request } from 'express';
import { h } from 'preact';
import type { CaseState } from '../../../store/records/cases.js';
import { ConfirmPage, DonePage, type Answer, type Planned } from '../desk/answers.js';
import { addressOf, CASE_STATES, CasesPage, type CaseListFilter } from '../desk/cases.js';
import type { PagesDeps } from '../deps.js';
import { NothingPage } from '../public/status.js';
import { field, fields, readForm, show } from '../request.js';
import { deskTextsIn } from '../texts-desk.js';
import { CaseLists } from '../case-lists.js';
import { caseOf, isOffered, withReason } from '../desk-commands.js';
import type { CasePages } from './case.js';
import type { Sessions } from './session.js';

const PER_PAGE = 50;
const MOST_COMMANDS = 100;
const MOST_FILTERS = 20;
const DAY_MS = 86_400_000;
export const WAITING: readonly CaseState[] = ['open', 'triaged', 'appealed'];
/** The queue, and what is done to cases. */
export function caseRoutes(deps: PagesDeps, sessions: Sessions, casePages: CasePages): Router {
  const { ledger, clock } = deps;
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

  /** What commands are about, and where that is now: what a person wants to know before saying yes. */
  const planOf = async (commands: readonly string[]): Promise<Planned[]> => {
    const planned: Planned[] = [];
    for (const command of commands) {
      const record = await ledger.caseById(caseOf(command));
      const subject = record?.subject ?? '–';
      const rooms = [...deps.rooms.all()].filter((room) =>
        ['join', 'invite', 'knock'].includes(room.members.get(subject)?.membership ?? ''),
      ).length;
      planned.push({ command, subject, rooms });
    }
    return planned;
  };

  /** The case that waits for a decision and changed last, but for these. */
  const nextAfter = async (done: readonly number[]): Promise<number | undefined> => {
    const { cases } = await ledger.casePage({ states: WAITING, offset: 0, limit: done.length + 1 });
    return cases.find(({ id }) => !done.includes(id))?.id;
  };

  router.post(
    '/bulk',
    readForm,
    signedIn(async (request, response, viewer) => {
      const what = field(request, 'what');
      const ids = [...new Set(fields(request, 'case'))].filter((id) => /^\d{1,15}$/.test(id)).slice(0, MOST_COMMANDS);
      const commands = ids.map((id) =>
        what === 'ban' ? `ban case ${id}` : what === 'close' ? `close ${id}` : `dismiss ${id}`,
      );
      if (commands.length === 0) return response.redirect(303, '/cases');
      show(response, h(ConfirmPage, { viewer, planned: await planOf(commands), back: '/cases' }));
    }),
  );

  router.post(
    '/do',
    readForm,
    signedIn(async (request, response, viewer) => {
      const shortcodes = deps.lists.rooms().flatMap((roomId) => deps.lists.shortcodeOf(roomId) ?? []);
      const reason = field(request, 'reason');
      const commands = [...new Set(fields(request, 'command'))]
        .filter(isOffered)
        .map((command) => withReason(command, reason, shortcodes))
        .slice(0, MOST_COMMANDS);
      const [first] = commands;
      if (first === undefined) return show(response, h(NothingPage, { language: viewer.language }), 400);
      const back = commands.length === 1 ? `/cases/${caseOf(first)}` : '/cases';
      const confirmed = field(request, 'confirmed');
      if (confirmed !== 'yes' && confirmed !== 'next')
        return show(response, h(ConfirmPage, { viewer, planned: await planOf(commands), back }));
      const answers: Answer[] = [];
      for (const command of commands) answers.push({ command, html: await deps.execute(viewer.userId, command) });
      const next = await nextAfter(commands.map(caseOf));
      if (confirmed === 'next' && next !== undefined) return casePages.show(response, viewer, next, { answers });
      show(response, h(DonePage, { viewer, answers, back, next }));
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
