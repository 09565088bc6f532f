/** What homeserver.yaml is made from. */
export interface SynapseConfigInput {
  serverName: string;
  clientPort: number;
  federationPort: number;
  dataDir: string;
  certificate: string;
  privateKey: string;
  registrationSecret: string;
  registrations: readonly string[];
  roomVersion: string | undefined;
  officialAccount: { localpart: string; displayName: string };
}

const UNLIMITED = { per_second: 10_000, burst_count: 100_000 };

/** Every limit that Synapse knows, raised so far that no test meets it. */
const RATE_LIMITS = {
  rc_message: UNLIMITED,
  rc_registration: UNLIMITED,
  rc_registration_token_validity: UNLIMITED,
  rc_login: { address: UNLIMITED, account: UNLIMITED, failed_attempts: UNLIMITED },
  rc_admin_redaction: UNLIMITED,
  rc_joins: { local: UNLIMITED, remote: UNLIMITED },
  rc_joins_per_room: UNLIMITED,
  rc_key_requests: UNLIMITED,
  rc_3pid_validation: UNLIMITED,
  rc_invites: { per_room: UNLIMITED, per_user: UNLIMITED, per_issuer: UNLIMITED },
  rc_third_party_invite: UNLIMITED,
  rc_media_create: UNLIMITED,
  rc_presence: { per_user: UNLIMITED },
  rc_delayed_event_mgmt: UNLIMITED,
  rc_room_creation: UNLIMITED,
  rc_reports: UNLIMITED,
  rc_user_directory: UNLIMITED,
  rc_profile: UNLIMITED,
  rc_federation: { window_size: 1000, sleep_limit: 100_000, sleep_delay: 1, reject_limit: 100_000, concurrent: 100 },
};

/**
 * The configuration of one of several homeservers that federate on one machine: a plain HTTP listener for clients,
 * a TLS one for federation whose certificate nobody checks, loopback allowed, SQLite, nothing that phones home.
 */
export function synapseConfig(input: SynapseConfigInput): Record<string, unknown> {
  return {
    server_name: input.serverName,
    public_baseurl: `http://127.0.0.1:${input.clientPort}/`,
    report_stats: false,
    pid_file: `${input.dataDir}/synapse.pid`,
    log_config: `${input.dataDir}/log.yaml`,
    media_store_path: `${input.dataDir}/media`,
    signing_key_path: `${input.dataDir}/signing.key`,
    listeners: [
      {
        port: input.clientPort,
        bind_addresses: ['127.0.0.1'],
        type: 'http',
        tls: false,
        x_forwarded: false,
        resources: [{ names: ['client'], compress: false }],
      },
      {
        port: input.federationPort,
        bind_addresses: ['127.0.0.1'],
        type: 'http',
        tls: true,
        resources: [{ names: ['federation'], compress: false }],
      },
    ],
    tls_certificate_path: input.certificate,
    tls_private_key_path: input.privateKey,
    database: { name: 'sqlite3', args: { database: `${input.dataDir}/homeserver.db` } },
    registration_shared_secret: input.registrationSecret,
    app_service_config_files: [...input.registrations],
    ...(input.roomVersion === undefined ? {} : { default_room_version: input.roomVersion }),
    server_notices: {
      system_mxid_localpart: input.officialAccount.localpart,
      system_mxid_display_name: input.officialAccount.displayName,
      room_name: 'Server Notices',
      auto_join: true,
    },
    federation_verify_certificates: false,
    trusted_key_servers: [],
    suppress_key_server_warning: true,
    ip_range_blacklist: [],
    federation_ip_range_blacklist: [],
    federation: { destination_min_retry_interval: '1s', destination_max_retry_interval: '5s' },
    presence: { enabled: false },
    bcrypt_rounds: 4,
    allow_public_rooms_over_federation: true,
    limit_profile_requests_to_users_who_share_rooms: false,
    ...RATE_LIMITS,
  };
}

/** Synapse's own log, to stdout (which the harness collects in a file). */
export const SYNAPSE_LOG_CONFIG = {
  version: 1,
  formatters: { plain: { format: '%(asctime)s %(levelname)s %(name)s %(request)s %(message)s' } },
  handlers: { console: { class: 'logging.StreamHandler', formatter: 'plain' } },
  root: { level: 'INFO', handlers: ['console'] },
  loggers: { 'synapse.storage.SQL': { level: 'WARNING' }, 'synapse.access': { level: 'WARNING' } },
  disable_existing_loggers: false,
};
