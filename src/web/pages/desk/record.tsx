import type { VNode } from 'preact';
import type { MonthFigures } from '../../../store/records/pages.js';
import type { MailRow } from '../../../store/records/pages.js';
import type { AuditEntry } from '../../../store/records/audit.js';
import { Time } from '../layout.js';
import { durationIn, sum } from '../public/transparency.js';
import { PRECISION_DAYS, type Judged } from '../precision.js';
import { deskTextsIn } from '../texts-desk.js';
import { AuditTable, Desk, Table, type Viewer } from './frame.js';

/** What was written down: mail, audit, figures. */

export function MailPage({
  viewer,
  mails,
  next,
}: {
  viewer: Viewer;
  mails: readonly MailRow[];
  next: number | undefined;
}): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.mailTitle}>
      <MailTable viewer={viewer} mails={mails} />
      {next !== undefined && (
        <p>
          <a href={`/mail?from=${next}`}>{t.older}</a>
        </p>
      )}
    </Desk>
  );
}

export function MailTable({ viewer, mails }: { viewer: Viewer; mails: readonly MailRow[] }): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <Table
      viewer={viewer}
      label={t.mailTitle}
      head={[t.mail, t.case, t.to, t.written, t.sent, t.serverAnswer]}
      rows={mails.map((mail) => [
        mail.id,
        mail.caseId === null ? '' : <a href={`/cases/${mail.caseId}`}>{t.caseNumber(mail.caseId)}</a>,
        <bdi>{mail.recipient}</bdi>,
        <Time at={mail.createdAt} />,
        mail.sentAt === null ? t.notYet : <Time at={mail.sentAt} />,
        <bdi>{mail.response ?? ''}</bdi>,
      ])}
    />
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
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.auditTitle}>
      <AuditTable viewer={viewer} entries={entries} />
      {next !== undefined && (
        <p>
          <a href={`/audit?before=${next}`}>{t.older}</a>
        </p>
      )}
    </Desk>
  );
}

export function FiguresPage({
  viewer,
  months,
  open,
  judged,
}: {
  viewer: Viewer;
  months: readonly MonthFigures[];
  open: number;
  judged: readonly Judged[];
}): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.figuresTitle}>
      <p>{t.openCases(open)}</p>
      <Table
        viewer={viewer}
        label={t.byMonth}
        head={[
          t.month,
          ...['certain', 'likely', 'possible', 'none'].map((verdict) => t.verdicts[verdict] ?? verdict),
          t.reportsTaken,
          t.measures,
          t.automaticShare,
          t.medianTime,
          t.mails,
          t.dismissed,
        ]}
        rows={[...months].reverse().map((month) => figuresOf(viewer, month))}
      />
      <h2>{t.precisionTitle}</h2>
      <p>{t.precisionLead(PRECISION_DAYS)}</p>
      <Table
        viewer={viewer}
        label={t.precisionTitle}
        head={[t.foundBy, t.kind, t.decided, t.dismissed, t.stood]}
        rows={judged.map((one) => [
          one.kind === 'rule' ? one.name.replaceAll('_', ' ') : one.name,
          one.kind === 'rule' ? t.rule : t.protection,
          one.decided,
          one.dismissed,
          percent(1 - one.dismissed / one.decided),
        ])}
      />
    </Desk>
  );
}

function figuresOf(viewer: Viewer, month: MonthFigures): (string | number)[] {
  const actions = Object.values(month.actions);
  const done = sum(actions.map((one) => one.done));
  const automatic = sum(actions.map((one) => one.automatic));
  return [
    month.month,
    month.verdicts.certain ?? 0,
    month.verdicts.likely ?? 0,
    month.verdicts.possible ?? 0,
    month.verdicts.none ?? 0,
    month.reports,
    done,
    done === 0 ? '–' : percent(automatic / done),
    durationIn(viewer.language, month.medianToAction),
    month.mails,
    month.dismissed,
  ];
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
