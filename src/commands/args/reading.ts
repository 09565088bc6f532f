import { HeimdallError } from '../../util/errors.js';
import type { CommandText } from '../text/prefix.js';
import type { Word } from '../text/words.js';
import type { Invocation, Services } from '../types.js';

/** Context from the message that a command's arguments may depend on. */
export type Surroundings = Pick<
  CommandText,
  'contradictory' | 'unlinkedMentions' | 'mentions' | 'repliesTo' | 'thread'
>;

/** The words of one command while its arguments are being read. */
export class Reading {
  #at = 0;

  constructor(
    readonly services: Services,
    readonly invocation: Invocation,
    readonly words: readonly Word[],
    readonly around: Surroundings,
    /** whether a word belongs to the commands, so that no list's shortcode can shadow it */
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

  /** Takes the rest as written, with quotation marks and line breaks. */
  takeWritten(): string {
    const written = this.left
      .map((word, at) => (at === 0 ? '' : word.line === true ? '\n' : ' ') + (word.written ?? textOf(word)))
      .join('');
    this.#at = this.words.length;
    return written;
  }

  /** Takes the rest as text. */
  takeText(): string {
    const text = this.left.map(textOf).join(' ');
    this.#at = this.words.length;
    return text;
  }
}

function textOf({ link, untrimmed, text }: Word): string {
  return link === undefined ? (untrimmed ?? text) : (link.eventId ?? link.id);
}

/** A command that cannot be carried out as written. */
export function usageError(what: string, remedy: string): HeimdallError {
  return new HeimdallError('HEIMDALL_E_USAGE', what, remedy);
}
