import { isUtf8 } from 'node:buffer';
import type { Writable } from 'node:stream';
import { HeimdallError, messageOf } from './errors.js';

/**
 * NDJSON as docs/operate/check.md states it: UTF-8, a line ends at "\n" and nowhere else (U+2028, U+2029 and U+0085 may
 * stand raw inside a string, which is why Node's `readline` is no help here). A "\r" before the "\n" is JSON white
 * space. Blank lines are skipped and counted; a byte order mark at the very start is dropped.
 */

/**
 * One line that is not blank. `line` counts from 1, blank lines included; `text` is null when the bytes are no UTF-8.
 */
export interface Line {
  line: number;
  text: string | null;
}

const NEWLINE = 0x0a;
/** `{`, with which nearly every line begins: it is not blank then. */
const BRACE = 0x7b;
const BLANK = /^[ \t\r]*$/;

/** Cuts chunks of bytes into lines; keeps what follows the last "\n" until more comes. */
class LineCutter {
  #count = 0;
  #rest: Buffer[] = [];

  /** The lines that end in this chunk. */
  push(chunk: Buffer): Line[] {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last < 0) {
      this.#rest.push(chunk);
      return [];
    }
    const whole = Buffer.concat([...this.#rest, chunk.subarray(0, last)]);
    this.#rest = last + 1 < chunk.length ? [chunk.subarray(last + 1)] : [];
    return this.#cut(whole);
  }

  /** The last line, when it has no "\n". */
  end(): Line[] {
    const whole = Buffer.concat(this.#rest);
    this.#rest = [];
    return whole.length === 0 ? [] : this.#cut(whole);
  }

  #cut(bytes: Buffer): Line[] {
    const start = this.#count === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    const body = start === 0 ? bytes : bytes.subarray(start);
    const texts = isUtf8(body) ? body.toString('utf8').split('\n') : cutBytes(body);
    const lines: Line[] = [];
    for (const text of texts) {
      this.#count += 1;
      if (text === null || text.charCodeAt(0) === BRACE || !BLANK.test(text)) lines.push({ line: this.#count, text });
    }
    return lines;
  }
}

/**
 * Line by line, when one of them is no UTF-8. No byte of a multi-byte character equals "\n", so cutting bytes is safe.
 */
function cutBytes(bytes: Buffer): (string | null)[] {
  const texts: (string | null)[] = [];
  for (let from = 0; from <= bytes.length;) {
    const found = bytes.indexOf(NEWLINE, from);
    const to = found < 0 ? bytes.length : found;
    const line = bytes.subarray(from, to);
    texts.push(isUtf8(line) ? line.toString('utf8') : null);
    from = to + 1;
  }
  return texts;
}

/**
 * The lines of a stream in batches, one batch a chunk: for loops over many lines, where an `await` a line would cost
 * most.
 */
export async function* readLineBatches(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Line[]> {
  const cutter = new LineCutter();
  for await (const chunk of stream) {
    const bytes =
      typeof chunk === 'string'
        ? Buffer.from(chunk, 'utf8')
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines = cutter.push(bytes);
    if (lines.length > 0) yield lines;
  }
  const lines = cutter.end();
  if (lines.length > 0) yield lines;
}

/** The lines of a stream, one by one. */
export async function* readLines(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Line> {
  for await (const batch of readLineBatches(stream)) yield* batch;
}

/** Why a line could not be answered; `message` is read by a person. */
export class LineError extends HeimdallError {
  constructor(code: 'HEIMDALL_E_LINE_UTF8' | 'HEIMDALL_E_LINE_JSON' | 'HEIMDALL_E_LINE_FORM', message: string) {
    super(code, message);
    this.name = 'LineError';
  }
}

/** The JSON value of a line. @throws LineError when the line is no UTF-8 or no JSON. */
export function parseLine(line: Line): unknown {
  if (line.text === null) throw new LineError('HEIMDALL_E_LINE_UTF8', 'The line is not valid UTF-8.');
  try {
    return JSON.parse(line.text);
  } catch (error) {
    throw new LineError('HEIMDALL_E_LINE_JSON', `The line is not JSON: ${messageOf(error)}`);
  }
}

/** The contract's answer to a line that cannot be answered: `{"error":{"code","message"},"line":n}`. */
export function formatLineError(line: number, error: LineError): string {
  return JSON.stringify({ error: { code: error.code, message: error.message }, line });
}

/** Writes lines in large pieces and waits when the reader is slower than we are. */
export class LineWriter {
  #pending: string[] = [];
  #size = 0;
  #failure: Error | undefined;

  constructor(
    private readonly stream: Writable,
    private readonly batchSize = 1 << 18,
  ) {
    stream.on('error', (error: Error) => {
      this.#failure ??= error;
    });
  }

  /** Adds one line (without its "\n"). Resolves at once unless a batch is full and the stream asks us to wait. */
  write(text: string): Promise<void> | undefined {
    this.#pending.push(text);
    this.#size += text.length + 1;
    return this.#size >= this.batchSize ? this.flush() : undefined;
  }

  /**
   * Hands everything to the stream; resolves when it has taken it. @throws the stream's error, e.g. EPIPE when nobody
   * reads any more.
   */
  async flush(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#pending.length === 0) return;
    const text = `${this.#pending.join('\n')}\n`;
    this.#pending = [];
    this.#size = 0;
    await new Promise<void>((resolve, reject) => {
      this.stream.write(text, (error) => {
        if (error == null) resolve();
        else reject(error);
      });
    });
  }
}

/**
 * Answers every line of the input in its order. `answer` gets a line's JSON value and returns the JSON text of the
 * answer; a LineError it throws becomes the error form in the answer's place and the rest goes on.
 * `quick` may answer a line from its text, without JSON.parse, or leave it to `answer` with undefined; it takes no text
 * that JSON.parse refuses. Ends early, without an error, when the reader of the output has gone (EPIPE).
 * @returns how many lines were answered, and how many of these with an error; an exit code of 1 is due when there are
 * any.
 */
export async function answerLines(
  input: AsyncIterable<Uint8Array | string>,
  output: Writable,
  answer: (value: unknown, line: number) => string,
  quick: (text: string) => string | undefined = () => undefined,
): Promise<{ lines: number; errors: number }> {
  const writer = new LineWriter(output);
  const done = { lines: 0, errors: 0 };
  try {
    for await (const batch of readLineBatches(input)) {
      for (const line of batch) {
        done.lines += 1;
        let text = line.text === null ? undefined : quick(line.text);
        if (text === undefined) {
          const answered = answerLine(line, answer);
          if (answered.failed) done.errors += 1;
          text = answered.text;
        }
        const wait = writer.write(text);
        if (wait !== undefined) await wait;
      }
    }
    await writer.flush();
  } catch (error) {
    if (typeof error !== 'object' || error === null || !('code' in error) || error.code !== 'EPIPE') throw error;
  }
  return done;
}

function answerLine(line: Line, answer: (value: unknown, line: number) => string): { text: string; failed: boolean } {
  try {
    return { text: answer(parseLine(line), line.line), failed: false };
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    return { text: formatLineError(line.line, error), failed: true };
  }
}
