import { namesOf } from './args/options.js';
import { GROUPS, type Command } from './spec.js';
import { COMMANDS } from './table.js';

/** The page about the commands, generated from the table: `docs/moderate/commands.md`. */
export function commandReference(): string {
  const groups = GROUPS.flatMap((group) => {
    const commands = COMMANDS.filter((one) => one.group === group);
    return commands.length === 0 ? [] : [`## ${group}\n`, ...commands.map(section)];
  });
  return `${[INTRODUCTION, ...groups].join('\n').trimEnd()}\n`;
}

const INTRODUCTION = `# Commands
<!-- Made from the command table by \`npm run generate\`. Do not edit. -->
In the management room: \`!heimdall COMMAND\`, \`!mjolnir COMMAND\`, or the bot's name, id or pill, with \`:\` or not. Further prefixes by \`commands.prefixes\`. Several lines are several commands.

- **Targets** are an id, an alias, a link, a pill, or \`case N\`. Quotes, back-ticks, angle brackets and a comma or period after it do no harm. A pill means the account behind it, whatever name it shows. A word that names nobody is refused, and nothing is done.
- **Options** may stand anywhere; \`—for 7d\` and \`--For=7d\` are \`--for 7d\`. An option that a command does not know is refused.
- **Questions.** What hits more than one person or cannot be undone asks first. Reply \`yes\` (or press ✅) within 5 minutes; \`--yes\` or \`--force\` skip the question. Several accounts that you name one by one are no question.
- **Replies.** A command without a target, as a reply, means the sender of that message, or the case of that notice.
- \`!heimdall COMMAND --help\` shows one command.

Square brackets mark what may be left out, \`…\` what may stand several times.
`;

function section(one: Command): string {
  const options = Object.values(one.options);
  const lines = [
    `### \`${one.name}\``,
    `\`${one.usage}\``,
    '',
    one.summary,
    ...(one.aliases === undefined || one.aliases.length === 0
      ? []
      : ['', `Also: ${one.aliases.map((name) => `\`${name}\``).join(', ')}.`]),
    ...(options.length === 0 ? [] : ['', ...options.map(optionLine)]),
    '',
    `Role: ${one.role}. For example: ${one.examples.map((example) => `\`!heimdall ${example}\``).join(', ')}.`,
    '',
  ];
  return lines.join('\n');
}

function optionLine(option: Command['options'][string]): string {
  const others = namesOf(option).slice(1);
  const also = others.length === 0 ? '' : ` Also: ${others.map((name) => `\`--${name}\``).join(', ')}.`;
  return `- \`${option.label}\` – ${option.summary}${also}`;
}
