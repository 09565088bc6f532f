import type { VNode } from 'preact';
import { Id } from '../layout.js';
import { deskTextsIn } from '../texts-desk.js';
import { Desk, Table, type Viewer } from './frame.js';

/** Protected rooms and policy lists. */

export interface RoomRow {
  roomId: string;
  name: string | null;
  alias: string | null;
  members: number;
  missing: readonly string[];
  denied: number;
}

export function RoomsPage({ viewer, rooms }: { viewer: Viewer; rooms: readonly RoomRow[] }): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.roomsTitle}>
      <Table
        viewer={viewer}
        label={t.roomsTitle}
        head={[t.room, t.id, t.joined, t.missingPower, t.deniedServers]}
        rows={rooms.map((room) => [
          <bdi>{room.name ?? room.alias ?? '–'}</bdi>,
          <Id>{room.roomId}</Id>,
          room.members,
          room.missing.length === 0 ? t.none : <strong class="warn">{room.missing.join(', ')}</strong>,
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
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.listsTitle}>
      {lists.length === 0 && <p class="soft">{t.noLists}</p>}
      {lists.map((list) => (
        <section key={list.roomId} aria-label={list.shortcode}>
          <h2>
            <bdi>{list.shortcode}</bdi> {list.own ? t.ownList : ''}
          </h2>
          <p>
            <Id>{list.roomId}</Id>, {t.ruleCount(list.total)}
            {list.total > list.rules.length ? t.firstRules(list.rules.length) : ''}
          </p>
          <Table
            viewer={viewer}
            label={t.rulesOf(list.shortcode)}
            head={[t.kind, t.entity, t.action, t.reason]}
            rows={list.rules.map((rule) => [rule.kind, <Id>{rule.entity}</Id>, rule.action, <bdi>{rule.reason}</bdi>])}
          />
        </section>
      ))}
    </Desk>
  );
}
