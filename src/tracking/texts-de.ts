import type { Translated } from '../util/catalogue.js';
import type { English } from './texts.js';

/** German: rooms that cannot be found or joined. */
export const de: Translated<English> = {
  notARoom: (reference) => `${reference} ist weder eine Raumkennung noch ein Alias.`,
  giveRoom: 'Nenne eine Raumkennung (!…) oder einen Alias (#name:server).',
  noRoomBehind: (reference) => `${reference} führt zu keinem Raum.`,
  checkSpelling: 'Prüfe die Schreibweise oder nenne die Raumkennung.',
  cannotJoin: (reference, error) => `Ich kann ${reference} nicht beitreten (${error}).`,
  noRoomBehindAlias: 'hinter dem Alias ist kein Raum',
  nobodyInIt: 'niemand von diesem Server ist darin',
  notAdminNotIn: 'der Bot ist weder Server-Admin noch darin',
  notReadYet: (seconds) => `nach ${seconds} s ist er noch nicht gelesen`,
  inviteBot: (botUserId) => `Lade ${botUserId} dorthin ein und versuche es noch einmal.`,
};
