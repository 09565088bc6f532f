import type { VNode } from 'preact';
import type { CaseView } from '../../../cases/view.js';
import type { Explanation } from '../../../detection/index.js';
import type { ActionRecord } from '../../../store/records/actions.js';
import type { AuditEntry } from '../../../store/records/audit.js';
import type { CaseRecord } from '../../../store/records/cases.js';
import { Id, Time } from '../layout.js';
import { Letters } from '../public/check.js';
import { recordTextsIn } from '../../../notify/texts-record.js';
import { deskTextsIn, type DeskTexts } from '../texts-desk.js';
import { CaseActions, Note } from './case-actions.js';
import { Context, Looking, type CaseContext } from './case-context.js';
import { Answers, type Answer } from './answers.js';
import { Evidence, Timeline, type Moment } from './case-evidence.js';
import { AuditTable, Desk, Table, type Viewer } from './frame.js';

export interface OfficialSide {
  userId: string;
  displayNames: readonly string[];
  hasPicture: boolean;
}

export interface CasePageProps {
  viewer: Viewer;
  view: CaseView;
  official: OfficialSide | undefined;
  explanations: readonly Explanation[];
  /** what happened, oldest first */
  moments: readonly Moment[];
  audit: readonly AuditEntry[];
  context: CaseContext;
  /** the subject's picture is shown as it is, because this moderator asked for it */
  pictureShown: boolean;
  /** what came of commands about the case before, when this is the next one */
  answers: readonly Answer[];
}

/** One case: both identities side by side, the disguise, the evidence, what was done, what can be done. */
export function CasePage(props: CasePageProps): VNode {
  const { viewer, view, official, moments, audit, context } = props;
  const { case: record } = view;
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.caseNumber(record.id)} live={String(record.id)}>
      <Answers answers={props.answers} />
      <Looking viewer={viewer} context={context} />
      <Standing viewer={viewer} view={view} />
      <div class="pair">
        <Subject viewer={viewer} view={view} pictureShown={props.pictureShown} />
        {official !== undefined && <Official viewer={viewer} caseId={record.id} official={official} />}
      </div>
      <h2>{t.actions}</h2>
      <CaseActions viewer={viewer} record={record} context={context} />
      <Found {...props} />
      <Timeline viewer={viewer} moments={moments} earlier={earlierThan(moments, record)} />
      <h2>{t.whatWasDone}</h2>
      <ActionTable viewer={viewer} actions={view.actions} />
      <Context viewer={viewer} context={context} />
      <h2>{t.history}</h2>
      <AuditTable viewer={viewer} entries={audit} />
      <Note viewer={viewer} n={record.id} />
    </Desk>
  );
}

/** Sightings and reports that are not among these. */
function earlierThan(moments: readonly Moment[], { sightings, reports }: CaseRecord): number {
  const shown = (kind: Moment['kind']): number => moments.filter((one) => one.kind === kind).length;
  return Math.max(0, sightings - shown('seen')) + Math.max(0, reports - shown('report'));
}

/** What the case is about, and how it stands. */
function Standing({ viewer, view }: { viewer: Viewer; view: CaseView }): VNode {
  const t = deskTextsIn(viewer.language);
  const { case: record } = view;
  return (
    <>
      <p>
        <strong>{aboutOf(t, view)}</strong>, {t.states[record.state]}, {t.opened} <Time at={record.openedAt} />
      </p>
      {record.state === 'appealed' && <p class="warn">{t.appealOpen}</p>}
    </>
  );
}

function aboutOf(t: DeskTexts, { case: { verdict, reports }, offences }: CaseView): string {
  if (verdict !== null) return t.impersonation(t.verdicts[verdict] ?? verdict);
  const protections = [...new Set(offences.map(({ protection }) => protection))];
  return reports === 0 && protections.length > 0 ? t.caughtBy(protections.join(', ')) : t.reportedCase;
}

function Official(props: { viewer: Viewer; caseId: number; official: OfficialSide }): VNode {
  const { viewer, caseId, official } = props;
  const t = deskTextsIn(viewer.language);
  return (
    <section class="panel" aria-labelledby="official">
      <h2 id="official">{t.official}</h2>
      <dl>
        <dt>{t.id}</dt>
        <dd>
          <Id>{official.userId}</Id>
        </dd>
        <dt>{t.displayName}</dt>
        <dd>
          <bdi>{official.displayNames.join(', ') || '–'}</bdi>
        </dd>
        {official.hasPicture && (
          <>
            <dt>{t.picture}</dt>
            <dd>
              <img src={`/cases/${caseId}/official-picture`} width={96} height={96} alt={t.pictureOfOfficial} />
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

/** What the detector found in the names, and the disguise letter by letter. */
function Found({ viewer, view: { strongest }, explanations }: CasePageProps): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <>
      {strongest !== undefined && (
        <>
          <h2>{t.evidence}</h2>
          <Evidence viewer={viewer} verdict={strongest.verdict} />
        </>
      )}
      <Letters language={viewer.language} explanations={explanations} />
    </>
  );
}

/** What was done, without what only tells of it in the management room. */
function ActionTable({ viewer, actions }: { viewer: Viewer; actions: readonly ActionRecord[] }): VNode {
  const t = deskTextsIn(viewer.language);
  const words = recordTextsIn(viewer.language);
  return (
    <Table
      viewer={viewer}
      label={t.whatWasDone}
      head={[t.when, t.what, t.howItEnded]}
      rows={actions
        .filter(({ kind }) => !kind.startsWith('notice') && kind !== 'case_buttons')
        .map((action) => [
          <Time at={action.createdAt} />,
          words.effect(action.kind),
          <bdi>
            {action.lastError === null
              ? words.state(action.state)
              : `${words.state(action.state)}: ${action.lastError}`}
          </bdi>,
        ])}
    />
  );
}

function Subject({
  viewer,
  view: { case: record, strongest, reports },
  pictureShown,
}: {
  viewer: Viewer;
  view: CaseView;
  pictureShown: boolean;
}): VNode {
  const t = deskTextsIn(viewer.language);
  const page = `/cases/${record.id}`;
  const reported = record.subjectKind === 'room' ? reports.at(-1)?.roomName : undefined;
  const name = strongest?.sighting.displayName ?? reported;
  return (
    <section class="panel" aria-labelledby="subject">
      <h2 id="subject">{record.subjectKind === 'user' ? t.thisAccount : t.subject}</h2>
      <dl>
        <dt>{t.id}</dt>
        <dd>
          <Id>{record.subject}</Id>
        </dd>
        {name !== undefined && (
          <>
            <dt>{t.displayName}</dt>
            <dd>
              <bdi>{name}</bdi>
            </dd>
          </>
        )}
        {strongest?.sighting.avatarUrl?.startsWith('mxc://') === true && (
          <Picture viewer={viewer} page={page} shown={pictureShown} />
        )}
        {strongest !== undefined && (
          <>
            <dt>{t.seen}</dt>
            <dd>
              <Time at={strongest.where.at} />
            </dd>
          </>
        )}
      </dl>
      <p class="row">
        {record.subjectKind === 'user' && <a href={`${page}/person`}>{t.allOf(t.thisPerson)}</a>}
        {(record.subjectKind === 'user' || record.subjectKind === 'server') && (
          <a href={`${page}/server`}>{t.allOf(t.thisServer)}</a>
        )}
      </p>
    </section>
  );
}

/** Blurred until this moderator asks for it. */
function Picture({ viewer, page, shown }: { viewer: Viewer; page: string; shown: boolean }): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <>
      <dt>{t.picture}</dt>
      <dd>
        <img
          src={`${page}/picture${shown ? '?shown=yes' : ''}`}
          width={96}
          height={96}
          alt={shown ? t.pictureShown : t.pictureBlurred}
        />{' '}
        <a href={shown ? page : `${page}?picture=shown`}>{shown ? t.blurPicture : t.showPicture}</a>
      </dd>
    </>
  );
}
