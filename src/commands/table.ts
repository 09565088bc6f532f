import { lockCommands } from './locks.js';
import { accountCommands } from './accounts.js';
import { redactCommands } from './redact.js';
import { botCommands } from './bot.js';
import { directoryCommands } from './directory.js';
import { shutdownCommands } from './shutdown.js';
import { powerCommands } from './powers.js';
import { quarantineCommands } from './quarantine.js';
import { caseWorkCommands } from './case-work.js';
import { caseEndCommands } from './case-ends.js';
import { ruleCommands } from './rules.js';
import { listCreateCommands } from './list-create.js';
import { listPreviewCommands } from './list-preview.js';
import { officialCommands } from './officials.js';
import { joinCommands } from './joins.js';
import { reportCommands } from './report.js';
import { webCommands } from './web.js';
import { levenshteinEditDistance as levenshtein } from 'levenshtein-edit-distance';
import type { Block, Inline } from '../matrix/message.js';
import { visible } from '../detection/index.js';
import { text } from './args/index.js';
import { banCommands } from './bans.js';
import { unallowCommands } from './unallow.js';
import { unbanCommands } from './unban.js';
import { caseCommands } from './cases.js';
import { generalCommands } from './general.js';
import { goLiveCommands } from './go-live.js';
import { listCommands } from './lists.js';
import { mailCommands } from './mail.js';
import { victimCommands } from './victims.js';
import { peopleCommands } from './people.js';
import { protectionCommands } from './protections.js';
import { lookCommands } from './look.js';
import { exportCommands } from './export.js';
import { insteadCommands } from './instead.js';
import { importCommands } from './import.js';
import { muteCommands } from './mute.js';
import { sinceCommands } from './since.js';
import { undoCommands } from './undo.js';
import { answerCommands } from './answer-commands.js';
import { privacyCommands } from './privacy.js';
import { roomCommands } from './rooms.js';
import { raidCommands } from './raids.js';
import { cancelCommands } from './cancel.js';
import { scanCommands } from './scan.js';
import { command, GROUPS, type Command } from './spec.js';
import { namesOf } from './args/options.js';
import type { Word } from './text/words.js';
import { helpTexts } from './texts/table.js';
import { deskLanguage } from '../util/language.js';
import { GROUPS_DE, OPTIONS_DE, SUMMARIES_DE } from './texts/help-german.js';

const help = command({
  name: 'help',
  aliases: ['commands', 'hilfe'],
  group: 'General',
  role: 'viewer',
  summary: 'Shows the commands: all names, those of a topic, or one with its examples.',
  args: { about: text('[COMMAND|TOPIC]', 'text') },
  options: {},
  examples: ['help', 'help ban', 'help cases'],
  run(_services, { args }) {
    if (args.about === '') return Promise.resolve(overview());
    const words = args.about.split(' ').map((one) => ({ text: one, quoted: false }));
    const found = findCommand(words);
    const group = GROUPS.find((one) =>
      [one, groupName(one)].some((name) => name.toLowerCase() === args.about.toLowerCase()),
    );
    if (found !== undefined && found.used === words.length) return Promise.resolve(helpFor(found.command));
    if (group !== undefined) return Promise.resolve(topic(group));
    const begins = COMMANDS.filter(({ name }) => name.startsWith(`${args.about.toLowerCase()} `));
    if (begins.length > 0) return Promise.resolve<Block[]>([{ list: begins.map(line) }]);
    return Promise.resolve(found === undefined ? unknownCommand(args.about) : helpFor(found.command));
  },
});

/** All commands. Another module adds its group here with its own file. */
export const COMMANDS: readonly Command[] = [
  ...caseCommands,
  ...raidCommands,
  ...caseEndCommands,
  ...caseWorkCommands,
  ...reportCommands,
  ...scanCommands,
  ...cancelCommands,
  ...banCommands,
  ...unbanCommands,
  ...unallowCommands,
  ...peopleCommands,
  ...redactCommands,
  ...accountCommands,
  ...roomCommands,
  ...joinCommands,
  ...listCommands,
  ...listPreviewCommands,
  ...listCreateCommands,
  ...ruleCommands,
  ...protectionCommands,
  ...mailCommands,
  ...victimCommands,
  ...generalCommands,
  ...goLiveCommands,
  ...undoCommands,
  ...muteCommands,
  ...sinceCommands,
  ...importCommands,
  ...lockCommands,
  ...quarantineCommands,
  ...powerCommands,
  ...shutdownCommands,
  ...directoryCommands,
  ...botCommands,
  ...lookCommands,
  ...exportCommands,
  ...insteadCommands,
  ...officialCommands,
  ...webCommands,
  ...privacyCommands,
  ...answerCommands,
  help,
];

const BY_NAME: ReadonlyMap<string, Command> = new Map(
  COMMANDS.flatMap((one) => [one.name, ...(one.aliases ?? [])].map((name) => [name, one] as const)),
);
const LONGEST = Math.max(...[...BY_NAME.keys()].map((name) => name.split(' ').length));
/** Every word of a command's name, none of which may be read as a list. */
const WORDS: ReadonlySet<string> = new Set([
  ...[...BY_NAME.keys()].flatMap((name) => name.split(' ')),
  ...['user', 'room', 'server', 'case', 'fall', 'true', 'false', 'apply', 'all', 'yes', 'no', 'ja', 'nein'],
]);

export function isReserved(word: string): boolean {
  return WORDS.has(word.toLowerCase());
}

/** Whether a word starts a command. */
export function isCommandName(word: string): boolean {
  const said = word.toLowerCase();
  return [...BY_NAME.keys()].some((name) => name === said || name.startsWith(`${said} `));
}

/** The command named by the first words, and how many of them: the longest name wins. No words mean `help`. */
export function findCommand(
  words: readonly Pick<Word, 'text' | 'link'>[],
): { command: Command; used: number } | undefined {
  if (words.length === 0) return { command: help, used: 0 };
  for (let used = Math.min(LONGEST, words.length); used > 0; used--) {
    const said = words.slice(0, used);
    if (said.some(({ link }) => link !== undefined)) continue;
    const name = said
      .map((one, index) => (index === used - 1 ? one.text.replace(/[:,;.!?]+$/, '') : one.text))
      .join(' ');
    const found = BY_NAME.get(name.toLowerCase());
    if (found !== undefined) return { command: found, used };
  }
  return undefined;
}

/** The names closest to an unknown word, closest first, at most three. */
export function nearestCommands(word: string): string[] {
  const short = word.slice(0, 30).toLowerCase();
  const near = new Map<string, number>();
  for (const [name, { name: own }] of BY_NAME) {
    const distance = levenshtein(short, name);
    const limit = Math.max(1, Math.min(Math.ceil(name.length / 3), Math.ceil(short.length / 3)));
    const begins = short.length > 2 && (name.startsWith(short) || name.split(' ').includes(short));
    if (distance <= limit || begins) near.set(own, Math.min(near.get(own) ?? Infinity, begins ? 0.5 : distance));
  }
  return [...near]
    .sort((a, b) => a[1] - b[1])
    .slice(0, 3)
    .map(([name]) => name);
}

/** The answer to a word that is not a command. */
export function unknownCommand(word: string): Block[] {
  const nearest = nearestCommands(word);
  const hint = nearest.length === 0 ? '' : helpTexts.didYouMean(nearest);
  return [{ line: helpTexts.noCommand(visible(word), hint) }];
}

const isGerman = (): boolean => deskLanguage() === 'de';
const groupName = (group: string): string => (isGerman() ? GROUPS_DE[group] : undefined) ?? group;
const summaryOf = (one: Command): string => (isGerman() ? SUMMARIES_DE[one.name] : undefined) ?? one.summary;
const optionSummary = ({ label, summary }: Command['options'][string]): string =>
  (isGerman() ? OPTIONS_DE[label] : undefined) ?? summary;

/** All names by topic, short enough for a phone. */
function overview(): Block[] {
  return [
    ...GROUPS.flatMap((group): Block[] => {
      const names = COMMANDS.filter((one) => one.group === group).map(({ name }) => name);
      return names.length === 0 ? [] : [{ line: [{ bold: groupName(group) }, `: ${names.join(', ')}`] }];
    }),
    { line: helpTexts.more },
  ];
}

function topic(group: string): Block[] {
  return [{ heading: groupName(group) }, { list: COMMANDS.filter((one) => one.group === group).map(line) }];
}

function line(one: Command): Inline[] {
  return [{ code: `!heimdall ${one.usage}` }, ` – ${summaryOf(one)}`];
}

/** The help for one command. */
export function helpFor(one: Command): Block[] {
  const options = Object.values(one.options);
  return [
    { line: [{ code: `!heimdall ${one.usage}` }] },
    { line: [summaryOf(one)] },
    ...(one.aliases === undefined || one.aliases.length === 0 ? [] : [{ line: [helpTexts.alsoCalled(one.aliases)] }]),
    ...(options.length === 0
      ? []
      : [
          {
            list: options.map((option): Inline[] => [
              { code: option.label },
              ` – ${optionSummary(option)}`,
              namesOf(option).length > 1
                ? helpTexts.alsoOption(
                    namesOf(option)
                      .slice(1)
                      .map((name) => `--${name}`),
                  )
                : '',
            ]),
          },
        ]),
    { line: [helpTexts.forExample] },
    { list: one.examples.map((example): Inline[] => [{ code: `!heimdall ${example}` }]) },
  ];
}
