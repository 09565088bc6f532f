import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createMediaApi } from '../../src/matrix/media.js';
import { createTransport } from '../../src/matrix/transport.js';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A homeserver that answers every request alike. */
async function uploading(status: number, answer: unknown) {
  const got: { url?: string; method?: string; headers: IncomingHttpHeaders; text: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url, method, headers } = request;
      got.push({ url, method, headers, text: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const transport = createTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  open.push(
    () => transport.close(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  return { got, media: createMediaApi(transport, 'as-token') };
}

const FILE = { name: 'cases & more.ndjson', type: 'application/x-ndjson' };

describe('a file of text', () => {
  it('is uploaded as it is, with its name and type', async () => {
    const { got, media } = await uploading(200, { content_uri: 'mxc://stub.test/abc' });
    expect(await media.uploadText('{"a":"ü"}\n', FILE)).toBe('mxc://stub.test/abc');
    const [request] = got;
    expect(request).toMatchObject({ method: 'POST', text: '{"a":"ü"}\n' });
    expect(new URL(request?.url ?? '', 'http://x').pathname).toBe('/_matrix/media/v3/upload');
    expect(new URL(request?.url ?? '', 'http://x').searchParams.get('filename')).toBe(FILE.name);
    expect(request?.headers).toMatchObject({ 'content-type': FILE.type, authorization: 'Bearer as-token' });
  });

  it('that is refused is an error for good, one that only failed is not', async () => {
    const refused = await uploading(413, { errcode: 'M_TOO_LARGE', error: 'too large' });
    await expect(refused.media.uploadText('x', FILE)).rejects.toMatchObject({
      errcode: 'M_TOO_LARGE',
      transient: false,
    });
    const failed = await uploading(502, { errcode: 'M_UNKNOWN', error: 'later' });
    await expect(failed.media.uploadText('x', FILE)).rejects.toMatchObject({ transient: true });
    const odd = await uploading(200, {});
    await expect(odd.media.uploadText('x', FILE)).rejects.toMatchObject({ name: 'MatrixError' });
  });
});
