import type { VNode } from 'preact';
import type { CaseView } from '../../../cases/view.js';
import type { Explanation, Verdict } from '../../../detection/index.js';
import type { AuditEntry } from '../../../store/records/audit.js';
import { Id, Time } from '../layout.js';
import { Letters } from '../public/check.js';
import { deskTextsIn } from '../texts-desk.js';
import { CaseActions, Note } from './case-actions.js';
import { Context, Looking, type CaseContext } from './case-context.js';
import { Answers, type Answer } from './answers.js';
import { AuditTable, Desk, Table, type Viewer } from './frame.js';

export interface OfficialSide {
  userId: string;
  displayNames: readonly string[];
  hasPicture: boolean;
}

/** One case: both identities side by side, the disguise, the evidence, what was done, what can be done. */
export function CasePage(props: {
  viewer: Viewer;
  view: CaseView;
  official: OfficialSide | undefined;
  explanations: readonly Explanation[];
  audit: readonly AuditEntry[];
  context: CaseContext;
  /** the subject's picture is shown as it is, because this moderator asked for it */
  pictureShown: boolean;
  /** what came of commands about the case before, when this is the next one */
  answers: readonly Answer[];
}): VNode {
  const { viewer, view, official, explanations, audit, context } = props;
  const { case: record, strongest } = view;
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.caseNumber(record.id)} live={String(record.id)}>
      <Answers answers={props.answers} />
      <Looking viewer={viewer} context={context} />
      <p>
        <strong>
          {record.verdict === null ? t.reportedCase : t.impersonation(t.verdicts[record.verdict] ?? record.verdict)}
        </strong>
        , {t.states[record.state]}, {t.opened} <Time at={record.openedAt} />
      </p>
      {record.state === 'appealed' && <p class="warn">{t.appealOpen}</p>}
      <div class="pair">
        <Subject viewer={viewer} view={view} pictureShown={props.pictureShown} />
        {official !== undefined && (
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
                    <img
                      src={`/cases/${record.id}/official-picture`}
                      width={96}
                      height={96}
                      alt={t.pictureOfOfficial}
                    />
                  </dd>
                </>
              )}
            </dl>
          </section>
        )}
      </div>
      <h2>{t.actions}</h2>
      <CaseActions viewer={viewer} record={record} context={context} />
      {strongest !== undefined && (
        <>
          <h2>{t.evidence}</h2>
          <Evidence viewer={viewer} verdict={strongest.verdict} />
        </>
      )}
      <Letters language={viewer.language} explanations={explanations} />
      {view.reports.length > 0 && (
        <>
          <h2>{t.reports}</h2>
          <ul>
            {view.reports.map((report, index) => (
              <li key={index}>
                <Id>{report.reporter}</Id>: <bdi>{report.reason === '' ? t.noReason : report.reason}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>{t.whatWasDone}</h2>
      <Table
        viewer={viewer}
        label={t.whatWasDone}
        head={[t.when, t.what, t.howItEnded]}
        rows={view.actions.map((action) => [
          <Time at={action.createdAt} />,
          action.kind.replaceAll('_', ' '),
          <bdi>{action.lastError === null ? action.state : `${action.state}: ${action.lastError}`}</bdi>,
        ])}
      />
      <Context viewer={viewer} context={context} />
      <h2>{t.history}</h2>
      <AuditTable viewer={viewer} entries={audit} />
      <Note viewer={viewer} n={record.id} />
    </Desk>
  );
}

function Subject({
  viewer,
  view: { case: record, strongest },
  pictureShown,
}: {
  viewer: Viewer;
  view: CaseView;
  pictureShown: boolean;
}): VNode {
  const t = deskTextsIn(viewer.language);
  const page = `/cases/${record.id}`;
  return (
    <section class="panel" aria-labelledby="subject">
      <h2 id="subject">{record.subjectKind === 'user' ? t.thisAccount : t.subject}</h2>
      <dl>
        <dt>{t.id}</dt>
        <dd>
          <Id>{record.subject}</Id>
        </dd>
        {strongest?.sighting.displayName != null && (
          <>
            <dt>{t.displayName}</dt>
            <dd>
              <bdi>{strongest.sighting.displayName}</bdi>
            </dd>
          </>
        )}
        {strongest?.sighting.avatarUrl?.startsWith('mxc://') === true && (
          <>
            <dt>{t.picture}</dt>
            <dd>
              <img
                src={`${page}/picture${pictureShown ? '?shown=yes' : ''}`}
                width={96}
                height={96}
                alt={pictureShown ? t.pictureShown : t.pictureBlurred}
              />{' '}
              <a href={pictureShown ? page : `${page}?picture=shown`}>{pictureShown ? t.blurPicture : t.showPicture}</a>
            </dd>
          </>
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

export function Evidence({ viewer, verdict }: { viewer: Viewer; verdict: Verdict }): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <Table
      viewer={viewer}
      label={t.evidence}
      head={[t.weight, t.what, t.field, t.disguise]}
      rows={verdict.evidence.map((one) => [
        one.weight.toFixed(1),
        <bdi>{one.sentence}</bdi>,
        one.field.replaceAll('_', ' '),
        one.disguise.replaceAll('_', ' '),
      ])}
    />
  );
}
