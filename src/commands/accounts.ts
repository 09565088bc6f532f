import { interlock } from '../enforcement/interlock.js';
import { visible } from '../detection/index.js';
import { serverNameOf } from '../matrix/identifiers.js';
import type { Block, Inline } from '../matrix/message.js';
import { HeimdallError } from '../util/errors.js';
import { answerFor, effectOf, howToAnswer } from './answers.js';
import { targets, text, yes } from './args/index.js';
import { type Command, command } from './spec.js';
import type { Invocation, Services } from './types.js';
import { answerTexts } from './texts/answers.js';
import { peopleTexts } from './texts/people.js';

const user = targets('USER…', { kinds: ['user'] });

/** A command that changes local accounts through the admin API. */
export function accountCommand(spec: {
  name: string;
  aliases?: string[];
  role?: 'moderator' | 'admin';
  summary: string;
  kind: string;
  words: () => Record<string, string>;
  back?: string;
}): Command {
  return command({
    name: spec.name,
    ...(spec.aliases === undefined ? {} : { aliases: spec.aliases }),
    group: 'Accounts',
    role: spec.role ?? 'moderator',
    summary: spec.summary,
    args: { who: user, reason: text() },
    options: {},
    examples: [`${spec.name} @someone:example.org`],
    async run(services, { args, invocation }) {
      const blocks: Block[] = [];
      for (const target of args.who.targets)
        blocks.push(
          ...(await changeAccount(
            services,
            invocation,
            spec.kind,
            target.entity,
            args.reason,
            spec.words(),
            spec.back,
          )),
        );
      return blocks;
    },
  });
}

const suspend = accountCommand({
  name: 'suspend',
  summary: 'Suspends an account of this server: it can only read and log out. Needs a server admin.',
  kind: 'suspend',
  words: () => ({ suspended: peopleTexts.suspended, held: peopleTexts.wasSuspended }),
  back: 'unsuspend',
});

const unsuspend = accountCommand({
  name: 'unsuspend',
  summary: 'Lifts the suspension of an account of this server.',
  kind: 'unsuspend',
  words: () => ({ unsuspended: peopleTexts.unsuspended, held: peopleTexts.wasNotSuspended }),
});

const deactivate = command({
  name: 'deactivate',
  group: 'Accounts',
  role: 'admin',
  summary: 'Deactivates an account of this server for good. Asks first; needs a server admin.',
  args: { who: targets('USER', { kinds: ['user'], single: true }), reason: text() },
  options: { yes },
  examples: ['deactivate @spammer:example.org --yes'],
  async run(services, { args, options, invocation }) {
    const userId = args.who.targets[0]?.entity ?? '';
    const answer = interlock({ about: 'user', userId }, services.facts());
    if (!answer.allowed) return [{ line: [answerTexts.refused(visible(answer.reason, 400))] }];
    mustBeLocal(services, userId);
    if (options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: {
          blocks: [
            {
              line: peopleTexts.askDeactivate(userId),
            },
            howToAnswer(),
          ],
        },
      };
    return changeAccount(services, invocation, 'deactivate', userId, args.reason, {
      deactivated: peopleTexts.deactivated,
      held: peopleTexts.wasDeactivated,
    });
  },
});

export function mustBeLocal({ homeserver }: Services, userId: string): void {
  if (serverNameOf(userId) === homeserver.serverName) return;
  throw new HeimdallError('HEIMDALL_E_USAGE', peopleTexts.notLocal(visible(userId)), peopleTexts.notLocalRemedy);
}

async function changeAccount(
  services: Services,
  invocation: Invocation,
  kind: string,
  userId: string,
  reason: string,
  words: Record<string, string>,
  back?: string,
): Promise<Block[]> {
  mustBeLocal(services, userId);
  const [action] = await services.runAndWait([
    {
      kind,
      lane: `account:${userId}`,
      key: `command:${invocation.key}:${kind}:${userId}`,
      payload: { userId, ...(reason === '' ? {} : { reason }) },
    },
  ]);
  return answerFor(action, () => {
    const effect = effectOf(action);
    const undo: Inline[] = back === undefined || effect === 'held' ? [] : answerTexts.undoReply;
    return [{ line: [{ code: userId }, ` ${words[effect] ?? effect}`, ...undo] }];
  });
}

export const accountCommands: readonly Command[] = [suspend, unsuspend, deactivate];
