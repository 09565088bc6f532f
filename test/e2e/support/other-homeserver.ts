import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a homeserver that is not Synapse, or a proxy before one, answers. */
export interface OtherHomeserver {
  /** what it calls itself, with its version; undefined where nobody is asked */
  software?: { name: string; version: string };
  /** its answer to paths that it does not know */
  unknown: { type: string; body: string };
  /** whether it can be asked to ping an application service */
  pings: boolean;
  /** how much its clock is ahead */
  aheadMs?: number;
}

/**
 * A real Synapse behind a door that lets the client API through and answers everything else as another homeserver does.
 */
export async function openOtherHomeserver(
  synapseUrl: string,
  other: OtherHomeserver,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((incoming, answer) => {
    const headers = { date: new Date(Date.now() + (other.aheadMs ?? 0)).toUTCString() };
    const { url = '' } = incoming;
    void whole(incoming)
      .then(async (body) => {
        if (url === '/_matrix/federation/v1/version' && other.software !== undefined)
          return answer.writeHead(200, headers).end(JSON.stringify({ server: other.software }));
        if (!url.startsWith('/_matrix/client/') || (!other.pings && url.endsWith('/ping')))
          return answer.writeHead(404, { ...headers, 'content-type': other.unknown.type }).end(other.unknown.body);
        const onward = await fetch(new URL(url, synapseUrl), {
          method: String(incoming.method),
          headers: { authorization: incoming.headers.authorization ?? '', 'content-type': 'application/json' },
          ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
        });
        const text = await onward.text();
        return answer.writeHead(onward.status, { ...headers, 'content-type': 'application/json' }).end(text);
      })
      .catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function whole(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    incoming.on('end', () => resolve(Buffer.concat(chunks)));
    incoming.on('error', reject);
  });
}
