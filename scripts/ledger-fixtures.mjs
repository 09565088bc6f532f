// `npm run ledger-fixtures`: writes test/store/fixtures/ledger-NN.sql for each version of the ledger's schema that has
// none yet: what that version's migration did to the ledger of the version before, and a few rows of its tables. Run in
// order up to NN they give a ledger as that version left it. What is there is never written anew.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Kysely, sql } from 'kysely';
import { connectSqlite } from '../dist/src/store/dialects/sqlite.js';
import { migrate } from '../dist/src/store/migrate.js';
import { MIGRATIONS } from '../dist/src/store/migrations/index.js';

const AT = Date.UTC(2026, 0, 15, 12);
const verdict = JSON.stringify({
  verdict: { verdict: 'likely', score: 0.9, evidence: [] },
  sighting: { userId: '@offic1al:evil.example', displayName: 'Official' },
});
const rules = JSON.stringify({
  shortcode: 'spam',
  rules: [
    ['m.policy.rule.user', 'r1', 'm.ban', '@*:evil.example', null, 'spam', '@mod:example.org', '$r1'],
    ['m.policy.rule.server', 'r2', 'm.ban', 'evil.example', null, null, '@mod:example.org', '$r2'],
  ],
});

/** Rows by the version whose tables they are of; the first ones go through every later migration. */
const ROWS = {
  1: [
    `insert into cases values (1, 'user', '@offic1al:evil.example', '@offic1al:evil.example', 'open', 'likely', 0.9, '@official:example.org', ${AT}, ${AT}, null, '$notice1')`,
    `insert into cases values (2, 'user', '@anna:example.org', '@anna:example.org', 'dismissed', 'possible', 0.4, null, ${AT}, ${AT + 2}, ${AT + 2}, null)`,
    `insert into cases values (3, 'server', 'evil.example', 'evil.example', 'actioned', null, 0, null, ${AT}, ${AT}, ${AT}, null)`,
    `insert into findings values (1, 1, 'f1', 'verdict', '!room:example.org', '$seen', ${AT}, '${verdict}')`,
    `insert into findings values (2, 2, 'f2', 'report', null, null, ${AT}, '{"reporter":"@carl:example.org","reason":"rude"}')`,
    `insert into actions values (1, 1, 'notice', 'messages', 'notice:1', '{}', 'done', 1, ${AT}, ${AT}, ${AT}, '{"event_id":"$notice1"}', null)`,
    `insert into actions values (2, 1, 'ban', '!room:example.org', 'ban:1', '{"roomId":"!room:example.org","userId":"@offic1al:evil.example"}', 'done', 1, ${AT}, ${AT}, ${AT}, '{"effect":"banned"}', null)`,
    `insert into actions values (3, 1, 'mail', 'mail', 'mail:1', '{}', 'done', 1, ${AT}, ${AT}, ${AT}, null, null)`,
    `insert into actions values (4, 1, 'look_at_avatar', 'avatars', 'avatar:1', '{}', 'due', 0, ${AT}, ${AT}, null, null, null)`,
    `insert into audit values (1, ${AT}, 'heimdall', 'case.opened', 1, '{}')`,
    `insert into audit values (2, ${AT + 2}, '@mod:example.org', 'case.dismissed', 2, '{"reason":"known"}')`,
    `insert into outbox values (1, 3, 1, '<1@example.org>', 'abuse@evil.example', 'heimdall@example.org', 'Subject: Case 1', ${AT}, ${AT}, '250 ok')`,
    `insert into seen_events values ('$seen', ${AT})`,
    `insert into meta values ('list_rules:!list:example.org', '${rules}')`,
    `insert into secrets values ('reply', 'c0ffee')`,
  ],
  2: [`insert into scan_hits values ('accounts', 1, 'likely', 2, 0.9, 'f1', 1)`],
  4: [
    `insert into standing_actions values (0, 'ban', '!old:example.org', '{"roomId":"!old:example.org","userId":"@old:evil.example"}', '{"effect":"banned"}')`,
  ],
  5: [
    `insert into mail_answers values (1, 1, '<2@evil.example>', 'answer', 'abuse@evil.example', 'Re: Case 1', 'Closed.', ${AT + 1})`,
    `insert into direct_chats (user_id, room_id, receipts, used_at) values ('@carl:example.org', '!chat:example.org', 1, ${AT})`,
  ],
  6: [`insert into protection_memory values ('flood', 'k', 'k', '{"n":1}', ${AT + 864e5 * 3650})`],
  8: [`insert into questions values ('q1', '@mod:example.org', '{}', ${AT}, ${AT + 864e5}, 'open', null)`],
  11: [`insert into saved_filters values ('@mod:example.org', 'mine', 'state=open', ${AT})`],
};

/** A statement as it was run, with its parameters in it. */
function written({ sql, parameters }) {
  let at = 0;
  return sql.replace(/\?/g, () => {
    const value = parameters[at++];
    if (value === null || typeof value === 'number' || typeof value === 'bigint') return String(value);
    return `'${String(value).replaceAll("'", "''")}'`;
  });
}

const folder = mkdtempSync(path.join(tmpdir(), 'heimdall-fixture-'));
let ran = [];
const { writer, words } = connectSqlite(folder, 'NORMAL');
const db = new Kysely({
  dialect: writer,
  log: ({ query }) => {
    if (/^\s*(?:create|alter|drop|insert|update|delete)\b/i.test(query.sql)) ran.push(written(query));
  },
});
for (let version = 1; version <= MIGRATIONS.length; version++) {
  ran = [];
  await migrate(db, words, MIGRATIONS.slice(0, version));
  for (const row of ROWS[version] ?? []) {
    await sql.raw(row).execute(db);
  }
  const target = path.join('test/store/fixtures', `ledger-${String(version).padStart(2, '0')}.sql`);
  if (existsSync(target)) continue;
  // asked for by each version, made by the first
  if (version > 1) ran = ran.filter((statement) => !statement.startsWith('create table if not exists'));
  writeFileSync(target, ran.map((statement) => `${statement.trim()};\n`).join(''));
  console.log(`wrote ${target}`);
}
await db.destroy();
rmSync(folder, { recursive: true, force: true });
