import { change } from '../actions.js';
import { MatrixError } from '../../matrix/types.js';
import type { ActionHandler } from '../../actions/types.js';
import type { HandlerDeps } from './parts.js';
import { texts } from '../texts.js';

/** `change`: one call of the homeserver's API. Each of them is safe to repeat. */
export function changeHandler({ homeserver }: Pick<HandlerDeps, 'homeserver'>): ActionHandler {
  return change.handler(async ({ method, path, body, admin }) => {
    try {
      const result = await homeserver.request(method, path, {
        ...(method === 'DELETE' && body === undefined ? {} : { body: body ?? {} }),
        ...(admin === true ? { admin } : {}),
      });
      return { state: 'done', result: { effect: 'changed', answer: result } };
    } catch (error) {
      if (admin === true && error instanceof MatrixError && [401, 403].includes(error.status))
        return { state: 'failed', error: texts.notAServerAdmin(error.message) };
      throw error;
    }
  });
}
