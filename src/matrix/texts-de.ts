import type { Translated } from '../util/catalogue.js';
import { numberDe } from '../util/language.js';
import type { English } from './texts.js';

/** German: registrations, requests that failed, and what a dry run does not do. */
export const de: Translated<English> = {
  notJson: 'die Antwort ist kein JSON: stimmt die URL des Homeservers?',
  tooLarge: (bytes) => `die Antwort ist größer als ${numberDe(bytes)} Bytes`,
  notSent: 'nicht gesendet: dieser Prozess handelt gerade nicht',
  answered: (status) => `der Homeserver antwortete ${status}`,
  theFile: 'die Datei',
  notARegistration: (file, keys) => `${file} ist keine Registrierung: ${keys} fehlt oder hat den falschen Typ`,
  unreadable: (file, why) => `Die Registrierung ${file} ist nicht lesbar: ${why}`,
  notYaml: (file) => `${file} ist kein gültiges YAML`,
  isSample: 'ist das Muster: seine Tokens sind Platzhalter, die jeder kennt',
  shortToken: (least) => `hat ein Token mit weniger als ${least} Zeichen, das sich erraten ließe`,
  sameToken: 'hat zweimal dasselbe Token: wer die eine Richtung mitliest, könnte in der anderen sprechen',
  runRegister: 'Führe `heimdall register --config FILE` aus und gib dem Homeserver die Datei, die es schreibt.',
  notMxc: 'das ist keine mxc://-URI',
  requestFailed: 'die Anfrage ist gescheitert',
  answerLacks: (fields) => `in der Antwort des Homeservers fehlt ${fields.join(', ')}`,
  joinsNothing: 'im Probelauf trete ich von mir aus keinem Raum bei',
  makesNoRooms: 'im Probelauf wird kein Raum angelegt',
  invitesNobody: 'im Probelauf wird niemand eingeladen',
  keepsName: 'im Probelauf bleibt mein Anzeigename, wie er ist',
};
