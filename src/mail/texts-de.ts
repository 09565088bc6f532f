import type { Translated } from '../util/catalogue.js';
import type { English } from './texts.js';

/** German: mail, for admins and moderators. */
export const de: Translated<English> = {
  notSetUp: 'Mail ist nicht eingerichtet.',
  setUp: 'Setze mail.smtp_url, mail.from und mail.abuse_contact.',
  dryRun: 'Das ist ein Probelauf: keine Mail wird verschickt.',
  endDryRun: 'Setze dry_run: false.',
  noMail: (id) => `Eine Mail ${id} gibt es nicht.`,
  listMails: '`mail list` zeigt die letzten.',

  notAnAddress: (key) => `${key} ist keine einzelne Mailadresse.`,
  writeAddress: (key) => `Schreibe ${key} so: "Heimdall <heimdall@example.org>".`,

  testSubject: (server) => `Testmail von Heimdall auf ${server}`,
  testBody: (version, server) => [
    `Heimdall ${version} auf ${server} kann Mail an diese Adresse schicken.`,
    'Nichts wurde gemeldet, und nichts ist zu tun.',
  ],

  sent: (when) => `verschickt ${when}`,
  notSentYet: 'noch nicht verschickt',
  notSent: (why) => `nicht verschickt: ${why}`,

  noServer: 'Die Kennung nennt keinen Server.',
  ownServer: 'Das Konto ist auf unserem eigenen Server; dessen Abuse-Stelle hat ihre Mail.',
  ownDesk: 'Die Abuse-Stelle ist unsere eigene; sie hat ihre Mail.',
  noDesk: (server) => `Für ${server} ist keine Abuse-Stelle bekannt.`,
  allRefused: (server) => `Alle Abuse-Stellen von ${server} haben sie abgelehnt.`,
  refusedIt: (recipient, why) => `${recipient} hat sie abgelehnt: ${why}`,

  oneAMinute: 'Eine Mail in der Minute.',
  stillOnItsWay: 'Die Mail davor ist noch unterwegs.',

  unusable: (why) => `Diese Mail lässt sich nicht schreiben: ${why}.`,
  writeYourself: 'Sieh dir den Fall an und schreibe selbst an die Abuse-Stelle.',
  noFinding: 'die Maßnahme nennt keinen Fall und keinen Befund aus dem Ledger',
  notInCase: (caseId) => `Fall ${caseId} enthält diesen Befund nicht`,
  badFinding: (id) => `Befund ${id} hat nicht die Form, die seine Art verlangt`,

  tooManyComplaints: 'Zu viele Beschwerden per Mail in einer Stunde.',
  complaintsReturn: 'Sie kommen wieder.',

  badKey: (file, why) => `mail.dkim.private_key: ${file} enthält keinen brauchbaren privaten Schlüssel (${why}).`,
  makeKey: 'Erzeuge einen, etwa mit `openssl genrsa -out dkim.pem 2048`, und veröffentliche die öffentliche Hälfte.',
  serverRefuses: (why) => `Der Mailserver nimmt unsere Mail nicht an: ${why}`,
  checkServer: 'Prüfe mail.smtp_url (Rechner, Port, Benutzer, Passwort) und ob der Server läuft.',

  wordsUnusable: (file, problems) => `${file} ist unbrauchbar: ${problems}`,
  wordsUnreadable: (file, why) => `${file} ist nicht lesbar: ${why}`,
  wordsNoMap: (file) => `${file} muss eine Zuordnung von Texten enthalten`,
  mendWords: 'Berichtige die Datei, oder nimm die, die Heimdall mitbringt (rules/mail).',
  noSuchText: (key) => `${key}: diesen Text gibt es nicht`,
  noText: (key) => `${key}: muss ein Text sein`,
  oneLine: (key) => `${key}: muss eine Zeile sein`,
  unknownWord: (key, name) => `${key}: {${name}} bedeutet hier nichts`,
  missingWord: (key, name) => `${key}: {${name}} fehlt`,

  support: {
    tooSlow: 'zu langsam',
    notHttps: 'keine einfache https-URL',
    address: 'eine Adresse statt eines Namens',
    noAddress: 'der Name hat keine Adresse',
    privateNetwork: 'der Name führt in ein privates Netz',
  },
  addressOfLetter: 'die Adresse im Brief',
  unknownTime: 'Zeit unbekannt',
};
