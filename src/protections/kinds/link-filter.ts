import { hostOf, isUnder } from '../../detection/server-name.js';
import { isAddress } from '../domain-entry.js';
import { Lexicon } from '../lexicon.js';
import { hostOfLink, isOwnMachine, matrixTarget, withDots, withoutEscapes, withoutIds } from '../links.js';
import type { Message } from '../message.js';
import { choice, domains, settingsWith } from '../settings.js';
import { DOMAIN, LINK } from '../signs.js';
import { TextScan } from '../text-scan.js';
import { defineProtection } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

const settings = settingsWith(['redact'], {
  deny: domains('Domains that nobody may link to or name; each with everything below it. Disguised ones are seen too.'),
  allow: domains('Domains that may be linked to. While there are any, all others may not, unless `others` says so.'),
  others: choice(
    ['auto', 'allow', 'deny'],
    'auto',
    'What holds for domains in neither list. `auto`: they are denied once `allow` has entries.',
  ),
});

interface Lists {
  denied: Lexicon;
  deny: ReadonlySet<string>;
  allow: ReadonlySet<string>;
}
const lists = new WeakMap<readonly string[], { allow: readonly string[]; made: Lists }>();

export const linkFilter = defineProtection({
  name: 'LinkFilter',
  aliases: ['LinkFilterProtection', 'LinkProtection', 'DomainFilter'],
  about: 'A message links to a domain that is denied, or to one that is not allowed. Nothing is fetched from any link.',
  settings,
  asks: 'message',
  readsMessages: true,
  harm: 'm.spam',
  exempts: true,
  alone({ event, message }, { settings: { deny, allow, others } }) {
    if (deny.length === 0 && allow.length === 0 && others !== 'deny') return [];
    const made = listsOf(deny, allow);
    const onlyAllowed = others === 'deny' || (others === 'auto' && allow.length > 0);
    const bad =
      deniedIn(message, made) ?? (message.links.length === 0 ? undefined : badLink(message.links, made, onlyAllowed));
    if (bad === undefined) return [];
    return [
      {
        subject: { kind: 'user', id: event.sender },
        why: bad.denied ? texts.why.deniedLink : texts.why.linkNotAllowed,
        events: [{ roomId: event.room_id, eventId: event.event_id }],
        detail: { domain: bad.domain.slice(0, 253), written: bad.written.slice(0, 200) },
      },
    ];
  },
});

function listsOf(deny: readonly string[], allow: readonly string[]): Lists {
  const kept = lists.get(deny);
  if (kept?.allow === allow) return kept.made;
  const made = { denied: new Lexicon(deny, 'domains'), deny: new Set(deny), allow: new Set(allow) };
  lists.set(deny, { allow, made });
  return made;
}

interface BadLink {
  denied: boolean;
  domain: string;
  written: string;
}

/**
 * A denied domain anywhere in the text, in any disguise, including spelled-out dots; a narrower allowed domain is
 * exempt. The server in a Matrix id is not a link.
 */
function deniedIn(message: Message, { denied, allow }: Lists): BadLink | undefined {
  if (denied.isEmpty || (denied.needsDots && (message.signs & (DOMAIN | LINK)) === 0)) return undefined;
  const { scan, links } = message;
  // with those that are shown reversed
  const { texts } = scan;
  const plain = denied.find(scan);
  const named = plain === undefined ? undefined : denied.find(new TextScan(withoutIds(texts)));
  const mails = links.filter((link) => /^\s*mailto:/i.test(link));
  const respelled = () => [...withDots(texts), ...withoutEscapes([...texts, ...links]), ...mails];
  const meant = named === undefined ? respelled() : [];
  const hit = named ?? (meant.length === 0 ? undefined : denied.find(new TextScan(withoutIds(meant))));
  if (hit === undefined) return undefined;
  const narrower = [...allow].filter((entry) => isUnder(entry, hit.entry));
  // a narrower domain is allowed, but the rest of the text counts
  const rest = narrower.length === 0 ? hit : denied.find(new TextScan(without(narrower, [...texts, ...respelled()])));
  return rest === undefined ? undefined : { denied: true, domain: rest.entry, written: rest.written };
}

/** Texts without ids and plainly written allowed domains. */
function without(allowed: readonly string[], texts: readonly string[]): string[] {
  const names = allowed.map((domain) => domain.replace(/[.[\]]/g, '\\$&')).join('|');
  const written = new RegExp(
    `(?<![\\p{L}\\p{N}.-])(?:[\\p{L}\\p{N}-]{1,63}\\.){0,8}(?:${names})(?![\\p{L}\\p{N}-]|\\.[\\p{L}\\p{N}])`,
    'giu',
  );
  return withoutIds(texts).map((text) => text.replace(written, ' '));
}

function badLink(links: readonly string[], { denied, deny, allow }: Lists, onlyAllowed: boolean): BadLink | undefined {
  for (const link of links) {
    if (matrixTarget(link) !== undefined) continue;
    const written = hostOfLink(link);
    if (written === undefined) continue;
    const host = isAddress(written) ? written : hostOf(written);
    const [barred, free] = [nearest(host, deny), nearest(host, allow)];
    // the narrower of the two wins
    if (free !== undefined && free.length > (barred?.length ?? 0)) continue;
    if (barred !== undefined) return { denied: true, domain: barred, written: link };
    const disguised = denied.isEmpty ? undefined : denied.find(new TextScan([host]));
    if (disguised !== undefined) return { denied: true, domain: disguised.entry, written: link };
    if (onlyAllowed && !isOwnMachine(written)) return { denied: false, domain: host, written: link };
  }
  return undefined;
}

/** The narrowest entry that equals a host or one of its parent domains. */
function nearest(host: string, entries: ReadonlySet<string>): string | undefined {
  for (let name = host; name !== ''; name = name.slice(name.indexOf('.') + 1)) {
    if (entries.has(name)) return name;
    if (!name.includes('.')) break;
  }
  return undefined;
}
