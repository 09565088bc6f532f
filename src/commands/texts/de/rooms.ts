import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import { countedDe, numberDe } from '../../../util/counted.js';
import { enumerated } from '../enumerated.js';
import type { English } from '../rooms.js';

const people = (count: number): string => countedDe(count, 'Person', 'Personen');
const until = (time: string | undefined): string => (time === undefined ? '' : `, bis ${time}`);

const knownAgain = (pictures: number): string =>
  `${countedDe(pictures, 'Bild wird', 'Bilder werden')} wiedererkannt: siehe QuarantinedPicture.`;

/** German: rooms, their lockdowns, media and joins. */
export const de: Translated<English> = {
  which: 'Welcher Raum?',
  roomForms: 'Nenne eine Raumkennung (!…), einen Alias (#name:server) oder einen Link.',
  lockAll: (rooms): Inline[] => [
    `${countedDe(rooms, 'geschützten Raum', 'geschützte Räume')} nur noch auf Einladung zugänglich machen?`,
  ],
  lockSkipped: (rooms) => `Schon jetzt nur auf Einladung: ${countedDe(rooms, 'Raum', 'Räume')}.`,
  locked: (name, time, end): Inline[] => [
    name,
    ` ist jetzt nur auf Einladung zugänglich${until(time)}. Wie vorher: `,
    { code: end },
  ],
  wasLocked: (name): Inline[] => [name, ' war schon nur auf Einladung zugänglich.'],
  lockedMany: (rooms, time): Inline[] => [
    `${countedDe(rooms, 'Raum ist', 'Räume sind')} jetzt nur auf Einladung zugänglich${until(time)}. Wie vorher: `,
    { code: '!heimdall lockdown end all' },
  ],
  notLockedByMe: (name): Inline[] => [name, ' wurde nicht von mir abgeriegelt.'],
  lockChanged: (name): Inline[] => [
    name,
    ' ist nicht mehr abgeriegelt: seine Beitrittsregeln haben sich seither geändert und bleiben, wie sie sind.',
  ],
  lockEnded: (name): Inline[] => ['Die Abriegelung von ', name, ' ist zu Ende: der Beitritt geht wie vorher.'],
  lockEndedMany: (rooms) =>
    rooms === 0
      ? 'Kein Raum ist von mir abgeriegelt.'
      : `Die Abriegelung von ${countedDe(rooms, 'Raum', 'Räumen')} ist zu Ende: der Beitritt geht wie vorher.`,
  notIn: (name, why): Inline[] => [name, ` – ${why}`],
  noPower: 'Mir fehlt das Recht, seine Beitrittsregeln zu ändern',
  notDone: 'Nicht getan:',
  noMedia: (what) => `${what} hat keine Medien.`,
  mediaForms:
    'Nenne eine Benutzerkennung dieses Servers, einen Raum (mit Raumkennung, Alias oder Link), den Link auf ein ' +
    'Ereignis oder mxc://server/id. Nichts wurde getan.',
  askRoomMedia: (room): Inline[] => [
    'Alle Medien in Quarantäne nehmen, die Konten dieses Servers gesendet haben nach ',
    { code: room },
    '? Hier kann sie dann niemand mehr sehen.',
  ],
  quarantined: (what, kept): Inline[] => [
    'In Quarantäne: ',
    { code: what },
    '.',
    ...(kept === 0 ? [] : [` ${knownAgain(kept)}`]),
  ],
  knownAgain,
  noMediaThere: 'In diesem Ereignis sehe ich keine Medien.',
  noMediaThereForms:
    'Ist es verschlüsselt oder gelöscht, nenne die Benutzerkennung von dem, der es gesendet hat, oder ' +
    'mxc://server/id. Nichts wurde getan.',
  ownPictures: (files): Inline[] => [
    'In Ruhe gelassen, als Bilder offizieller Konten oder geschützter Räume: ',
    ...enumerated(files.map((file) => ({ code: file }))),
    '.',
  ],
  oneMedia: 'Aus der Quarantäne kommen nur einzelne Dateien.',
  oneMediaForm: 'Nenne mxc://server/id oder den Link auf ein Ereignis. Nichts wurde getan.',
  unquarantined: (what, forgotten): Inline[] => [
    'Aus der Quarantäne: ',
    { code: what },
    forgotten ? '. Wie das Bild aussieht, ist vergessen.' : '.',
  ],
  joins: (name, count, since): Inline[] => [name, `: ${people(count)} beigetreten seit ${since}.`],
  joinServers: (servers): Inline[] => [
    'Nach Server: ',
    ...servers.flatMap(([server, count], index): Inline[] => [index === 0 ? '' : ', ', { code: server }, ` ${count}`]),
  ],
  joinsMore: 'Ansehen oder entfernen: since 1h show 20 ROOM, since 1h kick 20 ROOM.',
  peopleInIt: (localMembers) => ` Darin: ${people(localMembers)} von diesem Server.`,
  askShutdown: (said, inIt): Inline[] => [
    'Für alle auf diesem Server schließen: ',
    { code: said },
    `?${inIt} Das lässt sich nicht rückgängig machen.`,
  ],
  shuttingDown: (said): Inline[] => [
    'Der Homeserver schließt ',
    { code: said },
    ': er entfernt alle, blockiert den Raum und löscht ihn.',
  ],
  blocked: ' ist auf diesem Server blockiert.',
  unblocked: ' ist nicht mehr blockiert.',
  protected: ' ist jetzt geschützt',
  withSpace: ', ebenso die Räume dieses Space, auch wenn welche dazukommen oder wegfallen.',
  lacksPower: (missing, bot, level) =>
    ` Mir fehlt dort noch das Recht: ${missing.join(', ')}. Gib ${bot} die Rechtestufe ${level}.`,
  isManagementRoom: 'Das ist der Moderationsraum: seine Mitglieder geben mir Befehle.',
  nothingDone: 'Nichts wurde getan.',
  isList: 'Das ist eine Regelliste, kein Raum zum Schützen.',
  wasNotProtected: (said): Inline[] => [{ code: said }, ' war nicht geschützt.'],
  unprotected: (said): Inline[] => [
    { code: said },
    ' ist nicht mehr geschützt. Seine Sperren und seine Server-ACL bleiben, wie sie sind.',
  ],
  noneYet: ['Noch ist kein Raum geschützt. Füge einen hinzu: ', { code: '!heimdall rooms add ROOM' }],
  heading: (count) => `Geschützte Räume: ${numberDe(count)}`,
  people: (count) => `, ${people(count)}`,
  viaSpace: (spaces) => `, über den Space ${spaces.join(', ')}`,
  lacks: (missing) => `, mir fehlt das Recht: ${missing.join(', ')}`,
  cannotRead: (failure) => ` – nicht lesbar: ${failure}`,
  cannotReadRoom: (roomId, why): Inline[] => [{ code: roomId }, ` – nicht lesbar: ${why}`],
  needsPower: (missing, level) => ` – mir fehlt das Recht: ${missing.join(', ')}. Gib mir die Rechtestufe ${level}.`,
  notThere: (bot, level) => ` – ich bin nicht im Raum. Lade ${bot} ein und gib ihm die Rechtestufe ${level}.`,
  allWell: (count) => `Ich habe die nötigen Rechte in ${countedDe(count, 'geschützten Raum', 'geschützten Räumen')}.`,
  powerMissing: 'Hier fehlen Rechte:',
  notReadYet: 'noch nicht gelesen',
};
