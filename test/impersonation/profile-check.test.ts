import { describe, expect, it } from '@jest/globals';
import { checkProfileHandler } from '../../src/impersonation/profile-check.js';
import { MatrixError } from '../../src/matrix/types.js';
import { ASGARD, pipelineFor } from '../intake/pipelines.js';
import { member } from '../support/events.js';

/** A join of this account under the official name, with what the homeserver says of its profile. */
async function joins(userId: string, profile: () => Promise<unknown>) {
  const { pipeline, ledger, close } = await pipelineFor();
  await pipeline.handle([member(userId, 'join', { content: { displayname: ASGARD.displayNames[0] } })]);
  const [check] = await ledger.actionsOfKind(['check_profile'], 'due', { afterId: 0, limit: 10 });
  const rules = async () => (await ledger.actionsOfKind(['write_rule'], 'due', { afterId: 0, limit: 10 })).length;
  const before = await rules();
  const handler = checkProfileHandler({ request: profile } as never, pipeline);
  let failed = false;
  if (check !== undefined) await handler.perform(check, { mayHaveBeenSent: false }).catch(() => (failed = true));
  const [found] = await ledger.cases({});
  const result = { asked: check !== undefined, before, after: await rules(), verdict: found?.verdict, failed };
  await close();
  return result;
}

describe('an official name in the join of an account of ours', () => {
  it('costs nothing when the account has no name of its own: the room’s server wrote it', async () => {
    expect(await joins('@honest:a.test', () => Promise.resolve({}))).toMatchObject({
      asked: true,
      before: 0,
      after: 0,
      verdict: 'possible',
    });
  });

  it.each([
    ['it is the account’s own', () => Promise.resolve({ displayname: ASGARD.displayNames[0] })],
    ['the account is called otherwise elsewhere', () => Promise.resolve({ displayname: 'Loki' })],
    ['the homeserver does not tell', () => Promise.reject(new MatrixError(404, 'M_NOT_FOUND', 'no profile'))],
  ])('is acted upon when %s', async (_what, profile) => {
    expect(await joins('@loki:a.test', profile)).toMatchObject({
      asked: true,
      before: 0,
      after: 1,
      verdict: 'certain',
    });
  });

  it('waits for a homeserver that does not answer', async () => {
    const result = await joins('@loki:a.test', () => Promise.reject(new MatrixError(502, 'M_UNKNOWN', 'no answer')));
    expect(result).toMatchObject({ failed: true, after: 0 });
  });

  it('is not asked about for accounts of other servers', async () => {
    expect(await joins('@loki:b.test', () => Promise.resolve({}))).toMatchObject({ asked: false, before: 1 });
  });
});
