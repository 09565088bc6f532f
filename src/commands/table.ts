import { levenshteinEditDistance as levenshtein } from 'levenshtein-edit-distance';
import type { Block } from '../matrix/message.js';
import { visible } from '../detection/index.js';
import { banCommands } from './bans.js';
import { caseCommands } from './cases.js';
import { generalCommands } from './general.js';
import { listCommands } from './lists.js';
import { peopleCommands } from './people.js';
import { protectionCommands } from './protections.js';
import { roomCommands } from './rooms.js';
import { scanCommands } from './scan.js';
import type { Command } from './types.js';

const help: Command = {
  name: 'help',
  group: 'General',
  usage: 'help [COMMAND]',
  summary: 'Shows the commands.',
  run: (_services, { args }) => {
    const asked = args[0] === undefined ? undefined : findCommand(args[0]);
    if (asked !== undefined)
      return Promise.resolve<Block[]>([{ line: [{ code: `!heimdall ${asked.usage}` }] }, { line: [asked.summary] }]);
    return Promise.resolve(helpBlocks());
  },
};

/** Every command there is. Later groups join here. */
export const COMMANDS: readonly Command[] = [
  ...caseCommands,
  ...scanCommands,
  ...banCommands,
  ...peopleCommands,
  ...roomCommands,
  ...listCommands,
  ...protectionCommands,
  ...generalCommands,
  help,
];

/** The command of this name. */
export function findCommand(name: string): Command | undefined {
  return COMMANDS.find((command) => command.name === name);
}

/** The names nearest to a word that is none, nearest first, at most three. */
export function nearestCommands(word: string): string[] {
  const short = word.slice(0, 30);
  return COMMANDS.map(({ name }) => ({ name, distance: levenshtein(short, name) }))
    .filter(({ name, distance }) => distance <= Math.max(2, Math.floor(name.length / 2)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** The answer to a word that is no command. */
export function unknownCommand(word: string): Block[] {
  const nearest = nearestCommands(word);
  const hint = nearest.length === 0 ? '' : ` Did you mean ${nearest.map((name) => `"${name}"`).join(' or ')}?`;
  return [
    { line: [`There is no command "${visible(word)}".${hint} `, { code: '!heimdall help' }, ' lists them all.'] },
  ];
}

function helpBlocks(): Block[] {
  const groups = [...new Set(COMMANDS.map(({ group }) => group))];
  return groups.flatMap((group): Block[] => [
    { heading: group },
    {
      list: COMMANDS.filter((command) => command.group === group).map((command) => [
        { code: `!heimdall ${command.usage}` },
        ` – ${command.summary}`,
      ]),
    },
  ]);
}
