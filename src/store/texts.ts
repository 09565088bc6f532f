/** What is said of a ledger or of settings that cannot be used, and what to do about it. */
export const storeTexts = {
  noWriteAheadLog: (mode: string) => `the file system cannot hold a write-ahead log (journal mode ${mode})`,
  sqliteRemedy: (dataDir: string) =>
    `Check that ${dataDir} exists, that Heimdall can write to it, that it has free space, and that no other ` +
    'program holds the file (storage.data_dir).',
  postgresRemedy:
    'Check that PostgreSQL runs there and that storage.database_url names a database, a user and a password ' +
    'that may use it: postgres://USER:PASSWORD@HOST:5432/DATABASE.',
  notAPostgresUrl: 'storage.database_url is not a postgres:// URL',
  notWritten: 'Another process now acts on this ledger: nothing was written.',
  notWrittenRemedy: 'Nothing to do: this process stands by until the other one is gone.',
  waiting: 'Another process acts on this ledger.',
  cannotUse: (name: string, words: string) => `Cannot use ${name}: ${words}.`,
  rowRemedy: 'Correct the column `document` of its only row; deleting the row brings back the defaults.',
  fileRemedy: (lastGood: string, file: string) =>
    `Correct the file, or replace it with the last good copy, which lies beside it: cp '${lastGood}' '${file}'.`,
  cannot: (what: string, file: string, error: string) => `Cannot ${what} ${file}: ${error}.`,
  folderRemedy: (dataDir: string) =>
    `Check that ${dataDir} (storage.data_dir) exists, belongs to Heimdall's user and has free space.`,
  roomIdForm: 'must be a room ID such as "!abc:example.org"',
  userIdForm: 'must be a user ID such as "@name:example.org"',
  emptyDocument: 'line 1: the document is empty',
  wouldBeInvalid: (mistakes: readonly string[]) =>
    `The change would make the settings invalid: ${mistakes.join(', ')}.`,
  unchanged: (name: string) => `Nothing was changed in ${name}.`,
  unreadable: (name: string, mistakes: readonly string[]) =>
    `The settings in ${name} cannot be read: ${mistakes.join(', ')}.`,
  closed: 'The ledger was closed: Heimdall is stopping.',
  foreignTables:
    'The PostgreSQL database is used by another program: it has tables with the names that Heimdall needs.',
  foreignTablesRemedy:
    'Give Heimdall a database of its own (createdb heimdall) and name it in storage.database_url. Nothing was changed.',
  newerLedger: (found: number, known: number) =>
    `The ledger was written by a newer Heimdall: its schema has version ${found}, and this program knows ` +
    `versions up to ${known}.`,
  newerLedgerRemedy:
    'Start the newer Heimdall again, or restore the backup that was made before the update. Nothing was changed.',
};
