import { HeimdallError } from '../util/errors.js';
import { command, type Command } from './spec.js';
import { botTexts } from './texts/bot.js';

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
      throw new HeimdallError('HEIMDALL_E_WEB_OFF', botTexts.pagesOff, botTexts.pagesOffRemedy);
    await services.web.sendSignInLink(invocation.sender, invocation.key);
    return [{ line: [botTexts.linkSent] }];
  },
});

export const webCommands: readonly Command[] = [web];
