/** Whether other servers will accept our mail, according to DNS: SPF, DMARC, DKIM, PTR. */
import { isIP } from 'node:net';
import { Resolver } from 'node:dns/promises';
import type { Config } from '../../config/index.js';
import { ok, warn, type CheckResult } from './result.js';
import { texts } from './texts.js';

/** DNS queries. They return undefined without a response, [] when there is no such record. */
export interface Dns {
  txt(name: string): Promise<string[] | undefined>;
  addresses(name: string): Promise<string[] | undefined>;
  names(address: string): Promise<string[] | undefined>;
}

/** RFC 2606 and RFC 6761: DNS never has records for these. */
const RESERVED = /(^|\.)(test|example|invalid|localhost|example\.(com|net|org))$/i;
/** Whether DNS can never have records for a name. */
export function isReserved(name: string): boolean {
  return RESERVED.test(name);
}

const PRIVATE = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|::1$|f[cd]|fe80:)/i;
const NOT_THERE: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

function systemDns(): Dns {
  const resolver = new Resolver({ timeout: 3_000, tries: 1 });
  const asked = async <T>(work: Promise<T[]>): Promise<T[] | undefined> => {
    try {
      return await work;
    } catch (error) {
      return NOT_THERE.has(String((error as NodeJS.ErrnoException).code)) ? [] : undefined;
    }
  };
  return {
    txt: (name) => asked(resolver.resolveTxt(name).then((records) => records.map((parts) => parts.join('')))),
    addresses: (name) => asked(resolver.resolve4(name)),
    names: (address) => asked(resolver.reverse(address)),
  };
}

/** Empty if no mail is sent, the domain is reserved, or DNS does not respond. */
export async function checkMailDomain({ mail }: Pick<Config, 'mail'>, dns: Dns = systemDns()): Promise<CheckResult[]> {
  const domain = /@([^@>\s]+)>?\s*$/.exec(mail.from ?? '')?.[1]?.toLowerCase();
  if (mail.smtp_url === null || mail.abuse_contact === null || domain === undefined || RESERVED.test(domain)) return [];
  const { mailDomain } = texts;
  const records = await dns.txt(domain);
  if (records === undefined) return [];
  const problems: string[] = [];
  const spf = records.find((record) => /^v=spf1(\s|$)/i.test(record));
  if (spf === undefined) problems.push(mailDomain.noSpf(domain));
  else if (/^v=spf1\s+-all\s*$/i.test(spf)) problems.push(mailDomain.spfForbids(domain));
  if (!(await hasDmarc(dns, domain))) problems.push(mailDomain.noDmarc(domain));
  if (mail.dkim !== null) {
    const name = `${mail.dkim.selector}._domainkey.${mail.dkim.domain}`;
    const keys = await dns.txt(name);
    if (keys !== undefined && !keys.some((key) => /(^|;)\s*p=[^;\s]/.test(key))) problems.push(mailDomain.noDkim(name));
  }
  problems.push(...(await withoutName(dns, mail.smtp_url)));
  return [
    problems.length === 0
      ? ok('mail domain', mailDomain.ok(domain))
      : warn('mail domain', mailDomain.found(problems), mailDomain.remedy),
  ];
}

/** RFC 7489, 6.6.3: of the domain, else of its organisational domain. Assumed to exist without a response. */
async function hasDmarc(dns: Dns, domain: string): Promise<boolean> {
  for (let name = domain; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
    const records = await dns.txt(`_dmarc.${name}`);
    if (records === undefined || records.some((record) => /^v=DMARC1(;|\s|$)/i.test(record))) return true;
  }
  return false;
}

/** A mail server on this machine or network sends from an address that we cannot know. */
async function withoutName(dns: Dns, smtpUrl: string): Promise<string[]> {
  const host = URL.canParse(smtpUrl) ? new URL(smtpUrl).hostname.replace(/^\[|\]$/g, '') : '';
  if (host === '' || RESERVED.test(host) || !host.includes('.')) return [];
  const addresses = isIP(host) !== 0 ? [host] : ((await dns.addresses(host)) ?? []);
  const [address] = addresses.filter((one) => !PRIVATE.test(one));
  if (address === undefined) return [];
  return (await dns.names(address))?.length === 0 ? [texts.mailDomain.noPtr(address)] : [];
}
