/** All texts of this module: to reporters, in English and German; to moderators and clients. */
import { catalogue } from '../util/catalogue.js';
import { de as toldDe } from './texts-de.js';

const en = {
  greeting:
    'Hello, I am Heimdall. Send me an ID or a link with a question mark, and I say whether it is official. ' +
    'Send "report", an ID or a link to a message, and a reason, and our moderators see it. (Auf Deutsch geht ' +
    'es auch.)',
  help:
    '"@name:server official?" – I say whether it is an official account.\n"report @name:server why", or a link to ' +
    'a message – our moderators see it. "stop" ends messages about your reports.',
  stopped: 'You will get no more messages about your reports. "start" turns them on again.',
  started: 'You will hear again what becomes of your reports.',
  taken: 'Thank you, your report was taken. Our moderators look at it.',
  unseen: 'I cannot find that. Please send its ID or a link to it.',
  encrypted:
    'This chat is encrypted and I cannot read it. Please start one without encryption. / Dieser Chat ist ' +
    'verschlüsselt, ich kann ihn nicht lesen.',
  actioned: 'Something you reported was dealt with: action was taken.',
  dismissed: 'Something you reported was looked at: our moderators found that nothing was to be done.',
  yesOfficial: ['Yes, ', ' is an official account.'] as readonly string[],
  yesOfficialRoom: ['Yes, ', ' is an official room.'] as readonly string[],
  notOfficial: ['No, ', ' is not official; the official one is ', '.'] as readonly string[],
  warning: ['Careful: ', ' is not an official account. The official one is ', '.'] as readonly string[],
  warningWhat:
    'Do not trust what it writes: send it no money, no password and no recovery key. You may leave the chat ' +
    'and ignore the account. Our moderators know of it; there is nothing else to do.',
};

type Spoken = typeof en;

const de: Spoken = {
  greeting:
    'Hallo, ich bin Heimdall. Schick mir eine ID oder einen Link mit einem Fragezeichen, und ich sage, ob das ' +
    'Konto offiziell ist. Schick „melden“, eine ID oder einen Link auf eine Nachricht und einen Grund, und ' +
    'unsere Moderation sieht es. (English works, too.)',
  help:
    '„@name:server offiziell?“ – ich sage, ob es ein offizielles Konto ist.\n„melden @name:server warum“ oder ein ' +
    'Link auf eine Nachricht – die Moderation sieht es. „stop“ beendet Nachrichten zu Meldungen.',
  stopped: 'Du bekommst keine Nachrichten mehr zu deinen Meldungen. „start“ schaltet sie wieder ein.',
  started: 'Du hörst wieder, was aus deinen Meldungen wird.',
  taken: 'Danke, deine Meldung ist angekommen. Die Moderation sieht sie sich an.',
  unseen: 'Das finde ich nicht. Bitte schick die ID oder einen Link.',
  encrypted:
    'Dieser Chat ist verschlüsselt, ich kann ihn nicht lesen. Bitte beginne einen ohne Verschlüsselung. / This ' +
    'chat is encrypted and I cannot read it.',
  actioned: 'Etwas, das du gemeldet hast, ist erledigt: es wurde eingegriffen.',
  dismissed: 'Etwas, das du gemeldet hast, wurde geprüft: die Moderation sah keinen Grund einzugreifen.',
  yesOfficial: ['Ja, ', ' ist ein offizielles Konto.'],
  yesOfficialRoom: ['Ja, ', ' ist ein offizieller Raum.'],
  notOfficial: ['Nein, ', ' ist nicht offiziell; offiziell ist ', '.'],
  warning: ['Vorsicht: ', ' ist kein offizielles Konto. Offiziell ist ', '.'],
  warningWhat:
    'Vertraue nicht, was es schreibt: schick ihm kein Geld, kein Passwort und keinen ' +
    'Wiederherstellungsschlüssel. Du kannst den Chat verlassen und das Konto ignorieren. Unsere Moderation ' +
    'weiß davon; mehr ist nicht zu tun.',
};

const SPOKEN = { en, de } as const;
export type Language = keyof typeof SPOKEN;

/** Texts for people, in their language. */
export function spoken(language: Language): Spoken {
  return SPOKEN[language];
}

/** Texts for moderators in the thread of a case. */
const told = {
  reported: 'What was reported, as it was then: ',
  around: 'Around it:',
  encrypted: 'an encrypted message. Only those in the room can read it.',
  withoutText: (type: string) => `${type} without a text.`,
  anEvent: 'an event',
  somebody: 'somebody',
  reportTaken: 'Report taken',
  mail: {
    answer: 'Answer by mail from ',
    automatic: 'Automatic mail from ',
    bounce: 'A mail could not be delivered, says ',
    complaint: 'Complaint by mail from ',
    appeal: 'Appeal by mail from ',
  },
  appealed: (caseId: number) =>
    `Case ${caseId}: its subject appeals against the decision. Another moderator should look at it.`,
  appealByLink: (caseId: number) => `Appeal in case ${caseId}, by the link of a statement:`,
  tooManyChats: 'Too many chats at once.',
  noImpostor: 'The case no longer says that this account is an impostor.',
};

export type English = typeof told;
export const TOLD = catalogue({ en: told, de: toldDe });

/** Matrix error messages, which clients sometimes show. */
export const REFUSALS = {
  silent: 'The homeserver does not answer. Please try again.',
  refused: 'The homeserver refused this.',
  noToken: 'Missing access token.',
  badToken: 'Unrecognised access token.',
  guests: 'Guests cannot report.',
  circle: 'This report goes in a circle.',
  nobody: 'The homeserver did not say who you are.',
  tooMany: 'Too many reports. Please wait.',
  onlyPost: 'Reports are made with POST.',
  empty: 'The body is empty.',
  notJson: 'The body is not JSON.',
  badPath: 'The path is not properly encoded.',
  tooLarge: (limit: string) => `The body is larger than ${limit}.`,
  notTaken: 'The report could not be taken. Please try again.',
  noRoom: 'There is no such room.',
  noUser: 'There is no such user.',
  noEvent: 'Unable to report event: it does not exist or you are not able to see it.',
  noSubject: 'What this report is about is not known here.',
  badTransaction: 'The transaction id is not one.',
  unknownType: 'This type of report is not known here.',
  unknownHarm: 'This harm is not known here.',
  descriptionSize: (bytes: number) => `description: must hold 1 to ${bytes} bytes of text`,
  descriptionMissing: 'description: is required with a general harm',
};
