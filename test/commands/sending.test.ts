import { describe, expect, it } from '@jest/globals';
import { answersOrFile } from '../../src/commands/sending.js';
import type { Block } from '../../src/matrix/message.js';
import { MatrixError } from '../../src/matrix/types.js';

const invocation = {
  eventId: '$c',
  key: '$c',
  roomId: '!management:example.org',
  sender: '@mod:mods.example',
  replyTo: '$c',
  thread: '$thread',
  confirmed: undefined,
};
const list = (lines: number): Block[] => [
  { list: Array.from({ length: lines }, (_, index) => [`entry ${index} ${'x'.repeat(90)}`]) },
];

async function sent(blocks: Block[], upload: () => Promise<string> = () => Promise.resolve('mxc://example.org/a')) {
  const uploads: string[] = [];
  const actions = await answersOrFile(
    {
      uploadText: (text) => {
        uploads.push(text);
        return upload();
      },
    },
    invocation,
    blocks,
  );
  const contents = actions.map(({ payload }) => (payload as { content: Record<string, unknown> }).content);
  return { uploads, contents, keys: actions.map(({ key }) => key) };
}

describe('an answer', () => {
  it.each([1, 300])('of %i lines goes out as messages, without a file', async (lines) => {
    const { uploads, contents } = await sent(list(lines));
    expect(uploads).toEqual([]);
    expect(contents.map(({ msgtype }) => msgtype)).not.toContain('m.file');
    expect(contents.map(({ body }) => body).join('\n')).toContain(`entry ${lines - 1} `);
  });

  it('that is very long begins in a message and stands in a file as a whole, in the same thread', async () => {
    const { uploads, contents, keys } = await sent(list(2000));
    expect(contents).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
    expect(contents[0]?.body).toMatch(/entry 0 [^]*All of it is in the file heimdall-answer\.txt\.$/);
    expect(Buffer.byteLength(JSON.stringify(contents[0]))).toBeLessThan(60_000);
    expect(uploads).toHaveLength(1);
    expect(uploads[0]).toContain('entry 1999 ');
    expect(contents[1]).toMatchObject({
      msgtype: 'm.file',
      url: 'mxc://example.org/a',
      info: { mimetype: 'text/plain', size: Buffer.byteLength(uploads[0] ?? '') },
      'm.relates_to': { rel_type: 'm.thread', event_id: '$thread' },
      'm.mentions': {},
    });
  });

  it.each([403, 502, 0])('goes out whole in messages where the upload ends with %i', async (status) => {
    const { contents } = await sent(list(2000), () => Promise.reject(new MatrixError(status, 'M_UNKNOWN', 'no')));
    expect(contents.length).toBeGreaterThan(2);
    expect(contents.at(-1)?.body).toContain('entry 1999 ');
    expect(contents.map(({ msgtype }) => msgtype)).not.toContain('m.file');
  });
});
