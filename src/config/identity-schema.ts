/** Protected identities, and the ids of accounts and rooms. */
import { z } from 'zod';
import * as checks from './checks.js';
import { filled, listOf, text } from './schema-parts.js';

export const WHOLE_IN_QUOTES = 'in quotes, because @ and # have a special meaning in YAML';
export const userId = text(`a full Matrix user id such as "@server:example.org", ${WHOLE_IN_QUOTES}`, [
  checks.isConfiguredUserId,
  'is not a Matrix user id',
]);
export const room = text(
  `a room alias such as "#moderators:example.org" or a room id such as "!abc:example.org", ${WHOLE_IN_QUOTES}`,
  [checks.isRoom, 'is neither a room id nor a room alias'],
);
/** One protected account. Also the form used in files for `heimdall check --protect`. */
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
  variants: listOf(userId)
    .default([])
    .meta({ description: 'Other user ids that are known to be legitimate and are never accused.' }),
});
