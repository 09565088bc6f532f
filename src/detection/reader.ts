/**
 * Reads a sighting before it is compared with anybody: each field once, as written, composed, in visual order, without
 * padding, markup and escapes.
 */
import { parseUserId } from '../matrix/identifiers.js';
import { visualOrders } from './fold/bidi.js';
import { withoutEscapes } from './fold/readings.js';
import { foldedText, STRONG } from './lexicon.js';
import type { Beginning } from './beginnings.js';
import type { Names } from './names.js';
import type { ServerView } from './score/server-view.js';
import type { Servers } from './score/server.js';
import type { Found } from './search/found.js';
import type { Searcher } from './search/searcher.js';
import type { Sighting } from './types.js';

/** Symbols that replace letters in a localpart, and the digits that replace the same. */
const SYMBOLS = /[@!|+]/;
const SYMBOLS_IN = /[@!|+]/g;
const DIGITS: Readonly<Record<string, string>> = { '@': '4', '!': '1', '|': '1', '+': '7' };
/** Visible or invisible padding that pushes what follows out of view; only names longer than this can have it. */
const PADDING =
  /[.\u00b7\u2026\u2022_\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufeff\uffa0]{16,}(?=\S)/u;
const PADDED = 20;
/** Markup that some clients show literally and others render. */
const MARKUP = /<\/?[a-z][^<>]*>|\[[^\]]+\]\([^)@]*\)/i;
const TAGS = /<\/?[a-z][^<>]*>/gi;
/** Links to an account are read too. */
const LINKS = /\[([^\]]+)\]\([^)@]*\)/g;
/** Decomposed Hangul syllables. */
const JAMO = /[\u1100-\u11ff]/;

/** The findings in the fields of one sighting. */
export interface Look {
  sighting: Sighting;
  /** as in the user id */
  written: string;
  /** with symbols read as the letters they replace */
  localpart: string;
  serverName: string;
  server: ServerView;
  inLocalpart: Found | undefined;
  inDisplay: Found | undefined;
  inRoomName: Found | undefined;
  /** official domains that start with the localpart */
  beginnings: readonly Beginning[];
  /** other readings of the display name */
  readings: readonly string[] | undefined;
  /** whether this is one of them, which no homeserver sets */
  isReading: boolean;
  /** the localpart claims authority, on a server with a rare name */
  isRole: boolean;
}

export class Reader {
  constructor(
    private readonly names: Names,
    private readonly searcher: Searcher,
    private readonly servers: Servers,
  ) {}

  /**
   * Searches each field once; a display name that equals the localpart, as set by homeservers, is not searched again.
   */
  look(sighting: Sighting): Look {
    const parts = parseUserId(sighting.userId) ?? { localpart: sighting.userId, serverName: '' };
    const server = this.servers.look(parts.serverName);
    const { localpart, found: inLocalpart } = this.#readLocalpart(parts.localpart);
    const beginnings = localpart === '' ? [] : this.names.beginnings.of(this.searcher.hash);
    const inDisplay = sighting.displayName === localpart ? inLocalpart : this.#read(sighting.displayName);
    const readings = sighting.displayName == null ? undefined : this.searcher.otherReadings(sighting.displayName);
    return {
      sighting,
      written: parts.localpart,
      localpart,
      serverName: parts.serverName,
      server,
      inLocalpart,
      beginnings,
      inDisplay,
      readings,
      isReading: false,
      isRole: server.elsewhere.length > 0 && this.names.lexicon.roles.get(foldedText(localpart)) === STRONG,
      inRoomName: this.#read(sighting.roomName),
    };
  }

  /**
   * A localpart is one word, so symbols may be letters anywhere in it: @@dmin, m@+rix. They are read as digits, which
   * count as leet.
   */
  #readLocalpart(written: string): { localpart: string; found: Found | undefined } {
    if (SYMBOLS.test(written)) {
      const localpart = written.replace(SYMBOLS_IN, (symbol) => DIGITS[symbol]!);
      const found = this.#read(localpart);
      if (isWhole(found)) return { localpart, found };
    }
    const found = this.#read(written);
    if (this.searcher.escaped) {
      const localpart = withoutEscapes(written);
      const decoded = localpart === written ? undefined : this.#read(localpart);
      if (decoded !== undefined) return { localpart, found: decoded };
    }
    return { localpart: written, found };
  }

  /** Searches a name as it is, composed, and, if its direction is reversed, in visual order. */
  #read(text: string | null | undefined): Found | undefined {
    if (text == null || text === '') return undefined;
    const found = this.searcher.search(text);
    const { foreign } = this.searcher;
    // the head of a padded text is also part of the text
    const padded = found === undefined ? undefined : this.#readPadded(text);
    if (padded !== undefined) return padded;
    const bare = found === undefined ? undefined : this.#readMarkup(text);
    if (bare !== undefined) return bare;
    if (!foreign) return found;
    if (JAMO.test(text)) {
      const composed = this.searcher.search(text.normalize('NFC'));
      return composed === undefined ? found : { ...composed, written: text };
    }
    return this.#readTurned(text) ?? found;
  }

  /** Searches a text in visual order, if its direction is reversed. */
  #readTurned(text: string): Found | undefined {
    let best: Found | undefined;
    for (const printed of visualOrders(text)) {
      const turned = this.searcher.search(printed);
      if (isWhole(turned)) return { ...turned!, turned: true };
      best ??= turned;
    }
    return best === undefined ? undefined : { ...best, turned: true };
  }

  /** A name followed by so much padding that the rest is out of view counts as that name. */
  #readPadded(text: string): Found | undefined {
    // blanks at the end hide nothing, and looking for what follows them takes long
    const visibly = text.trimEnd();
    if (visibly.length <= PADDED || !PADDING.test(visibly)) return undefined;
    // the first non-empty part
    const head = visibly.split(PADDING).find((part) => part.trim() !== '') ?? '';
    const found = this.searcher.search(head);
    return found !== undefined && isWhole(found) ? { ...found, padded: true, written: text } : undefined;
  }

  /** Tags and links around a name are not part of its words: <b>Name</b>, [Name](https://…). */
  #readMarkup(text: string): Found | undefined {
    if (!MARKUP.test(text)) return undefined;
    const found = this.searcher.search(text.replace(TAGS, ' ').replace(LINKS, ' $1 '));
    return found === undefined ? undefined : { ...found, written: text };
  }
}

/** Whether the whole text is a known name. */
function isWhole(found: Found | undefined): boolean {
  return found?.hits.some(({ view, cost }) => view === 'whole' && cost === 0) === true;
}
