/** What Heimdall does about its findings: responses, takedowns, server ACLs, scans. */
import { z } from 'zod';
import * as checks from './checks.js';
import { listOf, text } from './schema-parts.js';

const responseList = (example: string[], description: string) =>
  listOf(z.enum(['notify', 'report', 'ban']))
    .default(example as ('notify' | 'report' | 'ban')[])
    .meta({ description });

export const responsesSchema = z
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
  });

export const scanSchema = z
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
  });

export const takedownSchema = z
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
  .meta({ description: 'What a takedown rule (m.takedown) does beyond the ban.' });

export const serverAclSchema = z
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
    must_allow: listOf(text('a server name such as example.org', [checks.isServerName, 'is not a Matrix server name']))
      .default([])
      .meta({
        description:
          'Further servers that no rule of any list may shut out. Your own and those of moderators, room ' +
          'creators and protected identities never are.',
      }),
  })
  .prefault({})
  .meta({ description: 'How rules for servers become server ACLs.' });
