import type { VNode } from 'preact';
import type { CaseView } from '../../../cases/view.js';
import type { Explanation, Verdict } from '../../../detection/index.js';
import type { AuditEntry } from '../../../store/records/audit.js';
import { Id, Time } from '../layout.js';
import { Letters } from '../public/check.js';
import { deskTextsIn } from '../texts-desk.js';
import { AuditTable, Desk, Do, Table, type Viewer } from './frame.js';

export interface OfficialSide {
  userId: string;
  displayNames: readonly string[];
}

/** One case: both identities side by side, the disguise, the evidence, what was done, what can be done. */
export function CasePage(props: {
  viewer: Viewer;
  view: CaseView;
  official: OfficialSide | undefined;
  explanations: readonly Explanation[];
  audit: readonly AuditEntry[];
}): VNode {
  const { viewer, view, official, explanations, audit } = props;
  const { case: record, strongest } = view;
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.caseNumber(record.id)} live>
      <p>
        <strong>
          {record.verdict === null ? t.reportedCase : t.impersonation(t.verdicts[record.verdict] ?? record.verdict)}
        </strong>
        , {t.states[record.state]}, {t.opened} <Time at={record.openedAt} />
      </p>
      {record.state === 'appealed' && <p class="warn">{t.appealOpen}</p>}
      <div class="pair">
        <Subject viewer={viewer} view={view} />
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
            </dl>
          </section>
        )}
      </div>
      <h2>{t.actions}</h2>
      <CaseActions viewer={viewer} n={record.id} />
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
      <h2>{t.history}</h2>
      <AuditTable viewer={viewer} entries={audit} />
    </Desk>
  );
}

function Subject({ viewer, view: { case: record, strongest } }: { viewer: Viewer; view: CaseView }): VNode {
  const t = deskTextsIn(viewer.language);
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
        {strongest !== undefined && (
          <>
            <dt>{t.seen}</dt>
            <dd>
              <Time at={strongest.where.at} />
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function CaseActions({ viewer, n }: { viewer: Viewer; n: number }): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <div class="row">
      <Do viewer={viewer} command={`ban case ${n}`} text={t.ban} />
      <Do viewer={viewer} command={`dismiss ${n}`} text={t.dismiss} quiet />
      <Do viewer={viewer} command={`reopen ${n}`} text={t.reopen} quiet />
      <Do viewer={viewer} command={`close ${n}`} text={t.close} quiet />
      <Do viewer={viewer} command={`redact case ${n}`} text={t.redact} quiet />
      <Do viewer={viewer} command={`undo case ${n}`} text={t.undo} quiet />
      <Do viewer={viewer} command={`mail forward case ${n}`} text={t.forward} quiet />
    </div>
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
