/** Completes a parsed configuration: defaults that depend on other keys, and absolute file names. */
import path from 'node:path';
import type { z } from 'zod';
import { isIpLiteral, serverNameOf } from '../matrix/identifiers.js';
import { hostOf } from './checks.js';
import { mailSchema } from './mail-schema.js';
import type { configSchema } from './schema.js';
import type { Config, ProtectedIdentityConfig } from './types.js';

/** Fills in defaults that depend on other keys, and makes file names absolute. */
export function resolveDefaults(parsed: z.output<typeof configSchema>, folder: string): Config {
  const { homeserver, appservice, storage } = parsed;
  return {
    homeserver: {
      url: homeserver.url.replace(/\/+$/, ''),
      server_name: homeserver.server_name,
      admin_token: homeserver.admin_token,
    },
    appservice: {
      bind: appservice.bind,
      port: appservice.port,
      url: (appservice.url ?? `http://${urlHostOf(appservice.bind)}:${appservice.port}`).replace(/\/+$/, ''),
      registration: path.resolve(folder, appservice.registration),
    },
    bot: parsed.bot,
    management_room: parsed.management_room,
    protected_identities: parsed.protected_identities.map((identity) => completeIdentity(identity, folder)),
    protect_staff: parsed.protect_staff,
    bridge_users: parsed.bridge_users,
    responses: parsed.responses,
    mail: completeMail(parsed.mail ?? mailSchema.parse({}), folder),
    reports: parsed.reports,
    api: completeApi(parsed.api, folder),
    storage: {
      data_dir: path.resolve(folder, storage.data_dir),
      database_url: storage.database_url,
      synchronous: storage.synchronous,
    },
    rules_dir: parsed.rules_dir === null ? null : path.resolve(folder, parsed.rules_dir),
    scan: parsed.scan,
    lists: parsed.lists,
    admins: parsed.admins,
    takedown: parsed.takedown,
    server_acl: parsed.server_acl,
    web: parsed.web,
    oidc: parsed.oidc && withoutSecretFile(parsed.oidc),
    mas: parsed.mas && withoutSecretFile(parsed.mas),
    statements: {
      ...parsed.statements,
      policies: parsed.statements.policies === null ? null : path.resolve(folder, parsed.statements.policies),
    },
    retention: parsed.retention,
    commands: parsed.commands,
    notices: parsed.notices,
    language: parsed.language,
    dry_run: parsed.dry_run,
  };
}

function withoutSecretFile<T extends { client_secret_file?: string | undefined }>({
  client_secret_file: _file,
  ...section
}: T): Omit<T, 'client_secret_file'> {
  return section;
}

function completeMail(mail: z.output<typeof mailSchema>, folder: string): Config['mail'] {
  const { dkim } = mail;
  return {
    smtp_url: mail.smtp_url,
    tls: mail.tls,
    from: mail.from,
    abuse_contact: mail.abuse_contact,
    language: mail.language,
    pictures: mail.pictures,
    dkim: dkim === null ? null : { ...dkim, private_key: path.resolve(folder, dkim.private_key) },
    contacts: mail.contacts,
    discovery: mail.discovery,
    forward: mail.forward,
    inbound: mail.inbound,
    imap_url: mail.imap_url,
  };
}

function completeApi(api: z.output<typeof configSchema>['api'], folder: string): Config['api'] {
  const { keys, webhook_url, webhook_secret } = api;
  return { keys: keys === null ? null : path.resolve(folder, keys), webhook_url, webhook_secret };
}

/** An identity with explicit domains and absolute image file names. */
export function completeIdentity(
  identity: Omit<ProtectedIdentityConfig, 'domains'> & { domains?: string[] | undefined },
  folder: string,
): ProtectedIdentityConfig {
  return {
    ...identity,
    domains: identity.domains ?? domainsOf(identity.user_id),
    avatars: identity.avatars.map((avatar) => (avatar.startsWith('mxc://') ? avatar : path.resolve(folder, avatar))),
  };
}

/** Without `domains`, the account's own server is its domain; an IP address is not. */
export function domainsOf(userId: string): string[] {
  const server = serverNameOf(userId);
  return server === undefined || isIpLiteral(server) ? [] : [hostOf(server)];
}

/** "All addresses" is not a target to connect to; a homeserver on the same machine reaches us by loopback. */
export function urlHostOf(bind: string): string {
  if (bind === '0.0.0.0' || bind === '::') return '127.0.0.1';
  return bind.includes(':') ? `[${bind}]` : bind;
}
