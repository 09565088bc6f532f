import { numbersOf, Rolling } from '../rolling.js';
import { duration, servers, settingsWith, type CommonSettings } from '../settings.js';
import { defineProtection } from '../types.js';

export interface InsecureRegistrationSettings extends CommonSettings {
  again_after: number;
  ignore: string[];
}

/** A homeserver's last answer. */
export interface KnownRegistration {
  /** when it answered, ms since the epoch */
  askedAt: number;
  open: boolean;
  /** when it was last announced; 0: never */
  toldAt: number;
}

export type KnownRegistrations = Rolling<KnownRegistration>;

export const insecureRegistration = defineProtection({
  name: 'InsecureRegistration',
  aliases: ['InsecureRegistrationProtection', 'ServerRequirements', 'OpenRegistration'],
  about:
    'Somebody joins from a homeserver where anybody, and any program, can make accounts: it asks for no email, ' +
    'captcha, token or sign-in elsewhere. That homeserver is asked itself (`POST /_matrix/client/v3/register` ' +
    'without content, where its own file says that clients go, or where `mail.discovery.overrides` says), at ' +
    'most once within `again_after`. You are told once within `memory`; with other steps in `response` they ' +
    'hit those who join from it.',
  settings: settingsWith(['notify'], {
    again_after: duration('24h', 'How long an answer of a homeserver counts.'),
    ignore: servers('Homeservers that are not asked and not told of.', [{ name: 'ignore_home_servers' }]),
  }),
  asks: 'elsewhere',
  harm: 'm.other',
  exempts: true,
  memory: () =>
    new Rolling<KnownRegistration>({
      lifeMs: 7 * 24 * 3_600_000,
      most: 20_000,
      matters: () => true,
      write: ({ askedAt, open, toldAt }) => [askedAt, open ? 1 : 0, toldAt],
      read: (data) => {
        const [askedAt, open, toldAt] = numbersOf(data) ?? [];
        return askedAt === undefined || toldAt === undefined ? undefined : { askedAt, open: open === 1, toldAt };
      },
    }),
});
