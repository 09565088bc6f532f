import { HeimdallError } from '../util/errors.js';
import { command, type Command } from './spec.js';

const web = command({
  name: 'web',
  group: 'General',
  role: 'viewer',
  summary: 'Sends you a link to the web pages by direct message. It works once, for 10 minutes.',
  args: {},
  options: {},
  examples: ['web'],
  async run(services, { invocation }) {
    if (services.web === undefined)
      throw new HeimdallError(
        'HEIMDALL_E_WEB_OFF',
        'The web pages are switched off.',
        'An admin can switch them on with web.enabled in the configuration.',
      );
    await services.web.sendSignInLink(invocation.sender, invocation.key);
    return [{ line: ['I sent you a link by direct message. It works once, for 10 minutes.'] }];
  },
});

export const webCommands: readonly Command[] = [web];
