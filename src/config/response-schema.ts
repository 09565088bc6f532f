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
    possible: responseList(['notify'], 'A resemblance that may be innocent.'),
    likely: responseList(['notify', 'report'], 'Most probably an impostor: a moderator should look.'),
    certain: responseList(['notify', 'report', 'ban'], 'No innocent explanation is left: Heimdall may act on its own.'),
  })
  .prefault({})
  .meta({
    description:
      'What each verdict triggers: notify (the management room), report (to the homeserver and the abuse ' +
      'desk), ban (from all protected rooms).',
  });

export const scanSchema = z
  .strictObject({
    nightly: text('a time of day such as "03:30", or null', [checks.isTimeOfDay, 'is not a time of day'])
      .nullable()
      .default('03:30')
      .meta({
        description:
          'When all accounts and room members are scanned again, by the clock of this machine: finds what the ' +
          'homeserver did not send. null: no nightly scan.',
      }),
    requests_per_second: z
      .number()
      .positive()
      .max(1000)
      .default(10)
      .meta({ description: 'How many requests per second a scan sends to the homeserver at most, one at a time.' }),
    most_bans: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(20)
      .meta({
        description:
          'If a scan that nobody requested would ban more accounts than this, it bans none of them and asks ' +
          'the moderators.',
      }),
  })
  .prefault({})
  .meta({
    description: 'Scans for impostors who are already there: `heimdall scan`, `!heimdall scan`, and automatic ones.',
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
      .meta({ description: 'How many of the latest events of a person are redacted in each room at most.' }),
    redact_hours: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .meta({ description: 'Only events of this many past hours are redacted. null: of any age.' }),
    withdraw_invites: z.boolean().default(true).meta({
      description: 'Withdraw pending invites to protected rooms that the person sent.',
    }),
    local_accounts: z
      .enum(['none', 'suspend', 'deactivate'])
      .default('none')
      .meta({
        description:
          'What happens to an account of this homeserver: nothing, suspended (lifted with the rule), or ' +
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
          'deny: servers that the lists ban are blocked. allow_list: in addition, only servers that allow rules ' +
          'name, and those that must stay, can participate.',
      }),
    existing: z
      .enum(['merge', 'leave', 'replace'])
      .default('merge')
      .meta({
        description:
          "What happens to a server ACL that a room's own people set. merge: our entries are added (and removed " +
          'again with the rules). leave: it stays as it is. replace: ours replaces it.',
      }),
    ip_literals: z
      .enum(['deny', 'allow'])
      .default('deny')
      .meta({
        description:
          'Whether servers with an IP address instead of a name can participate. They always can when your own ' +
          'server, or one that must stay, is one of them.',
      }),
    must_allow: listOf(text('a server name such as example.org', [checks.isServerName, 'is not a Matrix server name']))
      .default([])
      .meta({
        description:
          'Further servers that no rule of any list may block. Your own and those of moderators, room ' +
          'creators and protected identities never are.',
      }),
  })
  .prefault({})
  .meta({ description: 'How rules for servers become server ACLs.' });
