import { counted } from '../util/counted.js';
import { catalogue } from '../util/catalogue.js';
import { de } from './texts-de.js';

/** Texts about policy events without a rule, and about entries left out of a server ACL. */
const en = {
  allowMatchesNothing: (quote: string) =>
    `The allow rule ${quote} is left out: it can match no server name, which is compared without its port.`,
  allowListFull:
    'The servers that must stay do not fit into an allow list, so no server is blocked merely for not being listed.',
  peoplesEntry: (quote: string, quote2: string) =>
    `${quote}, which the room's people had set, is left out: it would block ${quote2}, which must stay.`,
  tooLarge: (name: string) => `${name} is left out: it alone is larger than an event may be.`,
  ownServer: (quote: string) => `our own server ${quote}`,
  mustStay: (quote: string) => `${quote}, which must stay`,
  wouldBlock: (told: string) => `it would block ${told}.`,
  exempted: (name: string, rule: string) => `${name} is left out: the allow rule ${rule} exempts it.`,
  wouldBlockExempt: (told: string) => `it would block ${told}, which an allow rule exempts.`,
  leftOut: (name: string, why: string) => `${name} is left out: ${why}`,
  matchesNothing: (name: string) =>
    `${name} is left out: it can match no server name, which is compared without its port.`,
  addressBlocked: (quote: string) =>
    `${quote} stays blocked despite its allow rule: the server ACL denies all address literals.`,
  notAnObject: 'the content is not an object',
  entityNotString: 'the entity is not a string',
  entityEmpty: 'the entity is empty',
  noEntity: 'there is neither an entity nor a valid SHA-256 hash',
  noRecommendation: 'the recommendation is missing',
  recommendationNotString: 'the recommendation is not a string',
  unknownRecommendation: (recommendation: string) => `the recommendation "${recommendation}" is unknown`,
  hashedRules: (count: number) =>
    `${counted(count, 'hashed server rule')} cannot be part of a server ACL, which needs names.`,
  noSpace: "The room's own server ACL leaves no space for ours, so it is left as it is.",
  /** plain numbers: programs read them from stderr */
  didNotFit: (count: number, bytes: number) =>
    `${count} ${count === 1 ? 'entry does' : 'entries do'} not fit into the server ACL and ` +
    `${count === 1 ? 'is' : 'are'} left out (it may have ${bytes} bytes).`,
};

export type English = typeof en;
export const policyTexts = catalogue({ en, de });
