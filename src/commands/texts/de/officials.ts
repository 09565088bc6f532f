import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import { countedDe } from '../../../util/counted.js';
import { enumerated } from '../enumerated.js';
import type { English } from '../officials.js';

/** German: the official accounts. */
export const de: Translated<English> = {
  change: 'Ändern: official add, official variant, official remove; oder protected_identities in der Konfiguration.',
  byCommand: ', per Befehl hinzugefügt',
  askAdd: (userId, names): Inline[] => [
    'Als offizielles Konto schützen: ',
    { code: userId },
    names.length === 0 ? '?' : ` mit dem Namen ${names.join(', ')}?`,
  ],
  namesNobody: (name) => `Der Name ${name} besteht aus Wörtern, die viele benutzen: allein verrät er niemanden.`,
  alike: (people): Inline[] => [
    `${countedDe(people.length, 'Person', 'Personen')} in den geschützten Räumen ` +
      `${people.length === 1 ? 'gälte' : 'gälten'} als wahrscheinlich oder sicher falsch: `,
    ...enumerated(people.map((userId) => ({ code: userId }))),
    '.',
  ],
  nobodyAlike: 'Niemand in den geschützten Räumen sieht ihm jetzt ähnlich.',
  alreadyOfficial: (userId): Inline[] => [{ code: userId }, ' ist schon offiziell.'],
  added: (userId): Inline[] => [
    { code: userId },
    ' ist jetzt offiziell und wird nie getroffen. Zurücknehmen: ',
    { code: `!heimdall official remove` },
    ' mit derselben Kennung.',
  ],
  variantAdded: (variant, userId): Inline[] => [
    { code: variant },
    ' ist jetzt als weitere Kennung bekannt von ',
    { code: userId },
    ': sie wird nie beschuldigt.',
  ],
  whichOfficial: 'Von welchem offiziellen Konto?',
  whichOfficialRemedy:
    'Nenne es hinter der anderen Kennung: official variant @other:server @official:server. Nichts wurde getan.',
  notOfficial: (userId) => `${userId} ist kein offizielles Konto.`,
  officialList: '!heimdall official nennt sie. Nichts wurde getan.',
  configured: (userId): Inline[] => [
    { code: userId },
    ' steht in der Konfiguration: entferne es dort aus ',
    { code: 'protected_identities' },
    '. Nichts wurde getan.',
  ],
  removed: (userId): Inline[] => [{ code: userId }, ' ist nicht mehr offiziell.'],
  notAdded: (userId): Inline[] => [{ code: userId }, ' wurde nicht per Befehl hinzugefügt.'],
  domains: (domains) => `; Domains ${domains.join(', ')}`,
  variants: (variants) => `; weitere Kennungen ${variants.join(', ')}`,
};
