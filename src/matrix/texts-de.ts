import type { Translated } from '../util/catalogue.js';
import { numberDe } from '../util/counted.js';
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
  itsForm: 'ihre Form',
  mas: {
    badClient: (scope) =>
      'Matrix Authentication Service nimmt mas.client_id und mas.client_secret nicht an oder gewährt ihnen den Scope ' +
      `${scope} nicht: nenne den Client dort in policy.data.admin_clients`,
    notAllowed:
      'Matrix Authentication Service lässt diesen Client nicht an seine Admin-API: nenne den Client dort in ' +
      'policy.data.admin_clients',
    noAccount: (localpart) => `Matrix Authentication Service kennt kein Konto ${localpart}`,
  },
  notMxc: 'das ist keine mxc://-URI',
  requestFailed: 'die Anfrage ist gescheitert',
  answerLacks: (fields) => `in der Antwort des Homeservers fehlt ${fields.join(', ')}`,
  joinsNothing: 'im Probelauf trete ich von mir aus keinem Raum bei',
  makesNoRooms: 'im Probelauf wird kein Raum angelegt',
  invitesNobody: 'im Probelauf wird niemand eingeladen',
  keepsName: 'im Probelauf bleibt mein Anzeigename, wie er ist',
};
