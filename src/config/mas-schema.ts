import { z } from 'zod';
import { fileOf, filled, httpUrl } from './schema-parts.js';

/** Matrix Authentication Service: where it manages a homeserver's accounts, only it can lock or deactivate them. */
export const masSchema = z
  .strictObject({
    url: httpUrl('https://auth.example.org/').meta({
      description: 'Where Heimdall reaches Matrix Authentication Service: a listener with the resource `adminapi`.',
      examples: ['https://auth.example.org/'],
    }),
    client_id: filled('the client_id of an entry under `clients` there').meta({
      description:
        'A client with the grant client_credentials that is listed in `policy.data.admin_clients` of Matrix ' +
        'Authentication Service.',
    }),
    client_secret: filled('the client_secret of that entry, or null').nullable().default(null).meta({
      description: 'Its secret.',
    }),
    client_secret_file: fileOf('client_secret'),
  })
  .nullable()
  .default(null)
  .meta({
    description:
      'Matrix Authentication Service, where the homeserver uses it: accounts are then locked, unlocked and ' +
      'deactivated by its admin API. null: by the homeserver.',
  });
