import type { Inline } from '../../../matrix/message.js';
import type { Translated } from '../../../util/catalogue.js';
import type { English } from '../scans.js';

/** German: scans. */
export const de: Translated<English> = {
  none: 'Es gibt keinen Suchlauf zu beenden.',
  stopped: (how) => `Der Suchlauf ist beendet nach ${how}. Was er fand, bleibt in den Fällen.`,
  opensOnly: 'Er eröffnet nur Fälle.',
  acts: 'Er tut mit dem, was er findet, was die Reaktionen verlangen.',
  resuming: (since, position, deeds): Inline[] => [
    `Der Suchlauf von ${since} geht weiter: ${position}. ${deeds} `,
    { code: '--fresh' },
    ' beginnt von vorn.',
  ],
  started: (parts, deeds): Inline[] => [
    `Durchsucht werden ` +
      `${parts.map((part) => (part === 'users' ? 'alle Konten' : 'alle Mitglieder von Räumen')).join(' und ')}. ` +
      `${deeds} Diese Nachricht zeigt den Fortschritt; `,
    { code: '!heimdall scan stop' },
    ' beendet ihn.',
  ],
};
