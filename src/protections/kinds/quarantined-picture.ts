import { KnownPictures } from '../pictures/known.js';
import { settingsWith, windowOf, type CommonSettings } from '../settings.js';
import { defineProtection } from '../types.js';

export interface QuarantinedPictureSettings extends CommonSettings {
  keep_for: number;
}

export const quarantinedPicture = defineProtection({
  name: 'QuarantinedPicture',
  aliases: ['QuarantinedPictures', 'KnownPictures', 'PictureHashes', 'MediaHashes'],
  about:
    'Somebody posts a picture that you have quarantined, uploaded again: also smaller, recompressed, cropped at its ' +
    'sides or framed. The same picture with other words on it may count as the same. While this is on, ' +
    '`quarantine-media` and everything else that quarantines media stores how pictures look (not the pictures), and ' +
    'unencrypted pictures, stickers, thumbnails and avatars are compared with them. Blank and plain pictures are ' +
    'never stored. `unquarantine-media` forgets one.',
  settings: settingsWith(['redact', 'redact+ban'], {
    keep_for: windowOf('180d', 'How long a quarantined picture is known again.'),
  }),
  asks: 'elsewhere',
  readsMessages: true,
  harm: 'm.tos',
  exempts: true,
  memory: () => new KnownPictures(),
});
