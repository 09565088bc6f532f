import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { LineWriter } from '../../src/util/line-writer.js';
import { answerLines, LineError, readLines, type Line } from '../../src/util/ndjson.js';

async function linesOf(...chunks: (Buffer | string)[]): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(Readable.from(chunks, { objectMode: true }))) lines.push(line);
  return lines;
}

async function answersOf(input: string | Buffer, answer: (value: unknown, line: number) => string) {
  const output = new PassThrough();
  const texts: Buffer[] = [];
  output.on('data', (chunk: Buffer) => texts.push(chunk));
  const done = await answerLines(Readable.from([input], { objectMode: true }), output, answer);
  return { ...done, text: Buffer.concat(texts).toString('utf8') };
}

describe('readLines', () => {
  it('ends a line at \\n only: U+2028, U+2029, U+0085, \\v and \\f stand raw inside', async () => {
    expect(await linesOf('a\u2028b\u2029c\u0085d\ve\ff\ng\n')).toEqual([
      { line: 1, text: 'a\u2028b\u2029c\u0085d\ve\ff' },
      { line: 2, text: 'g' },
    ]);
  });

  it('gives a last line that has no newline', async () => {
    expect(await linesOf('a\nb')).toEqual([
      { line: 1, text: 'a' },
      { line: 2, text: 'b' },
    ]);
  });

  it('skips blank lines but counts them', async () => {
    expect(await linesOf('\n\na\n \t\r\nb\n\n')).toEqual([
      { line: 3, text: 'a' },
      { line: 5, text: 'b' },
    ]);
    expect(await linesOf('')).toEqual([]);
  });

  it('keeps a line that holds only a white space character that JSON does not know', async () => {
    expect(await linesOf('\u00a0\n')).toEqual([{ line: 1, text: '\u00a0' }]);
  });

  it('drops a byte order mark at the very start and nowhere else', async () => {
    expect(await linesOf('\ufeffa\n\ufeffb\n')).toEqual([
      { line: 1, text: 'a' },
      { line: 2, text: '\ufeffb' },
    ]);
    expect(await linesOf('a\n', '\ufeffb\n')).toEqual([
      { line: 1, text: 'a' },
      { line: 2, text: '\ufeffb' },
    ]);
  });

  it('marks the line that is no UTF-8 and reads the others', async () => {
    const input = Buffer.concat([
      Buffer.from('a\n'),
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.from('é\n\n'),
      Buffer.from([0xc3]),
    ]);
    expect(await linesOf(input)).toEqual([
      { line: 1, text: 'a' },
      { line: 2, text: null },
      { line: 3, text: 'é' },
      { line: 5, text: null },
    ]);
  });

  it('gives the same lines wherever the bytes are cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\u2028', ' ', '\n') })),
        fc.infiniteStream(fc.integer({ min: 1, max: 5 })),
        async (texts, sizes) => {
          const bytes = Buffer.from(texts.join('\n'), 'utf8');
          const chunks: Buffer[] = [];
          for (let from = 0; from < bytes.length;) {
            const to = from + sizes.next().value;
            chunks.push(bytes.subarray(from, to));
            from = to;
          }
          expect(await linesOf(...chunks)).toEqual(await linesOf(bytes));
        },
      ),
    );
  });
});

describe('answerLines', () => {
  it('answers in order and puts the error form in the place of a line that is not JSON, no UTF-8, or not of the form', async () => {
    const input = Buffer.concat([Buffer.from('1\n{oops\n'), Buffer.from([0xff, 0x0a]), Buffer.from('\n"x"\n2')]);
    const { text, lines, errors } = await answersOf(input, (value) => {
      if (typeof value !== 'number') throw new LineError('HEIMDALL_E_LINE_FORM', 'Write a number.');
      return JSON.stringify({ twice: value * 2 });
    });
    expect(
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { twice: 2 },
      { error: { code: 'HEIMDALL_E_LINE_JSON', message: expect.stringContaining('not JSON') }, line: 2 },
      { error: { code: 'HEIMDALL_E_LINE_UTF8', message: 'The line is not valid UTF-8.' }, line: 3 },
      { error: { code: 'HEIMDALL_E_LINE_FORM', message: 'Write a number.' }, line: 5 },
      { twice: 4 },
    ]);
    expect([lines, errors]).toEqual([5, 3]);
  });

  it('does not hide an error of our own', async () => {
    await expect(
      answersOf('1\n', () => {
        throw new TypeError('a bug');
      }),
    ).rejects.toThrow('a bug');
  });

  it('ends quietly when the reader has gone', async () => {
    const gone = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
    const many = Array.from({ length: 20_000 }, (_, index) => `${index}\n`).join('');
    await expect(answerLines(Readable.from([many]), gone, String)).resolves.toEqual({
      lines: expect.any(Number),
      errors: 0,
    });
  });
});

describe('LineWriter', () => {
  it('waits for a slow reader instead of piling up lines', async () => {
    let taken = 0;
    const slow = new Writable({
      highWaterMark: 10,
      write: (chunk: Buffer, _encoding, done) =>
        setTimeout(() => {
          taken += chunk.length;
          done();
        }, 2),
    });
    const writer = new LineWriter(slow, 100);
    let written = 0;
    for (let index = 0; index < 200; index += 1) {
      await writer.write('0123456789');
      written += 11;
      expect(written - taken).toBeLessThanOrEqual(220);
    }
    await writer.flush();
    expect(taken).toBe(2200);
  });
});
