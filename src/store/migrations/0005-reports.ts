import type { Migration } from './migration.js';

/** Reports in, mail out: contacts of other servers, answers to our mails, direct chats with people. */
export const reports: Migration = async (db, words) => {
  const { schema } = db;
  await schema
    .createTable('mail_contacts')
    .addColumn('server', 'text', (c) => c.primaryKey().notNull())
    .addColumn('addresses', 'text', (c) => c.notNull())
    .addColumn('checked_at', 'bigint', (c) => c.notNull())
    .modifyEnd(words.keyedTable)
    .execute();
  await schema.createIndex('mail_contacts_checked').on('mail_contacts').column('checked_at').execute();

  await words
    .withId(schema.createTable('mail_answers'))
    .addColumn('case_id', 'bigint', (c) => c.notNull().references('cases.id').onDelete('cascade'))
    .addColumn('message_id', 'text', (c) => c.notNull().unique())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('sender', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('mail_answers_case').on('mail_answers').columns(['case_id', 'id']).execute();
  await schema.createIndex('mail_answers_received').on('mail_answers').column('received_at').execute();
  await schema.createIndex('outbox_message').on('outbox').column('message_id').execute();

  await schema
    .createTable('direct_chats')
    .addColumn('user_id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('room_id', 'text')
    .addColumn('receipts', 'integer', (c) => c.notNull())
    .addColumn('used_at', 'bigint', (c) => c.notNull())
    .modifyEnd(words.keyedTable)
    .execute();
  await schema.createIndex('direct_chats_room').on('direct_chats').column('room_id').execute();
};
