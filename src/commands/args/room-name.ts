import { visible } from '../../detection/index.js';
import type { Word } from '../text/words.js';
import { argTexts } from '../texts/args.js';
import type { Services } from '../types.js';

/** No more words than this are read as a name. */
const MOST_WORDS = 12;

const sameName = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();

/**
 * The only protected room whose name these words begin with, as a question; else nothing. It is never acted on, because
 * whoever has the power in a room gives it the name of another.
 */
export function roomMayBe(words: readonly Word[], { protectedRooms }: Pick<Services, 'protectedRooms'>): string {
  const said = words.slice(0, MOST_WORDS).map(({ text }) => text);
  if (said.length > 1 && said[0]?.toLowerCase() === 'in') said.shift();
  const rooms = [...protectedRooms.all()];
  for (let count = said.length; count > 0; count--) {
    const name = sameName(said.slice(0, count).join(' '));
    const [found, ...others] = rooms.filter((room) => room.name != null && sameName(room.name) === name);
    if (found === undefined || name === '') continue;
    return others.length > 0 ? '' : argTexts.roomMayBe(visible(found.canonicalAlias ?? found.roomId));
  }
  return '';
}
