import { counted } from '../../util/counted.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/victims.js';

/** Texts about warnings to people whom an impostor approached. */
const en = {
  off: 'Nobody is warned of impostors here.',
  setting: 'Set reports.warn_victims to ask or certain.',
  notCertain: (id: number) => `Case ${id}: people are warned only of accounts that are certainly impostors.`,
  onTheWay: (id: number) => `Case ${id}: the warnings are on their way.`,
  asked: (id: number, victims: number) =>
    victims === 0
      ? `Case ${id}: it approached nobody here, as far as I can see.`
      : `Case ${id}: ${counted(victims, 'account')} here ${victims === 1 ? 'is' : 'are'} warned, once each.`,
};

export type English = typeof en;
export const victimTexts = catalogue({ en, de });
