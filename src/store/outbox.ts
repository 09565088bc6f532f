import type { Kysely } from 'kysely';
import { clampTimestamp } from './keys.js';
import type { OutboxRecord } from './records/mails.js';
import { toMail } from './rows.js';
import type { OutboxRow, Tables } from './schema.js';
export type ComposedMail = Omit<OutboxRecord, 'id' | 'sentAt' | 'response' | 'actionId'>;

function mailOf(db: Kysely<Tables>, actionId: number): Promise<OutboxRow | undefined> {
  return db.selectFrom('outbox').selectAll().where('action_id', '=', actionId).executeTakeFirst();
}

/**
 * The stored mail of an action; composed and stored if there is none yet. The first to store wins: a second composer,
 * here or on another machine, gets the first one's bytes.
 */
export async function getOrComposeMail(
  ledger: { writer: Kysely<Tables>; write: <T>(work: (db: Kysely<Tables>) => Promise<T>) => Promise<T> },
  actionId: number,
  compose: () => Promise<ComposedMail>,
): Promise<OutboxRecord> {
  const stored = await mailOf(ledger.writer, actionId);
  if (stored) return toMail(stored);
  const mail = await compose();
  const values = {
    action_id: actionId,
    case_id: mail.caseId,
    message_id: mail.messageId,
    recipient: mail.recipient,
    envelope_from: mail.envelopeFrom,
    raw: mail.raw,
    created_at: clampTimestamp(mail.createdAt),
    sent_at: null,
    response: null,
  };
  await ledger.write((db) =>
    db
      .insertInto('outbox')
      .values(values)
      .onConflict((c) => c.column('action_id').doNothing())
      .execute(),
  );
  const first = await mailOf(ledger.writer, actionId);
  if (!first) throw new Error('heimdall: a mail that was just stored is gone');
  return toMail(first);
}

export async function noteMail(
  writer: Kysely<Tables>,
  outboxId: number,
  note: { sentAt: number | null; response: string },
): Promise<void> {
  await writer
    .updateTable('outbox')
    .set({ sent_at: note.sentAt === null ? null : clampTimestamp(note.sentAt), response: note.response })
    .where('id', '=', outboxId)
    .execute();
}

/** Oldest first. */
export async function mailsOf(reader: Kysely<Tables>, caseId: number): Promise<OutboxRecord[]> {
  const rows = await reader.selectFrom('outbox').selectAll().where('case_id', '=', caseId).orderBy('id').execute();
  return rows.map(toMail);
}
