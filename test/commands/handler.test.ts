import { describe, expect, it } from '@jest/globals';
import { commandHandler } from '../../src/commands/handler.js';
import { MatrixError } from '../../src/matrix/types.js';
import type { ActionRecord } from '../../src/store/records/actions.js';
import type { Logger } from '../../src/util/logger.js';
import type { TrackedRoom } from '../../src/tracking/tracked-room.js';
import { askedOf, payloadsOf } from './services.js';

const ROOM = '!management:example.org';
const MOD = '@mod:mods.example';
const room = {
  roomId: ROOM,
  members: new Map([[MOD, { membership: 'join', eventId: '$m', sender: MOD }]]),
  joinRule: 'invite',
  powerLevels: undefined,
  create: { roomVersion: '11', roomType: null, creators: [MOD], creatorsAreInfinite: false },
} as unknown as TrackedRoom;
const logger = { error: () => undefined } as unknown as Logger;

/** Performs `rooms add` on a homeserver that fails so, after so many tries; `tookMs` is how long the try took. */
function perform(error: MatrixError, attempts: number, tookMs = 10) {
  let now = 0;
  const { services } = askedOf({
    more: {
      clock: () => now,
      protection: {
        protect: () => {
          now += tookMs;
          return Promise.reject(error);
        },
      },
    },
  });
  const action = {
    attempts,
    key: 'command:$c',
    payload: {
      ...payloadsOf({ msgtype: 'm.text', body: '!heimdall rooms add !hall:example.org' })[0],
      roomId: ROOM,
      sender: MOD,
    },
  } as unknown as ActionRecord;
  return commandHandler({ services, managementRoom: () => room, logger }).perform(action, { mayHaveBeenSent: false });
}

describe('a command that the homeserver fails', () => {
  it.each([429, 502, 0])('is tried again after %i', async (status) => {
    const error = new MatrixError(status, 'M_UNKNOWN', 'trouble');
    await expect(perform(error, 0)).rejects.toBe(error);
  });

  it('waits for a homeserver that is not there or limits it, as long as that lasts', async () => {
    for (const status of [0, 429])
      await expect(perform(new MatrixError(status, 'M_UNKNOWN', 'trouble'), 40)).rejects.toBeInstanceOf(MatrixError);
  });

  it('is answered with the failure after five tries, so that others need not wait behind it', async () => {
    expect(JSON.stringify(await perform(new MatrixError(502, 'M_UNKNOWN', 'bad gateway'), 4))).toContain(
      'That failed: bad gateway',
    );
  });

  it('is answered with the failure when a try hung, and at once when it was refused', async () => {
    expect(
      JSON.stringify(await perform(new MatrixError(0, 'HEIMDALL_E_NETWORK', 'no answer in time'), 0, 60_000)),
    ).toContain('That failed: no answer in time');
    expect(JSON.stringify(await perform(new MatrixError(403, 'M_FORBIDDEN', 'not invited'), 0))).toContain(
      'That failed: not invited',
    );
  });
});
