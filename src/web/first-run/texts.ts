import type { Language } from '../pages/texts.js';

/** All texts of the first-run page; the doctor's findings are English in both languages. */
const en = {
  title: 'Setting up Heimdall',
  lead:
    'Do what is still missing, from top to bottom. This page looks again every few seconds; ' +
    'nothing has to be restarted unless it says so.',
  done: 'Done',
  missing: 'Still missing',
  waits: 'Waits for the step above',
  optional: 'Can wait',
  all: 'Everything is there. Heimdall watches; you can close this page.',
  again: 'Look again',
  commandOf: (step: string, n: number) => `${step}, command ${n}`,
  answers: 'What the doctor says',
  check: 'Check',
  result: 'Result',
  found: 'Found',
  remedy: 'Remedy',
  health: { ok: 'ok', warn: 'to look at', fail: 'failed', skipped: 'skipped' } as Record<string, string>,
  closed: 'This link was used already, or is not complete.',
  closedHint: 'Start Heimdall again for a new one.',
  steps: {
    homeserver: {
      title: 'The homeserver knows Heimdall',
      how: 'Write the registration, name it in homeserver.yaml, and restart the homeserver.',
    },
    room: {
      title: 'A private room for the moderators',
      how: (alias: string, botUserId: string) =>
        `Make a private room with the address ${alias} in your client, and invite ${botUserId} there. ` +
        'Whoever is in it commands.',
    },
    admin: {
      title: 'Heimdall is a server admin',
      how: 'It works without, but sees fewer rooms and cannot suspend accounts. As a server admin:',
    },
    protect: {
      title: 'The first protected room',
      how: 'Give Heimdall power 100 in a room, then write in the management room:',
    },
    mail: {
      title: 'Mail to the abuse desk',
      how: 'In the configuration, then start Heimdall again:',
    },
  },
};

export type FirstRunTexts = typeof en;

const de: FirstRunTexts = {
  title: 'Heimdall einrichten',
  lead:
    'Erledigen Sie von oben nach unten, was noch fehlt. Diese Seite sieht alle paar Sekunden wieder nach; ' +
    'neu starten müssen Sie nur, wo es dabeisteht.',
  done: 'Erledigt',
  missing: 'Fehlt noch',
  waits: 'Wartet auf den Schritt darüber',
  optional: 'Kann warten',
  all: 'Alles ist da. Heimdall wacht; Sie können diese Seite schließen.',
  again: 'Noch einmal nachsehen',
  commandOf: (step, n) => `${step}, Befehl ${n}`,
  answers: 'Was der Doctor sagt (auf Englisch)',
  check: 'Prüfung',
  result: 'Ergebnis',
  found: 'Befund',
  remedy: 'Abhilfe',
  health: { ok: 'in Ordnung', warn: 'ansehen', fail: 'fehlgeschlagen', skipped: 'übersprungen' },
  closed: 'Dieser Link wurde schon benutzt oder ist unvollständig.',
  closedHint: 'Starten Sie Heimdall neu, um einen neuen zu erhalten.',
  steps: {
    homeserver: {
      title: 'Der Homeserver kennt Heimdall',
      how: 'Schreiben Sie die Registrierung, nennen Sie sie in homeserver.yaml, und starten Sie den Homeserver neu.',
    },
    room: {
      title: 'Ein privater Raum für die Moderation',
      how: (alias, botUserId) =>
        `Legen Sie in Ihrem Client einen privaten Raum mit der Adresse ${alias} an, und laden Sie ${botUserId} ` +
        'dorthin ein. Wer darin ist, gibt die Befehle.',
    },
    admin: {
      title: 'Heimdall ist Server-Admin',
      how: 'Es geht auch ohne, aber dann sieht Heimdall weniger Räume und kann keine Konten sperren. Als Server-Admin:',
    },
    protect: {
      title: 'Der erste geschützte Raum',
      how: 'Geben Sie Heimdall in einem Raum die Berechtigung 100, und schreiben Sie dann im Moderationsraum:',
    },
    mail: {
      title: 'Mails an die Abuse-Stelle',
      how: 'In der Konfiguration; danach Heimdall neu starten:',
    },
  },
};

/** The texts in the browser's preferred language. */
export const firstRunTextsIn = (language: Language): FirstRunTexts => (language === 'de' ? de : en);
