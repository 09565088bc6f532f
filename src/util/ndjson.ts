import { isUtf8 } from 'node:buffer';
import type { Writable } from 'node:stream';
import { HeimdallError, messageOf } from './errors.js';
import { LineWriter } from './line-writer.js';
import { utilTexts } from './texts.js';

/**
 * NDJSON as specified in docs/operate/check.md: UTF-8, a line ends at "\n" and nowhere else (U+2028, U+2029 and U+0085
 * may occur raw inside a string, which is why Node's `readline` cannot be used). A "\r" before the "\n" is JSON white
 * space. Blank lines are skipped and counted; a byte order mark at the very start is dropped.
 */

/** A non-blank line. `line` counts from 1, including blank lines; `text` is null when the bytes are not UTF-8. */
export interface Line {
  line: number;
  text: string | null;
}

const NEWLINE = 0x0a;
/** `{`: nearly every line starts with it and is then not blank. */
const BRACE = 0x7b;
const BLANK = /^[ \t\r]*$/;

/** Bytes of whole lines, without the last "\n", and the number of lines before them. */
interface Block {
  bytes: Buffer;
  before: number;
}

/** The complete lines of a stream, one block per chunk, and one for each line that two chunks share. */
async function* readBlocks(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let isFirst = true;
  const whole = (bytes: Buffer): Buffer => {
    const hasMark = isFirst && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    isFirst = false;
    return hasMark ? bytes.subarray(3) : bytes;
  };
  for await (const chunk of stream) {
    const bytes =
      typeof chunk === 'string'
        ? Buffer.from(chunk, 'utf8')
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const last = bytes.lastIndexOf(NEWLINE);
    if (last < 0) {
      rest.push(bytes);
      continue;
    }
    let from = 0;
    if (rest.length > 0) {
      // Only the line that the chunks cut apart is put together anew; all else stays where it was read.
      const end = bytes.indexOf(NEWLINE);
      yield whole(Buffer.concat([...rest, bytes.subarray(0, end)]));
      from = end + 1;
    }
    if (from <= last) yield whole(bytes.subarray(from, last));
    rest = last + 1 < bytes.length ? [bytes.subarray(last + 1)] : [];
  }
  const left = Buffer.concat(rest);
  if (left.length > 0) yield whole(left);
}

/** The non-blank lines of a block. */
function cutBlock({ bytes, before }: Block): { lines: Line[]; count: number } {
  const texts = isUtf8(bytes) ? bytes.toString('utf8').split('\n') : cutBytes(bytes);
  const lines: Line[] = [];
  for (const [index, text] of texts.entries())
    if (text === null || !isBlank(text)) lines.push({ line: before + index + 1, text });
  return { lines, count: texts.length };
}

function isBlank(text: string): boolean {
  return text.charCodeAt(0) !== BRACE && BLANK.test(text);
}

/**
 * Line by line, when one of them is not UTF-8. No byte of a multi-byte character equals "\n", so splitting bytes is
 * safe.
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
 * The lines of a stream in batches, one per chunk, for loops over many lines, where an `await` per line would dominate
 * the cost.
 */
async function* readLineBatches(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Line[]> {
  let before = 0;
  for await (const bytes of readBlocks(stream)) {
    const { lines, count } = cutBlock({ bytes, before });
    before += count;
    if (lines.length > 0) yield lines;
  }
}

/** The lines of a stream, one by one. */
export async function* readLines(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Line> {
  for await (const batch of readLineBatches(stream)) yield* batch;
}

/** Why a line could not be answered; `message` is for people. */
export class LineError extends HeimdallError {
  constructor(code: 'HEIMDALL_E_LINE_UTF8' | 'HEIMDALL_E_LINE_JSON' | 'HEIMDALL_E_LINE_FORM', message: string) {
    super(code, message);
    this.name = 'LineError';
  }
}

/** The JSON value of a line. @throws LineError when the line is not UTF-8 or not JSON. */
export function parseLine(line: Line): unknown {
  if (line.text === null) throw new LineError('HEIMDALL_E_LINE_UTF8', utilTexts.notUtf8);
  try {
    return JSON.parse(line.text);
  } catch (error) {
    throw new LineError('HEIMDALL_E_LINE_JSON', utilTexts.notJson(messageOf(error)));
  }
}

/** The answer to a line that cannot be processed: `{"error":{"code","message"},"line":n}`. */
export function formatLineError(line: number, error: LineError): string {
  return JSON.stringify({ error: { code: error.code, message: error.message }, line });
}

/**
 * Answers a line from its UTF-8 bytes, starting at `at`, without JSON.parse: either writes the whole answer and returns
 * the end of the line (its "\n", or the end of the bytes), or writes nothing and returns -1 to leave the line to
 * `answer`. It accepts no line that JSON.parse refuses.
 */
export type QuickAnswer = (bytes: Buffer, at: number, writer: LineWriter) => number;

/**
 * Answers every line of the input in order. `answer` gets a line's JSON value and returns the JSON text of the answer;
 * if it throws a LineError, the error form takes the answer's place and the rest continues. Ends early, without an
 * error, when the reader of the output has gone (EPIPE).
 * @returns how many lines were answered, and how many of these with an error; an exit code of 1 is due when there are
 * any.
 */
export async function answerLines(
  input: AsyncIterable<Uint8Array | string>,
  output: Writable,
  answer: (value: unknown, line: number) => string,
  quick: QuickAnswer = () => -1,
): Promise<{ lines: number; errors: number }> {
  const writer = new LineWriter(output);
  const done = { lines: 0, errors: 0 };
  try {
    await eachLine(
      input,
      (bytes, at) => quick(bytes, at, writer),
      (line) => {
        done.lines += 1;
        if (line === undefined) return writer.endLine();
        const { text, failed } = answerLine(line, answer);
        if (failed) done.errors += 1;
        return writer.write(text);
      },
    );
    await writer.flush();
  } catch (error) {
    if (typeof error !== 'object' || error === null || !('code' in error) || error.code !== 'EPIPE') throw error;
  }
  return done;
}

/**
 * Iterates over the non-blank lines of a stream.
 * @param quick takes a line from its bytes, which begin at `at` and are UTF-8, and returns where it ends; or returns -1
 * @param take gets each line that `quick` left, and undefined for each that it took; what it returns is waited for
 */
export async function eachLine(
  input: AsyncIterable<Uint8Array | string>,
  quick: (bytes: Buffer, at: number) => number,
  take: (line?: Line) => Promise<void> | undefined,
): Promise<void> {
  let number = 0;
  for await (const bytes of readBlocks(input)) {
    if (!isUtf8(bytes)) {
      const { lines, count } = cutBlock({ bytes, before: number });
      number += count;
      for (const line of lines) await take(line);
      continue;
    }
    for (let at = 0; at <= bytes.length;) {
      number += 1;
      let end = quick(bytes, at);
      let wait: Promise<void> | undefined;
      if (end >= 0) wait = take();
      else {
        const found = bytes.indexOf(NEWLINE, at);
        end = found < 0 ? bytes.length : found;
        const text = bytes.toString('utf8', at, end);
        if (!isBlank(text)) wait = take({ line: number, text });
      }
      at = end + 1;
      if (wait !== undefined) await wait;
    }
  }
}

function answerLine(line: Line, answer: (value: unknown, line: number) => string): { text: string; failed: boolean } {
  try {
    return { text: answer(parseLine(line), line.line), failed: false };
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    return { text: formatLineError(line.line, error), failed: true };
  }
}
