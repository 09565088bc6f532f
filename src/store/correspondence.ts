import type { SqlLedger } from './ledger.js';
import { clampTimestamp, indexKey } from './keys.js';
import type { MailAnswer, OutboxRecord } from './records/mails.js';
import { toMail } from './rows.js';
import type { MailAnswerRow } from './schema.js';
import type { LedgerTransaction } from './types.js';

/** A direct chat with a person. */
export interface DirectChat {
  userId: string;
  /** null: there was one, but it no longer exists */
  roomId: string | null;
  receipts: boolean;
  /** the person's language, where known */
  language?: 'en' | 'de';
}

function toAnswer(row: MailAnswerRow): MailAnswer {
  return {
    id: row.id,
    caseId: row.case_id,
    messageId: row.message_id,
    kind: row.kind,
    sender: row.sender,
    subject: row.subject,
    body: row.body,
    receivedAt: row.received_at,
  };
}

/** A case that was closed. */
export interface EndedCase {
  id: number;
  state: string;
  closedAt: number;
}

/** How many ended cases are processed in one commit. */
const ENDED_AT_ONCE = 100;

/** Correspondence with people and abuse desks: discovered contacts, received mails, direct chats. */
export class Correspondence {
  readonly #ledger: SqlLedger;

  constructor(ledger: SqlLedger) {
    this.#ledger = ledger;
  }

  /** A server's discovered contact, and when it was found. */
  async contactsOf(server: string): Promise<{ addresses: string[]; checkedAt: number } | undefined> {
    const row = await this.#ledger.reader
      .selectFrom('mail_contacts')
      .selectAll()
      .where('server', '=', indexKey(server))
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const list: unknown = JSON.parse(row.addresses);
    return {
      addresses: Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [],
      checkedAt: row.checked_at,
    };
  }

  async noteContacts(server: string, addresses: readonly string[], at: number): Promise<void> {
    const found = { addresses: JSON.stringify(addresses), checked_at: clampTimestamp(at) };
    await this.#ledger.writer
      .insertInto('mail_contacts')
      .values({ server: indexKey(server), ...found })
      .onConflict((c) => c.column('server').doUpdateSet(found))
      .execute();
  }

  /** The case of a mail of ours with one of these Message-IDs; undefined when none is ours. */
  async caseOfMessages(messageIds: readonly string[]): Promise<number | undefined> {
    if (messageIds.length === 0) return undefined;
    const row = await this.#ledger.reader
      .selectFrom('outbox')
      .select('case_id')
      .where('message_id', 'in', messageIds)
      .where('case_id', 'is not', null)
      .executeTakeFirst();
    return row?.case_id ?? undefined;
  }

  /** Stores a received mail, unless its Message-ID exists already. Returns its id. */
  async keepAnswer(answer: Omit<MailAnswer, 'id'>): Promise<{ id: number; fresh: boolean }> {
    const messageId = indexKey(answer.messageId);
    const added = await this.#ledger.writer
      .insertInto('mail_answers')
      .values({
        case_id: answer.caseId,
        message_id: messageId,
        kind: answer.kind,
        sender: answer.sender,
        subject: answer.subject,
        body: answer.body,
        received_at: clampTimestamp(answer.receivedAt),
      })
      .onConflict((c) => c.column('message_id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (added !== undefined) return { id: added.id, fresh: true };
    const standing = await this.#ledger.writer
      .selectFrom('mail_answers')
      .select('id')
      .where('message_id', '=', messageId)
      .executeTakeFirstOrThrow();
    return { id: standing.id, fresh: false };
  }

  async answerById(id: number): Promise<MailAnswer | undefined> {
    const row = await this.#answers().where('id', '=', id).executeTakeFirst();
    return row && toAnswer(row);
  }

  /** Oldest first. */
  async answersOf(caseId: number): Promise<MailAnswer[]> {
    return (await this.#answers().where('case_id', '=', caseId).execute()).map(toAnswer);
  }

  #answers() {
    return this.#ledger.reader.selectFrom('mail_answers').selectAll().orderBy('id');
  }

  /** The latest mails, newest first. */
  async latestMails(limit: number): Promise<OutboxRecord[]> {
    const rows = await this.#ledger.reader
      .selectFrom('outbox')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(toMail);
  }

  async mailById(id: number): Promise<OutboxRecord | undefined> {
    const row = await this.#ledger.reader.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toMail(row);
  }

  async chatOf(userId: string): Promise<DirectChat | undefined> {
    const row = await this.#ledger.reader
      .selectFrom('direct_chats')
      .selectAll()
      .where('user_id', '=', indexKey(userId))
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { user_id: id, room_id: roomId, receipts, language } = row;
    const known = language === 'en' || language === 'de' ? { language } : {};
    return { userId: id, roomId, receipts: receipts === 1, ...known } as DirectChat;
  }

  /** Every existing chat, for a start. */
  async chats(): Promise<{ userId: string; roomId: string }[]> {
    const rows = await this.#ledger.reader
      .selectFrom('direct_chats')
      .select(['user_id', 'room_id'])
      .where('room_id', 'is not', null)
      .execute();
    return rows.flatMap(({ user_id, room_id }) => (room_id === null ? [] : [{ userId: user_id, roomId: room_id }]));
  }

  async noteChat(userId: string, roomId: string | null, at: number): Promise<void> {
    const now = { room_id: roomId, used_at: clampTimestamp(at) };
    await this.#ledger.writer
      .insertInto('direct_chats')
      .values({ user_id: indexKey(userId), receipts: 1, ...now })
      .onConflict((c) => c.column('user_id').doUpdateSet(now))
      .execute();
  }

  async noteLanguage(userId: string, language: 'en' | 'de', at: number): Promise<void> {
    const now = { language, used_at: clampTimestamp(at) };
    await this.#ledger.writer
      .insertInto('direct_chats')
      .values({ user_id: indexKey(userId), room_id: null, receipts: 1, ...now })
      .onConflict((c) => c.column('user_id').doUpdateSet(now))
      .execute();
  }

  /**
   * Passes the cases that ended since the last call with this key to `decide`, in the order of their ends, however many
   * there are. Its result is stored in the commit that saves the position; the first call only saves the time.
   */
  async followEnded(
    key: string,
    now: number,
    decide: (ended: readonly EndedCase[]) => Promise<(tx: LedgerTransaction) => Promise<void>>,
  ): Promise<void> {
    for (;;) {
      const [at = 0, id = 0] = ((await this.#ledger.meta(key)) ?? '').split('/').map(Number);
      if (!(at > 0)) return this.#ledger.commit((tx) => tx.setMeta(key, `${now}/0`));
      const ended = await this.casesEndedAfter({ at, id }, ENDED_AT_ONCE);
      const last = ended.at(-1);
      if (last === undefined) return;
      const write = await decide(ended);
      await this.#ledger.commit(async (tx) => {
        await write(tx);
        await tx.setMeta(key, `${last.closedAt}/${last.id}`);
      });
      if (ended.length < ENDED_AT_ONCE) return;
    }
  }

  /** Cases that ended after a given one, in the order of their ends. */
  async casesEndedAfter(after: { at: number; id: number }, limit: number): Promise<EndedCase[]> {
    const rows = await this.#ledger.reader
      .selectFrom('cases')
      .select(['id', 'state', 'closed_at'])
      .where('state', 'in', ['actioned', 'dismissed'])
      .where((where) =>
        where.or([
          where('closed_at', '>', after.at),
          where.and([where('closed_at', '=', after.at), where('id', '>', after.id)]),
        ]),
      )
      .orderBy('closed_at')
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(({ id, state, closed_at }) => ({ id, state, closedAt: closed_at ?? 0 }));
  }

  /** The id of the newest audit entry; 0 when there is none. */
  async latestAudit(): Promise<number> {
    const row = await this.#ledger.reader
      .selectFrom('audit')
      .select('id')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return Number(row?.id ?? 0);
  }

  /** Audit entries about cases after a given entry, oldest first. */
  async caseEventsAfter(
    id: number,
    limit: number,
  ): Promise<{ id: number; what: string; caseId: number; at: number }[]> {
    const rows = await this.#ledger.reader
      .selectFrom('audit')
      .select(['id', 'what', 'case_id', 'at'])
      .where('id', '>', id)
      .where('what', 'like', 'case.%')
      .where('case_id', 'is not', null)
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ id: Number(row.id), what: row.what, caseId: row.case_id ?? 0, at: row.at }));
  }

  /**
   * Cases with a `certain` verdict after a given finding, and the newest finding. Without `after` only the latter,
   * since old verdicts are not news.
   */
  async certainFindingsAfter(
    after: number | undefined,
  ): Promise<{ latest: number; cases: { id: number; subject: string }[] }> {
    const { newest } = await this.#ledger.reader
      .selectFrom('findings')
      .select((e) => e.fn.max('id').as('newest'))
      .executeTakeFirstOrThrow();
    const latest = Number(newest ?? 0);
    if (after === undefined || latest <= after) return { latest, cases: [] };
    const rows = await this.#ledger.reader
      .selectFrom('findings')
      .innerJoin('cases', 'cases.id', 'findings.case_id')
      .select(['cases.id', 'cases.subject'])
      .distinct()
      .where('findings.id', '>', after)
      .where('findings.id', '<=', latest)
      .where('findings.kind', '=', 'verdict')
      .where('findings.level_rank', '=', 3)
      .where('cases.subject_kind', '=', 'user')
      .execute();
    return { latest, cases: rows.map(({ id, subject }) => ({ id: Number(id), subject })) };
  }

  async setReceipts(userId: string, wanted: boolean, at: number): Promise<void> {
    const choice = { receipts: wanted ? 1 : 0, used_at: clampTimestamp(at) };
    await this.#ledger.writer
      .insertInto('direct_chats')
      .values({ user_id: indexKey(userId), room_id: null, ...choice })
      .onConflict((c) => c.column('user_id').doUpdateSet(choice))
      .execute();
  }
}
