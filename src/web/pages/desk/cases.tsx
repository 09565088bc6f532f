import type { VNode } from 'preact';
import type { SavedFilter } from '../../../store/records/pages.js';
import type { CaseRecord, CaseState } from '../../../store/records/cases.js';
import { Id, Time } from '../layout.js';
import { deskTextsIn } from '../texts-desk.js';
import { foundAs } from './case-context.js';
import { Choice, Desk, Table, type Viewer } from './frame.js';

export interface CaseListFilter {
  state: string;
  kind: string;
  verdict: string;
  age: string;
  server: string;
  text: string;
  /** part of a room's name, its alias or its id */
  room: string;
  /** `me`, `nobody`, or a user id */
  assignee: string;
  sort: string;
  page: number;
}

export const CASE_STATES: readonly CaseState[] = ['open', 'triaged', 'actioned', 'dismissed', 'appealed'];

/** The address of this list; what has its default is left out. */
export function addressOf(filter: CaseListFilter): string {
  const set = Object.entries({ ...filter, page: String(filter.page) }).filter(
    ([key, value]) => value !== '' && !(key === 'page' && value === '1'),
  );
  const query = new URLSearchParams(set).toString();
  return query === '' ? '/cases' : `/cases?${query}`;
}

interface CasesPageProps {
  viewer: Viewer;
  filter: CaseListFilter;
  cases: readonly CaseRecord[];
  total: number;
  perPage: number;
  saved: readonly SavedFilter[];
  /** whose cases one may ask for */
  moderators: readonly string[];
}

/** The queue of cases. */
export function CasesPage(props: CasesPageProps): VNode {
  const { viewer, filter, cases, total, perPage } = props;
  const t = deskTextsIn(viewer.language);
  const pages = Math.max(1, Math.ceil(total / perPage));
  return (
    <Desk viewer={viewer} title={t.nav.cases} live>
      <FilterForm {...props} />
      <SavedFilters {...props} />
      <p role="status">
        {t.count(total)}
        {pages > 1 ? t.pageOf(filter.page, pages) : ''}
      </p>
      {cases.length > 0 && <Queue viewer={viewer} cases={cases} />}
      {pages > 1 && <PageLinks viewer={viewer} filter={filter} pages={pages} />}
    </Desk>
  );
}

/** The cases, to be chosen and acted on at once. */
function Queue({ viewer, cases }: Pick<CasesPageProps, 'viewer' | 'cases'>): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <form method="post" action="/bulk">
      <input type="hidden" name="csrf" value={viewer.csrf} />
      <Table
        viewer={viewer}
        label={t.nav.cases}
        head={[t.select, t.case, t.subject, t.verdict, t.state, t.changed]}
        rows={cases.map((one) => [
          <input type="checkbox" name="case" value={String(one.id)} aria-label={t.caseNumber(one.id)} />,
          <a href={`/cases/${one.id}`}>{t.caseNumber(one.id)}</a>,
          <Id>{one.subject}</Id>,
          foundAs(t, one),
          t.states[one.state],
          <Time at={one.updatedAt} />,
        ])}
      />
      <p class="row">
        <button type="submit" name="what" value="ban">
          {t.banSelected}
        </button>
        <button type="submit" name="what" value="dismiss" class="quiet">
          {t.dismissSelected}
        </button>
        <button type="submit" name="what" value="close" class="quiet">
          {t.closeSelected}
        </button>
      </p>
    </form>
  );
}

function PageLinks({ viewer, filter, pages }: { viewer: Viewer; filter: CaseListFilter; pages: number }): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <nav aria-label={t.pagesOfCases}>
      <ul>
        {filter.page > 1 && (
          <li>
            <a href={addressOf({ ...filter, page: filter.page - 1 })}>{t.previousPage}</a>
          </li>
        )}
        {filter.page < pages && (
          <li>
            <a href={addressOf({ ...filter, page: filter.page + 1 })}>{t.nextPage}</a>
          </li>
        )}
      </ul>
    </nav>
  );
}

function FilterForm({ viewer, filter, moderators }: CasesPageProps): VNode {
  const t = deskTextsIn(viewer.language);
  const pick = (words: Record<string, string>, keys: readonly string[]): [string, string][] =>
    keys.map((key) => [key, words[key] ?? key]);
  return (
    <form method="get" action="/cases" class="row" role="search">
      <Choice
        name="state"
        label={t.state}
        value={filter.state}
        options={[
          ['', t.waiting],
          ['all', t.all],
          ...CASE_STATES.map((state) => [state === 'open' ? 'only-open' : state, t.states[state]] as const),
        ]}
      />
      <Choice
        name="kind"
        label={t.kind}
        value={filter.kind}
        options={[['', t.all], ...pick(t.kinds, ['user', 'room', 'server', 'event', 'media'])]}
      />
      <Choice
        name="verdict"
        label={t.verdict}
        value={filter.verdict}
        options={[['', t.all], ...pick(t.verdicts, ['certain', 'likely', 'possible', 'none'])]}
      />
      <Choice name="age" label={t.age} value={filter.age} options={[['', t.all], ...pick(t.ages, ['1', '7', '30'])]} />
      <Choice
        name="sort"
        label={t.order}
        value={filter.sort}
        options={[['', t.orders.updated ?? ''], ...pick(t.orders, ['opened', 'score'])]}
      />
      <Choice
        name="assignee"
        label={t.assignee}
        value={filter.assignee}
        options={[
          ['', t.all],
          ['me', t.me],
          ['nobody', t.nobody],
          ...moderators.filter((userId) => userId !== viewer.userId).map((userId) => [userId, userId] as const),
        ]}
      />
      <SearchField name="room" label={t.room} value={filter.room} />
      <SearchField name="server" label={t.server} value={filter.server} />
      <SearchField name="text" label={t.search} value={filter.text} />
      <button type="submit">{t.show}</button>
    </form>
  );
}

function SearchField({ name, label, value }: { name: string; label: string; value: string }): VNode {
  return (
    <div>
      <label for={name}>{label}</label>
      <input type="search" id={name} name={name} value={value} spellcheck={false} />
    </div>
  );
}

/** Each moderator's own; a filter is the address that shows it. */
function SavedFilters({ viewer, filter, saved }: CasesPageProps): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <details open={saved.length > 0}>
      <summary>{t.savedFilters}</summary>
      {saved.length > 0 && (
        <ul>
          {saved.map((one) => (
            <li key={one.name} class="row">
              <a href={one.query === '' ? '/cases' : `/cases?${one.query}`}>
                <bdi>{one.name}</bdi>
              </a>
              <form method="post" action="/filters/remove">
                <input type="hidden" name="csrf" value={viewer.csrf} />
                <input type="hidden" name="name" value={one.name} />
                <button type="submit" class="quiet" aria-label={t.removeFilter(one.name)}>
                  {t.remove}
                </button>
              </form>
            </li>
          ))}
        </ul>
      )}
      <form method="post" action="/filters" class="row">
        <input type="hidden" name="csrf" value={viewer.csrf} />
        <input type="hidden" name="query" value={addressOf({ ...filter, page: 1 }).split('?')[1] ?? ''} />
        <div>
          <label for="filter-name">{t.filterName}</label>
          <input type="text" id="filter-name" name="name" required maxLength={60} />
        </div>
        <button type="submit" class="quiet">
          {t.saveFilter}
        </button>
      </form>
    </details>
  );
}
