/**
 * The rival's process: `node bridge.js bridge|door PORT TOKEN`. `bridge` is matrix-appservice-bridge as its examples
 * start it, with a handler that does nothing; `door` is only what listens in it.
 */
import { AppService, AppServiceRegistration, Bridge } from 'matrix-appservice-bridge';

const [, , what, port, token = ''] = process.argv;
const appService = new AppService({ homeserverToken: token });
if (what === 'bridge') {
  const registration = AppServiceRegistration.fromObject({
    id: 'bench',
    url: `http://127.0.0.1:${port}`,
    hs_token: token,
    as_token: 'another-token-for-the-bench',
    sender_localpart: 'bench',
    namespaces: {},
  });
  const bridge = new Bridge({
    homeserverUrl: 'http://127.0.0.1:9',
    domain: 'example.org',
    registration,
    disableStores: true,
    controller: { onEvent: () => undefined },
  });
  await bridge.initialise();
  await bridge.listen(Number(port), '127.0.0.1', 10, appService);
} else {
  appService.on('event', () => undefined);
  await appService.listen(Number(port), '127.0.0.1', 10);
}
