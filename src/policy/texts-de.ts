import type { Translated } from '../util/catalogue.js';
import { countedDe, numberDe } from '../util/counted.js';
import type { English } from './texts.js';

/** German: policy rules that state nothing, and what had to stay out of a server ACL. */
export const de: Translated<English> = {
  allowMatchesNothing: (quote) =>
    `Die Ausnahme ${quote} ist weggelassen: sie kann auf keinen Servernamen passen, denn verglichen wird ohne Port.`,
  allowListFull:
    'Die Server, die bleiben müssen, passen nicht in eine Erlaubnisliste; deshalb wird kein Server nur deshalb ' +
    'ausgesperrt, weil er nicht darauf steht.',
  peoplesEntry: (quote, quote2) =>
    `${quote}, von Leuten des Raums gesetzt, ist weggelassen: es würde ${quote2} aussperren, und das darf nicht sein.`,
  tooLarge: (name) => `${name} ist weggelassen: schon allein ist es größer, als ein Ereignis sein darf.`,
  ownServer: (quote) => `unseren eigenen Server ${quote}`,
  mustStay: (quote) => `${quote}, was bleiben muss`,
  wouldBlock: (told) => `es würde aussperren: ${told}.`,
  exempted: (name, rule) => `${name} ist weggelassen: die Ausnahme ${rule} befreit es.`,
  wouldBlockExempt: (told) => `es würde aussperren, was eine Ausnahme befreit: ${told}.`,
  leftOut: (name, why) => `${name} ist weggelassen: ${why}`,
  matchesNothing: (name) =>
    `${name} ist weggelassen: es kann auf keinen Servernamen passen, denn verglichen wird ohne Port.`,
  addressBlocked: (quote) =>
    `${quote} bleibt trotz seiner Ausnahme ausgesperrt: die Server-ACL weist alle Adressen ohne Namen ab.`,
  notAnObject: 'der Inhalt ist kein Objekt',
  entityNotString: 'entity ist kein Text',
  entityEmpty: 'entity ist leer',
  noEntity: 'es gibt weder entity noch einen gültigen SHA-256-Hash',
  noRecommendation: 'recommendation fehlt',
  recommendationNotString: 'recommendation ist kein Text',
  unknownRecommendation: (recommendation) => `die recommendation „${recommendation}“ ist unbekannt`,
  hashedRules: (count) =>
    `${countedDe(count, 'gehashte Serverregel kann', 'gehashte Serverregeln können')} nicht in eine Server-ACL: ` +
    `die braucht ` +
    'Namen.',
  noSpace: 'Die Server-ACL des Raums lässt keinen Platz für unsere, deshalb bleibt sie, wie sie ist.',
  didNotFit: (count, bytes) =>
    `${countedDe(count, 'Eintrag passt', 'Einträge passen')} nicht in die Server-ACL und ` +
    `${count === 1 ? 'ist' : 'sind'} weggelassen (sie darf ${numberDe(bytes)} Bytes haben).`,
};
