import { describe, expect, it } from '@jest/globals';
import { remedyFor } from '../../src/app/remedies.js';
import { WayBack } from '../../src/app/way-back.js';
import { MatrixError } from '../../src/matrix/types.js';
import type { Logger } from '../../src/util/logger.js';

function wayBack() {
  const state = { answer: undefined as Error | undefined, asked: 0, now: 1_000_000 };
  const told: string[][] = [];
  const logged: string[] = [];
  const log = (_data: object, message: string): void => void logged.push(message);
  const way = new WayBack({
    homeserver: {
      pingAppservice: () => {
        state.asked += 1;
        return state.answer === undefined ? Promise.resolve(3) : Promise.reject(state.answer);
      },
    },
    url: 'http://heimdall:9995',
    report: (entries) => void told.push([...entries.keys()]),
    clock: () => state.now,
    logger: { warn: log, info: log } as unknown as Logger,
  });
  return { way, state, told, logged };
}

const failed = (errcode: string, message: string) => new MatrixError(502, errcode, message);

describe('the way from the homeserver to us', () => {
  it.each([
    [failed('M_BAD_STATUS', 'HTTP 403 Forbidden'), 'refused', /different hs_token/],
    [failed('M_BAD_STATUS', 'HTTP 404 Not Found'), 'unreachable', /Something else .* http:\/\/heimdall:9995/],
    [failed('M_CONNECTION_FAILED', 'DNSLookupError'), 'unreachable', /cannot reach Heimdall at http:\/\/heimdall:9995/],
    [failed('M_CONNECTION_TIMEOUT', 'timed out'), 'unreachable', /appservice\.url/],
    [failed('M_URL_NOT_SET', 'no url'), 'unreachable', /names no url/],
  ])('names what is wrong, and how to mend it: %s', async (error, kind, words) => {
    const { way, state, told } = wayBack();
    state.answer = error;
    await way.look();
    // a single ping that got lost on its way proves nothing; a refusal does
    expect(way.broken?.kind).toBe(kind === 'refused' ? kind : undefined);
    await way.look();
    expect(way.broken?.kind).toBe(kind);
    expect(way.broken?.words).toMatch(words);
    expect(told.at(-1)).toEqual([kind]);
  });

  it.each([
    undefined,
    new MatrixError(404, 'M_UNRECOGNIZED', 'Unrecognized request'),
    new MatrixError(404, 'M_UNKNOWN', 'HTTP 404'),
    new MatrixError(0, 'HEIMDALL_E_NETWORK', 'ECONNREFUSED'),
    new Error('something of our own'),
  ])('accuses nobody when all is well or it cannot be known: %s', async (error) => {
    const { way, state, told } = wayBack();
    state.answer = error;
    await way.look();
    expect([way.broken, told]).toEqual([undefined, [[]]]);
  });

  it('asks once a minute, sooner while something is wrong, and logs it once a minute', async () => {
    const { way, state, logged } = wayBack();
    await way.lookWhenDue();
    state.now += 59_000;
    await way.lookWhenDue();
    expect(state.asked).toBe(1);
    state.now += 1_000;
    state.answer = failed('M_BAD_STATUS', 'HTTP 403 Forbidden');
    await way.lookWhenDue();
    for (let index = 0; index < 8; index += 1) {
      state.now += 8_000;
      await way.lookWhenDue();
    }
    expect([state.asked, logged]).toEqual([10, ['no events arrive', 'no events arrive']]);
    state.answer = undefined;
    state.now += 8_000;
    await way.lookWhenDue();
    expect([way.broken, logged.at(-1)]).toEqual([undefined, 'events arrive again']);
  });
});

describe('remedies of a start that waits', () => {
  const config = { homeserver: { url: 'http://hs:8008', server_name: 'x.test', admin_token: null } };
  it.each([
    [new MatrixError(401, 'M_UNKNOWN_TOKEN', 'Unrecognised access token'), /app_service_config_files/],
    [new MatrixError(400, 'M_EXCLUSIVE', 'not in the namespace'), /register --force/],
    [new MatrixError(502, 'HEIMDALL_E_NOT_JSON', 'the answer is not JSON'), /not a Matrix homeserver/],
    [
      new MatrixError(0, 'HEIMDALL_E_NETWORK', 'ECONNREFUSED'),
      /homeserver runs and answers at homeserver\.url \(http:\/\/hs:8008\)/,
    ],
    [new MatrixError(403, 'M_FORBIDDEN', 'no'), /heimdall doctor/],
  ])('%s', (error, words) => expect(remedyFor(error, config)).toMatch(words));
});
