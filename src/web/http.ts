import { once } from 'node:events';
import type { Server } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type Router } from 'express';
import type { Config } from '../config/types.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';

export interface HttpAppOptions {
  intake: Router;
  reports: Router;
  health: Router;
  logger: Logger;
}

/** Everything behind our one port. What nobody answers is a Matrix error, like all else. */
export function createHttpApp({ intake, reports, health, logger }: HttpAppOptions): Express {
  const door = express();
  door.disable('x-powered-by');
  door.set('etag', false);
  door.use(health, reports, intake);
  door.use(
    (_request, response) =>
      void response.status(404).json({ errcode: 'M_UNRECOGNIZED', error: 'There is nothing here.' }),
  );
  const failed: ErrorRequestHandler = (error, _request, response, _next) => {
    logger.error({ error: messageOf(error) }, 'request failed');
    response.status(500).json({ errcode: 'M_UNKNOWN', error: 'Something went wrong here.' });
  };
  door.use(failed);
  return door;
}

/** Opens the port; throws HEIMDALL_E_LISTEN when it is taken or not ours. */
export async function listen(server: Server, appservice: Config['appservice']): Promise<void> {
  server.listen(appservice.port, appservice.bind);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new HeimdallError(
      'HEIMDALL_E_LISTEN',
      `Can not listen on ${appservice.bind}:${appservice.port} (${messageOf(error)}).`,
      'Is another Heimdall running? Set appservice.bind and appservice.port.',
      { cause: error },
    );
  }
}

/** Shuts the door: what is being answered ends, idle connections are closed, after a while the others too. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), 1500);
  await closed;
  clearTimeout(force);
}
