import { serverNameOf } from '../matrix/identifiers.js';
import { MatrixError, type Homeserver } from '../matrix/types.js';
import { urlPath } from '../matrix/url-path.js';

/**
 * Whether our own homeserver has this account. Only a definite no counts: remote accounts, our own accounts that need
 * no registration, and everybody while it does not answer, are assumed to exist.
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
    // a deactivated account has no profile but still exists
    return homeserver.adminAccount(userId).then(
      (account) => account !== undefined,
      () => false,
    );
  };
}
