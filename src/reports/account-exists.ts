import { serverNameOf } from '../matrix/identifiers.js';
import { MatrixError, type Homeserver } from '../matrix/types.js';
import { urlPath } from '../matrix/url-path.js';

/**
 * Says whether our own homeserver has an account of this name. Only its clear no counts: people elsewhere, our own
 * accounts that need not be registered, and everybody while it does not answer, are taken to exist.
 *
 * @param isOurs the bot, protected identities and their variants: a server-notices account has no profile
 */
export function accountExistsOn(
  homeserver: Pick<Homeserver, 'serverName' | 'request' | 'adminAccount'>,
  isOurs: (userId: string) => boolean,
): (userId: string) => Promise<boolean> {
  return async (userId) => {
    if (serverNameOf(userId) !== homeserver.serverName || isOurs(userId)) return true;
    try {
      await homeserver.request('GET', urlPath`/_matrix/client/v3/profile/${userId}`, { timeoutMs: 5_000 });
      return true;
    } catch (error) {
      if (!(error instanceof MatrixError) || error.status !== 404 || error.errcode === 'M_UNRECOGNIZED') return true;
    }
    // a deactivated account has no profile, and is one all the same
    return homeserver.adminAccount(userId).then(
      (account) => account !== undefined,
      () => false,
    );
  };
}
