import net from 'node:net';

/** Ports handed out in this process: a port stays taken between asking for it and listening on it. */
const handedOut = new Set<number>();

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      const found = address !== null && typeof address === 'object' ? address.port : undefined;
      server.close(() => resolve(found));
    });
  });
}

/** A free TCP port on loopback: the preferred one when nobody has it, else any. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && !handedOut.has(preferred) && (await tryPort(preferred)) !== undefined) {
    handedOut.add(preferred);
    return preferred;
  }
  for (;;) {
    const port = await tryPort(0);
    if (port === undefined) throw new Error('sandbox: no free port on 127.0.0.1');
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    return port;
  }
}
