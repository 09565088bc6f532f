import type { Inline } from '../matrix/message.js';
import type { Translated } from '../util/catalogue.js';
import type { EnglishApp, EnglishTexts } from './texts.js';

/** German: the start, and what a running Heimdall waits for. */
export const deTexts: Translated<EnglishTexts> = {
  waiting: {
    first: 'Der Homeserver hat noch nicht geantwortet.',
    room: 'Der Moderationsraum ist noch nicht gelesen.',
    step: (step, error, remedy) => `${step}: ${error}${/[.!?]$/.test(error) ? '' : '.'} ${remedy}`,
    homeserverGone: (url) => `Prüfe, ob der Homeserver läuft und unter homeserver.url antwortet (${url}).`,
    notMatrix: (url) =>
      `Unter homeserver.url (${url}) antwortet etwas, das kein Matrix-Homeserver ist: nimm die Adresse der ` +
      'Client-API selbst.',
    unknownToken:
      'Trage die Registrierung in homeserver.yaml unter app_service_config_files ein und starte den Homeserver neu; ' +
      'auch nach `heimdall register --force`.',
    exclusive:
      'bot.localpart weicht von der Registrierung ab, die der Homeserver hat: führe `heimdall register --force` aus, ' +
      'gib ihm die neue Datei und starte ihn neu.',
    doctor: '`heimdall doctor` sagt, was nicht stimmt.',
    again: 'Neustart, wie ein Befehl es verlangte.',
    standby: 'Ein anderer Prozess arbeitet mit diesem Ledger. Dieser übernimmt, wenn jener endet.',
  },
  whoWeAre: {
    found: (theirs, ours) =>
      `Der Homeserver sagt, dass Heimdall dort ${theirs} ist, die Konfiguration macht daraus aber ${ours}.`,
    otherServer:
      'Setze homeserver.server_name auf das, was in seinen Benutzer-IDs hinter dem Doppelpunkt steht, oder ' +
      'homeserver.url auf den richtigen Homeserver, und starte neu.',
    otherBot:
      'Setze bot.localpart auf das, was die Registrierung sagt, oder führe `heimdall register --force` aus, gib dem ' +
      'Homeserver die neue Datei und starte beide neu.',
  },
  noAnswer: (seconds) => `keine Antwort innerhalb von ${seconds} s`,
  wayBack: {
    tokensDiffer:
      'Der Homeserver schickt ein anderes hs_token, deshalb wird alles abgewiesen, was er schickt. Gib ihm die ' +
      'Registrierung, die Heimdall liest, und starte beide neu.',
    unreachable: (url, error) =>
      `Der Homeserver erreicht Heimdall unter ${url} nicht (${error}), also kommen keine Ereignisse an. Setze ` +
      'appservice.url auf eine Adresse, die der Homeserver erreicht (in Containern: nicht 127.0.0.1), führe ' +
      '`heimdall register --force` aus, gib ihm die neue Datei und starte ihn neu.',
    badAnswer: (url, error) =>
      `Unter ${url} antwortet dem Homeserver etwas anderes als dieser Heimdall (${error}), also kommen keine ` +
      'Ereignisse an. Prüfe appservice.url und was als Proxy dazwischenliegt.',
    noUrl:
      'Die Registrierung, die der Homeserver hat, nennt keine url, also kommen keine Ereignisse an. Gib ihm die ' +
      'Registrierung, die `heimdall register` geschrieben hat, und starte ihn neu.',
  },
  troubles: {
    'display name': 'Ich konnte meinen Anzeigenamen nicht setzen',
    'own list': 'Meine eigene Regelliste ließ sich nicht anlegen, also kann ich keine Sperren schreiben',
    history: 'Das Ende der Vergangenheit ließ sich nicht festhalten',
  },
  trouble: (what, error): Inline[] => [`${what} (${error}). Ich versuche es weiter.`],
};

/** German: what the parts of a running Heimdall tell moderators and the log. */
export const deApp: Translated<EnglishApp> = {
  web: (error) => `Die Webseiten sind nicht offen: ${error}`,
  cannotListen: (bind, port, error) => `Die Webseiten können nicht auf ${bind}:${port} lauschen (${error}).`,
  cannotListenRemedy: 'Benutzt ein anderes Programm den Port? Setze web.bind und web.port.',
  leaseLost: 'Die Pacht auf das Ledger ließ sich nicht erneuern: vielleicht arbeitet ein anderer Prozess damit.',
  rulesChanged: (folder): Inline[] => ['Die Regeln in ', { code: folder }, ' haben sich geändert und gelten jetzt.'],
  rulesUnusable: (message, remedy) =>
    `Die geänderten Regeln sind unbrauchbar; die letzten guten gelten weiter. ${message} ${remedy}`,
  setAside:
    'Ein Ereignis ließ sich nicht verarbeiten und wurde beiseitegelegt, damit es mit den anderen weitergeht; das Log ' +
    'nennt es. Falls es für mich bestimmt war, tu es noch einmal.',
  signIn: (link): Inline[] => [
    'Anmeldung auf den Seiten von Heimdall: ',
    link,
    ' – der Link gilt einmal und 10 Minuten lang.',
  ],
};
