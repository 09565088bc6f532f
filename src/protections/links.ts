import { hasKnownEnding } from './domain-entry.js';

/** How much of a message is read: no event is longer. */
const MOST_UNITS = 65_536;
const MOST_LINKS = 256;
const MOST_LOOKS = 512;
/** How many full stops before a space are skipped. */
const MOST_STOPS = 8192;
const MOST_MENTIONS = 1000;
const LONGEST_LINK = 500;

/** An address as people write it: with a scheme (also as spam writes it: `hxxp`), or `www.`, or a domain alone. */
const ADDRESS =
  /(?:(?:https?|hxxps?|ftp):\/{1,3}|matrix:(?=[a-z]+\/)|www\d?\.)[^\s<>"'`|\\^{}]{1,500}|(?<![@#!\w.:/-])(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,8}(?:\p{L}{2,24}|xn--[a-z0-9-]{2,40})(?::\d{1,5})?(?:\/[^\s<>"'`|\\^{}]{0,500})?(?![\w@(])/iu;
/** Endings that in chat are usually file names: a bare `main.rs` is a link only with a path. */
const FILES =
  /\.(?:ac|ai|as|app|bat|bz|cab|cc|cs|cpp|cfg|csv|doc|go|gz|in|java|js|json|lua|md|mk|ml|mm|mov|mp3|mp4|ms|nu|pdf|pl|pm|png|properties|ps|py|pub|rb|rs|sc|services|sh|so|sql|st|sys|tar|tex|tf|toml|ts|tsx|vi|vue|xml|yaml|yml|zip)$/i;
/**
 * Endings that are also words. If a space is missing after a full stop, "hello.how are you" is not a link, although
 * some clients turn it into one: between two words it needs a path, `www.` or a scheme.
 */
const WORDS =
  /^[\p{L}'’]+\.(?:able|actor|am|at|be|best|but|by|can|care|check|cool|day|do|does|fail|fan|free|fun|fyi|go|good|got|help|here|how|if|im|in|is|it|just|la|like|link|live|lol|love|make|me|my|name|new|no|not|now|of|ok|one|ooo|or|pay|please|read|rest|run|safe|save|say|show|site|so|talk|thanks?|the|then|this|to|today|top|try|us|use|vote|want|watch|we|what|win|work|works|world|wow|yes|you)$/iu;
/** The start of a sentence whose space is missing: "Danke.De nada". Nobody writes an ending so. */
const SENTENCE = /\.\p{Lu}\p{Ll}$/u;
/** Words that open a message; with another word behind a full stop they are no domain, even alone: "wait.no". */
const OPENING = /^(?:ah|hey|hi|hello|hm+|no|nah|ok|okay|oh|sorry|sure|thanks|ty|wait|well|wow|yeah|yep|yes)\./i;
/** What has the form of a bare domain and is the name of something, or of a column or variable. */
const NAMES =
  /^(?:asp\.net|vb\.net|ado\.net|ml\.net|socket\.io|crates\.io|matrix\.org|element\.io)$|^\p{L}\.(?:id|\p{L}{4,24})$/iu;
const NONE: readonly string[] = [];
const BREAKS = /[\s<>"'`|\\^{}]/;
const BREAKS_IN_ASCII = Uint8Array.from({ length: 0x80 }, (_, unit) =>
  BREAKS.test(String.fromCharCode(unit)) ? 1 : 0,
);

/**
 * Every link in a message: those in its HTML, and those that clients detect in text. As written, including bare
 * domains.
 */
export function linksOf(texts: readonly string[], html: readonly string[]): readonly string[] {
  if (html.length === 0 && !texts.some((text) => MAY_HOLD_LINKS.test(text))) return NONE;
  const links = new Set<string>(html);
  for (const written of texts) {
    const text = withBracketedDots(written);
    for (const sign of ['.', ':/', 'matrix:']) {
      for (const word of wordsAround(text, sign)) {
        if (links.size >= MOST_LINKS) return [...links];
        const found = ADDRESS.exec(ASCII.test(word) ? word : word.normalize('NFKC'))?.[0].replace(
          /[.,;:!?)\]}»”’]+$/,
          '',
        );
        if (found !== undefined && isLink(found) && !isSentences(found, text)) links.add(found);
      }
    }
  }
  return [...links];
}

/** Characters without which `wordsAround` cannot find anything. */
const MAY_HOLD_LINKS = /[.:[({]/;
const ASCII = /^[\0-\x7f]*$/;
/** A defanged dot, which keeps people from following an address by accident: `evil[.]example`. */
const BRACKETED_DOT = /[[({]\s?(?:\.|dot)\s?[\])}]/gi;

function withBracketedDots(text: string): string {
  const isNone = !text.includes('[') && !text.includes('(') && !text.includes('{');
  return isNone || text.length > MOST_SPELLED ? text : text.replace(BRACKETED_DOT, '.');
}

function breaksAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit < 0x80 ? BREAKS_IN_ASCII[unit] === 1 : BREAKS.test(text.charAt(at));
}

/** The space-separated words that contain a symbol inside. */
function* wordsAround(text: string, sign: string): Iterable<string> {
  const last = Math.min(text.length, MOST_UNITS);
  let [looks, stops] = [0, 0];
  for (let at = text.indexOf(sign); at >= 0 && at < last && looks < MOST_LOOKS && stops < MOST_STOPS; stops++) {
    let after = at + sign.length;
    if (after < text.length && text.charCodeAt(after) > 0x20) {
      looks++;
      let from = at;
      while (from > 0 && at - from < LONGEST_LINK && !breaksAt(text, from - 1)) from--;
      while (after < text.length && after - at < LONGEST_LINK && !breaksAt(text, after)) after++;
      yield text.slice(from, after);
    }
    at = text.indexOf(sign, after);
  }
}

/** Two words with a full stop between them rather than a domain, which may stand alone. */
function isSentences(found: string, text: string): boolean {
  return (WORDS.test(found) || SENTENCE.test(found)) && (OPENING.test(found) || !isAlone(text, found));
}

/** The text consists of nothing else. */
function isAlone(text: string, found: string): boolean {
  return text.length < found.length + 8 && text.trim() === found;
}

function isLink(text: string): boolean {
  if (/^(?:https?|hxxps?|ftp|matrix):/i.test(text) || /^www\d?\./i.test(text)) return true;
  const slash = text.indexOf('/');
  const host = (slash < 0 ? text : text.slice(0, slash)).toLowerCase().replace(/:\d+$/, '');
  return hasKnownEnding(host) && (slash >= 0 || !(FILES.test(host) || NAMES.test(host)));
}

/**
 * A link's host as a browser reads it: percent-encoding decoded, full-width and other forms mapped (IDNA), punycode
 * decoded. Undefined if it has no host.
 */
export function hostOfLink(link: string): string | undefined {
  const plain = PLAIN_LINK.exec(link)?.[1];
  if (plain !== undefined && !plain.includes('xn--')) return plain;
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

/**
 * A link that a browser uses unchanged: ASCII, no escapes, no punycode, a non-numeric ending. Parsing it with the
 * platform takes longer than everything else done with a message.
 */
const PLAIN_LINK = /^https?:\/\/([a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9][a-z0-9-]{0,62}){0,5}\.[a-z]{2,24})(?:[/?#]|$)/;

/**
 * The target of a link to a Matrix user, room or event (spec "Matrix URIs", "matrix.to"); undefined for other links.
 */
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

/** `@localpart:server`; the localpart including historical ones, without spaces. */
const USER_ID = /@[^\s@:<>"'()[\],]{1,200}:(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?/iy;

/** What has the form of an id and names nobody: a time (`@8:30`), a package (`@scope/name:latest`). */
const NO_ID = /:\d{1,2}$|^@[\w-]+\/[\w.-]+:[a-z0-9-]+$/i;
const NOBODY: ReadonlySet<string> = new Set();

/** Accounts mentioned in a message's texts and links. */
export function mentionsOf(texts: readonly string[], links: readonly string[]): ReadonlySet<string> {
  if (links.length === 0 && !texts.some((text) => text.includes('@'))) return NOBODY;
  const ids = new Set<string>();
  for (const link of links) {
    const id = matrixTarget(link)?.id;
    if (id?.startsWith('@') === true) ids.add(id);
  }
  for (const text of texts) {
    for (let at = text.indexOf('@'), looks = 0; at >= 0 && looks < 4 * MOST_MENTIONS; looks++) {
      USER_ID.lastIndex = at;
      const id = at > 0 && /\w/.test(text.charAt(at - 1)) ? undefined : USER_ID.exec(text)?.[0];
      if (id !== undefined && ids.size < MOST_MENTIONS && !NO_ID.test(id)) ids.add(id);
      at = text.indexOf('@', at + (id?.length ?? 1));
    }
  }
  return ids;
}

/**
 * Whether a host is on the reader's own machine or network (RFC 6761, RFC 1918, RFC 4193): such addresses occur in
 * support questions and are harmless to others.
 */
export function isOwnMachine(host: string): boolean {
  return (
    /(?:^|\.)(?:localhost|local|localdomain|internal|home\.arpa|lan)$/.test(host) ||
    /^(?:127\.|10\.|0\.0\.0\.0$|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)/.test(host) ||
    /^\[(?:::1?|f[cd][0-9a-f]{2}:.*|fe80:.*)\]$/.test(host)
  );
}

/**
 * Replacements for a dot that hide a domain from filters: `evil [.] example`, `evil(dot)example`, `evil dot example`.
 */
const SPELLED_DOT =
  /\s{0,3}[[({<]\s{0,3}(?:\.|dot|punkt|punto|point|точка)\s{0,3}[\])}>]\s{0,3}|\s{1,3}(?:dot|точка)\s{1,3}|\s{1,3}\.\s{0,3}(?=\p{L})/giu;
const MOST_SPELLED = 4000;
/** A quick check for characters that all such replacements contain; most texts have none. */
const SIGN_OF_DOT = /[[({<]|\s(?:dot|точка|\.)/iu;

/** Texts with every spelled-out dot replaced; empty without any. */
export function withDots(texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const looked = text.slice(0, MOST_SPELLED);
    if (!SIGN_OF_DOT.test(looked)) return [];
    const dotted = looked.replace(SPELLED_DOT, '.');
    return dotted === looked ? [] : [dotted];
  });
}

/** Texts with percent-encoding decoded, for links that redirect to others. */
export function withoutEscapes(texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const looked = text.slice(0, MOST_UNITS);
    const plain = looked.includes('%') ? looked.replace(/(?:%[0-9a-f]{2})+/gi, decoded) : looked;
    return plain === looked ? [] : [plain];
  });
}

/** Texts without user and room ids: the server in an id is not a link. */
export function withoutIds(texts: readonly string[]): string[] {
  return texts.map((text) => (/[@#!]|matrix:/i.test(text) ? text.replace(ANY_ID, ' ') : text));
}
/** Links to people and rooms, and their ids, with a server that has a dot or a port, which excludes `@casino:now`. */
const ANY_ID =
  /(?:https?:\/\/)?matrix\.to\/#\/[^\s<>"')\]]{1,400}|matrix:(?:u|user|r|room|roomid)\/[^\s<>"')\]]{1,400}|(?<![\w/])[@#!][^\s@#!:/<>"'()[\],]{1,200}:(?:[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}(?::\d{1,5})?|[\p{L}\p{N}-]{1,63}:\d{1,5}|localhost)(?![\w/])/giu;
