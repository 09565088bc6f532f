import type { EntityKind } from '../policy/index.js';

/** A command as written in the management room. */
export interface CommandLine {
  name: string;
  args: string[];
  /** `--force` and the like, without the dashes */
  flags: ReadonlySet<string>;
}

const PREFIX = /^\s*!(?:heimdall|mjolnir)(?=\s|$)/i;

/** Says whether a message is meant for us. */
export function isCommand(body: string): boolean {
  return PREFIX.test(body);
}

/** Takes a command apart: words, "quoted words", flags. An empty command is `help`. */
export function parseCommand(body: string): CommandLine {
  const words = [...body.replace(PREFIX, '').matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
  const flags = new Set(words.filter((word) => /^--[a-z-]+$/.test(word)).map((word) => word.slice(2)));
  const [name = 'help', ...args] = words.filter((word) => !/^--[a-z-]+$/.test(word));
  return { name: name.toLowerCase(), args, flags };
}

/** The kind of an entity by its sigil: `@` a user, `!` and `#` a room, all else a server. */
export function entityKindOf(entity: string): EntityKind {
  if (entity.startsWith('@')) return 'user';
  return entity.startsWith('!') || entity.startsWith('#') ? 'room' : 'server';
}
