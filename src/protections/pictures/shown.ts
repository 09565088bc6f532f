import type { MatrixEvent } from '../../matrix/types.js';
import { objectOf, partsOf, type Content } from '../content.js';
import { Message } from '../message.js';

/** How many pictures of one event are checked. */
const MOST = 8;

/**
 * URIs of the pictures in an event: its own, its thumbnail, those of a gallery and of its HTML, a sticker, a newly set
 * avatar. Encrypted ones cannot be checked.
 */
export function picturesShown(event: MatrixEvent, message: () => Message): string[] {
  if (event.type === 'm.room.member') return newAvatar(event);
  if (event.state_key !== undefined || event.type === 'm.room.encrypted') return [];
  if (!mayShow(event.content)) return [];
  const { content, pictures } = message();
  // the fallback of an edit, for clients that do not know edits
  const fallback = content === event.content ? [] : [event.content];
  const found = [content, ...fallback, ...partsOf(content)].flatMap((part) => addressesOf(part));
  return [...new Set([...found, ...pictures].filter(isAddress))].slice(0, MOST);
}

/** Most messages are only text, and are skipped without parsing. */
function mayShow(content: Content): boolean {
  return !(
    content.msgtype === 'm.text' &&
    content.formatted_body === undefined &&
    content['m.new_content'] === undefined
  );
}

/** How many files of one event a moderator can point at. */
const MOST_FILES = 50;

/** URIs of all media in an event: also of encrypted files, avatars of people and rooms, and what is no picture. */
export function mediaIn(event: MatrixEvent): string[] {
  const { content, pictures } = new Message(event);
  const found = [...new Set([content, event.content, ...partsOf(content)])].flatMap((part) => [
    ...addressesOf(part),
    objectOf(part.file)?.url,
    objectOf(objectOf(part.info)?.thumbnail_file)?.url,
    part.avatar_url,
  ]);
  return [...new Set([...found, ...pictures].filter(isAddress))].slice(0, MOST_FILES);
}

function addressesOf(part: Content): unknown[] {
  const info = objectOf(part.info);
  const file = objectOf(part['m.file']) ?? objectOf(part['org.matrix.msc1767.file']);
  return [part.url, info?.thumbnail_url, file?.url];
}

function newAvatar({ content, unsigned, sender, state_key: who }: MatrixEvent): string[] {
  const { avatar_url: avatar, membership } = content;
  if (sender !== who || membership !== 'join' || !isAddress(avatar)) return [];
  return objectOf(unsigned?.prev_content)?.avatar_url === avatar ? [] : [avatar];
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('mxc://') && value.length <= 500;
}
