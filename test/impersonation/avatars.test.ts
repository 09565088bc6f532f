import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MatrixError } from '../../src/matrix/types.js';
import type { ActionRecord } from '../../src/store/records/actions.js';
import { silentLogger } from '../../src/util/logger.js';
import { Avatars } from '../../src/impersonation/avatars.js';
import { checkAvatarHandler } from '../../src/impersonation/avatar-check.js';
import { CHANGES, officialPicture, randomFrom, randomPicture } from '../support/pictures.js';
import { member } from '../support/events.js';
import { ASGARD, pipelineFor } from '../intake/pipelines.js';

const COPY = 'mxc://b.test/copy';
const OTHER = 'mxc://b.test/other';
const SLOW = 'mxc://slow.test/x';
let official: Buffer;
let pictures: Map<string, Buffer>;
beforeAll(async () => {
  official = await officialPicture();
  pictures = new Map([
    [COPY, await CHANGES['recompressed as poor JPEG']!(official)],
    ['mxc://b.test/framed', await CHANGES['with a badge']!(official)],
    [OTHER, await randomPicture(randomFrom(3), 0)],
    ['mxc://b.test/text', Buffer.from('<svg/>')],
  ]);
});

let folder: string;
let fetched: string[];
let setting: Awaited<ReturnType<typeof pipelineFor>>;
let avatars: Avatars;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-avatars-'));
  writeFileSync(path.join(folder, 'official.png'), official);
  fetched = [];
  const homeserver = {
    picture(mxc: string): Promise<Buffer> {
      fetched.push(mxc);
      const picture = pictures.get(mxc);
      if (picture !== undefined) return Promise.resolve(picture);
      return Promise.reject(
        mxc === SLOW
          ? new MatrixError(504, 'M_NOT_YET_UPLOADED', 'the server does not answer')
          : new MatrixError(404, 'M_NOT_FOUND', 'no such media'),
      );
    },
  };
  avatars = new Avatars({
    homeserver,
    identities: [{ user_id: ASGARD.userId, avatars: [path.join(folder, 'official.png')] }],
    logger: silentLogger,
  });
  setting = await pipelineFor({
    wantsAvatar: ({ avatarUrl, avatarLike }) => avatarLike === undefined && avatars.wants(avatarUrl),
  });
});
afterEach(async () => {
  avatars.stop();
  await setting.close();
  rmSync(folder, { recursive: true, force: true });
});

const ready = async () => {
  avatars.start();
  while (avatars.waiting) await new Promise((resolve) => setTimeout(resolve, 5));
};
const joins = (userId: string, displayname: string, avatar_url: string) =>
  setting.pipeline.handle([member(userId, 'join', { content: { displayname, avatar_url } })]);
const lookDue = async (): Promise<ActionRecord[]> =>
  (await setting.ledger.dueActions(Date.now() + 1000, new Set(), 100)).filter(({ kind }) => kind === 'check_avatar');
const look = async (attempts = 0) => {
  const [action] = await lookDue();
  if (action === undefined) throw new Error('no look at an avatar is due');
  return checkAvatarHandler(avatars, setting.pipeline).perform({ ...action, attempts }, { mayHaveBeenSent: false });
};
const verdictOf = async (userId: string) => (await setting.ledger.caseOfSubject('user', userId))?.verdict;

describe('the picture of somebody whose name raises a question', () => {
  it('makes a possible name likely when it is the official one in another file, and asks for what that means', async () => {
    await joins('@server:b.test', 'Somebody', COPY);
    expect(await verdictOf('@server:b.test')).toBe('possible');
    // the name's verdict stands, and nothing was fetched for it
    expect([await setting.asked(), fetched]).toEqual([['check_avatar', 'notice'], []]);
    await ready();
    expect(await look()).toMatchObject({
      state: 'done',
      result: { like: [{ protected: ASGARD.userId, likeness: 'same' }] },
    });
    expect(await verdictOf('@server:b.test')).toBe('likely');
    expect(await setting.asked()).toEqual(expect.arrayContaining(['mail', 'report']));
    const record = await setting.ledger.caseOfSubject('user', '@server:b.test');
    const [, finding] = await setting.ledger.findingsOf(record?.id ?? 0);
    expect(JSON.stringify(finding?.data)).toContain('The avatar is a copy of the official one');
    expect((finding?.data as { event?: { type?: string } }).event?.type).toBe('m.room.member');
  });

  it('with a badge in it counts too, and the same look twice adds nothing', async () => {
    await joins('@server:b.test', 'Somebody', 'mxc://b.test/framed');
    await ready();
    await look();
    await look();
    expect(await verdictOf('@server:b.test')).toBe('likely');
    const record = await setting.ledger.caseOfSubject('user', '@server:b.test');
    expect(await setting.ledger.findingsOf(record?.id ?? 0)).toHaveLength(2);
    expect(fetched).toHaveLength(1);
  });

  it('changes nothing when it is another picture, no picture, or not to be had', async () => {
    await ready();
    for (const [index, url] of [OTHER, 'mxc://b.test/text', 'mxc://b.test/gone'].entries()) {
      const userId = `@server:x${index}.test`;
      await joins(userId, 'Somebody', url);
      const [action] = await lookDue();
      expect(JSON.stringify(action?.payload)).toContain(userId);
      expect(
        await checkAvatarHandler(avatars, setting.pipeline).perform(action!, { mayHaveBeenSent: false }),
      ).toMatchObject({ state: 'done' });
      await setting.ledger.endAction(action!.id, { state: 'done', at: Date.now() });
      expect(await verdictOf(userId)).toBe('possible');
    }
  });

  it('is tried again when its server is slow, and given up without a word to the moderators', async () => {
    await joins('@server:b.test', 'Somebody', SLOW);
    await ready();
    expect(await look(0)).toMatchObject({ state: 'retry', afterMs: 10_000 });
    expect(await look(1)).toMatchObject({ state: 'retry', afterMs: 60_000 });
    expect(await look(2)).toMatchObject({ state: 'done', result: { looked: false } });
  });

  it('waits for the official avatars to be read', async () => {
    await joins('@server:b.test', 'Somebody', COPY);
    expect(await look()).toMatchObject({ state: 'retry' });
    expect(fetched).toEqual([]);
  });

  it('is not fetched for names that raise none, for what is not an mxc URI, and for verdicts that are certain already', async () => {
    await ready();
    await joins('@anna:b.test', 'Anna', COPY);
    await joins('@server:c.test', 'Somebody', 'https://b.test/x.png');
    await joins('@maria:b.test', 'Asgard (Official Account)', COPY);
    expect(await verdictOf('@maria:b.test')).toBe('certain');
    expect(await lookDue()).toEqual([]);
  });
});

describe('the detector', () => {
  const like = (likeness: 'same' | 'near') => ({
    avatarUrl: COPY,
    avatarLike: [{ protected: ASGARD.userId, likeness }],
  });
  const inspect = (sighting: { userId: string; displayName?: string }, likeness: 'same' | 'near') =>
    setting.detector.get().inspect({ ...sighting, ...like(likeness) }).verdict;

  it('takes a picture that looks official for nothing without a name', () => {
    // names that are looked at, and found to say too little
    for (const name of ['Anna', 'Asgard fan', 'Official Account', 'Server']) {
      for (const likeness of ['same', 'near'] as const)
        expect([name, inspect({ userId: '@anna:b.test', displayName: name }, likeness)]).toEqual([name, 'none']);
    }
  });

  it('takes it for more beside a name, and never for the reason that makes certain: an honest neighbour may bear the same logo', () => {
    expect(inspect({ userId: '@server:b.test' }, 'near')).toBe('likely');
    const utgard = { userId: '@server:utgard.test', displayName: 'Utgard (Official Account)' };
    for (const likeness of ['same', 'near'] as const) expect(inspect(utgard, likeness)).toBe('likely');
  });
});
