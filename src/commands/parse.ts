import type { EntityKind } from '../policy/index.js';

/** A command as written in the management room. */
export interface CommandLine {
  name: string;
  args: string[];
  /** `--force` and the like, without the dashes */
  flags: ReadonlySet<string>;
  /** `--for 7d` or `--for=7d`: the value by its name, empty when it was forgotten */
  options: ReadonlyMap<string, string>;
}

const PREFIX = /^\s*!(?:heimdall|mjolnir)(?=\s|$)/i;
/** These take a value; all others with two dashes are flags. */
const WITH_VALUE: ReadonlySet<string> = new Set(['for']);

/** Says whether a message is meant for us. */
export function isCommand(body: string): boolean {
  return PREFIX.test(body);
}

/** Takes a command apart: words, "quoted words", flags, options. An empty command is `help`. */
export function parseCommand(body: string): CommandLine {
  const words = [...body.replace(PREFIX, '').matchAll(/"([^"]*)"|(\S+)/g)].map((match) => ({
    text: match[1] ?? match[2] ?? '',
    quoted: match[1] !== undefined,
  }));
  const args: string[] = [];
  const flags = new Set<string>();
  const options = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const { text, quoted } = words[at] ?? { text: '', quoted: true };
    const [, name = '', value] = quoted ? [] : (/^--([a-z-]+)(?:=(.*))?$/i.exec(text) ?? []);
    if (name === '') args.push(text);
    else if (!WITH_VALUE.has(name)) flags.add(name);
    else options.set(name, value ?? words[++at]?.text ?? '');
  }
  const [name = 'help', ...rest] = args;
  return { name: name.toLowerCase(), args: rest, flags, options };
}

/** The kind of an entity by its sigil: `@` a user, `!` and `#` a room, all else a server. */
export function entityKindOf(entity: string): EntityKind {
  if (entity.startsWith('@')) return 'user';
  return entity.startsWith('!') || entity.startsWith('#') ? 'room' : 'server';
}

/** What a matrix.to link names: a user, a room, or an event in a room; undefined when the word is no such link. */
export function linkTarget(word: string): { id: string; eventId?: string } | undefined {
  const [, path] = /^<?https:\/\/matrix\.to\/#\/([^?>]+)/i.exec(word) ?? [];
  if (path === undefined) return undefined;
  const [id = '', eventId] = path.split('/').map(decoded);
  return eventId === undefined || eventId === '' ? { id } : { id, eventId };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
