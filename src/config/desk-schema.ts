/** How moderators and Heimdall communicate in the management room, and what lists may do automatically. */
import { z } from 'zod';
import * as checks from './checks.js';
import { listOf, text } from './schema-parts.js';

const roleLevel = (may: string) =>
  z
    .int()
    .min(-1_000_000)
    .max(1_000_000)
    .nullable()
    .default(null)
    .meta({ description: `Power level needed to ${may}.` });

export const commandsSchema = z
  .strictObject({
    prefixes: listOf(text('a word such as "!hd"', [(value) => /^\S{2,40}$/.test(value), 'is not a single word']))
      .default([])
      .meta({
        description: "Additional command prefixes, besides !heimdall, !mjolnir and the bot's name, id or pill.",
        examples: [['!hd']],
      }),
    describe: z
      .boolean()
      .default(false)
      .meta({
        description:
          'Tells clients all commands with their parameters, as state events in the management room (MSC4391, ' +
          'unstable), so that they can complete them. More than 100 events at the first start; the bot needs the ' +
          'power to set state there.',
      }),
    roles: z
      .strictObject({
        viewer: roleLevel('look at cases, rooms, lists and rules'),
        moderator: roleLevel('ban, redact, dismiss and the like'),
        admin: roleLevel('change rooms, lists, accounts and settings'),
      })
      .prefault({})
      .meta({
        description: 'The power level in the management room that each role needs. null: every member has the role.',
      }),
  })
  .prefault({})
  .meta({ description: 'How commands are given in the management room, and who may give them.' });

export const noticesSchema = z
  .strictObject({
    quiet_hours: text('two different times of day such as "22:00-07:00", or null', [
      checks.isTimeRange,
      'is not a range of times of day',
    ])
      .nullable()
      .default(null)
      .meta({
        description:
          'From when to when, by the clock of this machine, notices come without a ping (as m.notice); at the ' +
          'end one message says how many cases are still open. What is certain rings at any time. null: ' +
          'everything rings.',
        examples: ['22:00-07:00'],
      }),
    weekly_servers: z
      .boolean()
      .default(true)
      .meta({
        description:
          'true: on Mondays one message names the homeservers with the most cases and banned accounts of the ' +
          'week before. After a week without any there is none.',
      }),
  })
  .prefault({})
  .meta({ description: 'How moderators are notified.' });

export const listsSchema = z
  .strictObject({
    most_lifted: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(50)
      .meta({
        description:
          'If changes of a list that others maintain would lift more bans than this within ten minutes, they ' +
          'stay until a moderator has reviewed them.',
      }),
  })
  .prefault({})
  .meta({ description: 'What lists maintained by others may do on their own.' });
