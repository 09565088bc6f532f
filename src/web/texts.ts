import { catalogue } from '../util/catalogue.js';
import { noticeDe } from './texts-de.js';

/** Public responses of our port, and errors when it cannot be opened. */
export const webTexts = {
  nothing: 'There is nothing here.',
  failed: 'Something went wrong here.',
  standby: 'This process stands by: another one acts. Please try again.',
  cannotListen: (bind: string, port: number, why: string) => `Cannot listen on ${bind}:${port} (${why}).`,
  listenRemedy:
    'Is another Heimdall running? Stop it, or set appservice.port to a free port, run `heimdall register --force`, ' +
    'and give the new file to the homeserver.',
  ledgerSilent: 'the ledger does not answer',
  /** public, so the ledger's location is only in the log */
  ledgerNotWritable: 'The ledger cannot be written to; the log says why.',
  giveUserId: 'Give a full Matrix user ID: ?id=@name:server',
  badForm: 'the form cannot be read',
};

const notice = {
  where: (place: string) => `Where: ${place}`,
  by: (name: string) => `web: ${name}`,
  byNobody: 'web form',
};

export type Notice = typeof notice;

/** Texts for moderators about a notice from the public page. */
export const noticeTexts = catalogue({ en: notice, de: noticeDe });
