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
  /** servers that its server ACL blocks, and those of them that Heimdall put there */
  denied: number;
  ours: readonly string[];
  /** names of the protections that are on in it */
  protections: readonly string[];
}

const OURS_SHOWN = 50;

export function RoomsPage({ viewer, rooms }: { viewer: Viewer; rooms: readonly RoomRow[] }): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.roomsTitle}>
      <Table
        viewer={viewer}
        label={t.roomsTitle}
        head={[t.room, t.id, t.joined, t.missingPower, t.protectionsOn, t.deniedServers]}
        rows={rooms.map((room) => [
          <bdi>{room.name ?? room.alias ?? '–'}</bdi>,
          <Id>{room.roomId}</Id>,
          room.members,
          room.missing.length === 0 ? t.none : <strong class="warn">{room.missing.join(', ')}</strong>,
          room.protections.length === 0 ? t.none : room.protections.join(', '),
          <Denied viewer={viewer} room={room} />,
        ])}
      />
    </Desk>
  );
}

/** How many servers a room blocks, and which of them by us. */
function Denied({ viewer, room: { denied, ours } }: { viewer: Viewer; room: RoomRow }): VNode {
  const t = deskTextsIn(viewer.language);
  if (denied === 0) return <>0</>;
  return (
    <>
      {denied}, {t.ofOurs(ours.length)}
      {ours.length > 0 && (
        <details>
          <summary>{t.showOurs}</summary>
          {ours.slice(0, OURS_SHOWN).map((entry) => (
            <div key={entry}>
              <Id>{entry}</Id>
            </div>
          ))}
          {ours.length > OURS_SHOWN && <p>{t.firstOf(OURS_SHOWN, ours.length)}</p>}
        </details>
      )}
    </>
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

/** Says who would be hit by a list before it is watched. */
function Preview({ viewer, asked, bad }: { viewer: Viewer; asked: string; bad: boolean }): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <>
      <h2>{t.previewTitle}</h2>
      <p>{t.previewLead}</p>
      <form method="post" action="/lists/preview" class="stack">
        <input type="hidden" name="csrf" value={viewer.csrf} />
        <div>
          <label for="list">{t.previewLabel}</label>
          <input
            type="text"
            id="list"
            name="list"
            value={asked}
            spellcheck={false}
            required
            maxLength={600}
            aria-invalid={bad ? 'true' : undefined}
            aria-describedby={bad ? 'bad-list' : undefined}
          />
        </div>
        <div>
          <button type="submit" class="quiet">
            {t.preview}
          </button>
        </div>
      </form>
      {bad && (
        <p class="no" role="alert" id="bad-list">
          {t.badList}
        </p>
      )}
    </>
  );
}

export function ListsPage({
  viewer,
  lists,
  asked = '',
  bad = false,
}: {
  viewer: Viewer;
  lists: readonly ListRow[];
  /** the list that a preview was asked for */
  asked?: string;
  /** it names no room */
  bad?: boolean;
}): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.listsTitle}>
      <Preview viewer={viewer} asked={asked} bad={bad} />
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
            rows={list.rules.map((rule) => [
              t.kinds[rule.kind] ?? rule.kind,
              <Id>{rule.entity}</Id>,
              t.ruleActions[rule.action] ?? rule.action,
              <bdi>{rule.reason}</bdi>,
            ])}
          />
        </section>
      ))}
    </Desk>
  );
}
