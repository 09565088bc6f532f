import type { Translated } from '../util/catalogue.js';
import type { Notice } from './texts.js';

/** German texts for moderators about a notice. */
export const noticeDe: Translated<Notice> = {
  where: (place) => `Wo: ${place}`,
  by: (name) => `Web: ${name}`,
  byNobody: 'Webformular',
};
