import { readFile } from 'node:fs/promises';
import type { Config } from '../config/types.js';
import type { Disguise } from '../detection/types.js';
import type { HomeserverReader } from '../matrix/types.js';
import { imageFormat, loadSharp, MOST_PIXELS, type Sharp } from '../util/sharp.js';
import type { Gathered } from './input.js';
import { codePointOf } from '../detection/visible.js';
import { shownText } from './text.js';
import type { MailPictures } from './types.js';
import type { MailWords } from './words.js';

/**
 * The disguise as a picture: both names and ids, one above the other, in two fonts, and both avatars where they are
 * alike. The mail's text says the same, so without sharp, without fonts, or in doubt, there is no picture.
 */
export interface PictureMaker {
  /** Never rejects. */
  of(gathered: Gathered, words: MailWords): Promise<MailPictures | undefined>;
}

export interface PictureMakerOptions {
  homeserver: Pick<HomeserverReader, 'picture'>;
  config: Pick<Config, 'mail' | 'protected_identities'>;
}

/** How long a mail waits for a picture. */
const LIMITS = { maxBytes: 2 * 1024 * 1024, timeoutMs: 4_000 };
const AVATAR_SIDE = 96;
/** Small enough for the evidence (XARF: 5 MB per item). */
const MOST_PICTURE_BYTES = 256 * 1024;
/** Evidence of a copied official picture. */
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
   * Both avatars, if the detector found them alike. Any other untrusted picture may show anything, including illegal
   * content, and is never fetched for a mail.
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

/** Small containers have no fonts, and a blank picture is worse than none. */
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

/** Pure. All untrusted content is plain text in it, and it contains no links. */
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
    sideSvg(official, 0, indent),
    sideSvg(offender, BLOCK, indent, official),
    '</svg>',
  ].join('\n');
}

interface Side {
  label: string;
  name: string;
  id: string;
  avatar: Uint8Array | undefined;
}

/** @param beside the official side: letters that it lacks are marked, since they look the same */
function sideSvg({ label, name, id, avatar }: Side, top: number, x: number, beside?: Side): string {
  const line = (y: number, size: number, family: string, words: string, color = '#111111') =>
    `<text x="${x}" y="${top + y}" font-family="${family}" font-size="${size}" fill="${color}" ` +
    `xml:space="preserve">${words}</text>`;
  const marked = (text: string, official: string | undefined) => withForeignMarked(text, official);
  const shown = marked(asSeen(name, NAME_SHOWN), beside?.name);
  const hidden = hiddenIn(name, NAME_SHOWN);
  const foreign = beside === undefined ? '' : foreignLetters(`${name}${id}`, `${beside.name}${beside.id}`);
  const told = [hidden, foreign].filter((part) => part !== '').join('   ');
  return [
    line(28, 15, 'sans-serif', escaped(label), '#666666'),
    line(66, 26, 'sans-serif', shown),
    line(100, 22, 'monospace', shown),
    ...(told === '' ? [] : [line(126, 13, 'monospace', escaped(told), FOREIGN)]),
    line(150, 16, 'sans-serif', marked(asSeen(id, ID_SHOWN), beside?.id)),
    line(174, 14, 'monospace', marked(shownText(id, ID_SHOWN), beside?.id)),
    ...(avatar === undefined
      ? []
      : [
          `<image x="20" y="${top + 44}" width="${AVATAR_SIDE}" height="${AVATAR_SIDE}" ` +
            `href="data:image/png;base64,${Buffer.from(avatar).toString('base64')}"/>`,
        ]),
  ].join('\n');
}

const FOREIGN = '#a33b00';
const FOREIGN_TOLD = 6;

/** A letter that merely looks like one of the official name: it is neither ASCII nor in that name. */
function isForeign(point: string, official: string): boolean {
  return /[^\x00-\x7f]/.test(point) && /[\p{L}\p{N}]/u.test(point) && !official.includes(point);
}

function withForeignMarked(text: string, official: string | undefined): string {
  if (official === undefined) return escaped(text);
  return [...text]
    .map((point) =>
      isForeign(point, official) ? `<tspan fill="${FOREIGN}">${escaped(point)}</tspan>` : escaped(point),
    )
    .join('');
}

/** `а U+0430  е U+0435`; empty where everything is in another script, which is obvious. */
function foreignLetters(text: string, official: string): string {
  const letters = [...text.normalize('NFC')].filter((point) => /\p{L}/u.test(point));
  const foreign = [...new Set(letters)].filter((point) => isForeign(point, official));
  if (/[^\x00-\x7f]/.test(official) || foreign.length === 0) return '';
  const told = foreign.slice(0, FOREIGN_TOLD).map((point) => `${point} ${codePointOf(point)}`);
  return [...told, ...(foreign.length > FOREIGN_TOLD ? ['…'] : [])].join('  ');
}

/** The name with hidden characters written out; empty when there are none. */
function hiddenIn(name: string, limit: number): string {
  const visible = shownText(name, limit);
  return /⟨/u.test(visible) ? visible : '';
}

const BIDI = /[\u202a-\u202e\u2066-\u2069]/u;

/** In visual order, including right-to-left runs, without characters that XML forbids or that are invisible. */
function asSeen(text: string, limit: number): string {
  const points = [...text.replace(/[^\P{C}\u200c\u200d\u202a-\u202e\u2066-\u2069]|[\u2028\u2029]|\p{Cs}/gu, '')];
  const shown = points.length <= limit ? points.join('') : `${points.slice(0, limit).join('')}…`;
  return BIDI.test(shown) ? `\u2068${shown}\u2069` : shown;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replace(/\uFFFE|\uFFFF/g, '');
}
