import type { MessageText } from './message.js';
import { trimmed, wordsOf, type Word } from './words.js';

/** How commands are addressed to us. */
export interface Address {
  botUserId: string;
  /** the bot's names: its display name and its localpart */
  names: readonly string[];
  /** words such as `!heimdall`, in lower case */
  prefixes: readonly string[];
  /** whether a word starts a command, so that a sentence about the bot is not taken for one */
  isCommandName: (word: string) => boolean;
}

/** One command with its words, without the prefix. */
interface CommandLine {
  words: Word[];
}

/** The commands of a message. */
export interface CommandText extends Omit<MessageText, 'lines'> {
  commands: CommandLine[];
}

const PUNCTUATION = /[:,]+$/;

/**
 * The commands in a message: its first unquoted line must start with a prefix; further lines that start with one are
 * separate commands, and all others continue the previous command.
 */
export function commandsIn(text: MessageText, address: Address): CommandText | undefined {
  const commands: CommandLine[] = [];
  for (const words of text.lines.map(unwrapped)) {
    const first = words[0];
    if (first === undefined || isFence(words) || first.text.startsWith('>')) continue;
    const rest = withoutPrefix(words, address);
    if (rest !== undefined) commands.push({ words: rest });
    else if (commands.length === 0) return undefined;
    else commands.at(-1)?.words.push(...words.map((word, at) => (at === 0 ? { ...word, line: true } : word)));
  }
  return commands.length === 0 ? undefined : { ...text, commands };
}

/** A line that is a single piece of code, as copied from a message of ours, is unwrapped. */
function unwrapped(words: readonly Word[]): readonly Word[] {
  const [only] = words;
  if (words.length !== 1 || only === undefined || !only.quoted || only.link !== undefined) return words;
  return /^[!！]/.test(only.text) ? wordsOf([only.text]) : words;
}

function isFence(words: readonly Word[]): boolean {
  return words.length === 1 && /^`{3}\w*$/.test(words[0]?.text ?? '');
}

/** The words after the prefix; undefined when the line is not meant for us. */
function withoutPrefix(words: readonly Word[], address: Address): Word[] | undefined {
  const [first, ...rest] = words;
  if (first === undefined) return undefined;
  if (first.link !== undefined)
    return first.link.id === address.botUserId && first.link.eventId === undefined ? rest : undefined;
  const bare = first.text.replace(/^！/, '!').replace(PUNCTUATION, '').toLowerCase();
  if (!first.quoted && (address.prefixes.includes(bare) || bare === address.botUserId.toLowerCase())) return rest;
  for (const name of address.names) {
    const length = wordsOf([name]).length;
    const said = words
      .slice(0, length)
      .map(({ text }) => text)
      .join(' ');
    if (trimmed(said.replace(PUNCTUATION, '')).toLowerCase() !== name.toLowerCase()) continue;
    const after = words.slice(length);
    // `Heimdall: …` is meant for us; `Heimdall …` may be a sentence about us.
    if (PUNCTUATION.test(said) || address.isCommandName(after[0]?.text.toLowerCase() ?? '')) return after;
  }
  return undefined;
}

/**
 * The prefix closest to a first word that was meant for us (a misspelt prefix, or a command with a `!`); undefined
 * otherwise.
 */
export function nearlyPrefix(text: MessageText, address: Address): { meant: string } | undefined {
  const words = text.lines.map(unwrapped).find((line) => line.length > 0) ?? [];
  const first = words[0];
  if (first === undefined || first.quoted || first.link !== undefined) return undefined;
  const said = first.text.replace(/^！/, '!').replace(PUNCTUATION, '').toLowerCase();
  if (said === '!' && address.prefixes.includes(`!${words[1]?.text.toLowerCase() ?? ''}`))
    return { meant: `!${words[1]?.text ?? ''}` };
  if (!/^[!/.]./.test(said)) return undefined;
  const bare = `!${said.slice(1)}`;
  const [near] = address.prefixes.filter((prefix) => prefix.length > 4 && isNear(bare, prefix));
  if (near !== undefined) return { meant: near };
  const glued = address.prefixes.find(
    (prefix) => bare.startsWith(prefix) && address.isCommandName(bare.slice(prefix.length)),
  );
  return glued === undefined ? undefined : { meant: glued };
}

/** One typing error: a letter added, removed or replaced, or two swapped. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const left = a.slice(start);
  const right = b.slice(start);
  return (
    left.slice(1) === right.slice(1) ||
    left.slice(1) === right ||
    left === right.slice(1) ||
    (left[0] === right[1] && left[1] === right[0] && left.slice(2) === right.slice(2))
  );
}
