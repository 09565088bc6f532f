/** The view of a server name, and the parts of a label. */
import { levenshteinEditDistance } from 'levenshtein-edit-distance';
import { parseServerName, type ServerName } from '../server-name.js';
import type { Sign } from './sign.js';

/** The view of one server name. */
export interface ServerView {
  readonly name: ServerName;
  /** by profile */
  signs: ReadonlyMap<number, Sign>;
  /** the profiles whose sign may lead to a verdict without another field */
  telling: readonly number[];
  /** the profiles whose rare name it has elsewhere, which is significant beside a localpart that claims authority */
  elsewhere: readonly number[];
}

/** A server without resemblance, parsed only on demand, which is rare. */
export class Stranger implements ServerView {
  readonly signs = NO_SIGNS;
  readonly telling = NONE_TELLING;
  readonly elsewhere = NONE_TELLING;
  #name: ServerName | undefined;

  constructor(private readonly serverName: string) {}

  get name(): ServerName {
    return (this.#name ??= parseServerName(this.serverName));
  }
}
export const NO_SIGNS: ReadonlyMap<number, Sign> = new Map();
export const NONE_TELLING: readonly number[] = [];

/** The words in which a label differs from the official one. */
export function tellingLength(label: string, official: string): number {
  const [seen, meant] = [label.split('-'), official.split('-')];
  if (seen.length !== meant.length) return official.length;
  return meant.filter((part, index) => part !== seen[index]).join('').length;
}

/** The words of a label. */
export function spaced(label: string): string {
  return label.replaceAll('-', ' ');
}

/** The rest after the label: `co.uk` of `example.co.uk`. */
export function endingOf({ registrable, label }: ServerName): string {
  return registrable.slice(label.length + 1);
}

/** `3 edits`, `1 edit` */
export function editsBetween(a: string, b: string): string {
  const edits = levenshteinEditDistance(a, b);
  return `${edits} ${edits === 1 ? 'edit' : 'edits'}`;
}
