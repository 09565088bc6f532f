import type { Inline } from '../matrix/message.js';
import type { Translated } from '../util/catalogue.js';
import { countedDe, numberDe } from '../util/counted.js';
import { harmsDe } from './harms-de.js';
import { kindDe } from '../util/words-de.js';
import type { English } from './texts.js';

const harmNames: Readonly<Record<string, string>> = harmsDe;

/** German: every sentence that moderators read in notices, alerts and their threads. */
export const de: Translated<English> = {
  noManagementRoom: 'Es gibt noch keinen Moderationsraum.',
  noSuchCase: 'Diesen Fall gibt es nicht.',
  quiet: {
    over: (count, what): Inline[] => [
      `Die Ruhezeit ist vorbei. ${countedDe(count, 'Fall, der', 'Fälle, die')} ohne Ping ` +
        `${count === 1 ? 'kam, wartet' : 'kamen, warten'} noch: ${what}. Ansehen: `,
      { code: '!heimdall cases' },
    ],
  },
  more: (count) => `… und ${numberDe(count)} mehr.`,

  levels: {
    possible: 'möglicherweise ein falsches Konto',
    likely: 'wahrscheinlich ein falsches Konto',
    certain: 'sicher ein falsches Konto',
  },
  levelWords: { possible: 'möglich', likely: 'wahrscheinlich', certain: 'sicher' },
  roomLevels: {
    possible: 'möglicherweise ein nachgemachter offizieller Raum',
    likely: 'wahrscheinlich ein nachgemachter offizieller Raum',
    certain: 'sicher ein nachgemachter offizieller Raum',
  },

  notice: {
    title: (id, again, what, dismissed) =>
      `Fall ${id}${again ? ', wieder offen' : ''}: ${what}${dismissed ? ' (verworfen)' : ''}`,
    reported: (subjectKind) => `gemeldet: ${kindDe(subjectKind)}`,
    who: 'Wer: ',
    room: 'Raum: ',
    displayName: ', Anzeigename ',
    roomName: ', Name ',
    imitates: 'Ahmt nach: ',
    why: 'Warum: ',
    earlierReports: (count) => `… und ${countedDe(count, 'frühere Meldung', 'frühere Meldungen')}.`,
    done: 'Getan: ',
    nothing: 'noch nichts.',
    inRooms: (count) => ` in ${countedDe(count, 'Raum', 'Räumen')}`,
    closed: (id): Inline[] => [
      'Dieser Fall ist abgeschlossen. Er öffnet sich wieder, wenn etwas Neues gesehen oder gemeldet wird. Jetzt ' +
        'wieder öffnen: ',
      { code: `!heimdall reopen ${id}` },
      '.',
    ],
    wrong: (id): Inline[] => [
      'Ein Irrtum? ',
      { code: `!heimdall dismiss ${id}` },
      ' entfernt die Regel und hebt die Sperren auf.',
    ],
    notAnImpostor: (id): Inline[] => ['Kein falsches Konto? ', { code: `!heimdall dismiss ${id}` }, '.'],
    harmless: (id): Inline[] => ['Harmlos? ', { code: `!heimdall dismiss ${id}` }, '.'],
    toBan: (id): Inline[] => [' Sperren: ', { code: `!heimdall ban case ${id}` }, '.'],
    details: (id): Inline[] => [' Alle Einzelheiten: ', { code: `!heimdall case ${id}` }, '.'],
  },

  servers: {
    heading: 'Letzte Woche: Homeserver, deren Konten Arbeit machten',
    line: (about) =>
      [
        ` – ${countedDe(about.cases, 'Fall', 'Fälle')}`,
        about.banned === 0 ? '' : `, ${countedDe(about.banned, 'Konto', 'Konten')} gesperrt`,
        about.open ? ', dort kann sich jeder registrieren' : '',
        about.late === undefined
          ? ''
          : `, Ereignisse kommen ${countedDe(about.late, 'Minute', 'Minuten')} verspätet an`,
      ].join(''),
    more: (count): Inline[] => [`… und ${numberDe(count)} mehr.`],
    toBan: ['Einen ganzen Homeserver sperren: ', { code: '!heimdall ban SERVER' }, '.'],
  },

  seen: {
    line: (what, when) => `Gesehen: ${what}, ${when}`,
    unknownTime: 'Zeit unbekannt',
    alias: ', Alias ',
    room: ', Raum ',
    event: 'Ereignis',
    member: 'ist einem Raum beigetreten',
    rename: 'hat sein Profil geändert',
    invite: 'hat jemanden von unserem Server eingeladen',
    account: 'hat ein Konto auf diesem Server',
    room_members: 'ist in einem Raum, dem jemand von uns beigetreten ist',
    roomItself: 'trägt diesen Namen, diesen Alias oder dieses Thema',
    report: 'wurde gemeldet',
    message: 'hat unter diesem Namen geschrieben',
    naming: 'hat einem Raum oder jemandem, den es einlud, diesen Namen gegeben',
  },

  report: {
    by: 'Gemeldet von ',
    noReason: '(ohne Begründung)',
    harm: (harm) => ` – Schaden: ${harmNames[harm] ?? harm} (${harm})`,
    harmTitle: (harm) => `, ${harmNames[harm] ?? harm}`,
    mostlyDismissed: ({ dismissed, decided }) =>
      ` – ${countedDe(decided, 'früherer Fall', 'frühere Fälle')} aus diesen Meldungen, davon ` +
      `${numberDe(dismissed)} verworfen`,
  },

  actions: {
    report: {
      done: 'dem Homeserver gemeldet',
      due: 'Meldung an den Homeserver unterwegs',
      failed: 'Meldung an den Homeserver gescheitert',
      refused: 'dem Homeserver nicht gemeldet',
      simulated: 'würde dem Homeserver gemeldet (Probelauf)',
    },
    mail: {
      done: 'Abuse-Stelle benachrichtigt',
      due: 'Mail an die Abuse-Stelle unterwegs',
      failed: 'Mail an die Abuse-Stelle gescheitert',
      refused: 'Abuse-Stelle nicht benachrichtigt',
      simulated: 'Abuse-Stelle würde benachrichtigt (Probelauf)',
    },
    forward_mail: {
      done: 'Abuse-Stelle des fremden Servers benachrichtigt',
      due: 'Mail an die Abuse-Stelle des fremden Servers unterwegs',
      failed: 'Mail an die Abuse-Stelle des fremden Servers gescheitert',
      refused: 'Abuse-Stelle des fremden Servers nicht benachrichtigt',
      simulated: 'Abuse-Stelle des fremden Servers würde benachrichtigt (Probelauf)',
    },
    write_rule: {
      done: 'Sperrregel geschrieben',
      due: 'Sperrregel unterwegs',
      failed: 'Sperrregel konnte nicht geschrieben werden',
      refused: 'nicht gesperrt',
      simulated: 'Sperrregel würde geschrieben (Probelauf)',
    },
    redact: {
      done: 'Nachrichten gelöscht',
      due: 'Nachrichten werden gelöscht',
      failed: 'Nachrichten konnten nicht gelöscht werden',
      refused: 'nichts gelöscht',
      simulated: 'Nachrichten würden gelöscht (Probelauf)',
    },
    warn: {
      done: 'verwarnt',
      due: 'Verwarnung unterwegs',
      failed: 'Verwarnung gescheitert',
      simulated: 'würde verwarnt (Probelauf)',
    },
    mute: {
      done: 'stummgeschaltet',
      due: 'Stummschaltung unterwegs',
      failed: 'Stummschaltung gescheitert',
      refused: 'nicht stummgeschaltet',
      simulated: 'würde stummgeschaltet (Probelauf)',
    },
    kick: {
      done: 'hinausgeworfen',
      due: 'Rauswurf unterwegs',
      failed: 'Rauswurf gescheitert',
      refused: 'nicht hinausgeworfen',
      simulated: 'würde hinausgeworfen (Probelauf)',
    },
    lockdown: {
      done: 'Raum nur noch auf Einladung',
      due: 'Abriegelung unterwegs',
      failed: 'Abriegelung gescheitert',
      simulated: 'Raum würde nur noch auf Einladung zugänglich (Probelauf)',
    },
    unmute: {
      done: 'Stummschaltung beendet',
      due: 'Ende der Stummschaltung läuft',
      failed: 'Stummschaltung ließ sich nicht beenden',
    },
    lockdown_end: { done: 'Raum wieder geöffnet' },
    ban: {
      done: 'gesperrt',
      due: 'Sperre unterwegs',
      failed: 'Sperre gescheitert',
      refused: 'nicht gesperrt',
      simulated: 'würde gesperrt (Probelauf)',
    },
    redact_user: {
      done: 'Nachrichten gelöscht',
      due: 'Nachrichten werden gelöscht',
      failed: 'Nachrichten konnten nicht gelöscht werden',
      simulated: 'Nachrichten würden gelöscht (Probelauf)',
    },
    suspend: {
      done: 'Konto ausgesetzt',
      due: 'Aussetzung unterwegs',
      failed: 'Aussetzung gescheitert',
      refused: 'nicht ausgesetzt',
      simulated: 'Konto würde ausgesetzt (Probelauf)',
    },
    lock: {
      done: 'Konto verriegelt',
      due: 'Verriegelung unterwegs',
      failed: 'Verriegelung gescheitert',
      refused: 'nicht verriegelt',
      simulated: 'Konto würde verriegelt (Probelauf)',
    },
    deactivate: {
      done: 'Konto deaktiviert',
      due: 'Deaktivierung unterwegs',
      failed: 'Deaktivierung gescheitert',
      refused: 'nicht deaktiviert',
      simulated: 'Konto würde deaktiviert (Probelauf)',
    },
    quarantine_media: {
      done: 'Medien in Quarantäne',
      due: 'Quarantäne der Medien unterwegs',
      failed: 'Quarantäne der Medien gescheitert',
      simulated: 'Medien kämen in Quarantäne (Probelauf)',
    },
    remove_rule: {
      done: 'Sperrregel entfernt',
      due: 'Entfernen der Sperrregel unterwegs',
      failed: 'Sperrregel konnte nicht entfernt werden',
    },
    unban: { done: 'Sperre aufgehoben', due: 'Aufheben der Sperre unterwegs', failed: 'Sperre nicht aufgehoben' },
    unsuspend: {
      done: 'Aussetzung aufgehoben',
      due: 'Aufheben der Aussetzung unterwegs',
      failed: 'Aussetzung konnte nicht aufgehoben werden',
    },
    unlock: {
      done: 'Konto entriegelt',
      due: 'Entriegelung unterwegs',
      failed: 'Konto konnte nicht entriegelt werden',
    },
    unquarantine_media: {
      done: 'Medien aus der Quarantäne entlassen',
      due: 'Freigabe der Medien unterwegs',
      failed: 'Medien konnten nicht freigegeben werden',
    },
  },

  disguise: {
    line: 'Verkleidung: ',
    more: (count) => `und ${numberDe(count)} mehr`,
    madeVisible: ' – versteckte Zeichen sichtbar gemacht: ',
  },

  offence: {
    line: (why, facts, offence, response) => `: ${why} (${facts}). Verstoß ${offence}; Reaktion: ${response}.`,
    notifyOnly: 'nur melden',
    and: ' und ',
    facts: {
      events: 'Ereignisse',
      window: 'Zeitraum',
      accounts: 'Konten',
      first: 'zuerst',
      word: 'Wort',
      written: 'geschrieben',
      kind: 'Art',
      link: 'Link',
      changes: 'Änderungen',
      joins: 'Beitritte',
      latest: 'zuletzt',
      domain: 'Domain',
      times: 'Anzahl',
      rooms: 'Räume',
      room: 'Raum',
      servers: 'Server',
      server: 'Server',
      mistake: 'Fehler',
      type: 'Typ',
      by: 'von',
      reason: 'Grund',
      picture: 'Bild',
      quarantined: 'in Quarantäne seit',
      reports: 'Meldungen',
      messages: 'Nachrichten',
    },
    newcomer: (ago) => ` Neu hier: erst ${ago} zuvor beigetreten.`,
    written: 'Geschrieben: ',
    all: (count) => `${countedDe(count, 'Verstoß', 'Verstöße')} insgesamt. Die letzten:`,
    ban: 'Mit einer Regel aus allen geschützten Räumen sperren: ',
    unban: 'Die Regel entfernen und ihre Sperren aufheben: ',
    ago: (minutes): string => {
      if (minutes < 1) return 'weniger als eine Minute';
      if (minutes < 120) return countedDe(minutes, 'Minute', 'Minuten');
      return minutes < 2 * 1440 ? `${Math.round(minutes / 60)} Stunden` : `${Math.round(minutes / 1440)} Tage`;
    },
  },

  thread: {
    waiting: 'Wartet auf die Nachricht zum Fall.',
    noNotice: 'Der Fall hat keine Nachricht.',
    tooManyEdits: 'Diese Nachricht ändert sich zu oft.',
    seenAgain: (id, what, effects) => `Fall ${id}: wieder gesehen, ${what}. Noch einmal verlangt: ${effects}.`,
    now: (id, what) => `Fall ${id}: jetzt ${what}`,
    effects: { write_rule: 'eine Sperre', report: 'eine Meldung', mail: 'eine Mail' },
  },

  failure: {
    line: (deed, givenUp) =>
      givenUp
        ? `Gescheitert: ${deed}. Ich habe aufgegeben; die Einzelheiten stehen im Thread.`
        : `Noch nicht getan: ${deed}. Ich versuche es weiter; die Einzelheiten stehen im Thread.`,
    noPower: (deed): Inline[] => [
      `Gescheitert: ${deed}. In einem Raum fehlen mir die Rechte dafür; in welchem, steht im Thread. Was fehlt, zeigt `,
      { code: '!heimdall verify' },
      '. Scheitert es dort heute noch einmal, steht das nur in den Nachrichten der Fälle.',
    ],
    reason: (error) => `– ${error}`,
  },

  outage: {
    mail: { many: 'Mails', one: 'Mail' },
    report: { many: 'Meldungen an den Homeserver', one: 'Meldung' },
    lost: (count, one) =>
      ` ${countedDe(count, one, plural(one))} ${count === 1 ? 'konnte' : 'konnten'} nicht zugestellt werden und ` +
      `${count === 1 ? 'wurde' : 'wurden'} aufgegeben; in welchen Fällen, steht in deren Nachrichten.`,
    over: (many) => `${many} gehen wieder hinaus.`,
    waiting: (count, one, since) =>
      ` ${countedDe(count, one, plural(one))} ${count === 1 ? 'wartet' : 'warten'}` +
      `${since === undefined ? '' : `, am längsten seit ${since} UTC`}. Ich versuche es weiter und sage hier, wenn ` +
      'wieder etwas hinausgeht.',
    failing: (many, error) => `${many} können nicht verschickt werden: ${error}.`,
    justTold: 'Das wurde gerade erst gesagt.',
  },

  raid: {
    heading: (id) => `Angriffswelle ${id}`,
    manyReports: (id) => `Viele Meldungen (Angriffswelle ${id})`,
    flood: (count, words) =>
      `${numberDe(count)} weitere neue Fälle auf einmal: ${words}. Sperren, Regeln und Mails gehen ` +
      'hinaus wie bei jedem Fall.',
    reports: (count) =>
      `${countedDe(count, 'Meldung wurde', 'Meldungen wurden')} ohne Nachricht und ohne Mail ` +
      'festgehalten, weil dieselben Leute an einem Tag schon viele Fälle eröffnet haben.',
    soFar: (count) => ` Zur Angriffswelle gehören bisher ${countedDe(count, 'Fall', 'Fälle')}.`,
    all: (id): Inline[] => ['Die ganze Liste steht im Thread und in ', { code: `!heimdall cases raid ${id}` }, '.'],
    banAll: (id): Inline[] => [' Alle sperren: ', { code: `!heimdall ban raid ${id}` }, '; das fragt vorher.'],
    reported: 'gemeldet',
    wait: 'Eine andere Sammelnachricht ist gerade hinausgegangen.',
  },

  alerts: {
    rooms: 'Räume, die deine Hilfe brauchen:',
    skipped_rules: 'Regeln beobachteter Listen, denen ich nicht folge, weil sie uns träfen:',
    upgrades: 'Raum-Upgrades, denen ich nicht folge:',
    spaces: 'Räume geschützter Spaces, die ich nicht schützen kann:',
    server_acl: 'Server-ACLs, die von dem abweichen, was die Listen verlangen:',
    set_aside: 'Ereignisse, die ich nicht verarbeiten konnte:',
    management_room: 'Zu diesem Raum:',
    encryption: 'Zu diesem Raum:',
    way_back: 'Vom Homeserver kommt nichts an:',
    start: 'Was beim Start nicht ging und was ich weiter versuche:',
    held_lists: 'Listen, die auf einmal viele Sperren aufheben würden:',
    standoffs: 'Jemand macht immer wieder rückgängig, was ich tue:',
  },

  findings: {
    heading: 'Was die Administration beheben sollte (gefunden von heimdall doctor):',
    allMended: 'Alles ist behoben, was heimdall doctor gefunden hatte:',
    mended: (found) => `✅ ${found}`,
  },

  dryRunEnded: (waiting): Inline[] => [
    `Der Probelauf ist zu Ende. ${countedDe(waiting, 'Fall wartet', 'Fälle warten')} auf das, was `,
    { code: 'responses' },
    ' verlangt; bisher wurde es nur durchgespielt. Jetzt ausführen: ',
    { code: '!heimdall scan --act' },
    '. Sonst geschieht es, wenn das Konto wieder gesehen wird.',
  ],

  greeting: {
    heading: (server) => `Heimdall wacht über ${server}`,
    found: (certain, likely, possible): Inline[] => {
      const parts = [
        ...(certain > 0 ? [`${numberDe(certain)} sicher`] : []),
        ...(likely > 0 ? [`${numberDe(likely)} wahrscheinlich`] : []),
        ...(possible > 0 ? [`${numberDe(possible)} möglich`] : []),
      ];
      if (parts.length === 0)
        return ['Soweit ich sehe, sieht niemand von denen, die schon hier sind, wie ein offizielles Konto aus.'];
      return [
        `Falsche Konten unter denen, die schon hier sind: ${parts.join(', ')}. `,
        { code: '!heimdall cases' },
        ' zeigt sie.',
      ];
    },
    protects: (rooms, lists): Inline[] => [
      `Ich schütze ${countedDe(rooms, 'Raum', 'Räume')} und folge ${countedDe(lists, 'Liste', 'Listen')}.`,
    ],
    missingHead: 'Was noch fehlt:',
    noAdmin: (botUserId): Inline[] => [
      'Ich bin kein Server-Admin. Deshalb sehe ich neue Konten, Mitglieder von Räumen, in denen ich nicht bin, und ' +
        'Meldungen an den Homeserver nicht. Mach ',
      { code: botUserId },
      ' zum Server-Admin oder setze ',
      { code: 'homeserver.admin_token' },
      '.',
    ],
    noAdminApi: [
      'Dieser Homeserver bietet keine Admin-API von Synapse. Deshalb sehe ich neue Konten, Mitglieder von Räumen, in ' +
        'denen ich nicht bin, und Meldungen an den Homeserver nicht; docs/operate/homeservers.md sagt, was ohne sie ' +
        'geht. Lass mich in die Räume, auf die es ankommt.',
    ],
    noRooms: ['Kein Raum ist geschützt, also wird nirgends gesperrt: ', { code: '!heimdall rooms add ROOM' }],
    noMail: ['Keine Abuse-Stelle bekommt Mail: ', { code: 'mail' }, ' in der Konfiguration.'],
    beginHead: 'So fängst du an:',
    help: [
      { code: '!heimdall help' },
      ' nennt die Befehle; ',
      { code: '!heimdall verify' },
      ' sagt, wo mir Rechte fehlen.',
    ],
    dryRun: [
      'Das ist ein Probelauf: ich entscheide und berichte, ändere aber nichts. ',
      { code: '!heimdall go live' },
      ' zeigt, was ich getan hätte, fragt nach und beendet ihn.',
    ],
  },

  campaign: {
    toBan: (members, id): Inline[] => [
      members === 1 ? 'Es mit einer Regel sperren: ' : `Alle ${numberDe(members)} mit Regeln sperren: `,
      { code: `!heimdall campaign ban case ${id}` },
    ],
  },
};

function plural(one: string): string {
  return one === 'Mail' ? 'Mails' : `${one}en`;
}
