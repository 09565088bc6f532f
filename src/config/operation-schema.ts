/** How Heimdall runs: the homeserver, its own port and account, storage and retention. */
import { z } from 'zod';
import * as checks from './checks.js';
import { fileOf, filled, httpUrl, text } from './schema-parts.js';
import { configTexts } from './texts.js';

const days = (standard: number, description: string, most = 3650) =>
  z.int().min(7).max(most).default(standard).meta({ description });

export const homeserverSchema = z
  .strictObject({
    url: httpUrl('http://127.0.0.1:8008').meta({
      description: 'Where Heimdall reaches the homeserver: the client API, directly, not through a CDN.',
      examples: ['http://127.0.0.1:8008'],
    }),
    server_name: text(
      'the part after the colon of your user ids, such as example.org',
      [(value) => !value.includes('://'), 'has a scheme, but must be a name, not a URL'],
      [(value) => value.includes('://') || checks.isServerName(value), 'is not a Matrix server name'],
    ).meta({
      description:
        'The name in the user ids of this homeserver (Synapse: server_name), with its port if it has one there.',
      examples: ['example.org'],
    }),
    admin_token: filled('an access token, or null')
      .nullable()
      .default(null)
      .meta({
        description:
          "Access token of a server admin. null: the appservice's own token is tried, which works once the bot " +
          'is a server admin (never under MAS).',
      }),
    admin_token_file: fileOf('admin_token'),
  })
  .meta({ description: 'The homeserver to protect.' });

export const appserviceSchema = z
  .strictObject({
    bind: text('an address such as 127.0.0.1, or 0.0.0.0 for all', [
      checks.isBindAddress,
      'is not an address to listen on',
    ])
      .default('127.0.0.1')
      .meta({ description: 'Address that Heimdall listens on.' }),
    port: z.int().min(1).max(65_535).default(9995).meta({
      description: 'Port that Heimdall listens on: the homeserver, health checks and metrics come in here.',
    }),
    url: httpUrl('http://127.0.0.1:9995')
      .optional()
      .meta({
        description: 'How the homeserver reaches Heimdall. Absent: built from bind and port.',
        examples: ['http://127.0.0.1:9995'],
      }),
    registration: filled('a file name such as registration.yaml')
      .default('registration.yaml')
      .meta({ description: 'The registration file that `heimdall register` wrote.' }),
  })
  .prefault({})
  .meta({ description: 'HTTP listener and registration.' });

export const botSchema = z
  .strictObject({
    localpart: text('small letters, digits and ._=/+- only, such as heimdall', [
      checks.isNewLocalpart,
      'is not a localpart that can be registered',
    ])
      .default('heimdall')
      .meta({
        description: "The bot's user id is @localpart:server_name. After a change: `heimdall register --force`.",
      }),
    display_name: text(
      'a name such as Heimdall, of at most 256 characters',
      [(name) => name.trim() !== '', configTexts.isEmpty],
      [(name) => [...name].length <= 256, configTexts.tooLongName],
    )
      .default('Heimdall')
      .meta({ description: "The bot's display name." }),
  })
  .prefault({})
  .meta({ description: 'The account that Heimdall speaks and acts with.' });

export const storageSchema = z
  .strictObject({
    data_dir: filled('a folder such as data')
      .default('data')
      .meta({ description: 'Folder for settings.json and the embedded ledger.' }),
    database_url: text('a URL such as postgres://heimdall:password@127.0.0.1/heimdall, or null', [
      checks.isDatabaseUrl,
      'is not a postgres:// URL',
    ])
      .nullable()
      .default(null)
      .meta({
        description:
          'PostgreSQL for settings and ledger, so that several machines can share them. null: embedded ' +
          'SQLite in data_dir.',
      }),
    database_url_file: fileOf('database_url'),
    synchronous: z
      .enum(['NORMAL', 'FULL'])
      .default('NORMAL')
      .meta({
        description:
          'SQLite only. NORMAL: a power cut (not a crash) can lose the last moments, which the rescan at start ' +
          'recovers. FULL: nothing is lost, but each commit waits for the disk.',
      }),
  })
  .prefault({})
  .meta({ description: 'Where data is stored.' });

export const retentionSchema = z
  .strictObject({
    cases_days: days(180, 'Cases with no new activity, open or closed, with their findings.'),
    reports_days: days(180, 'Reports made by people.'),
    actions_days: days(180, 'Finished actions, once their case is gone. What is still in effect can always be undone.'),
    mails_days: days(180, 'Mails that were sent or given up on.'),
    audit_days: days(180, 'Who did what.', 180),
    seen_events_days: days(30, 'Ids of events that led to a decision, so that it is not made twice.'),
  })
  .prefault({})
  .meta({ description: 'How long records are kept, in days. Expired records are removed once a day.' });
