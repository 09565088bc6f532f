import type { Block } from '../matrix/message.js';
import type { Reading, Surroundings } from './args/reading.js';
import type { Invocation, Services } from './types.js';

/** The roles of moderators. Each role includes those before it. */
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

/** The type of an argument, for help, completion and forms. */
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

/** The parser of one argument. */
export interface Arg<T> {
  kind: ArgKind;
  /** as in the usage line, e.g. `[ROOM]` */
  label: string;
  optional: boolean;
  /** the permitted words, if it is a choice */
  choices?: readonly string[];
  /** Consumes its words; throws a HeimdallError that says what is missing. */
  read(reading: Reading): Promise<T> | T;
}

/** An option: `--yes`, `--for 7d`. */
export interface Option<T> {
  /** as in the usage line, e.g. `--for TIME` */
  label: string;
  summary: string;
  /** further names, without dashes */
  aliases?: readonly string[];
  takesValue: boolean;
  /** Reads the value from the words after the option; returns how many it took. */
  read(value: string | undefined, words: readonly string[]): { value: T; taken: number };
}

export type Args = Record<string, Arg<unknown>>;
export type Options = Record<string, Option<unknown>>;
export type ArgsOf<A extends Args> = { [K in keyof A]: A[K] extends Arg<infer T> ? T : never };
export type OptionsOf<O extends Options> = { [K in keyof O]?: O[K] extends Option<infer T> ? T : never };

/** A question to be answered before anything is done. */
export interface Question {
  ask: {
    /** what would be done: who, how many, in which rooms, who is left out and why */
    blocks: Block[];
    /** what the answer is bound to; passed to the command again with the answer */
    bound?: unknown;
  };
}

export type Answer = Block[] | Question;

/** One command as given, with parsed arguments. */
export interface Given<A extends Args, O extends Options> {
  args: ArgsOf<A>;
  options: OptionsOf<O>;
  invocation: Invocation;
  /** context from its message */
  around: Surroundings;
  /** given without a prefix */
  bare: boolean;
}

/** One command of the table, from which help, completion, documentation and descriptions for clients are generated. */
export interface CommandSpec<A extends Args = Args, O extends Options = Options> {
  /** one word or several, in lower case: `ban`, `list create` */
  name: string;
  /** other names of the same command: those of other bots, and old ones */
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

/** A command with erased argument types, as stored in the table. */
export interface Command extends Omit<CommandSpec, 'run'> {
  /** e.g. `ban [LIST] ENTITY… [REASON] [--for TIME]` */
  usage: string;
  run(services: Services, given: Given<Args, Options>): Promise<Answer>;
}

/** Converts a command to the table's form. */
export function command<A extends Args, O extends Options>(spec: CommandSpec<A, O>): Command {
  const parts = [
    spec.name,
    ...Object.values(spec.args).map(({ label }) => label),
    ...Object.values(spec.options).map(({ label }) => `[${label}]`),
  ];
  return {
    ...spec,
    usage: parts.filter((part) => part !== '').join(' '),
    // The parser produces the arguments from these descriptions, so they have the types that `run` expects.
    run: (services, given) => spec.run(services, given as unknown as Given<A, O>),
  };
}
