import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import express, {
  type ErrorRequestHandler,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import type { Config } from '../config/types.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { webTexts } from './texts.js';

/** Incoming requests for the acting part. */
export interface ActingRoutes {
  /** tried before all others: answers its own requests, and returns false for the rest */
  direct?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** tried in order */
  routes: readonly Router[];
}

export interface HttpAppOptions {
  /** always available */
  health: Router;
  /** the acting part; undefined while this process stands by */
  acting: () => ActingRoutes | undefined;
  logger: Logger;
}

/** Everything on our port. An unhandled request gets a Matrix error, like all others. */
export function createHttpApp({ health, acting, logger }: HttpAppOptions): RequestListener {
  const door = express();
  door.disable('x-powered-by');
  door.set('etag', false);
  door.use(health);
  door.use((request, response, next) => {
    const now = acting();
    if (now === undefined) return standBy(request, response, next);
    inTurn(now.routes, request, response, next);
  });
  door.use(
    (_request, response) => void response.status(404).json({ errcode: 'M_UNRECOGNIZED', error: webTexts.nothing }),
  );
  const failed: ErrorRequestHandler = (error, _request, response, _next) => {
    logger.error({ error: messageOf(error) }, 'request failed');
    response.status(500).json({ errcode: 'M_UNKNOWN', error: webTexts.failed });
  };
  door.use(failed);
  return (request, response) => {
    if (acting()?.direct?.(request, response) !== true) door(request, response);
  };
}

/** Another process is acting: the homeserver retries, and a proxy that follows `/readyz` routes elsewhere. */
const standBy: RequestHandler = (_request, response) =>
  void response.status(503).set('Retry-After', '5').json({ errcode: 'M_UNKNOWN', error: webTexts.standby });

/** Tries one router after another, as express does with those registered at the start. */
function inTurn(routers: readonly Router[], request: Request, response: Response, next: NextFunction): void {
  const [first, ...rest] = routers;
  if (first === undefined) return next();
  first(request, response, (error?: unknown) => {
    if (error !== undefined) return next(error);
    inTurn(rest, request, response, next);
  });
}

/** Opens the port; throws HEIMDALL_E_LISTEN when it is in use or not permitted. */
export async function listen(server: Server, appservice: Config['appservice']): Promise<void> {
  server.listen(appservice.port, appservice.bind);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new HeimdallError(
      'HEIMDALL_E_LISTEN',
      webTexts.cannotListen(appservice.bind, appservice.port, messageOf(error)),
      webTexts.listenRemedy,
      { cause: error },
    );
  }
}

/** Stops listening: running requests finish, idle connections are closed, and after a while the others too. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), 1500);
  await closed;
  clearTimeout(force);
}
