import { z } from 'zod';
import * as checks from './checks.js';
import { fileOf, filled, httpUrl, text } from './schema-parts.js';

/** Mail: to whom, through which server, and how answers come back. */
export const mailSchema = z.strictObject({
  smtp_url: text('a URL such as smtp://127.0.0.1:25 or smtps://user:password@mail.example.org', [
    checks.isSmtpUrl,
    'is not an smtp:// or smtps:// URL',
  ])
    .nullable()
    .default(null)
    .meta({
      description: 'The mail server to send through. null: no mail is sent.',
      examples: ['smtp://127.0.0.1:2525'],
    }),
  smtp_url_file: fileOf('smtp_url'),
  tls: z
    .enum(['required', 'if_offered'])
    .default('required')
    .meta({
      description:
        'required: no mail leaves before the connection is encrypted. A mail server on this machine (loopback) ' +
        'need not offer it.',
    }),
  from: text('an address such as "Heimdall <heimdall@example.org>"', [checks.isMailbox, 'is not a mail address'])
    .nullable()
    .default(null)
    .meta({ description: 'Sender of the mails.', examples: ['Heimdall <heimdall@example.org>'] }),
  abuse_contact: text('one bare address such as abuse@example.org', [
    checks.isMailAddress,
    'is not a bare mail address',
  ])
    .nullable()
    .default(null)
    .meta({
      description: 'The abuse desk: gets one mail per case. null: no mail is sent.',
      examples: ['abuse@example.org'],
    }),
  language: z.enum(['en', 'de']).default('en').meta({
    description: 'The language of the mails. Their wording is in rules/mail and can be changed (rules_dir).',
  }),
  pictures: z
    .boolean()
    .default(true)
    .meta({
      description:
        'Show the disguise in mails about impostors as a picture: both names in two fonts, both avatars side by ' +
        'side. Needs sharp, which is optional; the text says the same.',
    }),
  dkim: z
    .strictObject({
      domain: text('a domain such as example.org', [checks.isDomain, 'is not a bare domain']).meta({
        description: 'The signing domain, usually that of `from`.',
        examples: ['example.org'],
      }),
      selector: text('a selector such as heimdall', [checks.isDkimSelector, 'is not a DKIM selector']).meta({
        description: 'Where its public key is published: SELECTOR._domainkey.DOMAIN.',
        examples: ['heimdall'],
      }),
      private_key: filled('a file name such as dkim.pem').meta({
        description: 'File with the private key (PEM).',
        examples: ['dkim.pem'],
      }),
    })
    .nullable()
    .default(null)
    .meta({ description: 'Signs each mail (RFC 6376). null: the mail server does it, or nobody.' }),
  contacts: z
    .record(
      text('a server name such as evil.example', [checks.isServerName, 'is not a Matrix server name']),
      text('one bare address, or null', [checks.isMailAddress, 'is not a bare mail address']).nullable(),
    )
    .default({})
    .meta({ description: "Abuse desks of other servers, by server name. null: no mail goes to this server's desk." }),
  discovery: z
    .strictObject({
      enabled: z.boolean().default(false).meta({
        description:
          'Ask https://SERVER/.well-known/matrix/support for the contact of a server that `contacts` does not name.',
      }),
      overrides: z
        .record(
          text('a server name such as evil.example', [checks.isServerName, 'is not a Matrix server name']),
          httpUrl('http://127.0.0.1:8080'),
        )
        .default({})
        .meta({ description: 'Base URLs to ask there instead; only these may be private addresses or plain http.' }),
      abuse_mailbox: z
        .boolean()
        .default(false)
        .meta({
          description:
            'Where no contact is known otherwise, write to abuse@SERVER (RFC 2142) when that domain takes mail ' +
            '(has an MX record).',
        }),
    })
    .prefault({})
    .meta({ description: 'How contacts of other servers are found (MSC1929).' }),
  forward: z
    .enum(['off', 'ask', 'likely', 'certain'])
    .default('ask')
    .meta({
      description:
        "Whether the offender's own server gets a mail too: never, when a moderator decides so (`mail forward " +
        'case N`), or automatically from this verdict on.',
    }),
  inbound: z
    .strictObject({
      bind: text('an address such as 127.0.0.1, or 0.0.0.0 for all', [
        checks.isBindAddress,
        'is not an address to listen on',
      ])
        .default('127.0.0.1')
        .meta({ description: 'Address to listen on.' }),
      port: z.int().min(1).max(65_535).default(2526).meta({ description: 'Port to listen on.' }),
    })
    .nullable()
    .default(null)
    .meta({ description: 'Receives answers to our mails by SMTP, from your own mail server. null: off.' }),
  imap_url: text('a URL such as imaps://user:password@mail.example.org/INBOX', [
    checks.isImapUrl,
    'is not an imap:// or imaps:// URL',
  ])
    .nullable()
    .default(null)
    .meta({ description: 'A mailbox that is polled for answers to our mails. null: none.' }),
  imap_url_file: fileOf('imap_url'),
});
