import { visible } from '../../detection/index.js';
import type { CaseRecord } from '../../store/records/cases.js';
import { moment } from './index.js';
import { durationIn } from './duration.js';
import { caseOfWord } from './targets.js';
import { usageError, type Reading } from './reading.js';
import { type Arg } from '../spec.js';
import { undoTexts } from '../texts/undo.js';
import { LINE } from '../types.js';

/** What to undo: a case, commands (by the prefixes of their actions' keys), or everything since a time. */
export type UndoWhat = { case: CaseRecord } | { commands: string[] } | { since: number };

/** Reads what to undo. */
export function undoWhat(): Arg<UndoWhat> {
  return {
    kind: 'case',
    label: 'case NUMBER|since TIME',
    optional: false,
    async read(reading: Reading): Promise<UndoWhat> {
      const { services, around } = reading;
      const next = reading.peek();
      if (next === undefined) {
        const replied = around.repliesTo;
        const head = replied ?? around.thread;
        const about = head === undefined ? undefined : await services.ledger.caseByNotice(head);
        if (about !== undefined) return { case: about };
        if (replied !== undefined) return whatStandsBehind(reading, replied);
        throw usageError(undoTexts.what, undoTexts.howTo);
      }
      if (/^(?:since|seit)$/i.test(next.text)) {
        reading.take();
        return { since: await moment('WHEN').read(reading) };
      }
      if (/^(?:last|everything|all|what|alles)$/i.test(next.text)) return { since: everythingSince(reading) };
      if (/^(?:case|fall)$/i.test(next.text)) reading.take();
      const named = reading.peek();
      const found = named === undefined ? undefined : await caseOfWord(named, reading);
      if (found === undefined) throw usageError(undoTexts.noCase(visible(named?.text ?? '')), undoTexts.casesRemedy);
      reading.take();
      return { case: found };
    },
  };
}

const UNITS: Readonly<Record<string, string>> = { hour: '1h', day: '1d', week: '7d', minute: '1m', stunde: '1h' };

/** `everything of the last hour by me`, `all since 30m`: common phrasings. Other people's actions are not included. */
function everythingSince(reading: Reading): number {
  const words = reading.left.map(({ text }) => text.toLowerCase().replace(/[,;.!?]+$/, ''));
  const by = words.findIndex((word) => word === 'by' || word === 'von');
  const whose = by < 0 ? 'me' : (words[by + 1] ?? '');
  if (!['me', 'myself', 'mir', reading.invocation.sender.toLowerCase()].includes(whose))
    throw usageError(undoTexts.onlyOwn, undoTexts.onlyOwnRemedy);
  const said = by < 0 ? words : words.slice(0, by);
  const at = said.findLastIndex((word) => /^(?:since|last|past|within|seit|letzten?r?)$/.test(word));
  const time = said.slice(at + 1);
  const length = durationIn(time)?.value ?? durationIn([UNITS[time[0] ?? ''] ?? ''])?.value;
  if (at < 0 || length === undefined) throw usageError(undoTexts.sinceWhen, undoTexts.sinceRemedy);
  reading.take(reading.left.length);
  return reading.services.clock() - length;
}

/**
 * The key prefixes of the actions behind a message: an answer of ours belongs to one line of the message it replies to;
 * the message itself covers all of its lines.
 */
async function whatStandsBehind({ services, invocation }: Reading, eventId: string): Promise<UndoWhat> {
  const event = await services.homeserver.event(invocation.roomId, eventId).catch(() => undefined);
  const relation = event?.content['m.relates_to'] as { 'm.in_reply_to'?: { event_id?: unknown } } | undefined;
  const asked = relation?.['m.in_reply_to']?.event_id;
  if (event?.sender !== services.homeserver.botUserId || typeof asked !== 'string')
    return { commands: [`command:${eventId}:`, `command:${eventId}${LINE}`] };
  // the answer to a button is under the notice of its case
  const about = await services.ledger.caseByNotice(asked);
  if (about !== undefined) return { case: about };
  const answers = [
    ...(await services.ledger.actionsByKeyPrefix(`answer:${asked}`)),
    ...(await services.ledger.actionsByKeyPrefix(`outcome:${asked}`)),
  ];
  const answer = answers.find(({ result }) => (result as { event_id?: unknown } | null)?.event_id === eventId);
  const [, key] = /^(?:answer|outcome):(.*?)(?::yes)?(?::\d+)?$/s.exec(answer?.key ?? '') ?? [];
  return { commands: key === undefined ? [`command:${asked}:`, `command:${asked}${LINE}`] : [`command:${key}:`] };
}
