import type { Inline } from '../../matrix/message.js';

/** Several pieces with commas between them; of more than `most` the rest is a number. */
export function enumerated(items: readonly Inline[], most = 10): Inline[] {
  const shown = items.slice(0, most).flatMap((item, index): Inline[] => (index === 0 ? [item] : [', ', item]));
  return items.length > most ? [...shown, ` and ${items.length - most} more`] : shown;
}
