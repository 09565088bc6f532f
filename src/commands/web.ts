import { HeimdallError } from '../util/errors.js';
import type { Command } from './types.js';

const web: Command = {
  name: 'web',
  group: 'General',
  usage: 'web',
  summary: 'Sends you a link to the web pages by direct message. It works once, for 10 minutes.',
  async run(services, { sender, eventId }) {
    if (services.web === undefined)
      throw new HeimdallError(
        'HEIMDALL_E_WEB_OFF',
        'The web pages are switched off.',
        'An admin can switch them on with web.enabled in the configuration.',
      );
    await services.web.sendSignInLink(sender, eventId);
    return [{ line: ['I sent you a link by direct message. It works once, for 10 minutes.'] }];
  },
};

export const webCommands: readonly Command[] = [web];
