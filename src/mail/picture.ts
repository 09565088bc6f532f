import { readFile } from 'node:fs/promises';
import type { Config } from '../config/types.js';
import type { Disguise } from '../detection/types.js';
import type { HomeserverReader } from '../matrix/types.js';
import { imageFormat, loadSharp, MOST_PIXELS, type Sharp } from '../util/sharp.js';
import type { Gathered } from './input.js';
import { shownText } from './text.js';
import type { MailPictures } from './types.js';
import type { MailWords } from './words.js';

/**
 * The disguise as a picture: both names and ids one above the other in two fonts, and both avatars where they are
 * alike. The text of the mail says the same, so without sharp, without fonts, or in doubt, there is none.
 */
export interface PictureMaker {
  /** Never rejects. */
  of(gathered: Gathered, words: MailWords): Promise<MailPictures | undefined>;
}

export interface PictureMakerOptions {
  homeserver: Pick<HomeserverReader, 'picture'>;
  config: Pick<Config, 'mail' | 'protected_identities'>;
}

/** A mail does not wait for a picture any longer. */
const LIMITS = { maxBytes: 2 * 1024 * 1024, timeoutMs: 4_000 };
const AVATAR_SIDE = 96;
/** Small enough to stand in the evidence (XARF: 5 MB an item). */
const MOST_PICTURE_BYTES = 256 * 1024;
/** Evidence that says that the picture is a copy of the official one. */
const ALIKE: readonly Disguise[] = ['same_avatar', 'copied_avatar', 'near_avatar'];

export function createPictureMaker({ homeserver, config }: PictureMakerOptions): PictureMaker {
  const avatar = async (source: string, sharp: Sharp): Promise<Buffer | undefined> => {
    const bytes = source.startsWith('mxc://') ? await homeserver.picture(source, LIMITS) : await readFile(source);
    if (imageFormat(bytes) === undefined) return undefined;
    return sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1 })
      .rotate()
      .resize(AVATAR_SIDE, AVATAR_SIDE, { fit: 'cover' })
      .png()
      .toBuffer();
  };
  /**
   * Both avatars, when the detector said that they are alike. Any other picture of a stranger may show anything, also
   * what nobody may send: it is never fetched for a mail.
   */
  const avatarsOf = async (mail: Gathered, sharp: Sharp): Promise<Pick<MailPictures, 'official' | 'offender'>> => {
    const { about, captured, official } = mail;
    const alike =
      about.kind === 'impersonation' && about.verdict.evidence.some(({ disguise }) => ALIKE.includes(disguise));
    const sources = config.protected_identities.find(({ user_id: id }) => id === official?.userId)?.avatars ?? [];
    if (!alike || captured.avatarUrl == null || sources[0] === undefined) return {};
    const read = (source: string) => avatar(source, sharp).catch(() => undefined);
    const [offender, own] = await Promise.all([read(captured.avatarUrl), read(sources[0])]);
    return { ...(own === undefined ? {} : { official: own }), ...(offender === undefined ? {} : { offender }) };
  };
  return {
    async of(mail, words) {
      if (!config.mail.pictures || mail.about.kind !== 'impersonation' || mail.official === undefined) return undefined;
      const sharp = await loadSharp();
      if (typeof sharp === 'string' || !(await canWrite(sharp))) return undefined;
      try {
        const avatars = await avatarsOf(mail, sharp);
        const drawing = disguiseSvg(mail, words, avatars);
        const disguise = await sharp(Buffer.from(drawing)).png({ palette: true }).toBuffer();
        return disguise.length > MOST_PICTURE_BYTES ? undefined : { ...avatars, disguise };
      } catch {
        return undefined;
      }
    },
  };
}

let fonts: Promise<boolean> | undefined;

/** Small containers have no fonts: a picture of blanks says less than none. */
function canWrite(sharp: Sharp): Promise<boolean> {
  const probe =
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text x="5" y="30" font-family="sans-serif" ' +
    'font-size="24">M</text></svg>';
  fonts ??= sharp(Buffer.from(probe))
    .stats()
    .then(
      ({ channels }) => (channels.at(-1)?.max ?? 0) > 0,
      () => false,
    );
  return fonts;
}

const WIDTH = 640;
const BLOCK = 190;
const NAME_SHOWN = 48;
const ID_SHOWN = 64;

/** Pure. Everything that strangers wrote is text in it, and nothing in it leads anywhere. */
export function disguiseSvg(
  mail: Pick<Gathered, 'offender' | 'captured' | 'official' | 'seen'>,
  words: MailWords,
  avatars: Pick<MailPictures, 'official' | 'offender'> = {},
): string {
  const official = {
    label: words.picture_official,
    name: mail.official?.displayNames[0] ?? '',
    id: mail.official?.userId ?? '',
    avatar: avatars.official,
  };
  const offender = {
    label: words.picture_reported,
    name: mail.captured.displayName ?? mail.seen.roomName ?? '',
    id: mail.offender,
    avatar: avatars.offender,
  };
  const indent = avatars.official === undefined && avatars.offender === undefined ? 20 : 20 + AVATAR_SIDE + 20;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${2 * BLOCK}">`,
    `<rect width="${WIDTH}" height="${2 * BLOCK}" fill="#ffffff"/>`,
    `<rect y="${BLOCK}" width="${WIDTH}" height="${BLOCK}" fill="#fff4e5"/>`,
    ...[official, offender].map((side, index) => sideSvg(side, index * BLOCK, indent)),
    '</svg>',
  ].join('\n');
}

function sideSvg(
  { label, name, id, avatar }: { label: string; name: string; id: string; avatar: Uint8Array | undefined },
  top: number,
  x: number,
): string {
  const line = (y: number, size: number, family: string, words: string, color = '#111111') =>
    `<text x="${x}" y="${top + y}" font-family="${family}" font-size="${size}" fill="${color}" ` +
    `xml:space="preserve">${escaped(words)}</text>`;
  const shown = asSeen(name, NAME_SHOWN);
  const hidden = shownText(name, NAME_SHOWN);
  return [
    line(28, 15, 'sans-serif', label, '#666666'),
    line(66, 26, 'sans-serif', shown),
    line(100, 22, 'monospace', shown),
    ...(hidden === shown ? [] : [line(126, 13, 'monospace', hidden, '#a33b00')]),
    line(150, 16, 'sans-serif', asSeen(id, ID_SHOWN)),
    line(174, 14, 'monospace', shownText(id, ID_SHOWN)),
    ...(avatar === undefined
      ? []
      : [
          `<image x="20" y="${top + 44}" width="${AVATAR_SIDE}" height="${AVATAR_SIDE}" ` +
            `href="data:image/png;base64,${Buffer.from(avatar).toString('base64')}"/>`,
        ]),
  ].join('\n');
}

/** As an eye sees it; what XML cannot hold or what would turn the line around is left out. */
function asSeen(text: string, limit: number): string {
  const points = [...text.replace(/[^\P{C}\u200c\u200d]|[\u2028\u2029]|\p{Cs}/gu, '')];
  return points.length <= limit ? points.join('') : `${points.slice(0, limit).join('')}…`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replace(/\uFFFE|\uFFFF/g, '');
}
