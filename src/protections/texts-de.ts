import { visible } from '../detection/index.js';
import type { Inline } from '../matrix/message.js';
import type { Translated } from '../util/catalogue.js';
import { countedDe, numberDe } from '../util/counted.js';
import type { English } from './texts.js';

const code = (text: string): Inline => ({ code: visible(text) });
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** German: what protections say to people. */
export const de: Translated<English> = {
  elsewhere: {
    MemberBanSynchronisationProtection: 'hier immer an: Regeln für Konten werden zu Sperren',
    ServerBanSynchronisationProtection: 'hier immer an: Regeln für Server werden zu Server-ACLs',
    ServerACLSynchronisationProtection: 'hier immer an: Regeln für Server werden zu Server-ACLs',
    RedactionSynchronisationProtection: 'hier immer an: mit einer Sperre kann auch gehen, was geschrieben wurde',
    LocalAbuseReportsProtection: 'hier immer an: aus Meldungen werden Fälle',
    RoomTakedownProtection: 'nicht übernommen; hier ist das takedown.block_rooms in der Konfiguration',
    HomeserverUserPolicyProtection: 'nicht übernommen; hier ist das takedown.local_accounts in der Konfiguration',
    JoinRoomsOnInviteProtection: 'nicht übernommen; hier betritt und schützt rooms add einen Raum',
    BlockInvitationsOnServerProtection: 'nicht übernommen; hier ist das der Antispam-Endpunkt des Homeservers',
    RoomsSetBehaviour: 'hier immer an: ersetzten Räumen wird gefolgt',
    DraupnirNews: 'hier nicht nötig',
    NsfwProtection: 'nicht übernommen; hier erkennt QuarantinedPicture Bilder wieder, die unter Quarantäne stehen',
    RedactPolicyServerFlaggedEvents: 'nicht übernommen; was der Policy-Server ablehnt, bleibt Sache des Homeservers',
  },
  presets: {
    announcements: 'Wenige schreiben, viele lesen.',
    support: 'Neue fragen um Rat, mit Bildern und Links.',
    busy: 'Ein großer öffentlicher Raum.',
    small: 'Man kennt sich: dir wird berichtet, getan wird kaum etwas.',
  },
  traits: {
    text: 'demselben Text',
    picture: 'demselben Bild',
    link: 'demselben Link',
    name: 'Namen von derselben Form',
  },
  differentServers: (count) => `${numberDe(count)} verschiedene`,
  length: {
    second: (count) => countedDe(count, 'Sekunde', 'Sekunden'),
    minute: (count) => countedDe(count, 'Minute', 'Minuten'),
    hour: (count) => countedDe(count, 'Stunde', 'Stunden'),
    day: (count) => countedDe(count, 'Tag', 'Tagen'),
  },
  late: (time) => `${time} verspätet`,

  why: {
    bannedInOneRoom: 'in einem Raum von der Moderation gesperrt',
    unbannedInOneRoom: 'in einem Raum von der Moderation entsperrt, während eine Regel sperrt',
    flood: (max, window) => `mehr als ${countedDe(max, 'Ereignis', 'Ereignisse')} in ${window}`,
    campaign: (accounts, what, window) =>
      `eine Kampagne: ${countedDe(accounts, 'neues Konto', 'neue Konten')} mit ${what} innerhalb von ${window}`,
    lag: (events, late) =>
      `die letzten ${countedDe(events, 'Ereignis', 'Ereignisse')} dieses Homeservers kamen mehr als ${late} ` +
      `verspätet an`,
    firstMessage: {
      video: 'die erste Nachricht nach dem Beitritt ist ein Video',
      image: 'die erste Nachricht nach dem Beitritt ist ein Bild',
      sticker: 'die erste Nachricht nach dem Beitritt ist ein Sticker',
      link: 'die erste Nachricht nach dem Beitritt ist ein Link',
      word: 'die erste Nachricht nach dem Beitritt enthält ein unerwünschtes Wort',
    },
    quarantinedPicture: 'ein Bild, das in Quarantäne ist, noch einmal gezeigt',
    openRegistration: (server) =>
      `jeder kann auf ${server} Konten anlegen: verlangt wird weder Mailadresse noch Captcha noch Token`,
    invalidEvent: (mistake) => `ein Ereignis, das Clients nicht lesen können: ${mistake}`,
    joinWave: (max, window) => `mehr als ${countedDe(max, 'Person ist', 'Personen sind')} in ${window} beigetreten`,
    deniedLink: 'ein Link zu einer Domain, die hier unerwünscht ist',
    linkNotAllowed: 'ein Link zu einer Domain, die hier nicht erlaubt ist',
    media: {
      any: 'Bilder, Videos, Töne und Dateien sind in diesem Raum unerwünscht',
      voice: 'Sprachnachrichten sind in diesem Raum unerwünscht',
      video: 'Videos sind in diesem Raum unerwünscht',
      sticker: 'Sticker sind in diesem Raum unerwünscht',
    },
    membershipChanges: (max, window) =>
      `mehr als ${countedDe(max, 'Änderung', 'Änderungen')} von Mitgliedschaft, Name oder Bild in ${window}`,
    mentions: (mentioned, max) =>
      `${countedDe(mentioned, 'Konto', 'Konten')} in einer Nachricht erwähnt, mehr als ${numberDe(max)}`,
    newJoiner: (server) => `ein Beitritt von ${server}; Konten von dort dürfen hier nicht beitreten`,
    repeatedInRooms: (rooms, window) =>
      `dieselbe Nachricht in ${countedDe(rooms, 'Raum', 'Räumen')} innerhalb von ${window}`,
    repeated: (times, window) => `${numberDe(times)} Mal dieselbe Nachricht innerhalb von ${window}`,
    reported: (people) => `gemeldet von ${countedDe(people, 'vertrauter Person', 'vertrauten Personen')}`,
    listedWord: {
      name: 'ein unerwünschtes Wort im Namen',
      reason: 'ein unerwünschtes Wort im Grund, der beim Kommen oder Gehen genannt wurde',
      message: 'ein unerwünschtes Wort in einer Nachricht',
    },
  },

  mistakes: {
    noText: (key) => `kein Text in „${key}“`,
    noObject: (key) => `kein Objekt in „${key}“`,
    noNumber: (key) => `keine Zahl in „${key}“`,
    noSwitch: (key) => `weder true noch false in „${key}“`,
    noUserIds: (key) => `keine Liste von Benutzerkennungen in „${key}“`,
    noList: (key) => `keine Liste in „${key}“`,
    noAnswers: 'keine Liste bei den Antworten einer Umfrage',
    noWaveform: 'keine Liste bei der Wellenform einer Sprachnachricht',
    impossibleSize: 'eine unmögliche Bildgröße',
    tooDeep: 'zu tief verschachtelte Teile',
  },

  reason: (why, caseId) => `${why} (Heimdall, Fall ${caseId})`,
  warning: ({ why, removed, next, within }) => {
    const deeds = next.map((deed) => NEXT[deed]);
    return (
      `${capital(why)}.${removed ? ' Was du gesendet hast, wurde gelöscht.' : ''} Bitte lass das hier.` +
      (deeds.length === 0 ? '' : ` Geschieht es innerhalb von ${within} noch einmal, wirst du ${deeds.join(' und ')}.`)
    );
  },

  ruleChange: {
    added: 'hat eine Regel hinzugefügt:',
    changed: 'hat eine Regel geändert:',
    removed: 'hat eine Regel entfernt:',
    line: (by, did, list, rule): Inline[] => [code(by), ` ${did} `, ...rule, ' (Liste ', code(list), ').'],
    before: (rule): Inline[] => [' Vorher: ', ...rule, '.'],
    last: (most, window): Inline[] => [
      `Von einer Liste berichte ich höchstens ${countedDe(most, 'Änderung', 'Änderungen')} in ${window}. Alle Regeln: `,
      { code: '!heimdall rules' },
    ],
  },
  toBanCampaign: (caseId): Inline[] => [{ code: `!heimdall campaign ban case ${caseId}` }],

  noEntries: '(leer)',
  values: {
    wholeNumber: (min, max) => `muss eine ganze Zahl von ${min} bis ${max} sein`,
    duration: 'muss eine Dauer sein wie 30s, 30m, 24h oder 7d',
    onOrOff: 'muss on oder off sein',
    oneOf: (words) => `muss eines davon sein: ${words.join(', ')}`,
    empty: 'darf nicht leer sein',
    letters: (most) => `darf höchstens ${countedDe(most, 'Zeichen', 'Zeichen')} haben`,
    noLetter: 'muss einen Buchstaben oder eine Ziffer enthalten',
    entries: (most) => `darf höchstens ${countedDe(most, 'Eintrag', 'Einträge')} haben`,
    serverName: 'muss der Name eines Servers sein',
    userId: 'muss eine Benutzerkennung sein wie @name:server',
    notAResponse: (written, deeds) =>
      `„${written}“ ist keine Reaktion: schreibe ${deeds.join(', ')}, mehrere zugleich mit + verbunden`,
    noSteps: 'muss mindestens eine Stufe haben',
    invalid: 'ist ungültig',
    notADomain: (written) => `„${written}“ ist keine Domain`,
    noEnding: (written) => `„${written}“ ist keine Domain: schreibe sie mit Endung, etwa example.org`,
    publicSuffix: (host) => `„${host}“ ist eine Endung, unter der sich jeder eintragen kann, keine Domain`,
  },
};

const NEXT = { mute: 'stummgeschaltet', kick: 'aus diesem Raum entfernt', ban: 'gesperrt' } as const;
