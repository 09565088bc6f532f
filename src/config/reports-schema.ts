import { z } from 'zod';
import { fileOf, filled, httpUrl, text } from './schema-parts.js';

/** User reports, and what reporters are told. */
export const reportsSchema = z
  .strictObject({
    cases_per_reporter: z
      .int()
      .min(1)
      .max(100_000)
      .default(20)
      .meta({
        description:
          'How many new cases one person can open in 24 hours. Further reports are kept and listed in a digest, ' +
          'and no mail goes out for them.',
      }),
    receipts: z
      .boolean()
      .default(true)
      .meta({
        description:
          'Tell a reporter of this server by direct message that the report was received, and once more when ' +
          'its case ends. Anyone who answers `stop` gets no more.',
      }),
    language: z.enum(['en', 'de']).default('en').meta({
      description: 'The language of receipts and warnings, for people who have not written to Heimdall in another one.',
    }),
    hide_existence: z
      .boolean()
      .default(false)
      .meta({
        description:
          'Answer every well-formed report with 200 after a short random delay, so that nobody can learn from ' +
          'the answer whether an event, room or account exists (MSC4277).',
      }),
    warn_victims: z
      .enum(['off', 'ask', 'certain'])
      .default('off')
      .meta({
        description:
          'Tell accounts of this server whom an impostor invited, or wrote to in a small room, that the account ' +
          'is false: never, when a moderator decides so (`warn victims case N`), or automatically from a verdict of ' +
          '`certain` on.',
      }),
  })
  .prefault({})
  .meta({ description: 'What people report.' });

/** The HTTP API for other services of the admin (docs/operate/api.md). */
export const apiSchema = z
  .strictObject({
    keys: filled('a file name such as api-keys.txt')
      .nullable()
      .default(null)
      .meta({
        description:
          'File with the keys of services that may use the HTTP API: one line `NAME SHA256` each, with the ' +
          'SHA-256 of the key in hex. null: no API.',
      }),
    webhook_url: httpUrl('https://tickets.example.org/heimdall').nullable().default(null).meta({
      description: 'Where events of cases are sent, signed. null: nowhere.',
    }),
    webhook_secret: text('32 characters or more', [(value) => value.length >= 32, 'is shorter than 32 characters'])
      .nullable()
      .default(null)
      .meta({ description: 'What webhooks are signed with.' }),
    webhook_secret_file: fileOf('webhook_secret'),
  })
  .prefault({})
  .meta({ description: 'The HTTP API for your other services.' });
