import { createInterface, type Interface } from 'node:readline';
import type { Problem } from './checks.js';
import { setupTexts } from './texts.js';

export type Check = (text: string) => Problem | Promise<Problem>;

/**
 * Questions on the terminal. Lines that arrive early (several pasted at once, or a pipe) are kept for their questions.
 */
export class Questions {
  readonly #terminal: Interface;
  readonly #early: string[] = [];
  readonly #whenEnded: (interrupted: boolean) => Error;
  #waiting: { take: (line: string) => void; end: (error: Error) => void } | undefined;
  #ended = false;
  #interrupted = false;

  /** `whenEnded`: the error when the input ends before the last answer (Ctrl+D, a pipe; `interrupted`: Ctrl+C) */
  constructor(whenEnded: (interrupted: boolean) => Error) {
    this.#whenEnded = whenEnded;
    this.#terminal = createInterface({ input: process.stdin, output: process.stdout });
    this.#terminal.on('line', (line) => {
      if (this.#waiting === undefined) this.#early.push(line);
      else this.#waiting.take(line);
      this.#waiting = undefined;
    });
    this.#terminal.once('SIGINT', () => {
      this.#interrupted = true;
      this.#terminal.close();
    });
    this.#terminal.once('close', () => {
      this.#ended = true;
      if (this.#waiting === undefined) return;
      // the question is still on the line
      process.stdout.write('\n');
      this.#waiting.end(this.#whenEnded(this.#interrupted));
    });
  }

  close(): void {
    this.#waiting = undefined;
    this.#terminal.close();
  }

  /** Asks until the answer can be right; an empty line means `usual`. */
  async ask(question: string, usual: string | undefined, check: Check): Promise<string> {
    for (;;) {
      const said = (await this.#line(`${question}${usual ? ` [${usual}]` : ''} `)).trim();
      const answer = said === '' && usual !== undefined ? usual : said;
      const problem = await check(answer);
      if (problem === undefined) return answer;
      process.stdout.write(`  ${problem}\n`);
    }
  }

  /** Asks for several values on one line; duplicates are removed. */
  async askList(question: string, problemOf: Check, needed: boolean): Promise<string[]> {
    const text = await this.ask(question, needed ? undefined : '', async (said) => {
      for (const word of wordsOf(said)) {
        const problem = await problemOf(word);
        if (problem !== undefined) return setupTexts.about(word, problem);
      }
      return needed && wordsOf(said).length === 0 ? setupTexts.atLeastOne : undefined;
    });
    return [...new Set(wordsOf(text))];
  }

  #line(question: string): Promise<string> {
    this.#terminal.setPrompt(question);
    if (!this.#ended) this.#terminal.prompt();
    const early = this.#early.shift();
    if (early !== undefined) {
      process.stdout.write(`${early}\n`);
      return Promise.resolve(early);
    }
    if (this.#ended) return Promise.reject(this.#whenEnded(this.#interrupted));
    return new Promise((take, end) => (this.#waiting = { take, end }));
  }
}

/** Words of a list, separated by spaces or commas. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((word) => word !== '');
}
