import type { VNode } from 'preact';
import type { Verdict } from '../../../detection/index.js';
import { evidenceIn } from '../../../notify/evidence-words.js';
import { Id, Time } from '../layout.js';
import { deskTextsIn } from '../texts-desk.js';
import { Table, type Viewer } from './frame.js';

/** What a case rests on: what the detector says of names, and what was seen, reported and caught, in time order. */

export function Evidence({ viewer, verdict }: { viewer: Viewer; verdict: Verdict }): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <Table
      viewer={viewer}
      label={t.evidence}
      head={[t.weight, t.what, t.field, t.disguise]}
      rows={verdict.evidence.map((one) => [
        one.weight.toFixed(1),
        <bdi>{evidenceIn(viewer.language, one.sentence)}</bdi>,
        t.fields[one.field] ?? one.field.replaceAll('_', ' '),
        one.disguise.replaceAll('_', ' '),
      ])}
    />
  );
}

interface MomentBase {
  at: number;
  /** the room, as people know it */
  place: string | undefined;
  /** what was written there, as it was captured */
  written: string | undefined;
}

/** One thing that happened. */
export type Moment = MomentBase &
  (
    | { kind: 'seen'; name: string | null; verdict: string }
    | { kind: 'report'; reporter: string; reason: string }
    | { kind: 'protection'; protection: string; why: string; facts: string; offence: number }
  );

/** What happened, oldest first; `earlier`: how much more there was. */
export function Timeline({
  viewer,
  moments,
  earlier,
}: {
  viewer: Viewer;
  moments: readonly Moment[];
  earlier: number;
}): VNode | null {
  const t = deskTextsIn(viewer.language);
  if (moments.length === 0) return null;
  return (
    <>
      <h2>{t.timeline}</h2>
      {earlier > 0 && <p>{t.earlier(earlier)}</p>}
      <Table
        viewer={viewer}
        label={t.timeline}
        head={[t.when, t.what, t.room, t.wrote]}
        rows={moments.map((one) => [
          <Time at={one.at} />,
          <What viewer={viewer} moment={one} />,
          <bdi>{one.place ?? ''}</bdi>,
          <bdi>{one.written ?? ''}</bdi>,
        ])}
      />
    </>
  );
}

function What({ viewer, moment }: { viewer: Viewer; moment: Moment }): VNode {
  const t = deskTextsIn(viewer.language);
  if (moment.kind === 'seen')
    return (
      <>
        {t.seenAs(t.verdicts[moment.verdict] ?? moment.verdict)} <bdi>{moment.name ?? t.withoutName}</bdi>
      </>
    );
  if (moment.kind === 'report')
    return (
      <>
        {t.reportedBy} <Id>{moment.reporter}</Id>: <bdi>{moment.reason === '' ? t.noReason : moment.reason}</bdi>
      </>
    );
  return (
    <>
      {moment.protection}: <bdi>{moment.why}</bdi> {moment.facts !== '' && <bdi>({moment.facts})</bdi>}{' '}
      {t.offence(moment.offence)}
    </>
  );
}
