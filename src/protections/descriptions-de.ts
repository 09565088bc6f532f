/** German: what each protection does, and its own settings. A test compares both with the table. */
interface German {
  about: string;
  settings?: Readonly<Record<string, string>>;
}

const WORDS = 'Wörter und Wendungen. Ganze Wörter, groß oder klein; auch verschleierte werden erkannt.';
const WINDOW = 'In welcher Zeit gezählt wird.';

export const PROTECTIONS_DE: Readonly<Record<string, German>> = {
  BasicFlooding: {
    about:
      'Jemand sendet in einem Raum mehr als 10 Ereignisse in 60 Sekunden; wer schon mehr als 7 Tage dort ist, mehr ' +
      'als 30. Bearbeitungen, Reaktionen und verschlüsselte Ereignisse zählen mit.',
    settings: {
      max: 'Wie viele Ereignisse innerhalb von `window` noch erlaubt sind.',
      known_max: 'Dasselbe für Leute und Bots, die schon mehr als 7 Tage im Raum sind; nie weniger als `max`.',
      window: WINDOW,
    },
  },
  MentionLimit: {
    about: 'Eine Nachricht nennt mehr als 10 Konten: im Text, durch Pills und Links oder in `m.mentions`.',
    settings: { max: 'Wie viele Konten eine Nachricht nennen darf.' },
  },
  WordList: {
    about:
      'Jemand, der noch keine 30 Minuten hier ist, gebraucht ein Wort deiner Liste: in einer Nachricht, ' +
      'Bearbeitung, Bildunterschrift, Umfrage oder Reaktion, im Thema eines Raums oder im eigenen Namen. Kennungen ' +
      'von Leuten und Räumen zählen nicht.',
    settings: { words: WORDS, names: 'Auch Wörter im eigenen Namen zählen.' },
  },
  NameWordList: {
    about:
      'Jemand kommt mit einem Wort deiner Liste im eigenen Namen oder nennt sich danach so. Nachrichten zählen ' +
      'nicht.',
    settings: { words: WORDS },
  },
  FirstMessageIsImage: {
    about:
      'Die erste Nachricht von jemandem, der noch keine 24 Stunden hier ist, zeigt ein Bild oder Video: für sich, ' +
      'als Datei, in einer Galerie oder in einem Text.',
    settings: { stickers: 'Auch Sticker zählen.' },
  },
  FirstMessageIsLink: {
    about:
      'Die erste Nachricht von jemandem, der noch keine 24 Stunden hier ist, enthält einen Link. Erwähnungen von ' +
      'Leuten und Links auf Nachrichten desselben Raums gelten nicht als Link.',
  },
  FirstMessageIsWord: {
    about: 'Die erste Nachricht von jemandem, der noch keine 24 Stunden hier ist, enthält ein Wort deiner Liste.',
    settings: { words: WORDS },
  },
  MessageIsMedia: {
    about: 'Bilder, Videos, Töne, Dateien und Galerien werden gelöscht, auch innerhalb eines Textes.',
  },
  MessageIsVoice: { about: 'Sprachnachrichten werden gelöscht.' },
  MessageIsVideo: { about: 'Videos werden gelöscht.' },
  MessageIsSticker: { about: 'Sticker werden gelöscht.' },
  QuarantinedPicture: {
    about:
      'Jemand zeigt ein Bild, das du in Quarantäne genommen hast, neu hochgeladen: auch verkleinert, neu ' +
      'komprimiert, an den Rändern beschnitten oder gerahmt. Dasselbe Bild mit anderer Schrift darauf kann als ' +
      'dasselbe gelten. Solange das an ist, merkt sich Heimdall bei `quarantine-media` und jeder anderen ' +
      'Quarantäne, wie Bilder aussehen (nicht die Bilder selbst), und vergleicht damit unverschlüsselte Bilder, ' +
      'Sticker, Vorschaubilder und Profilbilder. Leere und einfarbige Bilder merkt es sich nie. ' +
      '`unquarantine-media` vergisst eines.',
    settings: { keep_for: 'Wie lange ein Bild aus der Quarantäne wiedererkannt wird.' },
  },
  LinkFilter: {
    about: 'Eine Nachricht verlinkt eine Domain, die verboten oder nicht erlaubt ist. Kein Link wird je abgerufen.',
    settings: {
      deny:
        'Domains, die niemand verlinken oder nennen darf; jede mit allem, was unter ihr liegt. Auch verschleierte ' +
        'werden erkannt.',
      allow:
        'Domains, die verlinkt werden dürfen. Steht hier eine, sind alle anderen verboten, wenn `others` nichts ' +
        'anderes sagt.',
      others:
        'Was für Domains gilt, die in keiner der beiden Listen stehen. `auto`: sie sind verboten, sobald `allow` ' +
        'Einträge hat.',
    },
  },
  RepeatedMessage: {
    about:
      'Jemand sendet denselben oder fast denselben Text (oder dasselbe Bild) innerhalb von 5 Minuten in 3 Räumen ' +
      'oder 5 Mal; wer schon mehr als 7 Tage im Raum ist, 12 Mal. Groß und klein, Leerzeichen, Zahlen und ähnliche ' +
      'Buchstaben machen keinen Unterschied. Bots, die schon so lange da sind, dürfen ihre Hinweise wiederholen.',
    settings: {
      times: 'Ab wie vielen Malen derselbe Text innerhalb von `window` zu viel ist.',
      known_times: 'Dasselbe für Leute, die schon mehr als 7 Tage im Raum sind; nie weniger als `times`.',
      rooms: 'Ab wie vielen Räumen derselbe Text innerhalb von `window` zu viel ist.',
      window: WINDOW,
      min_letters: 'Kürzere Texte dürfen wiederholt werden: Grüße, Dank, Lachen.',
    },
  },
  Campaign: {
    about:
      'Fünf Konten, die noch keine 24 Stunden hier sind, tun innerhalb von 30 Minuten dasselbe, in welchen Räumen ' +
      'auch immer: sie senden denselben Text (ab 40 Buchstaben, oder kürzer mit einem Link) oder dasselbe Bild. Bei ' +
      'fast demselben Text müssen es sechs sein, bei einem Text ab 32 Buchstaben acht, bei demselben Link, oder ' +
      'demselben Server und gleich gebauten Namen, zehn. Konten, die schon eine Stunde hier sind, zählen halb. ' +
      'Daraus wird ein einziger Fall mit einer Liste, und ein Knopf sperrt sie alle.',
    settings: {
      people: 'Wie viele neue Konten innerhalb von `window` dasselbe tun müssen.',
      window: 'In welcher Zeit gezählt wird, über alle Räume zusammen.',
    },
  },
  InvalidEvent: {
    about:
      'Ein Ereignis, an dessen Inhalt Clients scheitern: falsche Typen, wo Texte oder Objekte hingehören, ' +
      'unmögliche Größen, zu tief verschachtelte Teile oder zu tief verschachteltes HTML.',
  },
  MembershipChange: {
    about:
      'Jemand tritt in einem Raum innerhalb von 10 Minuten mehr als 10 Mal bei, geht oder ändert Namen oder Bild. ' +
      'Was andere mit der Person tun, zählt nicht.',
    settings: { max: 'Wie viele Änderungen innerhalb von `window` noch in Ordnung sind.', window: WINDOW },
  },
  JoinWaveShortCircuit: {
    about:
      'Mehr als 50 Leute treten innerhalb von 60 Minuten einem Raum bei: danach kommt nur noch hinein, wer ' +
      'eingeladen ist. Der Raum öffnet sich wieder nach `lockdown_for` oder mit `lockdown end ROOM`.',
    settings: {
      max: 'Wie viele Leute innerhalb von `window` beitreten dürfen.',
      window: WINDOW,
      lockdown_for: 'Wann sich der Raum von selbst wieder öffnet. `0`: nur mit `lockdown end ROOM`.',
    },
  },
  NewJoiner: {
    about:
      'Jemand tritt von einem Server auf deiner Liste bei und wird aus dem Raum entfernt. Wer schon darin ist, ' +
      'bleibt.',
    settings: { servers: 'Die Server, von denen niemand beitreten darf; mit `*` und `?` auch mehrere auf einmal.' },
  },
  InsecureRegistration: {
    about:
      'Jemand tritt von einem Homeserver bei, auf dem jeder und jedes Programm Konten anlegen kann: verlangt wird ' +
      'weder Mailadresse noch Captcha, Token oder Anmeldung anderswo. Gefragt wird dieser Homeserver selbst (`POST ' +
      '/_matrix/client/v3/register` ohne Inhalt; dort, wohin seine eigene Datei Clients schickt oder wo es ' +
      '`mail.discovery.overrides` sagt), höchstens einmal innerhalb von `again_after`. Du erfährst es einmal ' +
      'innerhalb von `memory`; andere Schritte in `response` treffen die, die von dort beitreten.',
    settings: {
      again_after: 'Wie lange eine Antwort eines Homeservers gilt.',
      ignore: 'Homeserver, die nicht gefragt und nicht gemeldet werden.',
    },
  },
  BanPropagation: {
    about:
      'Jemand von der Moderation sperrt eine Person im eigenen Client in einem geschützten Raum: Heimdall bietet ' +
      'an, sie durch eine Regel in allen Räumen zu sperren. Jemand hebt eine Sperre auf, die eine Regel noch ' +
      'verlangt: Heimdall bietet an, auch die Regel zu entfernen.',
  },
  TrustedReporters: {
    about:
      'Drei Leute deiner Liste haben innerhalb von 24 Stunden Nachrichten derselben Person in geschützten Räumen ' +
      'gemeldet: das Gemeldete wird gelöscht und die Person gesperrt. Meldungen über das Webformular und per Mail ' +
      'zählen nicht.',
    settings: {
      reporters: 'Wessen Meldungen zählen.',
      reports: 'Wie viele von ihnen innerhalb von `window` etwas von derselben Person melden müssen.',
      window: WINDOW,
    },
  },
  FederationLag: {
    about:
      'Fünf Minuten lang kommen alle Ereignisse eines Homeservers (mindestens 10) mehr als 5 Minuten nach dem ' +
      'Absenden an: was von dort kommt, lässt sich nicht rechtzeitig moderieren. Du erfährst es höchstens einmal ' +
      'innerhalb von `memory`.',
    settings: {
      max: 'Wie spät ein Ereignis ankommen darf.',
      events: 'Wie viele Ereignisse eines Servers nacheinander zu spät kommen müssen.',
      lasting: 'Wie lange das anhalten muss: was aufgehalten wurde und auf einmal kommt, zählt nicht.',
      ignore: 'Homeserver, die bekanntermaßen langsam sind: sie werden nicht gemeldet.',
    },
  },
  PolicyChangeNotification: {
    about:
      'Jemand fügt einer Liste, die du beobachtest, eine Regel hinzu, ändert oder entfernt eine: du erfährst, wer ' +
      'und welche. Was Heimdall selbst schreibt, wird nicht gemeldet. Schalte das ein, ohne einen Raum zu nennen: ' +
      'es geht um Listen.',
    settings: {
      max: 'Wie viele Änderungen einer Liste innerhalb von `window` gemeldet werden; weitere werden übergangen.',
      window: WINDOW,
    },
  },
};

/** The settings that every protection has. */
export const COMMON_SETTINGS_DE: Readonly<Record<string, string>> = {
  response:
    'Was geschieht: beim n-ten Verstoß innerhalb von `memory` der n-te Schritt, der letzte wiederholt sich. Mehrere ' +
    'zugleich verbindet ein `+`.',
  memory: 'Wie lange ein Verstoß zählt.',
  trusted_after: 'Wer schon länger im Raum ist, wird in Ruhe gelassen. `0`: das gilt für niemanden.',
  bridge_users: 'Die Ghosts deiner Bridges werden in Ruhe gelassen (`bridge_users` der Konfiguration).',
  mute_for: 'Wie lange jemand stummgeschaltet bleibt. `0`: bis jemand aus der Moderation es beendet.',
  ban_for: 'Wie lange eine Sperre gilt. `0`: für immer.',
};
