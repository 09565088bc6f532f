import { answerQuestion } from './questions.js';
import { command, type Command } from './spec.js';

function answer(name: 'yes' | 'no', { aliases, summary }: { aliases: readonly string[]; summary: string }): Command {
  return command({
    name,
    aliases,
    group: 'General',
    role: 'viewer',
    summary,
    args: {},
    options: {},
    examples: [name],
    run: (services, { invocation, around, bare }) =>
      answerQuestion(services, invocation, name, { repliesTo: around.repliesTo, bare }, (payload) =>
        services.mayCarryOut(payload, invocation.sender),
      ),
  });
}

export const answerCommands: readonly Command[] = [
  answer('yes', {
    aliases: ['ja', 'y', '✅'],
    summary: 'Says yes to the question that this replies to, or to the only one that is open.',
  }),
  answer('no', { aliases: ['nein', 'n', '❌'], summary: 'Says no to it: nothing is done.' }),
];
