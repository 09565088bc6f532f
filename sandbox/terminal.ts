/** What the sandbox prints: colours and a moving line on a terminal, plain lines anywhere else. */
export interface Terminal {
  line(text?: string): void;
  heading(text: string): void;
  /** Shows that something is going on; when it is done, one line says so with the time it took. */
  task<T>(words: string, work: () => Promise<T>): Promise<T>;
  good(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

const SPINNER = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇'];

export function createTerminal(out: NodeJS.WriteStream = process.stdout): Terminal {
  const live = out.isTTY === true && process.env.TERM !== 'dumb';
  const colours = live && process.env.NO_COLOR === undefined;
  const paint =
    (code: string) =>
    (text: string): string =>
      colours ? `\u001b[${code}m${text}\u001b[0m` : text;
  const write = (text: string): void => {
    out.write(text);
  };
  const terminal: Terminal = {
    line: (text = '') => write(`${text}\n`),
    heading: (text) => write(`\n${terminal.bold(text)}\n`),
    task: async (words, work) => {
      const start = Date.now();
      let frame = 0;
      const draw = (): void => write(`\r\u001b[2K  ${SPINNER[(frame += 1) % SPINNER.length]} ${words}`);
      const timer = live ? setInterval(draw, 120) : undefined;
      const done = (mark: string): void => {
        clearInterval(timer);
        write(`${live ? '\r\u001b[2K' : ''}  ${mark} ${words} ${terminal.dim(seconds(Date.now() - start))}\n`);
      };
      try {
        const result = await work();
        done(terminal.good('✓'));
        return result;
      } catch (error) {
        done(terminal.bad('✗'));
        throw error;
      }
    },
    good: paint('32'),
    bad: paint('1;31'),
    dim: paint('2'),
    bold: paint('1'),
  };
  return terminal;
}

/** Milliseconds as a person reads them. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Lines with something in front of each, for quotations. */
export function indent(text: string, margin: string): string {
  return text
    .split('\n')
    .map((line) => `${margin}${line}`.trimEnd())
    .join('\n');
}

/**
 * Foreign text as a terminal may show it: control, bidi and invisible characters as `<U+XXXX>`, so that nothing that
 * an impostor (or a bug) wrote can reorder or hide a line of ours.
 */
export function visible(text: string): string {
  return text.replace(
    /(?!\n)[\p{Cc}\p{Cf}\p{Co}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu,
    (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}
