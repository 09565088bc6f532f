import type { ComponentChildren, VNode } from 'preact';
import type { CaseView } from '../../cases/view.js';
import type { Explanation, Verdict } from '../../detection/index.js';
import type { MailRow, MonthFigures } from '../../store/pages.js';
import type { AuditEntry, CaseRecord, CaseState } from '../../store/types.js';
import { Id, Page, Time } from './layout.js';
import { Letters } from './public.js';

/** The moderators' pages. They are in English, as the commands are: what one reads here is what one types there. */

const NAV = [
  { href: '/cases', text: 'Cases' },
  { href: '/rooms', text: 'Rooms' },
  { href: '/lists', text: 'Lists' },
  { href: '/rules', text: 'Rule tester' },
  { href: '/protections', text: 'Protections' },
  { href: '/mail', text: 'Mail' },
  { href: '/audit', text: 'Audit' },
  { href: '/figures', text: 'Figures' },
] as const;

export interface Viewer {
  userId: string;
  csrf: string;
}

function Desk({ viewer, title, children }: { viewer: Viewer; title: string; children: ComponentChildren }): VNode {
  return (
    <Page language="en" title={title} nav={NAV}>
      {children}
      <footer>
        <form method="post" action="/sign-out" class="row">
          <input type="hidden" name="csrf" value={viewer.csrf} />
          <span class="soft">
            Signed in as <Id>{viewer.userId}</Id>
          </span>
          <button type="submit" class="quiet">
            Sign out
          </button>
        </form>
      </footer>
    </Page>
  );
}

/** A button that runs one command, after a page that says what it will do. */
function Do({
  viewer,
  command,
  text,
  quiet = false,
}: {
  viewer: Viewer;
  command: string;
  text: string;
  quiet?: boolean;
}): VNode {
  return (
    <form method="post" action="/do">
      <input type="hidden" name="csrf" value={viewer.csrf} />
      <input type="hidden" name="command" value={command} />
      <button type="submit" class={quiet ? 'quiet' : ''}>
        {text}
      </button>
    </form>
  );
}

function Table({
  label,
  head,
  rows,
}: {
  label: string;
  head: readonly string[];
  rows: readonly (readonly ComponentChildren[])[];
}): VNode {
  if (rows.length === 0) return <p class="soft">Nothing yet.</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {head.map((text) => (
              <th scope="col" key={text}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, index) => (
            <tr key={index}>
              {cells.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export interface CaseListFilter {
  state: string;
  kind: string;
  verdict: string;
  text: string;
  sort: string;
  page: number;
}

export const CASE_STATES: readonly CaseState[] = ['open', 'triaged', 'actioned', 'dismissed', 'appealed'];

function Choice({
  name,
  label,
  value,
  options,
}: {
  name: string;
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
}): VNode {
  return (
    <div>
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {options.map(([key, text]) => (
          <option key={key} value={key} selected={key === value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

export function CasesPage(props: {
  viewer: Viewer;
  filter: CaseListFilter;
  cases: readonly CaseRecord[];
  total: number;
  perPage: number;
}): VNode {
  const { viewer, filter, cases, total, perPage } = props;
  const pages = Math.max(1, Math.ceil(total / perPage));
  const at = (page: number): string =>
    `/cases?${new URLSearchParams({ ...filter, page: String(page) } as unknown as Record<string, string>).toString()}`;
  return (
    <Desk viewer={viewer} title="Cases">
      <form method="get" action="/cases" class="row" role="search">
        <Choice
          name="state"
          label="State"
          value={filter.state}
          options={[
            ['open', 'Waiting for a decision'],
            ['all', 'All'],
            ...CASE_STATES.map((state) => [state === 'open' ? 'only-open' : state, state] as const),
          ]}
        />
        <Choice
          name="kind"
          label="Kind"
          value={filter.kind}
          options={[
            ['', 'All'],
            ['user', 'Account'],
            ['room', 'Room'],
            ['server', 'Server'],
          ]}
        />
        <Choice
          name="verdict"
          label="Verdict"
          value={filter.verdict}
          options={[
            ['', 'All'],
            ['certain', 'certain'],
            ['likely', 'likely'],
            ['possible', 'possible'],
            ['none', 'only reported'],
          ]}
        />
        <Choice
          name="sort"
          label="Order"
          value={filter.sort}
          options={[
            ['updated', 'Last change'],
            ['opened', 'Opened'],
            ['score', 'Score'],
          ]}
        />
        <div>
          <label for="text">User ID, room or server</label>
          <input type="search" id="text" name="text" value={filter.text} spellcheck={false} />
        </div>
        <button type="submit">Show</button>
      </form>
      <p role="status">
        {total === 1 ? '1 case' : `${total} cases`}
        {pages > 1 ? `, page ${filter.page} of ${pages}` : ''}
      </p>
      {cases.length > 0 && (
        <form method="post" action="/bulk">
          <input type="hidden" name="csrf" value={viewer.csrf} />
          <Table
            label="Cases"
            head={['Select', 'Case', 'Subject', 'Verdict', 'State', 'Changed']}
            rows={cases.map((one) => [
              <input type="checkbox" name="case" value={String(one.id)} aria-label={`Case ${one.id}`} />,
              <a href={`/cases/${one.id}`}>Case {one.id}</a>,
              <Id>{one.subject}</Id>,
              one.verdict ?? 'reported',
              one.state,
              <Time at={one.updatedAt} />,
            ])}
          />
          <p class="row">
            <button type="submit" name="what" value="ban">
              Ban selected…
            </button>
            <button type="submit" name="what" value="dismiss" class="quiet">
              Dismiss selected…
            </button>
            <button type="submit" name="what" value="close" class="quiet">
              Close selected…
            </button>
          </p>
        </form>
      )}
      {pages > 1 && (
        <nav aria-label="Pages">
          <ul>
            {filter.page > 1 && (
              <li>
                <a href={at(filter.page - 1)}>Previous page</a>
              </li>
            )}
            {filter.page < pages && (
              <li>
                <a href={at(filter.page + 1)}>Next page</a>
              </li>
            )}
          </ul>
        </nav>
      )}
    </Desk>
  );
}

export interface OfficialSide {
  userId: string;
  displayNames: readonly string[];
}

export function CasePage(props: {
  viewer: Viewer;
  view: CaseView;
  official: OfficialSide | undefined;
  explanations: readonly Explanation[];
  audit: readonly AuditEntry[];
}): VNode {
  const { viewer, view, official, explanations, audit } = props;
  const { case: record, strongest } = view;
  const n = record.id;
  return (
    <Desk viewer={viewer} title={`Case ${n}`}>
      <p>
        <strong>{record.verdict === null ? 'Reported' : `${record.verdict} impersonation`}</strong>, {record.state},
        opened <Time at={record.openedAt} />
      </p>
      <div class="pair">
        <section class="panel" aria-labelledby="subject">
          <h2 id="subject">{record.subjectKind === 'user' ? 'This account' : 'Subject'}</h2>
          <dl>
            <dt>ID</dt>
            <dd>
              <Id>{record.subject}</Id>
            </dd>
            {strongest?.sighting.displayName != null && (
              <>
                <dt>Display name</dt>
                <dd>
                  <bdi>{strongest.sighting.displayName}</bdi>
                </dd>
              </>
            )}
            {strongest !== undefined && (
              <>
                <dt>Seen</dt>
                <dd>
                  <Time at={strongest.where.at} />
                </dd>
              </>
            )}
          </dl>
        </section>
        {official !== undefined && (
          <section class="panel" aria-labelledby="official">
            <h2 id="official">The official account</h2>
            <dl>
              <dt>ID</dt>
              <dd>
                <Id>{official.userId}</Id>
              </dd>
              <dt>Display name</dt>
              <dd>{official.displayNames.join(', ') || '–'}</dd>
            </dl>
          </section>
        )}
      </div>
      <h2>Actions</h2>
      <div class="row">
        <Do viewer={viewer} command={`ban case ${n}`} text="Ban…" />
        <Do viewer={viewer} command={`dismiss ${n}`} text="Dismiss…" quiet />
        <Do viewer={viewer} command={`reopen ${n}`} text="Reopen…" quiet />
        <Do viewer={viewer} command={`close ${n}`} text="Close…" quiet />
        <Do viewer={viewer} command={`redact case ${n}`} text="Redact messages…" quiet />
        <Do viewer={viewer} command={`undo case ${n}`} text="Undo…" quiet />
        <Do viewer={viewer} command={`mail forward case ${n}`} text="Forward to their server…" quiet />
      </div>
      {strongest !== undefined && (
        <>
          <h2>Evidence</h2>
          <Evidence verdict={strongest.verdict} />
        </>
      )}
      <Letters language="en" explanations={explanations} />
      {view.reports.length > 0 && (
        <>
          <h2>Reports</h2>
          <ul>
            {view.reports.map((report, index) => (
              <li key={index}>
                <Id>{report.reporter}</Id>: <bdi>{report.reason === '' ? '(no reason given)' : report.reason}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>What was done</h2>
      <Table
        label="What was done"
        head={['When', 'What', 'How it ended']}
        rows={view.actions.map((action) => [
          <Time at={action.createdAt} />,
          action.kind.replaceAll('_', ' '),
          action.lastError === null ? action.state : `${action.state}: ${action.lastError}`,
        ])}
      />
      <h2>History</h2>
      <AuditTable entries={audit} />
    </Desk>
  );
}

function Evidence({ verdict }: { verdict: Verdict }): VNode {
  return (
    <Table
      label="Evidence"
      head={['Weight', 'What', 'Field', 'Kind']}
      rows={verdict.evidence.map((one) => [
        one.weight.toFixed(1),
        <bdi>{one.sentence}</bdi>,
        one.field.replaceAll('_', ' '),
        one.disguise.replaceAll('_', ' '),
      ])}
    />
  );
}

function AuditTable({ entries }: { entries: readonly AuditEntry[] }): VNode {
  return (
    <Table
      label="Audit"
      head={['When', 'Who', 'What', 'Case', 'Details']}
      rows={entries.map((entry) => [
        <Time at={entry.at} />,
        <Id>{entry.actor}</Id>,
        entry.what,
        entry.caseId === null ? '' : <a href={`/cases/${entry.caseId}`}>Case {entry.caseId}</a>,
        <code>{JSON.stringify(entry.data)}</code>,
      ])}
    />
  );
}

/** Says what a command will do, and asks. */
export function ConfirmPage({ viewer, commands }: { viewer: Viewer; commands: readonly string[] }): VNode {
  return (
    <Desk viewer={viewer} title="Please confirm">
      <p>
        {commands.length === 1
          ? 'This command will be carried out:'
          : `These ${commands.length} commands will be carried out:`}
      </p>
      <ul>
        {commands.map((command) => (
          <li key={command}>
            <code>{command}</code>
          </li>
        ))}
      </ul>
      <form method="post" action="/do" class="row">
        <input type="hidden" name="csrf" value={viewer.csrf} />
        <input type="hidden" name="confirmed" value="yes" />
        {commands.map((command) => (
          <input type="hidden" name="command" value={command} key={command} />
        ))}
        <button type="submit">Yes, do it</button>
        <a href="/cases">No, go back</a>
      </form>
    </Desk>
  );
}

/** What came of commands. `html` is what Heimdall answers in the management room: escaped where it was made. */
export function DonePage({
  viewer,
  answers,
  back,
}: {
  viewer: Viewer;
  answers: readonly { command: string; html: string }[];
  back: string;
}): VNode {
  return (
    <Desk viewer={viewer} title="Done">
      {answers.map(({ command, html }) => (
        <section class="panel" key={command} aria-label={command}>
          <p>
            <code>{command}</code>
          </p>
          <div dangerouslySetInnerHTML={{ __html: html }} />
        </section>
      ))}
      <p>
        <a href={back}>Back</a>
      </p>
    </Desk>
  );
}

export interface RoomRow {
  roomId: string;
  name: string | null;
  alias: string | null;
  members: number;
  missing: readonly string[];
  denied: number;
}

export function RoomsPage({ viewer, rooms }: { viewer: Viewer; rooms: readonly RoomRow[] }): VNode {
  return (
    <Desk viewer={viewer} title="Protected rooms">
      <Table
        label="Protected rooms"
        head={['Room', 'ID', 'Joined', 'Missing permissions', 'Blocked servers']}
        rows={rooms.map((room) => [
          <bdi>{room.name ?? room.alias ?? '–'}</bdi>,
          <Id>{room.roomId}</Id>,
          room.members,
          room.missing.length === 0 ? 'none' : <strong class="warn">{room.missing.join(', ')}</strong>,
          room.denied,
        ])}
      />
    </Desk>
  );
}

export interface ListRow {
  roomId: string;
  shortcode: string;
  own: boolean;
  rules: readonly { kind: string; entity: string; action: string; reason: string }[];
  /** how many rules there are, shown or not */
  total: number;
}

export function ListsPage({ viewer, lists }: { viewer: Viewer; lists: readonly ListRow[] }): VNode {
  return (
    <Desk viewer={viewer} title="Policy lists">
      {lists.length === 0 && <p class="soft">No lists are watched.</p>}
      {lists.map((list) => (
        <section key={list.roomId} aria-label={list.shortcode}>
          <h2>
            <bdi>{list.shortcode}</bdi> {list.own ? '(Heimdall’s own)' : ''}
          </h2>
          <p>
            <Id>{list.roomId}</Id>, {list.total === 1 ? '1 rule' : `${list.total} rules`}
            {list.total > list.rules.length ? `, the first ${list.rules.length} of them:` : ''}
          </p>
          <Table
            label={`Rules of ${list.shortcode}`}
            head={['Kind', 'Entity', 'Action', 'Reason']}
            rows={list.rules.map((rule) => [rule.kind, <Id>{rule.entity}</Id>, rule.action, <bdi>{rule.reason}</bdi>])}
          />
        </section>
      ))}
    </Desk>
  );
}

export function RulesPage(props: {
  viewer: Viewer;
  userId: string;
  name: string;
  verdict: Verdict | undefined;
  error: string | undefined;
  explanations: readonly Explanation[];
}): VNode {
  const { viewer, verdict } = props;
  return (
    <Desk viewer={viewer} title="Rule tester">
      <p>What would Heimdall say of an account with this ID and name? Nothing is recorded.</p>
      <form method="get" action="/rules" class="stack">
        <div>
          <label for="id">User ID</label>
          <input type="text" id="id" name="id" value={props.userId} spellcheck={false} required />
        </div>
        <div>
          <label for="name">Display name</label>
          <input type="text" id="name" name="name" value={props.name} spellcheck={false} />
        </div>
        <div>
          <button type="submit">Try</button>
        </div>
      </form>
      {props.error !== undefined && (
        <p class="no" role="alert">
          {props.error}
        </p>
      )}
      {verdict !== undefined && (
        <section aria-live="polite">
          <h2>Verdict: {verdict.verdict}</h2>
          <p>
            Score {verdict.score.toFixed(1)}
            {verdict.protected === null ? '' : ', compared with '}
            {verdict.protected !== null && <Id>{verdict.protected}</Id>}
          </p>
          <Evidence verdict={verdict} />
          <Letters language="en" explanations={props.explanations} />
        </section>
      )}
    </Desk>
  );
}

export function AnswerPage({ viewer, title, html }: { viewer: Viewer; title: string; html: string }): VNode {
  return (
    <Desk viewer={viewer} title={title}>
      <div dangerouslySetInnerHTML={{ __html: html }} />
    </Desk>
  );
}

export function MailPage({ viewer, mails }: { viewer: Viewer; mails: readonly MailRow[] }): VNode {
  return (
    <Desk viewer={viewer} title="Outgoing mail">
      <Table
        label="Outgoing mail"
        head={['Mail', 'Case', 'To', 'Written', 'Sent', 'Answer of the mail server']}
        rows={mails.map((mail) => [
          mail.id,
          mail.caseId === null ? '' : <a href={`/cases/${mail.caseId}`}>Case {mail.caseId}</a>,
          mail.recipient,
          <Time at={mail.createdAt} />,
          mail.sentAt === null ? 'not yet' : <Time at={mail.sentAt} />,
          <bdi>{mail.response ?? ''}</bdi>,
        ])}
      />
    </Desk>
  );
}

export function AuditPage({
  viewer,
  entries,
  next,
}: {
  viewer: Viewer;
  entries: readonly AuditEntry[];
  next: number | undefined;
}): VNode {
  return (
    <Desk viewer={viewer} title="Audit">
      <AuditTable entries={entries} />
      {next !== undefined && (
        <p>
          <a href={`/audit?before=${next}`}>Older entries</a>
        </p>
      )}
    </Desk>
  );
}

export function FiguresPage({
  viewer,
  months,
  open,
}: {
  viewer: Viewer;
  months: readonly MonthFigures[];
  open: number;
}): VNode {
  return (
    <Desk viewer={viewer} title="Figures">
      <p>{open === 1 ? '1 case waits' : `${open} cases wait`} for a decision.</p>
      <Table
        label="Figures by month"
        head={['Month', 'Certain', 'Likely', 'Possible', 'Only reported', 'Reports', 'Mails', 'Dismissed']}
        rows={[...months]
          .reverse()
          .map((month) => [
            month.month,
            month.verdicts.certain ?? 0,
            month.verdicts.likely ?? 0,
            month.verdicts.possible ?? 0,
            month.verdicts.none ?? 0,
            month.reports,
            month.mails,
            month.dismissed,
          ])}
      />
    </Desk>
  );
}

/** A link was followed by a program that looks at links in messages: the person presses the button. */
export function SignInPage({ token }: { token: string }): VNode {
  return (
    <Page language="en" title="Sign in">
      <form method="post" action={`/sign-in/${token}`}>
        <button type="submit">Sign in</button>
      </form>
    </Page>
  );
}

export function SignedOutPage({ reason }: { reason: string }): VNode {
  return (
    <Page language="en" title="Not signed in">
      <p>{reason}</p>
      <p>
        Write <code>!heimdall web</code> in the management room: you get a link by direct message.
      </p>
    </Page>
  );
}
