import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { ActionHandler } from '../actions/types.js';
import { MatrixError, type Homeserver, type MatrixEvent } from '../matrix/types.js';
import { urlPath } from '../matrix/url-path.js';
import type { CaseRecord } from '../store/records/cases.js';
import type { Ledger } from '../store/types.js';
import { BUTTONS, buttonsOf, type ButtonsAbout } from './buttons.js';

/** Updates the buttons under a case's notices. One row per case, however often it changes. */
export const caseButtons = defineAction({
  kind: 'case_buttons',
  payload: z.object({}),
  hasSideEffects: false,
  lane: () => 'case_buttons',
  maxConcurrent: 2,
  failuresToldElsewhere: true,
});

export interface CaseButtonOptions {
  homeserver: Pick<Homeserver, 'botUserId' | 'request' | 'sendEvent' | 'redact'>;
  ledger: Pick<Ledger, 'caseById' | 'newestFindings'>;
  managementRoom: () => string | undefined;
  /** a protected room: events in it are no reason to ban it */
  isOwnRoom: (roomId: string) => boolean;
}

const NOTICES_REMEMBERED = 10_000;
const PAGE = 100;

/**
 * `case_buttons`: adds the sensible buttons under a case's notices and removes the others. Existing ones are read from
 * the homeserver, so retries and crashes do no harm.
 */
export function caseButtonsHandler({
  homeserver,
  ledger,
  managementRoom,
  isOwnRoom,
}: CaseButtonOptions): ActionHandler {
  /** buttons under a notice, by its event id */
  const standing = new Map<string, string>();
  return caseButtons.handler(async (_payload, action) => {
    const roomId = managementRoom();
    const record = action.caseId === null ? undefined : await ledger.caseById(action.caseId);
    if (roomId === undefined || record === undefined) return { state: 'done' };
    const roots = [record.noticeEventId, record.againEventId].filter((id) => id !== null);
    const [offence] = await ledger.newestFindings(record.id, 'protection', 1);
    const found = offence?.data as { members?: unknown; offer?: unknown } | undefined;
    const wanted = wantedKeys(record, {
      campaign: record.subjectKind === 'room' && found?.members !== undefined,
      unban: record.subjectKind === 'user' && found?.offer === 'unban',
      ownRoom: record.subjectKind === 'room' && isOwnRoom(record.subject),
    });
    for (const on of roots) {
      // an older notice's buttons are superseded by the newer one's
      const keys = on === roots.at(-1) ? wanted : [];
      if (standing.get(on) === keys.join()) continue;
      const there = await ownReactions(homeserver, roomId, on);
      for (const [key, eventId] of there)
        if (!keys.includes(key)) await homeserver.redact(roomId, eventId, txnIdOf(`redact:${eventId}`));
      for (const key of keys)
        if (!there.has(key)) await react(homeserver, roomId, on, key, `${action.createdAt}:${action.attempts}`);
      if (standing.size >= NOTICES_REMEMBERED) standing.clear();
      standing.set(on, keys.join());
    }
    return { state: 'done' };
  });
}

function wantedKeys(record: CaseRecord, about: ButtonsAbout): string[] {
  return buttonsOf(record, record.state === 'actioned', about).map(({ key }) => key);
}

/** Our own buttons under a message, by their keys. */
async function ownReactions(
  homeserver: CaseButtonOptions['homeserver'],
  roomId: string,
  on: string,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const { chunk = [] } = await homeserver
    .request<{ chunk?: MatrixEvent[] }>(
      'GET',
      urlPath`/_matrix/client/v1/rooms/${roomId}/relations/${on}/m.annotation/m.reaction`,
      { query: { limit: PAGE } },
    )
    .catch((error: unknown): { chunk?: MatrixEvent[] } => {
      // if the homeserver does not return existing ones, buttons are only added
      if (error instanceof MatrixError && !error.transient) return {};
      throw error;
    });
  for (const { sender, event_id: eventId, content } of chunk) {
    const key = (content['m.relates_to'] as { key?: unknown } | undefined)?.key;
    if (sender === homeserver.botUserId && BUTTONS.some((button) => button.key === key))
      found.set(String(key), eventId);
  }
  return found;
}

async function react(
  homeserver: CaseButtonOptions['homeserver'],
  roomId: string,
  on: string,
  key: string,
  attempt: string,
): Promise<void> {
  const content = { 'm.relates_to': { rel_type: 'm.annotation', event_id: on, key } };
  try {
    await homeserver.sendEvent(roomId, 'm.reaction', txnIdOf(`${on}:${key}:${attempt}`), content);
  } catch (error) {
    if (!(error instanceof MatrixError) || error.errcode !== 'M_DUPLICATE_ANNOTATION') throw error;
  }
}

function txnIdOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
