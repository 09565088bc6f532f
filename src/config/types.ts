/**
 * The configuration as all other modules see it: parsed, complete, paths absolute, secrets read.
 * config/schema.ts makes it; its keys are documented in docs/operate/configuration.md.
 */
import type { Language } from '../util/language.js';

export type ResponseKind = 'notify' | 'report' | 'ban';

export interface ProtectedIdentityConfig {
  user_id: string;
  display_names: string[];
  avatars: string[];
  domains: string[];
  rooms: string[];
  variants: string[];
}

/** How rules for servers become server ACLs. */
export interface ServerAclConfig {
  mode: 'deny' | 'allow_list';
  existing: 'merge' | 'leave' | 'replace';
  ip_literals: 'deny' | 'allow';
  must_allow: string[];
}

/** What a takedown rule does beyond the ban. */
export interface TakedownConfig {
  redact: boolean;
  withdraw_invites: boolean;
  /** events of a person a room, the latest first */
  redact_limit: number;
  /** only what is younger; null: however old */
  redact_hours: number | null;
  local_accounts: 'none' | 'suspend' | 'deactivate';
  quarantine_media: boolean;
  block_rooms: boolean;
}

/** Mail: whom, through what, and how answers come back. */
export interface MailConfig {
  smtp_url: string | null;
  tls: 'required' | 'if_offered';
  from: string | null;
  abuse_contact: string | null;
  language: 'en' | 'de';
  /** show the disguise as a picture */
  pictures: boolean;
  /** `private_key` is the absolute name of a PEM file */
  dkim: { domain: string; selector: string; private_key: string } | null;
  /** server name → address of its desk; null: it is not written to */
  contacts: Record<string, string | null>;
  discovery: { enabled: boolean; overrides: Record<string, string>; abuse_mailbox: boolean };
  forward: 'off' | 'ask' | 'likely' | 'certain';
  inbound: { bind: string; port: number } | null;
  imap_url: string | null;
}

/** What people report, and what they hear of it. */
interface ReportsConfig {
  cases_per_reporter: number;
  receipts: boolean;
  language: 'en' | 'de';
  hide_existence: boolean;
  warn_victims: 'off' | 'ask' | 'certain';
}

/** The HTTP API: `keys` is an absolute file name, null: no API. */
interface ApiConfig {
  keys: string | null;
  webhook_url: string | null;
  webhook_secret: string | null;
}

/** The web pages. */
interface WebConfig {
  enabled: boolean;
  bind: string;
  port: number;
  /** null: http:// with bind and port */
  public_url: string | null;
}

/** An identity provider (OpenID Connect). */
export interface OidcConfig {
  issuer: string;
  client_id: string;
  client_secret: string | null;
  user_claim: string;
  groups_claim: string;
  groups: string[];
}

/** Matrix Authentication Service, with the client that may use its admin API. */
interface MasConfig {
  url: string;
  client_id: string;
  client_secret: string | null;
}

export interface Config {
  oidc: OidcConfig | null;
  web: WebConfig;
  /** `policies`: absolute */
  statements: { enabled: boolean; policies: string | null; language: 'en' | 'de'; bulk: boolean };
  /** where the homeserver has handed its accounts over */
  mas: MasConfig | null;
  homeserver: { url: string; server_name: string; admin_token: string | null };
  appservice: { bind: string; port: number; url: string; registration: string };
  bot: { localpart: string; display_name: string };
  management_room: string;
  /** user ids; empty: the homeserver's admins */
  admins: string[];
  protected_identities: ProtectedIdentityConfig[];
  /** moderators of official rooms and our support contacts are protected too */
  protect_staff: boolean;
  /** regular expressions (RE2) of bridge ghosts' user ids on this homeserver */
  bridge_users: string[];
  responses: { possible: ResponseKind[]; likely: ResponseKind[]; certain: ResponseKind[] };
  mail: MailConfig;
  reports: ReportsConfig;
  /** the HTTP API for other services of the admin */
  api: ApiConfig;
  storage: { data_dir: string; database_url: string | null; synchronous: 'NORMAL' | 'FULL' };
  /** absolute; null: the rules that come with Heimdall */
  rules_dir: string | null;
  scan: { nightly: string | null; requests_per_second: number; most_bans: number };
  /** `HH:MM-HH:MM`; null: everything rings */
  notices: { quiet_hours: string | null; weekly_servers: boolean };
  lists: { most_lifted: number };
  takedown: TakedownConfig;
  server_acl: ServerAclConfig;
  /** how long records are kept, in days */
  retention: {
    cases_days: number;
    reports_days: number;
    actions_days: number;
    mails_days: number;
    audit_days: number;
    seen_events_days: number;
  };
  /** how commands are given, and by whom */
  commands: {
    prefixes: string[];
    /** state events in the management room tell clients the commands */
    describe: boolean;
    /** power level in the management room that each role needs; null: every member has it */
    roles: { viewer: number | null; moderator: number | null; admin: number | null };
  };
  /** what moderators are spoken to in */
  language: Language;
  dry_run: boolean;
}
