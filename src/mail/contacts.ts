import { Resolver } from 'node:dns/promises';
import { z } from 'zod';
import type { MailConfig } from '../config/types.js';
import { isIpLiteral, withoutPort } from '../matrix/identifiers.js';
import type { Clock } from '../util/clock.js';
import type { SupportFetcher } from './fetch-support.js';

/** Storage of discovered contacts. */
export interface ContactMemory {
  contactsOf(server: string): Promise<{ addresses: string[]; checkedAt: number } | undefined>;
  noteContacts(server: string, addresses: readonly string[], at: number): Promise<void>;
}

export interface ContactFinderOptions {
  config: Pick<MailConfig, 'contacts' | 'discovery'>;
  memory: ContactMemory;
  fetcher: SupportFetcher;
  /** whether a domain takes mail; default: it has an MX record */
  takesMail?: (domain: string) => Promise<boolean>;
  clock: Clock;
}

const KNOWN_MS = 24 * 3_600_000;
/** How many desks of one server are tried in turn when one refuses. */
const MOST_ADDRESSES = 3;
const MOST_CONTACTS = 50;

/**
 * Finds another server's abuse desk: first the admin's own setting, then the server's support file (MSC1929), fetched
 * at most once a day even if missing, then `abuse@` its domain, if the admin enabled that.
 */
export class ContactFinder {
  readonly #options: ContactFinderOptions;
  /** lookups in progress, so that many cases of one server share one */
  readonly #asked = new Map<string, Promise<string[]>>();

  constructor(options: ContactFinderOptions) {
    this.#options = options;
  }

  /** The addresses to write to, best first; empty if the admin said so or none is known. */
  async find(serverName: string): Promise<string[]> {
    const host = hostOf(serverName);
    const { contacts, discovery } = this.#options.config;
    const written = byServer(contacts, serverName);
    if (written !== undefined) return written === null ? [] : [written];
    if ((!discovery.enabled && !discovery.abuse_mailbox) || host === '') return [];
    const asked = this.#asked.get(host) ?? this.#discover(host, byServer(discovery.overrides, serverName));
    this.#asked.set(host, asked);
    try {
      return await asked;
    } finally {
      this.#asked.delete(host);
    }
  }

  async #discover(host: string, override: string | undefined): Promise<string[]> {
    const { memory, fetcher, clock } = this.#options;
    const known = await memory.contactsOf(host);
    const age = known === undefined ? Infinity : clock() - known.checkedAt;
    if (known !== undefined && age >= 0 && age < KNOWN_MS) return known.addresses;
    const { discovery } = this.#options.config;
    const url = discovery.enabled ? supportUrl(host, override) : undefined;
    const named = url === undefined ? [] : contactsIn(await fetcher.fetch(url, { trusted: override !== undefined }));
    const found = named.length > 0 || !discovery.abuse_mailbox ? named : await this.#abuseMailbox(host);
    await memory.noteContacts(host, found, clock());
    return found;
  }

  /** The address that every domain with mail should have (RFC 2142, 4). */
  async #abuseMailbox(host: string): Promise<string[]> {
    const address = `abuse@${host}`;
    if (!isName(host) || !host.includes('.') || !isPlainAddress(address)) return [];
    return (await (this.#options.takesMail ?? hasMx)(host)) ? [address] : [];
  }
}

function isName(host: string): boolean {
  return !isIpLiteral(host) && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(host);
}

const MX_TIMEOUT_MS = 5_000;

/** A usable MX record (RFC 7505: one to `.` means that the domain accepts no mail). */
async function hasMx(domain: string): Promise<boolean> {
  const resolver = new Resolver({ timeout: MX_TIMEOUT_MS, tries: 1 });
  try {
    return (await resolver.resolveMx(domain)).some(({ exchange }) => exchange !== '' && exchange !== '.');
  } catch {
    return false;
  }
}

function supportUrl(host: string, override: string | undefined): URL | undefined {
  if (override !== undefined) return new URL(`${override.replace(/\/+$/, '')}/.well-known/matrix/support`);
  if (!isName(host)) return undefined;
  const text = `https://${host}/.well-known/matrix/support`;
  return URL.canParse(text) ? new URL(text) : undefined;
}

const supportFile = z.object({ contacts: z.array(z.unknown()).max(MOST_CONTACTS).catch([]) });
const contact = z.object({ role: z.string(), email_address: z.string() });

/**
 * There is no role for abuse: moderators first (MSC4121), then admins. `m.role.security` is for vulnerabilities, and
 * everything else is not meant for us.
 */
const ROLES: readonly string[] = ['m.role.moderator', 'org.matrix.msc4121.role.moderator', 'm.role.admin'];

/** Addresses from a support file, best first. All of it is untrusted. */
export function contactsIn(file: unknown): string[] {
  const parsed = supportFile.safeParse(file);
  if (!parsed.success) return [];
  const found = parsed.data.contacts.flatMap((entry) => {
    const read = contact.safeParse(entry);
    if (!read.success) return [];
    const rank = ROLES.indexOf(read.data.role);
    return rank < 0 || !isPlainAddress(read.data.email_address) ? [] : [{ rank, address: read.data.email_address }];
  });
  found.sort((a, b) => a.rank - b.rank);
  return [...new Set(found.map(({ address }) => address))].slice(0, MOST_ADDRESSES);
}

/** A plain, safe address: no quotes, no routes, no address literals, no line breaks. */
function isPlainAddress(text: string): boolean {
  return (
    text.length <= 254 &&
    /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{1,62}$/.test(
      text,
    )
  );
}

function hostOf(serverName: string): string {
  return withoutPort(serverName).toLowerCase().replace(/\.$/, '');
}

/** The entry for a server: by its exact name, else by the name without port in lower case. */
function byServer<T>(table: Readonly<Record<string, T>>, serverName: string): T | undefined {
  if (Object.hasOwn(table, serverName)) return table[serverName];
  const host = hostOf(serverName);
  const key = Object.keys(table).find((name) => hostOf(name) === host);
  return key === undefined ? undefined : table[key];
}
