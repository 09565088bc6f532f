import type { Inline } from '../matrix/message.js';
import type { Translated } from '../util/catalogue.js';
import { countedDe, numberDe } from '../util/counted.js';
import { kindDe } from '../util/words-de.js';
import type { English } from './texts.js';

const code = (text: string): Inline => ({ code: text });

/** German: protected rooms, spaces, lists and the management room. */
export const de: Translated<English> = {
  access: {
    leftList: (list): Inline[] => ['Ich bin nicht mehr in der Liste ', code(list)],
    unreadList: (list, why): Inline[] => ['Ich kann diese Liste nicht lesen: ', code(list), ` (${why})`],
    lastKnownRules: 'Ihre zuletzt bekannten Regeln gelten weiter.',
    noRules: 'Ich kenne keine ihrer Regeln; Sperren, die ihretwegen bestehen, bleiben.',
    listRemedy: (rules, bot): Inline[] => [
      `. ${rules} Lade `,
      code(bot),
      ' dorthin ein, oder beende das Beobachten mit unwatch.',
    ],
    unreadRoom: (room, why, bot): Inline[] => [
      'Ich kann den geschützten Raum ',
      code(room),
      ` nicht lesen (${why}), also ist er jetzt nicht geschützt. Lade `,
      code(bot),
      ' dorthin ein.',
    ],
    leftRoom: (room, bot): Inline[] => [
      'Ich bin nicht mehr im geschützten Raum ',
      code(room),
      ', also ist er jetzt nicht geschützt. Lade ',
      code(bot),
      ' dorthin ein, oder beende seinen Schutz.',
    ],
    power: (room, missing, bot, level): Inline[] => [
      'In ',
      code(room),
      ` fehlt mir das Recht: ${missing}. Gib `,
      code(bot),
      ` die Rechtestufe ${level}.`,
    ],
  },

  heldList: (list, bans): Inline[] => [
    'Die Liste ',
    code(list),
    ` hat sich so geändert, dass mindestens ${countedDe(bans, 'Sperre', 'Sperren')} aufgehoben würden. Bis du ` +
      'entscheidest, bleiben sie. Aufheben: ',
    code(`!heimdall lists lift ${list}`),
    '. Falls der Liste nicht mehr zu trauen ist: ',
    code(`!heimdall unwatch ${list}`),
    ' (auch das hebt sie auf).',
  ],
  standoff: (undone, room): Inline[] => [
    'In ',
    code(room),
    ` geschieht jedes Mal dasselbe, wenn ich etwas setze: jemand (vielleicht ein anderer Bot) ${undone}. Ich ` +
      `lasse es ` +
      'eine Stunde lang ruhen; ',
    code('!heimdall sync'),
    ' versucht es sofort wieder.',
  ],
  replacesAcl: 'ersetzt meine Server-ACL',
  liftsBan: 'hebt eine Sperre von mir auf',

  skippedRule: {
    hits: (entity, more, why) =>
      `Sie träfe ${entity}${more === 0 ? '' : ` (und ${numberDe(more)} mehr)`}, denn: ${why}.`,
    line: (kind, entity, action, reason, list): Inline[] => [
      `Ich folge dieser Regel nicht (${kindDe(kind)}): `,
      code(entity),
      ` (${action}${reason === undefined ? '' : `, „${reason}“`}) aus der Liste `,
      code(list),
      '. ',
    ],
  },

  acl: {
    warning: (room, warning): Inline[] => ['Die Server-ACL von ', code(room), `: ${warning}`],
    leftOut: (count) =>
      `${countedDe(count, 'gesperrter Server passt', 'gesperrte Server passen')} nicht in eine Server-ACL, denn ` +
      `deren ` +
      'Größe ist begrenzt.',
    globs: ' Diese Regeln deckten viele davon auf einmal ab, falls du jeden Server meinst, auf den sie passen:',
    glob: (glob, count): Inline[] => [' ', code(glob), ` deckt ${numberDe(count)} davon ab.`],
  },

  managementRoom: {
    name: (bot) => `${bot}: Moderationsraum`,
    topic: 'Fälle und Befehle. Alle in diesem Raum dürfen Heimdall Befehle geben.',
    notIn: (room, id, bot) => `Der Bot ist nicht im Moderationsraum ${room} (${id}). Lade ${bot} dorthin ein.`,
    letsNobodyIn: (room, bot) => `Der Bot kann dem Moderationsraum ${room} nicht beitreten. Lade ${bot} dorthin ein.`,
    anybodyCanJoin: (room, id) =>
      `${room} (${id}) kann jeder beitreten, also gilt er nicht als Moderationsraum: alle darin dürften Befehle ` +
      `geben. ` +
      'Mach ihn nur auf Einladung zugänglich.',
    create: (bot) => `Lege ihn an und lade ${bot} ein.`,
    unknown: (room, remedy) => `Den Moderationsraum ${room} kennt dieser Server nicht. ${remedy}`,
    missing: (room, remedy) => `Den Moderationsraum ${room} gibt es noch nicht. ${remedy}`,
    nobodyToInvite: (room, remedy) =>
      `Den Moderationsraum ${room} gibt es nicht, und es gibt niemanden, der einzuladen wäre. ${remedy} Oder setze ` +
      '`admins` in der Konfiguration, oder mach den Bot zum Server-Admin.',
    notMade: (room, why, remedy) => `Den Moderationsraum ${room} gibt es nicht, und: ${why}. ${remedy}`,
    encrypted:
      'Dieser Raum ist jetzt verschlüsselt. Verschlüsselte Nachrichten kann ich nicht lesen, also sehe ich hier ' +
      'keine ' +
      'Befehle mehr. Lege einen neuen privaten Raum ohne Verschlüsselung an, trage seine Kennung in der ' +
      'Konfiguration ' +
      'als `management_room` ein und starte mich neu.',
    aliasMoved: (alias, leadsTo): Inline[] => [
      'Der Alias ',
      code(alias),
      ' führt jetzt zu einem anderen Raum, ',
      code(leadsTo),
      '. Ich bleibe hier und nehme nur aus diesem Raum Befehle an. Wenn du umziehen willst, setze ',
      code('management_room'),
      ' in der Konfiguration auf die Kennung des neuen Raums und starte mich neu; sonst lass den Alias wieder ' +
        'hierher ' +
        'zeigen.',
    ],
  },

  ownList: {
    name: 'Heimdall: Regelliste',
    topic: 'Regeln, die Heimdall geschrieben hat. Heimdall beobachtet diese Liste selbst; andere dürfen es auch.',
    notMade: 'Meine eigene Regelliste gibt es noch nicht, also kann ich keine Sperren schreiben.',
    notWatched: (list) => `Meine eigene Regelliste ${list} wird nicht beobachtet, also wirken ihre Sperren nicht.`,
    unread: (list, why) => `Meine eigene Regelliste ${list} ist nicht lesbar (${why}).`,
    left: (list) => `Ich bin nicht mehr in meiner eigenen Regelliste ${list}, also kann ich keine Sperren schreiben.`,
    cannotUnwatch: 'Meine eigene Liste bleibt immer beobachtet, weil meine Sperren durch sie wirken.',
    cannotUnwatchRemedy: 'Einzelne Sperren hebt !heimdall unban auf.',
  },

  spaces: {
    protectedBySpace: (room, space) => `${room} ist geschützt, weil er ein Raum des Space ${space} ist.`,
    protectedBySpaceRemedy: 'Nimm ihn aus dem Space, oder beende den Schutz des Space: rooms remove SPACE.',
    tooMany: (space, most): Inline[] => [
      'Der Space ',
      code(space),
      ` hat mehr als ${most} Räume; seinetwegen sind nur die ersten ${most} geschützt.`,
    ],
    notProtected: (room, space, why): Inline[] => [
      'Der Raum ',
      code(room),
      ' des Space ',
      code(space),
      ` ist nicht geschützt: ${why}.`,
    ],
    isManagementRoom: 'er ist der Moderationsraum',
    isList: 'er ist eine beobachtete Liste',
    cannotEnter: (room, space, why, bot): Inline[] => [
      'Ich kann dem Raum ',
      code(room),
      ' des Space ',
      code(space),
      ` nicht beitreten (${why}). Lade `,
      code(bot),
      ' dorthin ein.',
    ],
  },

  upgrades: {
    namesItself: 'er nennt sich selbst',
    leftBefore: 'dieser Raum wurde schon durch ein früheres Upgrade verlassen',
    tooOften: (times) => `das wäre nach ${countedDe(times, 'Upgrade', 'Upgrades')} noch eines`,
    isManagementRoom: 'das ist der Moderationsraum',
    managementRoomElsewhere: 'der Moderationsraum kann kein geschützter Raum und keine Liste werden',
    isList: 'das ist eine beobachtete Liste',
    isProtected: 'das ist ein geschützter Raum und keine Liste',
    noPredecessor: 'der neue Raum sagt nicht, dass er den alten ersetzt',
    noPower: 'angelegt hat ihn jemand, der im alten keine Rechte hatte',
    cannotEnter: (from, to, bot, why): Inline[] => [
      'Der Raum ',
      code(from),
      ' ist umgezogen nach ',
      code(to),
      `; dem kann ich nicht beitreten${why}. Lade `,
      code(bot),
      ' dorthin ein; bis dahin bleibt der alte Raum, wie er war.',
    ],
    refused: (from, to, why): Inline[] => [
      'Ich folge dem Upgrade nicht von ',
      code(from),
      ' nach ',
      code(to),
      `: ${why}. Falls es so gewollt ist, füge den neuen Raum von Hand hinzu.`,
    ],
    both: (from, to, missing): Inline[] => [
      'Die Liste ',
      code(from),
      ' ist umgezogen nach ',
      code(to),
      `. Ich beobachte beide, denn der neuen ${missing === 1 ? 'fehlt eine Regel' : `fehlen ${missing} Regeln`} der ` +
        'alten. Falls das so gewollt ist, beende das Beobachten der alten.',
    ],
    held: (from, to, bans): Inline[] => [
      'Die Liste ',
      code(from),
      ' ist umgezogen nach ',
      code(to),
      `. Ich beobachte beide, denn ohne die alte würden mindestens ${countedDe(bans, 'Sperre', 'Sperren')} ` +
        'aufgehoben; sie warten auf deine Entscheidung. Wenn sie aufgehoben werden dürfen, beende das Beobachten der ' +
        'alten.',
    ],
    moved: (from): Inline[] => [
      'Dieser Raum ersetzt ',
      code(from),
      ' als Moderationsraum. Von jetzt an nehme ich hier Befehle an.',
    ],
  },
};
