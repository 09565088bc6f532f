import type { Inline } from '../../matrix/message.js';
import type { Translated } from '../../util/catalogue.js';
import { countedDe, numberDe } from '../../util/counted.js';
import type { English } from './texts.js';

/** German: the commands about protections. */
export const de: Translated<English> = {
  listed: '!heimdall protections nennt sie.',
  elsewhere: (name, what) => `${name} ist hier keine Schutzfunktion: ${what}.`,
  whichRoom: 'Welcher Raum?',
  nothingDone: 'Nichts wurde getan.',

  resetSummary:
    'Setzt eine Einstellung einer Schutzfunktion, oder alle, auf den Standard zurück, überall oder für einen Raum ' +
    'oder Space.',
  reset: (name) => `${name} steht wieder auf dem Standard`,
  nothingToReset: (name) => `${name} stand schon auf dem Standard`,

  presetSummary:
    'Richtet die Schutzfunktionen eines Raums nach seiner Art ein: announcements, support, busy, small; none nimmt ' +
    'das zurück.',
  presetUsage: 'Schreibe: protections preset NAME ROOM.',
  presetHowTo: 'Einen Raum so einrichten: ',
  noPreset: (name) => `Eine Vorlage „${name}“ gibt es nicht.`,
  presetsAre: (names) => `Es gibt: ${names.join(', ')}.`,
  presetApplied: (name) => ` ist eingerichtet als „${name}“. Dort an:`,
  presetOff: (names) => `Dort aus: ${names.join(', ')}.`,
  presetBack: 'Was du für den Raum von Hand einstellst, geht vor. Wieder wie alle anderen Räume: ',
  presetGone: ' hat keine eigenen Einstellungen mehr: dort gelten die seines Space oder die aller Räume.',
  presetNothing: ' hatte keine eigenen Einstellungen.',

  campaignSummary: 'Sperrt alle Konten einer Kampagne, jedes durch eine Regel.',
  noCampaign: 'In diesem Fall geht es um keine Kampagne.',
  banCampaign: (accounts, id) =>
    `Alle ${numberDe(accounts)} Konten der Kampagne aus Fall ${id} in allen geschützten Räumen sperren?`,
  campaignBanned: ({ rules, held, id }) =>
    `${countedDe(rules, 'Regel', 'Regeln')} geschrieben für die Kampagne aus Fall ${id}` +
    `${held > 0 ? `; ${numberDe(held)} gab es schon` : ''}. Jede lässt sich mit unban zurücknehmen.`,
  notBanned: (count) =>
    count === 1 ? 'Eine wurde nicht geschrieben:' : `${numberDe(count)} wurden nicht geschrieben, zum Beispiel:`,

  simulateSummary:
    'Lässt eine Schutzfunktion über die letzte Zeit eines Raums laufen und zeigt, wen sie getroffen hätte. Nichts ' +
    'geschieht.',
  simulateUsage: 'Schreibe: protections simulate NAME ROOM [7d].',
  badTime: 'Das ist keine Dauer bis zu 90 Tagen.',
  noSimulation: (name) =>
    `${name} sieht nicht an, was in Räumen gesagt wird, also sagt die Vergangenheit eines Raums nichts darüber.`,
  unreadRoom: (roomId) => `${roomId} ist noch nicht gelesen, oder ein Space.`,
  simulated: ({ name, events, redacted, time, hits }) => {
    const who = hits === 0 ? 'niemanden' : countedDe(hits, 'Person', 'Personen');
    const gone = redacted === 0 ? '' : ` (davon ${numberDe(redacted)} gelöscht und nicht mehr zu beurteilen)`;
    return (
      `Mit den jetzigen Einstellungen hätte ${name} ${who} getroffen; Zeitraum: ${time}, ` +
      `${countedDe(events, 'Ereignis', 'Ereignisse')}${gone}.`
    );
  },
  notAll: (since) => ` Es gab mehr Ereignisse, als ich ansehe: ich ging zurück bis ${since}.`,
  moreHits: (more) => `… und ${numberDe(more)} mehr.`,
  times: (count) => (count === 1 ? 'einmal' : `${numberDe(count)} Mal`),
  wouldHave: (deeds) => `Am Ende: ${deeds.length === 0 ? 'nur melden' : deeds.join(' und ')}. Zuerst:`,

  lagsHeading: 'Wie spät Ereignisse anderer Homeserver ankommen, die spätesten zuerst',
  noLags: 'Seit meinem Start ist in keinem geschützten Raum ein Ereignis eines anderen Homeservers angekommen.',
  lag: ({ mean, latest, events, ago }) =>
    ` – im Mittel ${mean}, zuletzt ${latest}; ${countedDe(events, 'Ereignis', 'Ereignisse')}, das letzte vor ${ago}`,
  moreLags: 'Die anderen kommen früher an.',
  underASecond: 'weniger als eine Sekunde',
  campaignReason: (id) => `Kampagne (Heimdall, Fall ${id})`,
  raised: (value, of, own) => `${value} (der Wert von ${of}; eingestellt ist ${own})`,
  on: 'An',
  off: 'Aus',
  noneOn: 'Keine Schutzfunktion ist an',
  toSwitchOn: [
    'Eine einschalten: ',
    { code: '!heimdall enable NAME' },
    '. Ihre Einstellungen: ',
    { code: '!heimdall config get NAME' },
    '.',
  ],
  onlyIn: (only) => ` (in ${only.join(', ')})`,
  everywhere: ' (in allen geschützten Räumen)',
  everywhereBut: (except) => ` (in allen geschützten Räumen außer ${except.join(', ')})`,
  isOn: (where) => `Sie ist an${where}.`,
  isOff: 'Sie ist aus.',
  alsoCalled: (aliases) => ` Heißt auch ${aliases.join(', ')}.`,
  whichProtection: 'Welche Schutzfunktion?',
  noProtection: (name, nearest) =>
    `Eine Schutzfunktion „${name}“ gibt es nicht.` +
    `${nearest.length === 0 ? '' : ` Meintest du ${nearest.join(' oder ')}?`}`,
  ofWhich: 'Von welcher Schutzfunktion?',
  noSetting: (name, key) => `${name} hat keine Einstellung „${key}“.`,
  settingsAre: (keys) => `Ihre Einstellungen sind ${keys.join(', ')}.`,
  whichSetting: 'Welche Einstellung?',
  settingUsage: (verb, name) => `Schreibe: config ${verb} ${name}.KEY VALUE. !heimdall config get ${name} zeigt sie.`,
  notAList: (name) => `${name} ist keine Liste.`,
  writeSet: (name) => `Schreibe: config set ${name} VALUE.`,
  whatValue: 'Was?',
  writeValue: (verb, name) => `Schreibe: config ${verb} ${name} VALUE.`,
  toWhat: 'Auf welchen Wert?',
  writeSetNow: (name, value) => `Schreibe: config set ${name} VALUE. Jetzt gilt ${value}.`,
  writeList: (name, value) =>
    `Schreibe: config set ${name} VALUES, oder config reset ${name}, um sie zu leeren. Jetzt gilt ${value}.`,
  settingProblem: (name, problem) => `${name} ${problem}.`,
  nothingChanged: 'Nichts wurde geändert.',
  doesNotHold: (name, value): Inline[] => [{ code: name }, ` enthält das nicht. Es gilt ${value}.`],
  coversOwnServer: 'Das trifft auch deinen eigenen Homeserver: Seine Leute können dann ebenfalls nicht beitreten.',
  isNow: (value) => ` ist jetzt ${value}`,
  protectionOff: (name): Inline[] => [' Die Schutzfunktion ist aus: ', { code: `!heimdall enable ${name}` }, '.'],
  switchedOff: (name, place): Inline[] => [{ bold: name }, ' ist aus', ...place, '. Was sie getan hat, bleibt.'],
  switchedOn: ' ist an',
  inRooms: (rooms, all) =>
    rooms === all
      ? ` in allen geschützten Räumen (jetzt ${all})`
      : ` in allen geschützten Räumen außer denen, wo sie ausgeschaltet wurde (jetzt ${rooms} von ${all})`,
  whatItDoes: (deeds, name, isInOneRoom): Inline[] => [
    `Was sie tut: ${deeds}. `,
    { code: `!heimdall config get ${name}` },
    ' zeigt ihre Einstellungen; ausschalten: ',
    { code: `!heimdall disable ${name}${isInOneRoom ? ' RAUM' : ''}` },
    '.',
  ],
  encrypted: (names) =>
    'Dieser Raum ist verschlüsselt, und verschlüsselte Nachrichten kann ich nicht lesen: ' +
    `${names.join(', ')} ${names.length === 1 ? 'sieht' : 'sehen'} dort nichts davon.`,
  setOtherwise: (settings) => `Es gilt, was du eingestellt hast: ${settings.join(', ')}.`,
  nothingToLookFor: (name, key): Inline[] => [
    'Noch gibt es nichts, wonach sie suchen könnte: ',
    { code: `!heimdall config add ${name}.${key} …` },
  ],
  noRooms: ['Noch ist kein Raum geschützt: füge einen hinzu mit ', { code: '!heimdall rooms add ROOM' }, '.'],
  dryRun: 'Das ist ein Probelauf: es wird gesagt, was geschähe, und nichts getan.',
  notProtected: (said) => `${said} ist nicht geschützt.`,
  notProtectedRemedy: 'Siehe !heimdall rooms, oder füge ihn hinzu mit !heimdall rooms add ROOM.',
  verbs: {
    set:
      'Setzt eine Einstellung einer Schutzfunktion, überall oder für einen Raum oder Space. Eine Dauer ' +
      'schreibt man 30m, 24h, 7d.',
    add:
      'Fügt einer Liste einer Schutzfunktion etwas hinzu: Wörter, die zusammengehören, sind ein Eintrag; ' +
      'Kommas trennen Einträge.',
    remove: 'Entfernt Einträge aus einer Liste einer Schutzfunktion.',
  },
};
