import type { Translated } from '../util/catalogue.js';
import type { Notice } from './texts.js';

/** What moderators read of a notice, in German. */
export const noticeDe: Translated<Notice> = {
  where: (place) => `Wo: ${place}`,
  by: (name) => `Web: ${name}`,
  byNobody: 'Webformular',
};
