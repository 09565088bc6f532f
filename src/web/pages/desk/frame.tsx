import type { ComponentChildren, VNode } from 'preact';
import type { AuditEntry } from '../../../store/records/audit.js';
import { cutText } from '../cut-text.js';
import { Id, Page, Time } from '../layout.js';
import { recordTextsIn } from '../../../notify/texts-record.js';
import { deskTextsIn } from '../texts-desk.js';
import type { Language } from '../texts.js';

/** What the moderators' pages share: the frame, tables, buttons. */

const NAV = ['cases', 'rooms', 'lists', 'rules', 'protections', 'mail', 'audit', 'figures'] as const;

export interface Viewer {
  userId: string;
  csrf: string;
  language: Language;
}

export function Desk({
  viewer,
  title,
  live = false,
  children,
}: {
  viewer: Viewer;
  title: string;
  /** follows changes, where the browser runs scripts; of a case: its number */
  live?: boolean | string;
  children: ComponentChildren;
}): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <Page
      language={viewer.language}
      title={title}
      nav={NAV.map((page) => ({ href: `/${page}`, text: t.nav[page] }))}
      script={live === false ? undefined : '/live.js'}
    >
      {live !== false && (
        <p id="live" role="status" hidden data-case={typeof live === 'string' ? live : undefined}>
          {t.changedSince}
        </p>
      )}
      {children}
      <footer>
        <form method="post" action="/sign-out" class="row">
          <input type="hidden" name="csrf" value={viewer.csrf} />
          <span class="soft">
            {t.signedInAs} <Id>{viewer.userId}</Id>
          </span>
          <button type="submit" class="quiet">
            {t.signOut}
          </button>
        </form>
      </footer>
    </Page>
  );
}

/** A button that runs one command, after a page that says what it will do. */
export function Do({
  viewer,
  command,
  text,
  quiet = false,
}: {
  viewer: Viewer;
  command: string;
  text: string;
  quiet?: boolean;
}): VNode {
  return (
    <form method="post" action="/do">
      <input type="hidden" name="csrf" value={viewer.csrf} />
      <input type="hidden" name="command" value={command} />
      <button type="submit" class={quiet ? 'quiet' : ''}>
        {text}
      </button>
    </form>
  );
}

export function Table({
  viewer,
  label,
  head,
  rows,
}: {
  viewer: Viewer;
  label: string;
  head: readonly string[];
  rows: readonly (readonly ComponentChildren[])[];
}): VNode {
  if (rows.length === 0) return <p class="soft">{deskTextsIn(viewer.language).nothingYet}</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {head.map((text) => (
              <th scope="col" key={text}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, index) => (
            <tr key={index}>
              {cells.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Choice({
  name,
  label,
  value,
  options,
}: {
  name: string;
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
}): VNode {
  return (
    <div>
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {options.map(([key, text]) => (
          <option key={key} value={key} selected={key === value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** So much of an entry's details is shown: a page of them has to stay small. */
const DETAILS_SHOWN = 200;

export function AuditTable({ viewer, entries }: { viewer: Viewer; entries: readonly AuditEntry[] }): VNode {
  const t = deskTextsIn(viewer.language);
  const words = recordTextsIn(viewer.language);
  return (
    <Table
      viewer={viewer}
      label={t.auditTitle}
      head={[t.when, t.who, t.what, t.case, t.details]}
      rows={entries.map((entry) => [
        <Time at={entry.at} />,
        <Id>{entry.actor}</Id>,
        words.happened(entry.what),
        entry.caseId === null ? '' : <a href={`/cases/${entry.caseId}`}>{t.caseNumber(entry.caseId)}</a>,
        <Details data={entry.data} />,
      ])}
    />
  );
}

/** What somebody said, where that is all that stands there; else the data as it is. */
function Details({ data }: { data: unknown }): VNode {
  const said = saidIn(data);
  return said === undefined ? (
    <code>{cutText(JSON.stringify(data), DETAILS_SHOWN)}</code>
  ) : (
    <bdi>{cutText(said, DETAILS_SHOWN)}</bdi>
  );
}

function saidIn(data: unknown): string | undefined {
  const { note, reason, ...rest } = (data ?? {}) as Record<string, unknown>;
  // to whom a case was assigned stands in the note as well
  if (Object.keys(rest).some((key) => key !== 'to')) return undefined;
  return [note, reason].find((said): said is string => typeof said === 'string' && said !== '');
}
