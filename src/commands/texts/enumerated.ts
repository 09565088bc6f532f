import type { Inline } from '../../matrix/message.js';
import { catalogue } from '../../util/catalogue.js';

const texts = catalogue({
  en: { andMore: (count: number) => ` and ${count} more` },
  de: { andMore: (count) => ` und ${count} mehr` },
});

/** Joins pieces with commas; beyond `most` the rest are counted. */
export function enumerated(items: readonly Inline[], most = 10): Inline[] {
  const shown = items.slice(0, most).flatMap((item, index): Inline[] => (index === 0 ? [item] : [', ', item]));
  return items.length > most ? [...shown, texts.andMore(items.length - most)] : shown;
}
