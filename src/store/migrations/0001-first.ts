import { sql } from 'kysely';
import type { Migration } from './migration.js';

/** Cases, findings, actions, audit, outgoing mail, seen events, and the small name-value tables. */
export const first: Migration = async (db, words) => {
  const { schema } = db;

  await words
    .withId(schema.createTable('cases'))
    .addColumn('subject_kind', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('subject_key', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('verdict', 'text')
    .addColumn('score', 'double precision', (c) => c.notNull())
    .addColumn('protected', 'text')
    .addColumn('opened_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('closed_at', 'bigint')
    .addColumn('notice_event_id', 'text')
    .addUniqueConstraint('cases_subject', ['subject_kind', 'subject_key'])
    .execute();
  await schema.createIndex('cases_updated').on('cases').columns(['updated_at', 'id']).execute();

  await words
    .withId(schema.createTable('findings'))
    .addColumn('case_id', 'bigint', (c) => c.notNull().references('cases.id').onDelete('cascade'))
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('room_id', 'text')
    .addColumn('event_id', 'text')
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .addColumn('data', 'text', (c) => c.notNull())
    .addUniqueConstraint('findings_key', ['case_id', 'key'])
    .execute();

  await words
    .withId(schema.createTable('actions'))
    .addColumn('case_id', 'bigint', (c) => c.references('cases.id').onDelete('set null'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('lane', 'text', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .addColumn('payload', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('next_try_at', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('result', 'text')
    .addColumn('last_error', 'text')
    .addCheckConstraint('actions_ended', sql`(state = 'due') = (ended_at is null)`)
    .execute();
  // This index only contains pending actions, so a million ended ones cost the executor nothing.
  await schema
    .createIndex('actions_due')
    .on('actions')
    .columns(['lane', 'id'])
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
  await schema.createIndex('actions_case').on('actions').columns(['case_id', 'id']).execute();
  await schema.createIndex('actions_kind').on('actions').columns(['kind', 'state', 'id']).execute();

  await words
    .withId(schema.createTable('audit'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('what', 'text', (c) => c.notNull())
    .addColumn('case_id', 'bigint', (c) => c.references('cases.id').onDelete('set null'))
    .addColumn('data', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('audit_case').on('audit').columns(['case_id', 'id']).execute();
  await schema.createIndex('audit_at').on('audit').columns(['at', 'id']).execute();

  await words
    .withId(schema.createTable('outbox'))
    .addColumn('action_id', 'bigint', (c) => c.notNull().unique().references('actions.id').onDelete('cascade'))
    .addColumn('case_id', 'bigint', (c) => c.references('cases.id').onDelete('set null'))
    .addColumn('message_id', 'text', (c) => c.notNull())
    .addColumn('recipient', 'text', (c) => c.notNull())
    .addColumn('envelope_from', 'text', (c) => c.notNull())
    .addColumn('raw', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('sent_at', 'bigint')
    .addColumn('response', 'text')
    .execute();
  await schema.createIndex('outbox_case').on('outbox').columns(['case_id', 'id']).execute();

  await schema
    .createTable('seen_events')
    .addColumn('event_id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .modifyEnd(words.keyedTable)
    .execute();
  await schema.createIndex('seen_events_at').on('seen_events').column('seen_at').execute();

  for (const name of ['meta', 'secrets']) {
    await schema
      .createTable(name)
      .addColumn('name', 'text', (c) => c.primaryKey().notNull())
      .addColumn('value', 'text', (c) => c.notNull())
      .execute();
  }

  await schema
    .createTable('settings')
    .addColumn('id', 'integer', (c) => c.primaryKey().notNull())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addColumn('document', 'text', (c) => c.notNull())
    .execute();
};
