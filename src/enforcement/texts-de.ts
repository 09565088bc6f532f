import type { Translated } from '../util/catalogue.js';
import { numberDe } from '../util/counted.js';
import type { English } from './texts.js';

/** German: reasons why something is not done. */
export const de: Translated<English> = {
  notAUserId: 'Das ist keine Benutzerkennung.',
  because: (who, why) => `${who} ${why}.`,
  allowed: (entity) => `${entity} ist durch eine Regel ausgenommen.`,
  ruleHitsPerson: (userId, why) => `Die Regel träfe ${userId} (${why}).`,
  ruleHitsServer: (server, why) => `Die Regel träfe ${server} (${why}).`,
  hitsRoom: (room, why) => `Das träfe ${room} (${why}).`,

  stays: {
    heimdall: 'ist Heimdall selbst',
    protectedIdentity: 'ist ein geschütztes offizielles Konto',
    variant: (of) => `ist als weitere Kennung des offiziellen Kontos ${of} bekannt`,
    managementRoom: 'ist Mitglied des Moderationsraums',
    creator: (room) => `hat den geschützten Raum ${room} angelegt`,
    moderator: (room) => `moderiert den geschützten Raum ${room}`,
    serverOf: (userId, why) => `ist der Server von ${userId} (${why})`,
    mustAllow: 'muss laut Einstellungen erlaubt bleiben',
    ownServer: 'ist unser eigener Server',
    officialRoom: (of) => `ist ein offizieller Raum von ${of}`,
    protectedRoom: 'ist ein geschützter Raum',
    ownRoom: 'ist ein Raum von Heimdall selbst',
  },

  acl: {
    allowsNobody: 'Die Server-ACL erlaubt niemanden: ihre Liste `allow` ist leer.',
    tooLarge: (bytes, most) =>
      `Die Server-ACL ist zu groß: ${numberDe(bytes)} Bytes; in ein Ereignis passen höchstens ${numberDe(most)}.`,
    shutsOut: (server, why) => `Die Server-ACL würde ${server} aussperren (${why}).`,
  },

  power: {
    ban: 'Leute sperren',
    kick: 'Leute hinauswerfen und Sperren aufheben',
    redact: 'Nachrichten löschen',
    acl: 'die Server-ACL setzen (m.room.server_acl)',
    join: 'im Raum sein',
  },

  inviteOfTakenDown: 'Wer hier einlud, fiel unter einen Takedown.',
  notOurAccount: (userId) => `${userId} ist kein Konto dieses Servers.`,
  noSuchAccount: (userId) => `Ein Konto ${userId} gibt es auf diesem Server nicht.`,
  serverAdmin: (userId) => `${userId} ist Admin dieses Servers.`,
  noAccountApi:
    'Dieser Homeserver bietet keinen Weg, das mit einem Konto zu tun: weder nach der Spezifikation ' +
    '(m.account_moderation) noch über die Admin-API von Synapse. Wenn Matrix Authentication Service seine Konten ' +
    'führt, setze mas in der Konfiguration',
  botNotAdmin: 'Laut Homeserver bin ich kein Server-Admin',
  notAServerAdmin: (why) => `laut Homeserver bin ich kein Server-Admin (${why})`,
  noRoomBehind: (room) => `${room} führt zu keinem Raum.`,
  aliasTaken: (alias) => `Der Alias ${alias} ist vergeben.`,
  listName: (shortcode) => `${shortcode} (Regelliste)`,
  notProtected: 'Der Raum ist nicht geschützt.',
  bannedAnew: 'Jemand hat diese Person erneut gesperrt; diese Sperre bleibt.',
};
