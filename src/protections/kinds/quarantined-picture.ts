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
    'Somebody shows a picture that you have quarantined, uploaded again: also smaller, compressed anew, cut ' +
    'at its sides or framed. While ' +
    'it is on, `quarantine-media` and all that quarantines media keeps how pictures look (not the pictures), and ' +
    'pictures, stickers, thumbnails and avatars that come in unencrypted are compared with them. Blank and plain ' +
    'pictures are never kept. `unquarantine-media` forgets one.',
  settings: settingsWith(['redact', 'redact+ban'], {
    keep_for: windowOf('180d', 'How long a quarantined picture is known again.'),
  }),
  asks: 'elsewhere',
  harm: 'm.tos',
  exempts: true,
  memory: () => new KnownPictures(),
});
