import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import { countedDe, numberDe } from '../../../util/counted.js';
import { verdictDe } from '../../../util/words-de.js';
import type { English } from '../bot.js';

/** German: the bot itself and its state, aliases and the directory, and whether an account is official. */
export const de: Translated<English> = {
  knocked: 'angeklopft bei',
  worksThere: 'In diesem Raum arbeite ich.',
  worksThereRemedy: 'Nichts wurde getan. Nimm zuerst rooms remove oder unwatch.',
  haveDone: (done, said): Inline[] => [`Ich habe ${done}: `, { code: said }, '.'],
  named: (name): Inline[] => ['Ich heiße jetzt ', { code: name }, '.'],
  notMxc: (mxc) => `${mxc} ist keine mxc://-URI.`,
  nothingDone: 'Nichts wurde getan.',
  avatarChanged: 'Ich habe ein neues Bild.',
  sent: (said): Inline[] => ['Gesendet an ', { code: said }, '.'],
  aliasLeadsTo: (alias, said): Inline[] => [{ code: alias }, ' führt jetzt zu ', { code: said }, '.'],
  notOurAlias: (alias) => `${alias} ist kein Alias dieses Servers.`,
  notOurAliasRemedy: (serverName) => `Er muss so aussehen: #name:${serverName}. Nichts wurde getan.`,
  aliasRemoved: (alias): Inline[] => [{ code: alias }, ' ist entfernt.'],
  resolved: (said, roomId): Inline[] => [{ code: said }, ' ist ', { code: roomId }, '.'],
  inDirectory: ' steht jetzt im öffentlichen Verzeichnis.',
  notInDirectory: ' steht nicht mehr im öffentlichen Verzeichnis.',
  pagesOff: 'Die Webseiten sind ausgeschaltet.',
  pagesOffRemedy: 'Wer Heimdall betreibt, schaltet sie mit web.enabled in der Konfiguration ein.',
  linkSent: 'Du hast einen Link als Direktnachricht bekommen. Er gilt einmal und 10 Minuten lang.',
  status: (version, runs, dry) =>
    `Heimdall ${version}, läuft seit ${runs}${dry ? ', PROBELAUF: nichts wird geändert' : ''}`,
  protects: (ids) => `Schützt ${ids.join(', ') || 'noch niemanden'}`,
  inForce: (rooms, lists, rules) =>
    `${countedDe(rooms, 'geschützter Raum', 'geschützte Räume')}, ` +
    `${countedDe(lists, 'beobachtete Liste', 'beobachtete Listen')}, ` +
    `${countedDe(rules, 'geltende Regel', 'geltende Regeln')}`,
  waiting: (open, due) =>
    `${countedDe(open, 'offener Fall', 'offene Fälle')}, ${countedDe(due, 'Maßnahme wartet', 'Maßnahmen warten')}`,
  isAdmin: 'Ich bin Server-Admin.',
  notAdmin: (botUserId) =>
    'Ich bin kein Server-Admin. Deshalb sehe ich weder Konten, die in keinem Raum sind, noch die Mitglieder von ' +
    `Räumen auf anderen Servern, denen jemand von hier beigetreten ist. Mach ${botUserId} zum Server-Admin, um das ` +
    'zu ändern.',
  noAdminApi:
    'Dieser Homeserver bietet keine Admin-API von Synapse. Deshalb sehe ich weder Konten, die in keinem Raum sind, ' +
    'noch die Mitglieder von Räumen, in denen ich nicht bin (docs/operate/homeservers.md).',
  rulesNotInForce: (message) => `Die geänderten Regeln sind unbrauchbar; die letzten guten gelten weiter: ${message}`,
  rulesSkipped: (count): Inline[] => [
    `${countedDe(count, 'Regel wird', 'Regeln werden')} nicht befolgt, weil sie uns träfe${count === 1 ? '' : 'n'}: `,
    { code: '!heimdall rules' },
    ' nennt sie.',
  ],
  cannotRead: (roomId, reason): Inline[] => ['Nicht lesbar: ', { code: roomId }, ` – ${reason}`],
  official: (who): Inline[] => [...who, ' IST offiziell.'],
  notOfficial: (who): Inline[] => [...who, ' ist nicht offiziell und sieht auch nicht so aus.'],
  imitates: (who, verdict, official): Inline[] => [
    ...who,
    ` ist nicht offiziell. Es ist ${verdictDe(verdict)}, dass es nachahmt: `,
    { code: official },
    '.',
  ],
  exempt: (exempt) => `Ausgenommen: ${exempt}. Keine Reaktion betrifft es.`,
  minutes: (minutes) => `${minutes} min`,
  days: (days) => `${numberDe(days)} Tagen`,
};
