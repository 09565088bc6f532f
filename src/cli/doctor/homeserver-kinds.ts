/** What works on which homeserver (docs/operate/homeservers.md has the same as a table). */

interface Kind {
  name: string;
  is: RegExp;
  /** features that do not work there */
  limits: readonly string[];
}

const ADMIN_API = 'new accounts, and members of rooms that the bot is not in, are not seen';

const KINDS: readonly Kind[] = [
  { name: 'Synapse', is: /^synapse\b/i, limits: [] },
  {
    name: 'Tuwunel',
    is: /^tuwunel\b/i,
    limits: ['reports made to the homeserver cannot be read', 'media cannot be quarantined'],
  },
  {
    name: 'Continuwuity',
    is: /^(continuwuity|conduwuit)\b/i,
    limits: [
      ADMIN_API,
      'reports made to the homeserver cannot be read',
      'accounts cannot be deactivated, and media cannot be quarantined',
    ],
  },
  {
    name: 'Dendrite',
    is: /^dendrite\b/i,
    limits: [
      ADMIN_API,
      'reports made to the homeserver cannot be read',
      'accounts cannot be suspended or deactivated, and media cannot be quarantined',
      'the way from the homeserver to Heimdall cannot be tested',
    ],
  },
];

export function kindOf(name: string): string | undefined {
  return KINDS.find(({ is }) => is.test(name))?.name;
}

export function limitsOf(name: string): readonly string[] {
  return KINDS.find(({ is }) => is.test(name))?.limits ?? [];
}

export const KNOWN_HOMESERVERS: readonly string[] = KINDS.map(({ name }) => name);
