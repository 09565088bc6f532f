import type { Block } from '../matrix/message.js';
import { flag, text, valueOption } from './args/index.js';
import { command, type Command, type Group, type Option, type Role } from './spec.js';
import type { Invocation, Services } from './types.js';

/** A command that parses its own words, because their form depends on the topic. */
export interface PlainCommand {
  name: string;
  aliases?: readonly string[];
  group: Group;
  role?: Role;
  usage: string;
  summary: string;
  examples?: readonly string[];
  /** its options: those without a value, and those with one */
  flags?: readonly string[];
  values?: readonly string[];
  run(services: Services, invocation: PlainInvocation): Promise<Block[]>;
}

/** A command as words, with options by name. */
export interface PlainInvocation extends Invocation {
  args: string[];
  flags: ReadonlySet<string>;
  options: ReadonlyMap<string, string>;
}

/** Adds such a command to the table; prefix, quotes, options and answers work as for all others. */
export function plain(spec: PlainCommand): Command {
  const { flags = [], values = [], usage } = spec;
  const options: Record<string, Option<unknown>> = Object.fromEntries([
    ...flags.map((name) => [name, flag(name, `See ${spec.name}.`)] as const),
    ...values.map((name) => [name, valueOption(name, 'VALUE', `See ${spec.name}.`)] as const),
  ]);
  const made = command({
    name: spec.name,
    ...(spec.aliases === undefined ? {} : { aliases: spec.aliases }),
    group: spec.group,
    role: spec.role ?? 'moderator',
    summary: spec.summary,
    args: { words: wordsAsTheyAre() },
    options,
    examples: spec.examples ?? [spec.name],
    run(services, { args, options: given, invocation }) {
      const entries = Object.entries(given as Record<string, unknown>);
      return spec.run(services, {
        ...invocation,
        args: args.words,
        flags: new Set(entries.filter(([, value]) => value === true).map(([name]) => name)),
        options: new Map(entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))),
      });
    },
  });
  return { ...made, usage };
}

function wordsAsTheyAre() {
  const all = text('[WORDS]', 'text');
  return {
    ...all,
    read: (reading: Parameters<typeof all.read>[0]): string[] => {
      const words = reading.left.map(({ text: said, link }) => link?.id ?? said);
      reading.takeText();
      return words;
    },
  };
}
