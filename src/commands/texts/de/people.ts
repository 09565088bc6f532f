import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import { countedDe, numberDe } from '../../../util/counted.js';
import type { English } from '../people.js';

const people = (count: number): string => countedDe(count, 'Person', 'Personen');
const rooms = (count: number): string => countedDe(count, 'Raum', 'Räumen');
const THEM: Readonly<Record<string, string>> = { kick: 'hinauswerfen', ban: 'sperren', mute: 'stummschalten' };
const DONE: Readonly<Record<string, string>> = { kicks: 'Rauswürfe', bans: 'Sperren', mutes: 'Stummschaltungen' };

/** German: accounts that are suspended, muted, kicked, deactivated; their power levels. */
export const de: Translated<English> = {
  suspended: 'ist ausgesetzt.',
  wasSuspended: 'war schon ausgesetzt oder deaktiviert.',
  unsuspended: 'ist nicht mehr ausgesetzt.',
  wasNotSuspended: 'war nicht ausgesetzt.',
  askDeactivate: (userId): Inline[] => [
    'Deaktivieren: ',
    { code: userId },
    '? Das Konto wird überall abgemeldet, verlässt alle Räume, und sein Name ist für immer vergeben. Das ist ' +
      'endgültig; rückgängig machen lässt sich ',
    { code: '!heimdall suspend' },
    '.',
  ],
  deactivated: 'ist deaktiviert.',
  wasDeactivated: 'war schon deaktiviert.',
  notLocal: (userId) => `${userId} ist kein Konto dieses Servers.`,
  notLocalRemedy: 'Für Konten anderer Server gibt es !heimdall ban. Nichts wurde getan.',
  locked: 'ist verriegelt.',
  wasLocked: 'war schon verriegelt oder deaktiviert.',
  unlocked: 'ist entriegelt.',
  wasNotLocked: 'war nicht verriegelt.',
  inNoRoom: (userId): Inline[] => [{ code: userId }, ' ist in keinem der geschützten Räume.'],
  muted: (count, until) => ` ist in ${rooms(count)} stummgeschaltet${until === undefined ? '' : `, bis ${until}`}.`,
  wasNotMuted: ' war nicht stummgeschaltet.',
  couldNotWrite: (held) => ` Konnte in ${rooms(held)} schon vorher nicht schreiben.`,
  noPowerToMute: (where): Inline[] => [' Mir fehlt das Recht, Rechtestufen zu ändern, in ', ...where, '.'],
  unmuted: (back) => ` darf in ${rooms(back)} wieder schreiben.`,
  notMutedByMe: ' wurde nicht von mir stummgeschaltet.',
  changedSince: (moot) => ` In ${rooms(moot)} wurde die Rechtestufe inzwischen geändert; sie bleibt.`,
  notKicked: 'Nicht hinausgeworfen:',
  nobodyMatches: 'In den geschützten Räumen passt das auf niemanden.',
  askKick: (entity): Inline[] => ['Alle hinauswerfen, auf die das passt: ', { code: entity }, '?'],
  notDone: 'Nicht getan:',
  notInRoom: ' ist nicht in diesem Raum.',
  inNoProtectedRoom: ' ist in keinem der geschützten Räume.',
  accounts: (whom) => countedDe(whom, 'Konto', 'Konten'),
  notDoneFor: 'Nicht getan für:',
  hasPower: (userId, level, where): Inline[] => [{ code: userId }, ` hat Rechtestufe ${level} in `, ...where, '.'],
  isCreator: 'hat den Raum angelegt; diese Rechte lassen sich nicht ändern',
  cannotChangePower: 'Mir fehlt das Recht, Rechtestufen zu ändern',
  ownPower: (power) => `Ich habe selbst nur Rechtestufe ${power}`,
  roomAdmin: (userId, said): Inline[] => [{ code: userId }, ' ist jetzt Admin von ', { code: said }, '.'],
  askRedact: (count) =>
    `Die letzten Nachrichten von ${people(count)} löschen, auf die das passt? Das lässt sich nicht rückgängig machen.`,
  foreignMedia: 'Medien von Konten anderer Server lassen sich nicht nach Konto in Quarantäne nehmen.',
  quarantined: (done, local) => `Medien von ${numberDe(done)} von ${numberDe(local)} Konten sind in Quarantäne.`,
  cannotSeeEvent: 'Dieses Ereignis sehe ich nicht.',
  cannotSeeEventRemedy: (bot) => `Ich muss im Raum sein: lade ${bot} ein.`,
  alreadyRedacted: (sender): Inline[] => ['Dieses Ereignis ist schon gelöscht; es war von ', { code: sender }, '.'],
  redacted: (sender): Inline[] => ['Gelöscht: ein Ereignis von ', { code: sender }, '.'],
  joinedSince: (time, count) => `Beigetreten seit ${time}: ${people(count)}.`,
  more: (count) => `… und ${numberDe(count)} mehr.`,
  leftOut: (why): Inline[] => ['Ausgenommen: ', ...why],
  askThem: (what) => `Diese Leute ${THEM[what] ?? what}?`,
  banRules: 'Sperrregeln',
  sinceDone: (count, done, actions, what) =>
    `${people(count)}: ${numberDe(done)} von ${numberDe(actions)} erledigt (${DONE[what] ?? what}).`,
  inWhichRoom: 'In welchem Raum?',
  inWhichRoomRemedy:
    'Nenne einen oder mehrere geschützte Räume mit Raumkennung, Alias oder Link, oder * für alle. Nichts wurde getan.',
};
