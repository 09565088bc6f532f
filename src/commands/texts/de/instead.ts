import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import type { English } from '../instead.js';

/** German: the words of other bots that have no counterpart here, and what takes their place. */
export const de: Translated<English> = {
  reportingSummary: 'Sagt, wie Meldungen hier ankommen: in einem Raum muss nichts eingerichtet werden.',
  reporting: [
    'In einem Raum muss nichts eingerichtet werden, und nichts wurde geändert: Meldungen kommen über den Homeserver, ' +
      'aus allen Räumen. ',
    { code: '!heimdall status' },
    ' sagt, was fehlt; docs/report.md erklärt, wie der Reverse Proxy sie alle bringt.',
  ],
  reportByHand: ['Selbst jemanden melden: ', { code: '!heimdall report USER REASON' }, '.'],
  safeModeSummary: 'Sagt, was an die Stelle eines abgesicherten Modus tritt: der Probelauf.',
  safeMode: (dryRun): Inline[] =>
    dryRun
      ? [
          'Einen abgesicherten Modus gibt es nicht, und jetzt braucht es keinen: das ist ein Probelauf, nichts wird ' +
            'geändert. ',
          { code: '!heimdall go live' },
          ' beendet ihn.',
        ]
      : [
          'Einen abgesicherten Modus gibt es nicht, und nichts wurde geändert. An seiner Stelle steht ',
          { code: '!heimdall go dry' },
          ': von da an entscheide und berichte ich nur, bis ',
          { code: '!heimdall go live' },
          '.',
        ],
  oneProtection: ['Nur eine Schutzfunktion anhalten: ', { code: '!heimdall disable NAME' }, '.'],
  allowInviteSummary: 'Sagt, was an die Stelle durchgelassener Einladungen tritt: hier werden keine aufgehalten.',
  allowInvite: [
    'Ich halte keine Einladung auf, bevor sie verschickt ist, also gibt es nichts durchzulassen, und nichts wurde ' +
      'geändert. Wen eine Regel trifft, den nimmt das aus: ',
    { code: '!heimdall allow USER' },
    '.',
  ],
  joinByHand: ['Mich in einen Raum holen: ', { code: '!heimdall join ROOM' }, '.'],
};
