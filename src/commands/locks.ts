import { urlPath } from '../matrix/url-path.js';
import { undoHint } from './answers.js';
import { text } from './args/index.js';
import { mustBeLocal } from './accounts.js';
import { type Command, command } from './spec.js';
import { firstOf, make, oneUser } from './make.js';
import { peopleTexts } from './texts/people.js';

function lockCommand(name: 'lock' | 'unlock'): Command {
  const locked = name === 'lock';
  return command({
    name,
    group: 'Accounts',
    role: 'moderator',
    summary: locked
      ? 'Locks an account of this server: it cannot do anything until it is unlocked. Needs a server admin.'
      : 'Unlocks an account of this server.',
    args: { who: oneUser, reason: text() },
    options: {},
    examples: [`${name} @someone:example.org`],
    async run(services, { args, invocation }) {
      const userId = firstOf(args.who);
      mustBeLocal(services, userId);
      const account = await services.homeserver.adminAccount(userId).catch(() => undefined);
      if (account?.admin === true) return [{ line: peopleTexts.serverAdmin(userId) }];
      const { lock: bySpecification } = await services.homeserver.accountModeration();
      // Unlocking can hit nobody.
      return make(
        services,
        invocation,
        {
          method: 'PUT',
          path: bySpecification
            ? urlPath`/_matrix/client/v1/admin/lock/${userId}`
            : urlPath`/_synapse/admin/v2/users/${userId}`,
          body: { locked },
          admin: true,
          ...(locked ? { userId } : {}),
        },
        [{ code: userId }, locked ? peopleTexts.locked : peopleTexts.unlocked, ...(locked ? undoHint() : [])],
      );
    },
  });
}

export const lockCommands: readonly Command[] = [lockCommand('lock'), lockCommand('unlock')];
