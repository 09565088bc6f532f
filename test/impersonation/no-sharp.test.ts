/** sharp is optional: where it does not load, nothing is fetched and all else goes on. */
import { expect, it, jest } from '@jest/globals';
import { silentLogger } from '../../src/util/logger.js';

jest.unstable_mockModule('sharp', () => {
  throw new Error('no build of sharp for this machine\nand a long explanation');
});
const { Avatars } = await import('../../src/impersonation/avatars.js');
const { imageFingerprints: picturePrints, imageSupportError: picturesTrouble } =
  await import('../../src/impersonation/picture.js');

it('without sharp pictures are not read and never fetched, and it is said why', async () => {
  expect(await picturesTrouble()).toBe('no build of sharp for this machine');
  expect(await picturePrints(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))).toBeUndefined();
  const fetched: string[] = [];
  const homeserver = { picture: (mxc: string) => Promise.resolve(Buffer.from((fetched.push(mxc), ''))) };
  const avatars = new Avatars({
    homeserver,
    identities: [{ user_id: '@server:a.test', avatars: ['mxc://a.test/official'] }],
    logger: silentLogger,
  });
  avatars.start();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(avatars.wants('mxc://b.test/x')).toBe(false);
  expect(await avatars.likeness('mxc://b.test/x', 'mxc://a.test/official')).toBeUndefined();
  expect(fetched).toEqual([]);
  avatars.stop();
});
