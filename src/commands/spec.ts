import type { Block } from '../matrix/message.js';
import type { Reading, Surroundings } from './args/reading.js';
import type { Invocation, Services } from './types.js';

/** What a moderator may have to be. Each role may do what those before it may. */
export const ROLES = ['viewer', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const GROUPS = [
  'Cases',
  'Bans',
  'People',
  'Rooms',
  'Lists',
  'Protections',
  'Accounts',
  'Bot',
  'General',
] as const;
export type Group = (typeof GROUPS)[number];

/** What an argument is, for help, completion and forms. */
export type ArgKind =
  | 'user'
  | 'server'
  | 'room'
  | 'event'
  | 'list'
  | 'entity'
  | 'glob'
  | 'duration'
  | 'date'
  | 'reason'
  | 'number'
  | 'case'
  | 'choice'
  | 'text';

/** How one argument is read from the words of a command. */
export interface Arg<T> {
  kind: ArgKind;
  /** as it stands in the usage, e.g. `[ROOM]` */
  label: string;
  optional: boolean;
  /** the words that it may be, when it is a choice */
  choices?: readonly string[];
  /** Takes its words; throws a HeimdallError that says what is missing. */
  read(reading: Reading): Promise<T> | T;
}

/** An option: `--yes`, `--for 7d`. */
export interface Option<T> {
  /** as it stands in the usage, e.g. `--for TIME` */
  label: string;
  summary: string;
  /** further names, without dashes */
  aliases?: readonly string[];
  takesValue: boolean;
  /** Reads the value; `words` are those after the option, and it says how many it has taken. */
  read(value: string | undefined, words: readonly string[]): { value: T; taken: number };
}

export type Args = Record<string, Arg<unknown>>;
export type Options = Record<string, Option<unknown>>;
export type ArgsOf<A extends Args> = { [K in keyof A]: A[K] extends Arg<infer T> ? T : never };
export type OptionsOf<O extends Options> = { [K in keyof O]?: O[K] extends Option<infer T> ? T : never };

/** A question that is to be answered before anything is done. */
export interface Question {
  ask: {
    /** what would be done: who, how many, in which rooms, who is left out and why */
    blocks: Block[];
    /** what the answer is bound to; handed to the command again with the answer */
    bound?: unknown;
  };
}

export type Answer = Block[] | Question;

/** One command as it was given, with its arguments read. */
export interface Given<A extends Args, O extends Options> {
  args: ArgsOf<A>;
  options: OptionsOf<O>;
  invocation: Invocation;
  /** what the message around it says */
  around: Surroundings;
  /** said without a prefix */
  bare: boolean;
}

/** One command of the table. Help, completion, documents and descriptions for clients are made from it. */
export interface CommandSpec<A extends Args = Args, O extends Options = Options> {
  /** one word or several, in lower case: `ban`, `list create` */
  name: string;
  /** further names of the same command: those that other bots have for it, old ones */
  aliases?: readonly string[];
  group: Group;
  role: Role;
  /** one sentence */
  summary: string;
  args: A;
  options: O;
  /** command lines without the prefix; a test reads each of them */
  examples: readonly string[];
  run(services: Services, given: Given<A, O>): Promise<Answer>;
}

/** A command whose argument types are no longer of interest: what the table holds. */
export interface Command extends Omit<CommandSpec, 'run'> {
  /** e.g. `ban [LIST] ENTITY… [REASON] [--for TIME]` */
  usage: string;
  run(services: Services, given: Given<Args, Options>): Promise<Answer>;
}

/** Puts a command into the table's form. */
export function command<A extends Args, O extends Options>(spec: CommandSpec<A, O>): Command {
  const parts = [
    spec.name,
    ...Object.values(spec.args).map(({ label }) => label),
    ...Object.values(spec.options).map(({ label }) => `[${label}]`),
  ];
  return {
    ...spec,
    usage: parts.filter((part) => part !== '').join(' '),
    // The reader makes the arguments by these very descriptions, so they have the types that `run` expects.
    run: (services, given) => spec.run(services, given as unknown as Given<A, O>),
  };
}
