import { catalogue } from '../util/catalogue.js';
import { de } from './texts-de.js';

/** Errors about an unusable ledger or settings, with remedies. */
const en = {
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
  cannotRead: (file: string, error: string) => `Cannot read ${file}: ${error}.`,
  cannotWrite: (file: string, error: string) => `Cannot write ${file}: ${error}.`,
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
  theLedger: 'the ledger',
  ledgerFile: (file: string) => `the ledger ${file}`,
  postgresDatabase: (database: string, host: string) =>
    `the PostgreSQL database ${database} at ${host || 'its socket'}`,
  settingsTable: 'the table `settings` of the ledger',
  settingsConflict: 'The settings were changed by another process at the same time.',
  atLine: (line: number, problem: string) => `line ${line}: ${problem}`,
  unknownKey: (key: string) => `the key ${JSON.stringify(key)} is not known`,
  /** the error in a JSON document, after "line 3: "; `found`: the text there */
  json: {
    goesOn: (found: string) => `there is ${found} after the end of the document`,
    tooDeep: 'it is nested too deeply',
    keyExpected: (found: string) => `a key in double quotes is expected, not ${found}`,
    keyTwice: (key: string) => `the key ${JSON.stringify(key)} is there twice`,
    colonExpected: (key: string, found: string) => `":" is expected after the key ${JSON.stringify(key)}, not ${found}`,
    commaExpected: (end: string, earlierLine: number | undefined, found: string) =>
      `"," or "${end}" is expected${earlierLine === undefined ? '' : ` (or at the end of line ${earlierLine})`}, ` +
      `not ${found}`,
    commaTooMany: (end: string) => `there is a comma before "${end}"`,
    notClosed: 'a string is not closed with a double quote',
    valueExpected: (found: string) => `a value is expected, not ${found}`,
    notAValue: (token: string) => `${token} is not a JSON value`,
    endOfFile: 'the end of the file',
  },
  anotherPerson: '(another person)',
};

export type English = typeof en;
export const storeTexts = catalogue({ en, de });

/** The harms of MSC4456 in words. Mails use them too, so they do not depend on the configured language. */
export const HARM_NAMES = {
  'm.spam': 'spam',
  'm.spam.fraud': 'fraud or phishing',
  'm.spam.impersonation': 'impersonation',
  'm.spam.election_interference': 'election interference',
  'm.spam.flooding': 'flooding',
  'm.adult': 'adult content',
  'm.adult.sexual_abuse': 'sexual abuse',
  'm.adult.ncii': 'intimate pictures without consent',
  'm.adult.deepfake': 'a sexual deepfake',
  'm.adult.animal_sexual_abuse': 'sexual abuse of animals',
  'm.adult.sexual_violence': 'sexual violence',
  'm.harassment': 'harassment',
  'm.harassment.trolling': 'trolling',
  'm.harassment.targeted': 'targeted harassment',
  'm.harassment.hate': 'hate',
  'm.harassment.doxxing': 'doxxing',
  'm.violence': 'violence',
  'm.violence.animal_welfare': 'cruelty to animals',
  'm.violence.threats': 'threats',
  'm.violence.graphic': 'graphic violence',
  'm.violence.glorification': 'glorification of violence',
  'm.violence.extremist': 'extremism',
  'm.violence.human_trafficking': 'human trafficking',
  'm.violence.domestic': 'domestic violence',
  'm.child_safety': 'child safety',
  'm.child_safety.csam': 'child sexual abuse material',
  'm.child_safety.grooming': 'grooming',
  'm.child_safety.privacy_violation': "a child's privacy",
  'm.child_safety.harassment': 'harassment of a child',
  'm.danger': 'danger',
  'm.danger.self_harm': 'self-harm',
  'm.danger.eating_disorder': 'eating disorders',
  'm.danger.challenges': 'dangerous challenges',
  'm.danger.substance_abuse': 'substance abuse',
  'm.tos': 'a breach of the terms of service',
  'm.tos.hacking': 'hacking',
  'm.tos.prohibited': 'prohibited goods',
  'm.tos.ban_evasion': 'ban evasion',
  'm.other': 'another concern',
};
