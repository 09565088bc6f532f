import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** The patterns of the routes in docs/report.md, by the proxy whose snippet they stand in. */
export function routesOfDocs(): { nginx: RegExp; caddy: RegExp; traefik: RegExp } {
  const text = readFileSync(path.join(import.meta.dirname, '../../docs/report.md'), 'utf8');
  const pattern = (finder: RegExp): RegExp => new RegExp(finder.exec(text)?.[1] ?? '(?!)');
  return {
    nginx: pattern(/^location ~ (\S+) \{$/m),
    caddy: pattern(/^@report path_regexp (\S+)$/m),
    traefik: pattern(/PathRegexp\(`([^`]+)`\)/),
  };
}

/**
 * A reverse proxy with the routes of the docs: like nginx and Caddy it looks at the decoded path and hands the request on
 * as it came.
 */
export async function reverseProxy(
  route: RegExp,
  { heimdall, homeserver }: { heimdall: string; homeserver: string },
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    const { pathname } = new URL(incoming.url ?? '/', 'http://proxy');
    let decoded = pathname;
    try {
      decoded = decodeURIComponent(pathname);
    } catch {
      // as it is
    }
    const target = new URL(incoming.url ?? '/', route.test(decoded) ? heimdall : homeserver);
    const onward = request(
      target,
      {
        method: incoming.method,
        headers: { ...incoming.headers, host: target.host, 'x-forwarded-for': incoming.socket.remoteAddress ?? '' },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
