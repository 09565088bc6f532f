/** The sign of a display name that reads as an official one. */
import type { Found, Hit } from '../search/found.js';
import { displayTexts } from '../texts.js';
import { visible } from '../visible.js';
import type { Looks } from './looks.js';
import { sentenceOf, viewOf, type Sign } from './sign.js';

const WHAT = 'The display name';

/** Common parts of all signs of a display name that folds to an official one. */
export function readsAs(userId: string, found: Found, hit: Hit, looks: Looks): Omit<Sign, 'weight'> {
  const official = hit.name.formOf ?? hit.name.raw;
  return {
    disguise:
      hit.name.formOf !== undefined && looks.disguise === 'same'
        ? 'form'
        : looks.disguise === 'same'
          ? 'same_name'
          : looks.disguise,
    view: viewOf(hit, looks),
    position: looks.position,
    sentence:
      hit.name.kind === 'display' && found.text === official
        ? displayTexts.same(visible(found.text), visible(userId))
        : hit.name.kind !== 'display' && found.text === official
          ? displayTexts.brand(visible(found.text), visible(userId))
          : sentenceOf(WHAT, found.text, official, looks, hit.name.formOf !== undefined),
    readsAsName: hit.name.kind === 'display',
  };
}
