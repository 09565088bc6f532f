import { describe, expect, it } from '@jest/globals';
import { createAdminActions } from '../../src/matrix/admin-actions.js';
import { MatrixError } from '../../src/matrix/types.js';

const USER = '@loud:example.org';
const SPEC = '/_matrix/client/v1/admin/suspend/';
const SYNAPSE = '/_synapse/admin/';

/** A homeserver with these capabilities, with Synapse's admin API or without. */
function server(capabilities: unknown, synapse: boolean) {
  const asked: string[] = [];
  const actions = createAdminActions((method, path, options = {}) => {
    asked.push(
      `${method} ${decodeURIComponent(path)} ${JSON.stringify(options.body ?? null)} ${String(options.admin)}`,
    );
    if (path.endsWith('/capabilities'))
      return capabilities instanceof Error ? Promise.reject(capabilities) : Promise.resolve({ capabilities });
    if (path.startsWith(SYNAPSE))
      return synapse
        ? Promise.resolve({ admin: true, deactivated: false, suspended: true })
        : Promise.reject(new MatrixError(404, 'M_UNRECOGNIZED', 'no such path'));
    return Promise.resolve({ suspended: true });
  }, 'example.org');
  return { actions, asked };
}

describe('suspending an account (MSC4323)', () => {
  it('goes by the specification where the server says so', async () => {
    const { actions, asked } = server({ 'm.account_moderation': { suspend: true, lock: false } }, true);
    await actions.suspend(USER, true);
    expect(asked.at(-1)).toBe(`PUT ${SPEC}${USER} {"suspended":true} true`);
    expect(await actions.accountModeration()).toEqual({ suspend: true, lock: false });
  });

  it.each([
    ['the server says nothing', {}],
    ['it says no', { 'm.account_moderation': { suspend: false } }],
    ['it says nonsense', { 'm.account_moderation': 'yes' }],
    ['it tells no capabilities', new MatrixError(404, 'M_UNRECOGNIZED', 'no')],
  ])("goes by Synapse's API when %s", async (_why, capabilities) => {
    const { actions, asked } = server(capabilities, true);
    await actions.suspend(USER, true);
    expect(asked.at(-1)).toBe(`PUT ${SYNAPSE}v1/suspend/${USER} {"suspend":true} true`);
  });

  it("asks the specification's API how an account stands only where there is no other", async () => {
    const both = server({ 'm.account_moderation': { suspend: true } }, true);
    expect(await both.actions.adminAccount(USER)).toMatchObject({ admin: true, suspended: true });
    const one = server({ 'm.account_moderation': { suspend: true } }, false);
    expect(await one.actions.adminAccount(USER)).toEqual({
      admin: false,
      deactivated: false,
      suspended: true,
      locked: false,
    });
    await expect(server({}, false).actions.adminAccount(USER)).rejects.toMatchObject({ errcode: 'M_UNRECOGNIZED' });
  });
});
