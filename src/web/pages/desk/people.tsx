import type { VNode } from 'preact';
import type { CaseRecord } from '../../../store/records/cases.js';
import { Id, Time } from '../layout.js';
import { deskTextsIn } from '../texts-desk.js';
import { CaseTable, PlaceTable, type Place } from './case-context.js';
import { Desk, Table, type Viewer } from './frame.js';

/** All that is known here of one account or one server. */

/** A name and picture that an account bore, as it was seen. */
export interface Look {
  at: number;
  displayName: string | null;
  avatarUrl: string | null;
  where: string;
}

/** A rule about an account or server. */
export interface RuleAbout {
  action: string;
  entity: string;
  list: string;
  reason: string;
}

export interface PersonPageProps {
  viewer: Viewer;
  userId: string;
  /** its own case first, then those of others that bore its names or pictures */
  cases: readonly CaseRecord[];
  /** when the homeserver made the account; undefined: it is not ours, or nobody tells */
  madeAt: number | undefined;
  firstSeen: number | undefined;
  looks: readonly Look[];
  places: readonly Place[];
  rules: readonly RuleAbout[];
}

export function PersonPage(props: PersonPageProps): VNode {
  const { viewer, userId, cases, madeAt, firstSeen, looks, places, rules } = props;
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.personTitle}>
      <dl>
        <dt>{t.id}</dt>
        <dd>
          <Id>{userId}</Id>
        </dd>
        <dt>{t.accountAge}</dt>
        <dd>{madeAt === undefined ? t.unknown : <Time at={madeAt} />}</dd>
        <dt>{t.firstSeen}</dt>
        <dd>{firstSeen === undefined ? t.unknown : <Time at={firstSeen} />}</dd>
      </dl>
      <h2>{t.nav.cases}</h2>
      <CaseTable viewer={viewer} label={t.nav.cases} cases={cases} />
      <h2>{t.sharedRooms}</h2>
      <PlaceTable viewer={viewer} label={t.sharedRooms} places={places} />
      <h2>{t.namesBefore}</h2>
      <Table
        viewer={viewer}
        label={t.namesBefore}
        head={[t.when, t.displayName, t.picture, t.room]}
        rows={looks.map((look) => [
          <Time at={look.at} />,
          <bdi>{look.displayName ?? '–'}</bdi>,
          <code>{look.avatarUrl ?? '–'}</code>,
          <Id>{look.where}</Id>,
        ])}
      />
      <RulesAbout viewer={viewer} rules={rules} />
    </Desk>
  );
}

export interface ServerPageProps {
  viewer: Viewer;
  server: string;
  cases: readonly CaseRecord[];
  total: number;
  /** members of it, by protected room */
  rooms: readonly { roomId: string; name: string | null; members: number }[];
  rules: readonly RuleAbout[];
}

export function ServerPage({ viewer, server, cases, total, rooms, rules }: ServerPageProps): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.serverTitle}>
      <p>
        <Id>{server}</Id>
      </p>
      <h2>{t.casesOfServer}</h2>
      <p>
        {t.count(total)}
        {total > cases.length && (
          <>
            {'. '}
            {t.firstOf(cases.length, total)}{' '}
            <a href={`/cases?${new URLSearchParams({ state: 'all', server }).toString()}`}>{t.allCases}</a>
          </>
        )}
      </p>
      <CaseTable viewer={viewer} label={t.casesOfServer} cases={cases} />
      <h2>{t.membersOf}</h2>
      <Table
        viewer={viewer}
        label={t.membersOf}
        head={[t.room, t.id, t.members]}
        rows={rooms.map((room) => [<bdi>{room.name ?? '–'}</bdi>, <Id>{room.roomId}</Id>, room.members])}
      />
      <RulesAbout viewer={viewer} rules={rules} />
    </Desk>
  );
}

function RulesAbout({ viewer, rules }: { viewer: Viewer; rules: readonly RuleAbout[] }): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <>
      <h2>{t.rulesAbout}</h2>
      <Table
        viewer={viewer}
        label={t.rulesAbout}
        head={[t.action, t.entity, t.list, t.reason]}
        rows={rules.map((rule) => [
          t.ruleActions[rule.action] ?? rule.action,
          <Id>{rule.entity}</Id>,
          <bdi>{rule.list}</bdi>,
          <bdi>{rule.reason}</bdi>,
        ])}
      />
    </>
  );
}
