import { HeimdallError } from '../../util/errors.js';
import type { CommandText } from '../text/prefix.js';
import type { Word } from '../text/words.js';
import type { Invocation, Services } from '../types.js';

/** What of the message around a command its arguments may depend on. */
export type Surroundings = Pick<
  CommandText,
  'contradictory' | 'unlinkedMentions' | 'mentions' | 'repliesTo' | 'thread'
>;

/** The words of one command while its arguments are read from them. */
export class Reading {
  #at = 0;

  constructor(
    readonly services: Services,
    readonly invocation: Invocation,
    readonly words: readonly Word[],
    readonly around: Surroundings,
    /** says whether a word belongs to the commands: no list's shortcode may take its place */
    readonly isReserved: (word: string) => boolean,
  ) {}

  peek(ahead = 0): Word | undefined {
    return this.words[this.#at + ahead];
  }

  take(count = 1): void {
    this.#at += count;
  }

  get left(): readonly Word[] {
    return this.words.slice(this.#at);
  }

  /** Takes all that is left as it was written: with quotation marks, and line by line. */
  takeWritten(): string {
    const written = this.left
      .map((word, at) => (at === 0 ? '' : word.line === true ? '\n' : ' ') + (word.written ?? textOf(word)))
      .join('');
    this.#at = this.words.length;
    return written;
  }

  /** Takes all that is left, as text. */
  takeText(): string {
    const text = this.left.map(textOf).join(' ');
    this.#at = this.words.length;
    return text;
  }
}

function textOf({ link, untrimmed, text }: Word): string {
  return link === undefined ? (untrimmed ?? text) : (link.eventId ?? link.id);
}

/** A command that cannot be carried out as it was written. */
export function usageError(what: string, remedy: string): HeimdallError {
  return new HeimdallError('HEIMDALL_E_USAGE', what, remedy);
}
