import type { VNode } from 'preact';
import { deskLanguage } from '../../../util/language.js';
import { deskTextsIn } from '../texts-desk.js';
import { Choice, Desk, type Viewer } from './frame.js';

/** The days that a simulation may look back. */
export const SIMULATED_DAYS = ['1', '3', '7', '30'] as const;

/** Which protections are on, and what one of them would have done. */
export function ProtectionsPage(props: {
  viewer: Viewer;
  /** what the command answers: escaped where it was made */
  html: string;
  names: readonly string[];
  /** protected rooms, by id, with what people call them */
  rooms: readonly (readonly [string, string])[];
}): VNode {
  const { viewer, html, names, rooms } = props;
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.nav.protections}>
      {rooms.length > 0 && (
        <>
          <h2>{t.simulateTitle}</h2>
          <p>{t.simulateLead}</p>
          <form method="post" action="/protections/simulate" class="row">
            <input type="hidden" name="csrf" value={viewer.csrf} />
            <Choice name="name" label={t.protection} value="" options={names.map((name) => [name, name])} />
            <Choice name="room" label={t.room} value="" options={rooms} />
            <Choice name="days" label={t.lookBack} value="7" options={SIMULATED_DAYS.map((n) => [n, t.days(n)])} />
            <button type="submit" class="quiet">
              {t.simulate}
            </button>
          </form>
        </>
      )}
      <h2>{t.protectionsTitle}</h2>
      <div lang={deskLanguage()} dangerouslySetInnerHTML={{ __html: html }} />
    </Desk>
  );
}
