/** The web pages, sign-in, and what accounts are told about decisions. */
import { z } from 'zod';
import * as checks from './checks.js';
import { fileOf, filled, httpUrl, listOf, text } from './schema-parts.js';

export const webSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .meta({
        description:
          'Web pages: which accounts are official (open to all), reports without an account, figures, and the ' +
          'cases for moderators.',
      }),
    bind: text('an address such as 127.0.0.1', [checks.isBindAddress, 'is not an address to listen on'])
      .default('127.0.0.1')
      .meta({ description: 'Address to listen on. Put a reverse proxy with https in front.' }),
    port: z.int().min(1).max(65_535).default(9996).meta({ description: 'Port to listen on.' }),
    public_url: httpUrl('https://official.example.org')
      .nullable()
      .default(null)
      .meta({
        description: 'Where people reach the pages. null: http:// with `bind` and `port`.',
        examples: ['https://official.example.org'],
      }),
  })
  .prefault({})
  .meta({ description: 'The web pages.' });

/** An identity provider for moderators' sign-in; the management room decides who may. */
export const oidcSchema = z
  .strictObject({
    issuer: httpUrl('https://auth.example.org/').meta({
      description:
        'The issuer URL of the provider: Matrix Authentication Service or another. https, except on this machine.',
      examples: ['https://auth.example.org/'],
    }),
    client_id: filled('the id that the provider gave to Heimdall').meta({ description: 'Our id at the provider.' }),
    client_secret: filled('the secret that the provider gave to Heimdall, or null')
      .nullable()
      .default(null)
      .meta({ description: 'Our secret there. null: a public client.' }),
    client_secret_file: fileOf('client_secret'),
    user_claim: filled('a claim such as preferred_username').default('preferred_username').meta({
      description:
        'The claim that holds the Matrix user id, or its localpart. Matrix Authentication Service: username.',
    }),
    groups_claim: filled('a claim such as groups')
      .default('groups')
      .meta({ description: 'The claim that holds groups.' }),
    groups: listOf(filled('the name of a group'))
      .default([])
      .meta({ description: 'Only members of one of these may sign in this way. []: no group is needed.' }),
  })
  .nullable()
  .default(null)
  .meta({
    description:
      'Moderators may sign in to the web pages with this identity provider (OpenID Connect) too. Their role is ' +
      'the one that their account has in the management room.',
  });

export const statementsSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .meta({
        description:
          'Accounts of this server are told what was decided about them, why, and how to complain (statement of ' +
          'reasons, DSA Art. 17).',
      }),
    policies: filled('a file such as policies.yaml, or null').nullable().default(null).meta({
      description: 'File with the rules of your terms, which statements name. null: general ones.',
    }),
    language: z.enum(['en', 'de']).default('en').meta({ description: 'The language of statements.' }),
    bulk: z.boolean().default(false).meta({
      description: 'Also informs accounts whose case is part of a flood: bulk spam needs no statement.',
    }),
  })
  .prefault({})
  .meta({ description: 'What accounts of this server are told about decisions on them.' });
