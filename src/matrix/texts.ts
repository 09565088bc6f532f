import { catalogue } from '../util/catalogue.js';
import { de } from './texts-de.js';

/** Texts about registrations, failed requests, and what a dry run does not do. */
const en = {
  notJson: 'the answer is not JSON: is the homeserver URL right?',
  tooLarge: (bytes: number) => `the answer is larger than ${bytes} bytes`,
  notSent: 'not sent: this process does not act at the moment',
  answered: (status: number) => `the homeserver answered ${status}`,
  theFile: 'the file',
  notARegistration: (file: string, keys: string) =>
    `${file} is not a registration: ${keys} missing or of the wrong type`,
  unreadable: (file: string, why: string) => `The registration ${file} cannot be read: ${why}`,
  notYaml: (file: string) => `${file} is not valid YAML`,
  isSample: 'is the sample: its tokens are placeholders that everybody knows',
  shortToken: (least: number) => `has a token of fewer than ${least} characters, which could be guessed`,
  sameToken: 'has the same token twice: whoever reads one direction could speak in the other',
  runRegister: 'Run `heimdall register --config FILE` and give the file that it writes to the homeserver.',
  notMxc: 'this is not an mxc:// URI',
  requestFailed: 'the request failed',
  answerLacks: (fields: readonly string[]) => `the homeserver's answer lacks ${fields.join(', ')}`,
  joinsNothing: 'in a dry run I do not join rooms on my own',
  makesNoRooms: 'a dry run creates no rooms',
  invitesNobody: 'a dry run invites nobody',
  keepsName: 'a dry run does not change my display name',
  itsForm: 'its form',
  mas: {
    badClient: (scope: string) =>
      'Matrix Authentication Service does not take mas.client_id and mas.client_secret, or does not grant them the ' +
      `scope ${scope}: name the client in its policy.data.admin_clients`,
    notAllowed:
      'Matrix Authentication Service does not let this client use its admin API: name the client in its ' +
      'policy.data.admin_clients',
    noAccount: (localpart: string) => `Matrix Authentication Service knows no account ${localpart}`,
  },
};

export type English = typeof en;
export const matrixTexts = catalogue({ en, de });
