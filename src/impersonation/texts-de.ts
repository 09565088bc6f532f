import type { Translated } from '../util/catalogue.js';
import type { English } from './texts.js';

/** German: accounts that imitate others, and what cannot be checked yet. */
export const de: Translated<English> = {
  impersonates: (protectedId, caseId) =>
    `Gibt sich aus als ${protectedId ?? 'ein offizielles Konto'} (Heimdall, Fall ${caseId})`,
  moderatorOf: (room) => `moderiert ${room}`,
  officialAvatarsUnread: 'Die offiziellen Bilder sind noch nicht gelesen.',
  notAPicture: 'es ist kein Bild im Format PNG, JPEG, GIF oder WebP',
  cannotReadMembers: 'Der Bot ist weder Server-Admin noch im Raum.',
};
