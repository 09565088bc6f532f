import { details, edits, form, quoted, type Form } from './parts.js';

/** Sentences about server names and whole ids. */
export const SERVERS: readonly Form[] = [
  form(
    'The server name (\\S+) has (the official name|something like the official name) "(.*)" in front of another ' +
      'domain\\.',
    (host, how, brand) =>
      `Der Servername ${host} hat ` +
      `${how === 'the official name' ? 'den offiziellen Namen' : 'etwas wie den offiziellen Namen'} ` +
      `${quoted(brand)} vor einer anderen Domain.`,
  ),
  form(
    'The server name (\\S+) has the official name "(.*)" beside words that bait domains use(, in front of ' +
      'another domain)?\\.',
    (host, brand, front) =>
      `Der Servername ${host} hat den offiziellen Namen ${quoted(brand)} neben Wörtern, wie Köder-Domains sie ` +
      `tragen${front === '' ? '' : ', vor einer anderen Domain'}.`,
  ),
  form(
    'The server name (\\S+) has "(.*)", nearly the official "(.*)" \\((\\d+) edits? apart\\)\\.',
    (host, label, brand, count) =>
      `Der Servername ${host} enthält ${quoted(label)}, fast das offizielle ${quoted(brand)} (${edits(count)} ` +
      `entfernt).`,
  ),
  form(
    'The server name (\\S+) holds the official name "(.*)"\\.',
    (host, brand) => `Der Servername ${host} enthält den offiziellen Namen ${quoted(brand)}.`,
  ),
  form(
    'The server name (\\S+) is the official (\\S+) in another spelling\\.',
    (written, host) => `Der Servername ${written} ist der offizielle ${host} in anderer Schreibweise.`,
  ),
  form(
    'The server name (\\S+) has the official domain (\\S+) in front of another one\\.',
    (host, domain) => `Der Servername ${host} hat die offizielle Domain ${domain} vor einer anderen.`,
  ),
  form(
    'The server name (\\S+) is nearly (\\S+) \\((\\d+) edits? apart\\)\\.',
    (host, domain, count) => `Der Servername ${host} ist fast ${domain} (${edits(count)} entfernt).`,
  ),
  form(
    'The server name (\\S+) is the official name under an ending that is bait itself\\.',
    (host) => `Der Servername ${host} ist der offizielle Name unter einer Endung, die selbst ein Köder ist.`,
  ),
  form(
    'The server name (\\S+) is the official name under another ending\\.',
    (host) => `Der Servername ${host} ist der offizielle Name unter einer anderen Endung.`,
  ),
  form(
    'The server name (\\S+) looks like "(.*)" under another ending\\.',
    (host, brand) => `Der Servername ${host} sieht aus wie ${quoted(brand)} unter einer anderen Endung.`,
  ),
  form(
    'The server name (\\S+) looks like (\\S+?)(: .*)?\\.',
    (host, domain, rest) => `Der Servername ${host} sieht aus wie ${domain}${details(rest)}.`,
  ),
  form(
    'The user id (.*?) is (@.*) in another spelling\\.',
    (userId, official) => `Die Kennung ${userId} ist ${official} in anderer Schreibweise.`,
  ),
  form(
    'The user id (.*?) cannot be told from (@\\S+)\\. (.*)',
    (userId, official, server) =>
      `Die Kennung ${userId} ist von ${official} nicht zu unterscheiden. ${ofServer(server)}`,
  ),
  form(
    'Read across its colon, the user id (.*?) spells the official (domain|brand) "(.*)"\\.',
    (userId, what, name) =>
      `Über ihren Doppelpunkt hinweg gelesen, ergibt die Kennung ${userId} ` +
      `${what === 'domain' ? 'die offizielle Domain' : 'die offizielle Marke'} ${quoted(name)}.`,
  ),
];

/** The part about the server in a sentence about the id. */
function ofServer(sentence: string): string {
  for (const [english, german] of SERVERS) {
    const found = english.exec(sentence);
    if (found !== null) return german(...found.slice(1).map((part: string | undefined) => part ?? ''));
  }
  return sentence;
}
