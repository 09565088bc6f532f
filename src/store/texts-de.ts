import type { Translated } from '../util/catalogue.js';
import type { English } from './texts.js';

/** German: a ledger or settings that cannot be used, and what to do about it. */
export const de: Translated<English> = {
  noWriteAheadLog: (mode) => `das Dateisystem kann kein Write-Ahead-Log halten (Journal-Modus ${mode})`,
  sqliteRemedy: (dataDir) =>
    `Prüfe, ob es ${dataDir} gibt, ob Heimdall dort schreiben kann, ob dort Platz frei ist, und ob kein anderes ` +
    'Programm die Datei offen hält (storage.data_dir).',
  postgresRemedy:
    'Prüfe, ob PostgreSQL dort läuft und ob storage.database_url eine Datenbank, einen Benutzer und ein Passwort ' +
    'nennt, die sie benutzen dürfen: postgres://USER:PASSWORD@HOST:5432/DATABASE.',
  notAPostgresUrl: 'storage.database_url ist keine URL der Form postgres://',
  notWritten: 'Inzwischen handelt ein anderer Prozess auf diesem Ledger: Geschrieben wurde nichts.',
  notWrittenRemedy: 'Nichts zu tun: Dieser Prozess steht bereit, bis der andere weg ist.',
  waiting: 'Ein anderer Prozess handelt auf diesem Ledger.',
  cannotUse: (name, words) => `Heimdall kann ${name} nicht benutzen: ${words}.`,
  rowRemedy: 'Berichtige die Spalte `document` der einzigen Zeile; wird die Zeile gelöscht, gelten die Vorgaben.',
  fileRemedy: (lastGood, file) =>
    `Berichtige die Datei, oder ersetze sie durch die letzte gute Kopie, die daneben liegt: ` +
    `cp '${lastGood}' '${file}'.`,
  cannotRead: (file, error) => `${file} lässt sich nicht lesen: ${error}.`,
  cannotWrite: (file, error) => `${file} lässt sich nicht schreiben: ${error}.`,
  folderRemedy: (dataDir) =>
    `Prüfe, ob es ${dataDir} (storage.data_dir) gibt, ob es dem Benutzer von Heimdall gehört, und ob dort Platz ist.`,
  roomIdForm: 'muss eine Raum-ID sein, etwa "!abc:example.org"',
  userIdForm: 'muss eine Benutzer-ID sein, etwa "@name:example.org"',
  emptyDocument: 'Zeile 1: das Dokument ist leer',
  wouldBeInvalid: (mistakes) => `Mit dieser Änderung wären die Einstellungen ungültig: ${mistakes.join(', ')}.`,
  unchanged: (name) => `In ${name} wurde nichts geändert.`,
  unreadable: (name, mistakes) => `Die Einstellungen in ${name} sind nicht lesbar: ${mistakes.join(', ')}.`,
  closed: 'Das Ledger ist geschlossen: Heimdall hält an.',
  foreignTables:
    'Die PostgreSQL-Datenbank gehört einem anderen Programm: Sie hat Tabellen mit den Namen, die Heimdall braucht.',
  foreignTablesRemedy:
    'Gib Heimdall eine eigene Datenbank (createdb heimdall) und nenne sie in storage.database_url. Geändert wurde ' +
    'nichts.',
  newerLedger: (found, known) =>
    `Das Ledger wurde von einem neueren Heimdall geschrieben: Sein Schema hat die Version ${found}, und dieses ` +
    `Programm kennt Versionen bis ${known}.`,
  newerLedgerRemedy:
    'Starte wieder das neuere Heimdall, oder stelle die Sicherung von vor dem Update wieder her. Geändert wurde ' +
    'nichts.',
  theLedger: 'das Ledger',
  ledgerFile: (file) => `das Ledger ${file}`,
  postgresDatabase: (database, host) => `die PostgreSQL-Datenbank ${database} auf ${host || 'ihrem Socket'}`,
  settingsTable: 'der Tabelle `settings` des Ledgers',
  settingsConflict: 'Zur selben Zeit hat ein anderer Prozess die Einstellungen geändert.',
  atLine: (line, problem) => `Zeile ${line}: ${problem}`,
  unknownKey: (key) => `der Schlüssel ${JSON.stringify(key)} ist unbekannt`,
  json: {
    goesOn: (found) => `nach dem Ende des Dokuments steht ${found}`,
    tooDeep: 'es ist zu tief verschachtelt',
    keyExpected: (found) => `erwartet wird ein Schlüssel in doppelten Anführungszeichen, nicht ${found}`,
    keyTwice: (key) => `der Schlüssel ${JSON.stringify(key)} steht zweimal da`,
    colonExpected: (key, found) => `nach dem Schlüssel ${JSON.stringify(key)} wird ":" erwartet, nicht ${found}`,
    commaExpected: (end, earlierLine, found) =>
      `erwartet wird "," oder "${end}"` +
      `${earlierLine === undefined ? '' : ` (oder am Ende von Zeile ${earlierLine})`}, nicht ${found}`,
    commaTooMany: (end) => `vor "${end}" steht ein Komma`,
    notClosed: 'eine Zeichenkette ist nicht mit einem doppelten Anführungszeichen geschlossen',
    valueExpected: (found) => `erwartet wird ein Wert, nicht ${found}`,
    notAValue: (token) => `${token} ist kein JSON-Wert`,
    endOfFile: 'das Ende der Datei',
  },
  anotherPerson: '(eine andere Person)',
};
