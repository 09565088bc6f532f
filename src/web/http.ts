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

/** What comes in by the port of what acts. */
export interface ActingRoutes {
  /** asked before all others: answers what is its own, and says false of the rest */
  direct?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** asked one after the other */
  routes: readonly Router[];
}

export interface HttpAppOptions {
  /** always there */
  health: Router;
  /** what acts at the moment; undefined while this process stands by */
  acting: () => ActingRoutes | undefined;
  logger: Logger;
}

/** Everything behind our one port. What nobody answers is a Matrix error, like all else. */
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

/** Another process acts: the homeserver sends again, and a proxy that follows `/readyz` leads elsewhere. */
const standBy: RequestHandler = (_request, response) =>
  void response.status(503).set('Retry-After', '5').json({ errcode: 'M_UNKNOWN', error: webTexts.standby });

/** Asks one router after the other, as express does with those it was given at the start. */
function inTurn(routers: readonly Router[], request: Request, response: Response, next: NextFunction): void {
  const [first, ...rest] = routers;
  if (first === undefined) return next();
  first(request, response, (error?: unknown) => {
    if (error !== undefined) return next(error);
    inTurn(rest, request, response, next);
  });
}

/** Opens the port; throws HEIMDALL_E_LISTEN when it is taken or not ours. */
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
