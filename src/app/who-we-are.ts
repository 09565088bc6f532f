import type { Config } from '../config/types.js';
import { serverNameOf } from '../matrix/identifiers.js';
import { MatrixError, type HomeserverReader } from '../matrix/types.js';
import { HeimdallError } from '../util/errors.js';
import { texts } from './texts.js';

/**
 * That the homeserver calls us what the configuration says. With a server name that is not its own everything else
 * would fail, for reasons that lead astray. A homeserver that does not say it is believed.
 */
export async function assertWhoWeAre(
  homeserver: Pick<HomeserverReader, 'whoami' | 'botUserId'>,
  config: Pick<Config, 'homeserver'>,
): Promise<void> {
  const known = await homeserver.whoami().catch((error: unknown) => {
    if (error instanceof MatrixError && (!error.transient || error.errcode === 'HEIMDALL_E_ANSWER')) return undefined;
    throw error;
  });
  if (known === undefined || known === homeserver.botUserId) return;
  const { found, otherBot, otherServer } = texts.whoWeAre;
  throw new HeimdallError(
    'HEIMDALL_E_OTHER_NAME',
    found(known, homeserver.botUserId),
    serverNameOf(known) === config.homeserver.server_name ? otherBot : otherServer,
  );
}
