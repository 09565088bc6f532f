import { hasKnownEnding, isAddress } from './domain-entry.js';

/** What is looked at of one message, however long it is. */
const MOST_UNITS = 16_000;
const MOST_LINKS = 64;
const MOST_LOOKS = 512;
const MOST_MENTIONS = 1000;
const LONGEST_LINK = 500;

/** An address as people write it: with a scheme (also as spam writes it: `hxxp`), or `www.`, or a domain alone. */
const ADDRESS =
  /(?:(?:https?|hxxps?|ftp):\/{1,3}|matrix:(?=[a-z]+\/)|www\d?\.)[^\s<>"'`|\\^{}]{1,500}|(?<![@#!\w.:/-])(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,8}(?:\p{L}{2,24}|xn--[a-z0-9-]{2,40})(?::\d{1,5})?(?:\/[^\s<>"'`|\\^{}]{0,500})?(?![\w@])/iu;
/** Endings that are more often those of files in a chat: a bare `main.rs` is a link only with a path behind it. */
const FILES =
  /\.(?:ac|ai|as|app|bat|bz|cab|cc|cs|cpp|cfg|csv|doc|go|gz|in|java|js|json|lua|md|mk|ml|mm|mov|mp3|mp4|ms|nu|pdf|pl|pm|png|properties|ps|py|pub|rb|rs|sc|services|sh|so|sql|st|sys|tar|tex|tf|toml|ts|tsx|vi|vue|xml|yaml|yml|zip)$/i;
const BREAKS = /[\s<>"'`|\\^{}]/;

/** Every link of a message: those of its HTML, and those that clients make of a text. As written, a bare domain too. */
export function linksOf(texts: readonly string[], html: readonly string[]): string[] {
  const links = new Set<string>(html);
  for (const text of texts) {
    for (const sign of ['.', ':/', 'matrix:']) {
      for (const word of wordsAround(text, sign)) {
        if (links.size >= MOST_LINKS) return [...links];
        const found = ADDRESS.exec(word)?.[0].replace(/[.,;:!?)\]}»”’]+$/, '');
        if (found !== undefined && isLink(found)) links.add(found);
      }
    }
  }
  return [...links];
}

/** What stands between blanks around each place where a sign stands amid a word. */
function* wordsAround(text: string, sign: string): Iterable<string> {
  const last = Math.min(text.length, MOST_UNITS);
  for (let at = text.indexOf(sign), looks = 0; at >= 0 && at < last && looks < MOST_LOOKS; looks++) {
    let after = at + sign.length;
    if (after < text.length && text.charCodeAt(after) > 0x20) {
      let from = at;
      while (from > 0 && at - from < LONGEST_LINK && !BREAKS.test(text.charAt(from - 1))) from--;
      while (after < text.length && after - at < LONGEST_LINK && !BREAKS.test(text.charAt(after))) after++;
      yield text.slice(from, after);
    }
    at = text.indexOf(sign, after);
  }
}

function isLink(text: string): boolean {
  if (/^(?:https?|hxxps?|ftp|matrix):/i.test(text) || /^www\d?\./i.test(text)) return true;
  const slash = text.indexOf('/');
  const host = (slash < 0 ? text : text.slice(0, slash)).toLowerCase().replace(/:\d+$/, '');
  return hasKnownEnding(host) && (slash >= 0 || !FILES.test(host));
}

/**
 * The host that a link leads to, as a browser reads it: percent-encoding undone, full-width and other forms mapped
 * (IDNA), punycode as people read it. Undefined where it leads to no host.
 */
export function hostOfLink(link: string): string | undefined {
  const written = link.trim().replace(/^hxxp/i, 'http');
  const whole =
    /^[a-z][a-z0-9+.-]*:/i.test(written) && !/^[^/]*\.[^/]*:\d/.test(written)
      ? written
      : `https://${written.replace(/^\/+/, '')}`;
  try {
    const { hostname, protocol } = new URL(whole.slice(0, 2000));
    if (!/^(?:https?|ftp|wss?):$/.test(protocol) || hostname === '') return undefined;
    return hostname.toLowerCase().replace(/\.$/, '');
  } catch {
    return undefined;
  }
}

/** What a link to a Matrix user, room or event names (spec "Matrix URIs", "matrix.to"); undefined for other links. */
export function matrixTarget(link: string): { id: string; eventId?: string } | undefined {
  const to =
    /^(?:https?:\/\/)?(?:www\.)?matrix\.to\/#\/([^?]*)/i.exec(link) ??
    /^https?:\/\/app\.element\.io\/#\/(?:user|room)\/([^?]*)/i.exec(link);
  if (to !== null) {
    const [id = '', eventId] = (to[1] ?? '').split('/').map(decoded);
    return /^[@!#]/.test(id) ? { id, ...(eventId?.startsWith('$') === true ? { eventId } : {}) } : undefined;
  }
  const uri = /^matrix:(u|user|r|room|roomid)\/([^?/]+)(?:\/e(?:vent)?\/([^?/]+))?/i.exec(link);
  if (uri === null) return undefined;
  const [, kind = '', id = '', eventId] = uri;
  const sigil = kind.startsWith('u') ? '@' : kind.toLowerCase() === 'roomid' ? '!' : '#';
  return { id: sigil + decoded(id), ...(eventId === undefined ? {} : { eventId: `$${decoded(eventId)}` }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `@localpart:server`; the localpart as spec and history allow it, without blanks. */
const USER_ID = /@[^\s@:<>"'()[\],]{1,200}:(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?/iy;

/** Accounts that a message's texts and links name. */
export function mentionsOf(texts: readonly string[], links: readonly string[]): Set<string> {
  const ids = new Set<string>();
  for (const link of links) {
    const id = matrixTarget(link)?.id;
    if (id?.startsWith('@') === true) ids.add(id);
  }
  for (const text of texts) {
    for (let at = text.indexOf('@'), looks = 0; at >= 0 && looks < 4 * MOST_MENTIONS; looks++) {
      USER_ID.lastIndex = at;
      const id = at > 0 && /\w/.test(text.charAt(at - 1)) ? undefined : USER_ID.exec(text)?.[0];
      if (id !== undefined && ids.size < MOST_MENTIONS) ids.add(id);
      at = text.indexOf('@', at + (id?.length ?? 1));
    }
  }
  return ids;
}

/** Says whether a link leads to a host by its address. */
export function leadsToAddress(host: string): boolean {
  return isAddress(host);
}
