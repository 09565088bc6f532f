import { unquarantineMedia } from '../actions.js';
import { MatrixError } from '../../matrix/types.js';
import type { ActionHandler } from '../../actions/types.js';
import { addressesOf, asAdmin } from './account.js';
import type { HandlerDeps } from './parts.js';

/**
 * `unquarantine_media`: releases the media that we quarantined, and only those. It cannot harm anybody, so the
 * interlock is not asked.
 */
export function unquarantineHandler({
  homeserver,
  pictures,
}: Pick<HandlerDeps, 'homeserver' | 'pictures'>): ActionHandler {
  return unquarantineMedia.handler(async ({ media }, action) => {
    return asAdmin(action, async () => {
      await pictures?.forget(addressesOf(homeserver, media));
      let given = 0;
      for (const id of media) {
        try {
          await homeserver.unquarantine(id);
          given += 1;
        } catch (error) {
          // deleted in the meantime
          if (!(error instanceof MatrixError) || error.status !== 404) throw error;
        }
      }
      return { state: 'done', result: { effect: 'unquarantined', media: given } };
    });
  });
}
