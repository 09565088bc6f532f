/**
 * The ONE schema of the configuration. config.sample.yaml, docs/config.schema.json, the environment's names, the
 * `*_file` keys and all error messages come from it (`npm run generate` after a change). `.meta({description,
 * examples})` is for people; a check says what is wrong and `params.write` what to write instead.
 */
import { z } from 'zod';
import { LANGUAGES } from '../util/language.js';
import { isLinearRegex } from './bridge-users.js';
import { commandsSchema, listsSchema, noticesSchema } from './desk-schema.js';
import { mailSchema } from './mail-schema.js';
import { masSchema } from './mas-schema.js';
import { apiSchema, reportsSchema } from './reports-schema.js';
import { oidcSchema, statementsSchema, webSchema } from './web-schema.js';
import { protectedIdentitySchema, room, userId, WHOLE_IN_QUOTES } from './identity-schema.js';
import { appserviceSchema, botSchema, homeserverSchema, retentionSchema, storageSchema } from './operation-schema.js';
import { responsesSchema, scanSchema, serverAclSchema, takedownSchema } from './response-schema.js';
import { filled, listOf, text } from './schema-parts.js';

export const configSchema = z.strictObject({
  homeserver: homeserverSchema,
  appservice: appserviceSchema,
  bot: botSchema,
  management_room: room.meta({
    description: 'The private room where Heimdall notifies moderators and takes their commands: alias or id.',
    examples: ['#moderators:example.org'],
  }),
  admins: listOf(userId)
    .default([])
    .meta({
      description:
        'Who is invited to the management room when Heimdall has to create it, and again until somebody has ' +
        'joined. []: the server admins of the homeserver, as soon as they can be read; the room is not created ' +
        'until there is somebody to invite.',
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
        'the homeserver shows, 200 people at most. Somebody who merely has the same name is at most `possible`.',
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
        'registrations. They are judged and shown, but no response acts on them.',
    }),
  responses: responsesSchema,
  mail: mailSchema
    .nullable()
    .prefault({})
    .meta({ description: 'Mail to the abuse desk, and its answers. Absent or null: no mail.' }),
  reports: reportsSchema,
  api: apiSchema,
  storage: storageSchema,
  retention: retentionSchema,
  rules_dir: filled('a folder such as rules, or null')
    .nullable()
    .default(null)
    .meta({
      description:
        'Folder with your own detection.yaml, roles.yaml or words.yaml: their keys replace those that come with ' +
        'Heimdall, one by one. Read again whenever a file changes. null: the rules that come with Heimdall.',
    }),
  scan: scanSchema,
  takedown: takedownSchema,
  server_acl: serverAclSchema,
  web: webSchema,
  oidc: oidcSchema,
  mas: masSchema,
  statements: statementsSchema,
  commands: commandsSchema,
  notices: noticesSchema,
  lists: listsSchema,
  language: z.enum(LANGUAGES).default('en').meta({
    description: 'The language that moderators read: notices, answers to commands, and the threads of cases. en or de.',
  }),
  dry_run: z
    .boolean()
    .default(false)
    .meta({
      description:
        'true: decide and notify, but change nothing in any room and send no report and no mail. `!heimdall go ' +
        'live` ends it after a preview, without a restart.',
    }),
});
