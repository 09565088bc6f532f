import type { Kysely, Selectable } from 'kysely';
import type { NewQuestion, QuestionRecord } from './records/questions.js';
import { toJson } from './rows.js';
import type { QuestionsTable, Tables } from './schema.js';
/** How long answered and expired questions are kept. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** Records a question; asking it again (a retried command) changes nothing. */
export async function askQuestion(tx: Kysely<Tables>, question: NewQuestion): Promise<void> {
  await tx
    .deleteFrom('questions')
    .where('expires_at', '<', question.askedAt - KEPT_MS)
    .execute();
  await tx
    .insertInto('questions')
    .values({
      key: question.key,
      asked_by: question.askedBy,
      payload: toJson(question.payload),
      asked_at: question.askedAt,
      expires_at: question.expiresAt,
      state: 'open',
      answered_by: null,
    })
    .onConflict((c) => c.column('key').doNothing())
    .execute();
}

/** Answers an open question; false if somebody was faster. */
export async function answerQuestion(
  tx: Kysely<Tables>,
  key: string,
  state: QuestionRecord['state'],
  by: string,
): Promise<boolean> {
  const done = await tx
    .updateTable('questions')
    .set({ state, answered_by: by })
    .where('key', '=', key)
    .where('state', '=', 'open')
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** The questions of the last day, the newest first. */
export async function questions(db: Kysely<Tables>, since: number): Promise<QuestionRecord[]> {
  const rows = await db
    .selectFrom('questions')
    .selectAll()
    .where('expires_at', '>=', since)
    .orderBy('asked_at', 'desc')
    .limit(200)
    .execute();
  return rows.map(toQuestion);
}

function toQuestion(row: Selectable<QuestionsTable>): QuestionRecord {
  return {
    key: row.key,
    askedBy: row.asked_by,
    payload: JSON.parse(row.payload) as unknown,
    askedAt: row.asked_at,
    expiresAt: row.expires_at,
    state: row.state,
    answeredBy: row.answered_by,
  };
}
