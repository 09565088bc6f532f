import type { VNode } from 'preact';
import type { MonthFigures } from '../../../store/records/pages.js';
import type { MailRow } from '../../../store/records/pages.js';
import type { AuditEntry } from '../../../store/records/audit.js';
import { Time } from '../layout.js';
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
      {next !== undefined && (
        <p>
          <a href={`/mail?from=${next}`}>{t.older}</a>
        </p>
      )}
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
}: {
  viewer: Viewer;
  months: readonly MonthFigures[];
  open: number;
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
          t.mails,
          t.dismissed,
        ]}
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
