import type { VNode } from 'preact';
import type { MailRow } from '../../../store/records/pages.js';
import type { CaseRecord } from '../../../store/records/cases.js';
import { Id, Time } from '../layout.js';
import type { ReasonedCommand } from '../desk-commands.js';
import { deskTextsIn, type DeskTexts } from '../texts-desk.js';
import { Table, type Viewer } from './frame.js';
import { MailTable } from './record.js';

/** What stands around a case: who else looks at it, other cases, where its subject is, its mails. */

export interface Place {
  roomId: string;
  name: string | null;
  membership: string;
  power: number;
}

export interface CaseContext {
  /** moderators who have it open now, but for the one who reads */
  looking: readonly string[];
  /** who said that they look after it */
  takenBy: string | undefined;
  reasons: Readonly<Record<ReasonedCommand, readonly string[]>>;
  related: readonly CaseRecord[];
  /** other cases that were told of together with it */
  together: number;
  /** accounts of the campaign that it is about */
  campaign: readonly string[];
  places: readonly Place[];
  mails: readonly MailRow[];
  /** people whom it approached can be warned */
  mayWarn: boolean;
}

const CAMPAIGN_SHOWN = 50;

/** Who else has the case open now, and who looks after it. */
export function Looking({ viewer, context }: { viewer: Viewer; context: CaseContext }): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <>
      {context.looking.length > 0 && (
        <p class="warn" role="status">
          {t.looking(context.looking)} <Ids ids={context.looking} />
        </p>
      )}
      {context.takenBy !== undefined && (
        <p>
          {t.takenBy} <Id>{context.takenBy}</Id>
        </p>
      )}
    </>
  );
}

export function Context({ viewer, context }: { viewer: Viewer; context: CaseContext }): VNode {
  const t = deskTextsIn(viewer.language);
  const { campaign, places, mails } = context;
  return (
    <>
      {places.length > 0 && (
        <>
          <h2>{t.where}</h2>
          <PlaceTable viewer={viewer} label={t.where} places={places} />
        </>
      )}
      {mails.length > 0 && (
        <>
          <h2>{t.mailsOfCase}</h2>
          <MailTable viewer={viewer} mails={mails} />
        </>
      )}
      <Related viewer={viewer} context={context} />
      {campaign.length > 0 && (
        <>
          <h2>{t.campaign}</h2>
          <p>
            <Ids ids={campaign.slice(0, CAMPAIGN_SHOWN)} />
          </p>
          {campaign.length > CAMPAIGN_SHOWN && <p>{t.firstOf(CAMPAIGN_SHOWN, campaign.length)}</p>}
        </>
      )}
    </>
  );
}

function Related({ viewer, context: { related, together } }: { viewer: Viewer; context: CaseContext }): VNode | null {
  const t = deskTextsIn(viewer.language);
  if (related.length === 0 && together === 0) return null;
  return (
    <>
      <h2>{t.relatedCases}</h2>
      <p>{t.relatedLead}</p>
      {together > 0 && <p>{t.together(together)}</p>}
      <CaseTable viewer={viewer} label={t.relatedCases} cases={related} />
    </>
  );
}

/** What made a case: a verdict, a report, or a protection. */
export function foundAs(t: DeskTexts, { verdict, reports }: CaseRecord): string {
  if (verdict !== null) return t.verdicts[verdict] ?? verdict;
  return reports > 0 ? t.reported : t.caught;
}

export function CaseTable({
  viewer,
  label,
  cases,
}: {
  viewer: Viewer;
  label: string;
  cases: readonly CaseRecord[];
}): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <Table
      viewer={viewer}
      label={label}
      head={[t.case, t.subject, t.verdict, t.state, t.changed]}
      rows={cases.map((one) => [
        <a href={`/cases/${one.id}`}>{t.caseNumber(one.id)}</a>,
        <Id>{one.subject}</Id>,
        foundAs(t, one),
        t.states[one.state],
        <Time at={one.updatedAt} />,
      ])}
    />
  );
}

export function PlaceTable({
  viewer,
  label,
  places,
}: {
  viewer: Viewer;
  label: string;
  places: readonly Place[];
}): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <Table
      viewer={viewer}
      label={label}
      head={[t.room, t.id, t.membership, t.power]}
      rows={places.map((place) => [
        <bdi>{place.name ?? '–'}</bdi>,
        <Id>{place.roomId}</Id>,
        t.memberships[place.membership] ?? place.membership,
        Number.isFinite(place.power) ? place.power : '∞',
      ])}
    />
  );
}

function Ids({ ids }: { ids: readonly string[] }): VNode {
  return (
    <>
      {ids.map((id, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Id>{id}</Id>
        </span>
      ))}
    </>
  );
}
