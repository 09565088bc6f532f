/**
 * The ONE schema of the configuration. config.sample.yaml, docs/config.schema.json, the environment's names,
 * the `*_file` keys and all error messages come from it (`npm run generate` after a change).
 * `.meta({description, examples})` is what a person reads; a check says what is wrong and `params.write` what to write.
 */
import { z } from 'zod';
import { LANGUAGES } from '../util/language.js';
import { isLinearRegex } from './bridge-users.js';
import * as checks from './checks.js';
import { commandsSchema, listsSchema, noticesSchema } from './desk-schema.js';
import { mailSchema } from './mail-schema.js';
import { masSchema } from './mas-schema.js';
import { apiSchema, reportsSchema } from './reports-schema.js';
import { oidcSchema, statementsSchema, webSchema } from './web-schema.js';
import { fileOf, filled, httpUrl, listOf, text } from './schema-parts.js';
import { configTexts } from './texts.js';

const WHOLE_IN_QUOTES = 'in quotes, because YAML gives @ and # another meaning';
const userId = text(`a full Matrix user id such as "@server:example.org", ${WHOLE_IN_QUOTES}`, [
  checks.isConfiguredUserId,
  'is not a Matrix user id',
]);
const room = text(
  `a room alias such as "#moderators:example.org" or a room id such as "!abc:example.org", ${WHOLE_IN_QUOTES}`,
  [checks.isRoom, 'is neither a room id nor a room alias'],
);
/** One account to defend. Also the form of the files that `heimdall check --protect` reads. */
export const protectedIdentitySchema = z.strictObject({
  user_id: userId.meta({
    description:
      'The official account: its exact Matrix user id. Historical ids are fine; the account need not be registered.',
    examples: ['@server:example.org'],
  }),
  display_names: listOf(filled('a display name such as "Example (Official Account)"'))
    .default([])
    .meta({ description: 'Its official display names.', examples: [['Example (Official Account)']] }),
  avatars: listOf(
    text('an mxc:// URI or the name of an image file', [checks.isAvatar, 'is neither an mxc:// URI nor a file name']),
  )
    .default([])
    .meta({ description: 'Its official avatars: mxc:// URIs or image files.' }),
  domains: listOf(text('a bare domain such as example.org', [checks.isDomain, 'is not a bare domain']))
    .optional()
    .meta({
      description:
        'Domains that belong to it, as people read them or as xn--. Absent: the domain of its server. []: its ' +
        'server names nobody (a large public server, for example).',
      examples: [['example.org']],
    }),
  rooms: listOf(room).default([]).meta({ description: 'Its official rooms, by id or alias.' }),
  variants: listOf(userId).default([]).meta({ description: 'Known good other user ids, which are never accused.' }),
});

const days = (standard: number, description: string, most = 3650) =>
  z.int().min(7).max(most).default(standard).meta({ description });

const responseList = (example: string[], description: string) =>
  listOf(z.enum(['notify', 'report', 'ban']))
    .default(example as ('notify' | 'report' | 'ban')[])
    .meta({ description });

export const configSchema = z.strictObject({
  homeserver: z
    .strictObject({
      url: httpUrl('http://127.0.0.1:8008').meta({
        description: 'Where Heimdall reaches the homeserver: the client API, directly and not through a CDN.',
        examples: ['http://127.0.0.1:8008'],
      }),
      server_name: text(
        'the part after the colon of your user ids, such as example.org',
        [(value) => !value.includes('://'), 'has a scheme, but is a name and no URL'],
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
    .meta({ description: 'The homeserver to watch.' }),
  appservice: z
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
          description: 'How the homeserver reaches Heimdall. Absent: made from bind and port.',
          examples: ['http://127.0.0.1:9995'],
        }),
      registration: filled('a file name such as registration.yaml')
        .default('registration.yaml')
        .meta({ description: 'The registration file that `heimdall register` wrote.' }),
    })
    .prefault({})
    .meta({ description: "Heimdall's own door." }),
  bot: z
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
    .meta({ description: 'The account that Heimdall speaks and acts with.' }),
  management_room: room.meta({
    description: 'The private room where Heimdall tells moderators what it sees and takes their commands: alias or id.',
    examples: ['#moderators:example.org'],
  }),
  admins: listOf(userId)
    .default([])
    .meta({
      description:
        'Who is invited to the management room when Heimdall has to make it, and later as long as nobody has ' +
        'come. []: the server admins of the homeserver, as soon as they can be read; until there is somebody ' +
        'to invite, the room is not made.',
      examples: [['@admin:example.org']],
    }),
  protected_identities: z
    .array(protectedIdentitySchema)
    .min(1)
    .meta({ description: 'The accounts to defend: at least one.' }),
  protect_staff: z
    .boolean()
    .default(false)
    .meta({
      description:
        "true: the moderators of the official rooms and the contacts (`matrix_id`) in your server's own " +
        '`/.well-known/matrix/support` are protected like `protected_identities`, under the display names that ' +
        'the homeserver shows, 200 people at most. Who only has the same name is never more than `possible`.',
    }),
  bridge_users: listOf(
    text(`a users namespace of a bridge, such as "@telegram_.*:example\\.org", ${WHOLE_IN_QUOTES}`, [
      isLinearRegex,
      'is not a regular expression of RE2',
    ]),
  )
    .default([])
    .meta({
      description:
        "Bridge ghosts of this homeserver: the `regex` of each EXCLUSIVE users namespace in your bridges' " +
        'registrations. What they look like is judged and shown, but no response acts on them.',
    }),
  responses: z
    .strictObject({
      possible: responseList(['notify'], 'A resemblance that may be honest.'),
      likely: responseList(['notify', 'report'], 'Most probably an impostor: a moderator should look.'),
      certain: responseList(['notify', 'report', 'ban'], 'No honest reading is left: Heimdall may act alone.'),
    })
    .prefault({})
    .meta({
      description:
        'What a verdict sets in motion: notify (the management room), report (to the homeserver and the abuse ' +
        'desk), ban (from all protected rooms).',
    }),
  mail: mailSchema
    .nullable()
    .prefault({})
    .meta({ description: 'Mail to the abuse desk, and its answers. Absent or null: no mail.' }),
  reports: reportsSchema,
  api: apiSchema,
  storage: z
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
            'finds again. FULL: it cannot, and each commit waits for the disk.',
        }),
    })
    .prefault({})
    .meta({ description: 'Where Heimdall remembers.' }),
  retention: z
    .strictObject({
      cases_days: days(180, 'Cases without any news, closed or not, with what was found.'),
      reports_days: days(180, 'What people reported.'),
      actions_days: days(180, 'Actions that ended, once their case is gone. What still stands stays undoable.'),
      mails_days: days(180, 'Mails that were sent or given up.'),
      audit_days: days(180, 'Who did what.', 180),
      seen_events_days: days(30, 'Ids of events that led to a decision, against doing it twice.'),
    })
    .prefault({})
    .meta({ description: 'How long records are kept, in days; what is past its time is removed once a day.' }),
  rules_dir: filled('a folder such as rules, or null')
    .nullable()
    .default(null)
    .meta({
      description:
        'Folder with your own detection.yaml, roles.yaml or words.yaml: what stands there replaces what comes ' +
        'with Heimdall, key by key. Read again whenever a file changes. null: the rules that come with Heimdall.',
    }),
  scan: z
    .strictObject({
      nightly: text('a time of day such as "03:30", or null', [checks.isTimeOfDay, 'is no time of day'])
        .nullable()
        .default('03:30')
        .meta({
          description:
            'When all accounts and all members of rooms are looked at again, by the clock of this machine: ' +
            'finds what the homeserver did not send. null: not every night.',
        }),
      requests_per_second: z
        .number()
        .positive()
        .max(1000)
        .default(10)
        .meta({ description: 'At most so many requests a second go to the homeserver for a scan, one at a time.' }),
      most_bans: z
        .int()
        .min(0)
        .max(1_000_000)
        .default(20)
        .meta({
          description:
            'If a scan that nobody asked for would ban more accounts than this, it bans none of them and asks ' +
            'the moderators.',
        }),
    })
    .prefault({})
    .meta({
      description: 'Looking for impostors that are there already: `heimdall scan`, `!heimdall scan`, and by itself.',
    }),
  takedown: z
    .strictObject({
      redact: z
        .boolean()
        .default(true)
        .meta({ description: 'Redact what the person wrote in the protected rooms. This cannot be undone.' }),
      redact_limit: z
        .int()
        .min(1)
        .max(100_000)
        .default(1000)
        .meta({ description: 'So many of the latest events of a person are redacted in each room, at most.' }),
      redact_hours: z
        .number()
        .positive()
        .nullable()
        .default(null)
        .meta({ description: 'Only what was written in so many hours before is redacted. null: however old.' }),
      withdraw_invites: z.boolean().default(true).meta({
        description: 'Withdraw the invites to protected rooms that the person sent and nobody has answered yet.',
      }),
      local_accounts: z
        .enum(['none', 'suspend', 'deactivate'])
        .default('none')
        .meta({
          description:
            'What becomes of an account of this homeserver: nothing, suspended (lifted with the rule), or ' +
            'deactivated (cannot be undone). Needs a server admin. Server admins, moderators and protected ' +
            'identities are never touched.',
        }),
      quarantine_media: z.boolean().default(false).meta({
        description:
          'Quarantine the media that such an account has uploaded (lifted with the rule). Needs a server admin.',
      }),
      block_rooms: z
        .boolean()
        .default(false)
        .meta({
          description:
            'Block a room that a takedown rule names, so that nobody here can join it (lifted with the rule). ' +
            'Needs a server admin.',
        }),
    })
    .prefault({})
    .meta({ description: 'What a takedown rule (m.takedown) does beyond the ban.' }),
  server_acl: z
    .strictObject({
      mode: z
        .enum(['deny', 'allow_list'])
        .default('deny')
        .meta({
          description:
            'deny: servers that the lists ban are shut out. allow_list: besides, only servers that allow rules ' +
            'name, and those that must stay, may take part.',
        }),
      existing: z
        .enum(['merge', 'leave', 'replace'])
        .default('merge')
        .meta({
          description:
            "What becomes of a server ACL that a room's own people set: ours is put beside it (and taken away " +
            'again with the rules), it is left as it is, or ours takes its place.',
        }),
      ip_literals: z
        .enum(['deny', 'allow'])
        .default('deny')
        .meta({
          description:
            'Whether servers may take part that have an address instead of a name. They always may when your own ' +
            'server or one that must stay is one.',
        }),
      must_allow: listOf(
        text('a server name such as example.org', [checks.isServerName, 'is not a Matrix server name']),
      )
        .default([])
        .meta({
          description:
            'Further servers that no rule of any list may shut out. Your own and those of moderators, room ' +
            'creators and protected identities never are.',
        }),
    })
    .prefault({})
    .meta({ description: 'How rules for servers become server ACLs.' }),
  web: webSchema,
  oidc: oidcSchema,
  mas: masSchema,
  statements: statementsSchema,
  commands: commandsSchema,
  notices: noticesSchema,
  lists: listsSchema,
  language: z.enum(LANGUAGES).default('en').meta({
    description:
      'What moderators read: notices, answers to commands, and what is written into the threads of cases. en or de.',
  }),
  dry_run: z
    .boolean()
    .default(false)
    .meta({
      description:
        'true: decide and tell, but change nothing in any room and send no report and no mail. `!heimdall go ' +
        'live` ends it after a preview, without a restart.',
    }),
});
