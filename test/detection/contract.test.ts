/**
 * The contract's sentences about verdicts, each over many names: what holds for one name by luck does not hold for
 * these.
 */
import { domainToASCII } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ATTACKS, randomOf } from '../../bench/detection/attacks.js';
import { withGlyphs } from '../../bench/detection/held-out.js';
import { loadRules } from '../../src/config/rules.js';
import { createDetector, type Detector, type ProtectedIdentity, type VerdictLevel } from '../../src/detection/index.js';

const rules = loadRules();
const RANK: readonly VerdictLevel[] = ['none', 'possible', 'likely', 'certain'];
const protect = (identity: Partial<ProtectedIdentity> & { userId: string }): Detector =>
  createDetector([{ displayNames: [], domains: [], avatars: [], rooms: [], variants: [], ...identity }], rules);
const failures: string[] = [];

function atLeast(level: VerdictLevel, detector: Detector, userId: string, displayName?: string | null): void {
  const { verdict } = detector.inspect({ userId, displayName });
  if (RANK.indexOf(verdict) < RANK.indexOf(level)) failures.push(`${verdict} ${userId} ${displayName?.slice(0, 60)}`);
}
function below(level: VerdictLevel, detector: Detector, userId: string, displayName?: string | null): void {
  const { verdict } = detector.inspect({ userId, displayName });
  if (RANK.indexOf(verdict) >= RANK.indexOf(level)) failures.push(`${verdict} ${userId} ${displayName?.slice(0, 60)}`);
}
function none(): void {
  expect(failures.splice(0)).toEqual([]);
}

const DOMAINS = [
  'matrix.org',
  'kde.org',
  'example.org',
  'tchncs.de',
  'mozilla.org',
  'chat.example.org',
  'my-club.de',
  'example.co.uk',
  'a1.net',
  'münchen.de',
  'xn--mnchen-3ya.de',
];

describe('the official localpart', () => {
  it('is at least likely on any visually disguised server, decoded or xn--, in capitals, with port or trailing dot', () => {
    const random = randomOf(1);
    for (const domain of DOMAINS) {
      for (const domains of [[domain], []]) {
        const detector = protect({
          userId: `@server:${domain}`,
          displayNames: ['Example (Official Account)'],
          domains,
        });
        for (let round = 0; round < 12; round++) {
          const host = withGlyphs(domain, round % 2 === 0 ? 0 : 0.6, random)!;
          for (const spelling of [host, host.toUpperCase(), `${host}:8448`, `${host}.`])
            atLeast('likely', detector, `@server:${spelling}`);
          const encoded = domainToASCII(host);
          if (encoded.includes('xn--') && encoded !== domain && encoded !== domainToASCII(domain))
            for (const spelling of [encoded, encoded.toUpperCase(), `${encoded}:8448`])
              atLeast('likely', detector, `@server:${spelling}`);
        }
      }
    }
    none();
  });

  it('is at least likely where one letter of the server is a digit, a pair, or one bit away', () => {
    const detector = protect({
      userId: '@server:matrix.org',
      displayNames: ['Matrix.org (Official Account)'],
      domains: ['matrix.org'],
    });
    for (const host of [
      'm4trix.org',
      'matr1x.org',
      'matrlx.org',
      'rnatrix.org',
      'nnatrix.org',
      'matrix.0rg',
      'matrix.orq',
      'matri8.org',
      'oatrix.org',
      'matriz.org',
      'matrix-org.com',
      'matrix.org.evil.test',
      'rnatr1x.org',
      'xn--atrix-xu9b.org',
      'xn--atrix-er33a.org',
      'xn--matri-4g10d.org',
      'xn--mtrix-v3d.org',
    ])
      atLeast('likely', detector, `@server:${host}`);
    none();
  });

  it('is never likely by itself on an unrelated server, nor with a display name that repeats it', () => {
    for (const domain of DOMAINS) {
      const detector = protect({
        userId: `@server:${domain}`,
        displayNames: ['Example (Official Account)'],
        domains: [domain],
      });
      for (const host of [
        'evil.test',
        'server.example',
        'fosdem.social',
        '1.2.3.4',
        '[::1]:8448',
        'localhost',
        `matrix.${domain}`,
        `chat.${domain}`,
      ])
        for (const name of [undefined, null, '', 'server', 'Server', 'SERVER'])
          below('likely', detector, `@server:${host}`, name);
    }
    none();
  });

  it('in another case or with a port or trailing dot is a look-alike', () => {
    for (const domain of DOMAINS) {
      const detector = protect({ userId: `@server:${domain}`, domains: [domain] });
      for (const id of [
        `@Server:${domain}`,
        `@server:${domain.toUpperCase()}`,
        `@server:${domain}:8448`,
        `@server:${domain}.`,
      ])
        atLeast('likely', detector, id);
    }
    none();
  });

  it('in leet on our own server is at least possible, whatever it is and with any name', () => {
    const random = randomOf(2);
    const leet: Readonly<Record<string, string>> = {
      a: '4@',
      e: '3',
      i: '1!|',
      o: '0',
      s: '5$',
      t: '7+',
      l: '1|!',
      b: '8',
      g: '9',
      z: '2',
    };
    for (const localpart of [
      'server',
      'admin',
      'support',
      'ops',
      'bot',
      'wallet24',
      'matrix',
      'abuse',
      'official',
      'security',
      'a1',
      'o2',
      'team',
      'info',
      'moderator',
      'notices',
      'discord',
      'it',
    ]) {
      const detector = protect({
        userId: `@${localpart}:home.example`,
        displayNames: ['Example (Official Account)'],
        domains: ['home.example'],
      });
      for (let round = 0; round < 30; round++) {
        const disguised = [...localpart]
          .map((letter) =>
            leet[letter] !== undefined && random() < 0.6
              ? leet[letter][Math.floor(random() * leet[letter].length)]!
              : letter,
          )
          .join('');
        if (disguised === localpart) continue;
        for (const name of [
          undefined,
          null,
          '',
          'Anna',
          'Anna Schmidt',
          localpart,
          disguised,
          disguised.toUpperCase(),
          `@${disguised}:home.example`,
          'x'.repeat(5000),
          'Анна',
          '\u202eannA',
        ])
          atLeast('possible', detector, `@${disguised}:home.example`, name);
      }
    }
    none();
  });
});

describe('an exact visual twin of an official display name of two words or more', () => {
  const NAMES = [
    'Example (Official Account)',
    'Chess Club',
    'Matrix.org (Official Account)',
    'Anna Schmidt',
    'Служба поддержки Весна',
    'さくら銀行公式アカウント',
    'بنك الأمانة الرسمي',
    'Web3 Wallet 24',
    'The Tor Project',
    'Ελληνική Τράπεζα',
    'המרכז הרפואי',
    'Crédit Agricole',
    'Straße Wien',
    'İstanbul Bankası',
    '한국 은행',
    'Ça va bien',
    'Bank of America N.A.',
    'O2 UK',
  ];

  it('is certain, whoever bears it', () => {
    const random = randomOf(3);
    for (const name of NAMES) {
      const detector = protect({ userId: '@server:home.example', displayNames: [name], domains: ['home.example'] });
      const twins = [
        name,
        ` ${name} `,
        name.replaceAll(' ', '  '),
        name.replaceAll(' ', '\u00a0'),
        `\u200b${name}`,
        [...name].join('\u2060'),
        name.toUpperCase(),
        name.toLowerCase(),
        name.normalize('NFD'),
        `${name}\u3164`,
        `${name}\u{e0061}`,
        `\u2067${name}\u2069`,
        `${name} ✅`,
        `⭐ ${name}`,
      ];
      for (const kind of [
        'cyrillic letter',
        'cyrillic letters',
        'greek letter',
        'full width',
        'mathematical bold',
        'mathematical monospace',
        'invisible everywhere',
        'invisible character',
        'right-to-left override',
      ])
        for (let round = 0; round < 2; round++) twins.push(ATTACKS[kind]!(name, random) ?? name);
      for (const twin of twins)
        for (const userId of ['@x:evil.test', '@anna:home.example', '@anna:[::1]:8448', '@UPPER:b.test', '@:b.test'])
          atLeast('certain', detector, userId, twin);
    }
    none();
  });
});

describe('honest accounts', () => {
  it('whose display name is their own id on the official server are below likely', () => {
    for (const domain of DOMAINS) {
      const detector = protect({
        userId: `@server:${domain}`,
        displayNames: ['Example (Official Account)'],
        domains: [domain],
      });
      for (const name of [
        `@anna:${domain}`,
        `anna:${domain}`,
        ` @anna:${domain} `,
        `https://matrix.to/#/@anna:${domain}`,
        `@Anna:${domain}`,
        `@anna:${domain.toUpperCase()}`,
        `matrix:u/anna:${domain}`,
        `https://matrix.to/#/%40anna%3A${domain}`,
      ])
        below('likely', detector, `@anna:${domain}`, name);
    }
    none();
  });

  it('are below likely so also when their localpart resembles the official one, while the localpart goes on counting', () => {
    for (const domain of DOMAINS) {
      const detector = protect({
        userId: `@server:${domain}`,
        displayNames: ['Example (Official Account)'],
        domains: [domain],
      });
      for (const localpart of ['s3rver', 'servver', 'serverr', 'server_', 'server-official', 'sеrver']) {
        for (const name of [
          `@${localpart}:${domain}`,
          `${localpart}:${domain}`,
          `https://matrix.to/#/@${localpart}:${domain}`,
          `https://matrix.to/#/%40${encodeURIComponent(localpart)}%3A${domain}`,
        ]) {
          below('likely', detector, `@${localpart}:${domain}`, name);
          atLeast('possible', detector, `@${localpart}:${domain}`, name);
        }
      }
      atLeast('likely', detector, `@server:${domain}.`, `@server:${domain}.`);
    }
    none();
  });

  it('with matrix.<any domain> or links to matrix.to are nothing to matrix.org', () => {
    const detector = protect({
      userId: '@server:matrix.org',
      displayNames: ['Matrix.org (Official Account)'],
      domains: ['matrix.org'],
    });
    for (const server of ['matrix.example.com', 'tchncs.de', 'matrix.to', 'matrix.im']) {
      for (const name of [
        'https://matrix.to/#/@alice:example.net',
        'matrix.to',
        'https://matrix.to/#/#room:tchncs.de',
        'see https://matrix.to/#/!abc:example.net?via=example.net',
        'matrix.example.com',
        'Bob matrix.example.com',
        '@bob:matrix.example.com',
        'matrix:r/room:example.net',
        'https://matrix.example.org/',
        'Alice (matrix.example.net)',
        server,
      ])
        below('possible', detector, `@bob:${server}`, name);
    }
    none();
  });

  it('whose name is a word near a localpart, or holds it, are none by themselves', () => {
    const words: Readonly<Record<string, string[]>> = {
      server: [
        'observer',
        'silver',
        'serverless',
        'severe',
        'sever',
        'serve',
        'served',
        'serves',
        'servers',
        'server2',
        'gameserver',
        'conserver',
        'sliver',
        'fever',
        'verve',
        'serif',
        'sender',
        'seller',
        'oliver',
        'denver',
        'werner',
        'xavier',
        'serveur',
        'severin',
        'server-room',
      ],
      support: [
        'supports',
        'supporter',
        'supper',
        'suppose',
        'sport',
        'airport',
        'report',
        'support2',
        'soporte',
        'suporte',
      ],
      admin: ['admit', 'admins', 'amin', 'adrian', 'damian', 'admin2', 'sysadmin', 'adman', 'amina'],
      element: ['elements', 'elemental', 'elementary', 'clement', 'cement', 'element2'],
      matrix: ['matrices', 'metric', 'matron', 'matrix2', 'mattress', 'patrick', 'maurice', 'maria'],
      anna: ['hanna', 'anne', 'ana', 'annabel', 'ann', 'anna2', 'joanna', 'annas', 'ana_'],
      felix: ['feliz', 'felicia', 'helix', 'felix2', 'alex', 'felice'],
      ops: ['oops', 'opts', 'cops', 'bops', 'ops2', 'devops', 'opa'],
      bot: ['bob', 'boot', 'bots', 'robot', 'both', 'bot2', 'rot', 'boat'],
    };
    for (const [localpart, others] of Object.entries(words)) {
      const detector = protect({
        userId: `@${localpart}:matrix.org`,
        displayNames: ['Matrix.org (Official Account)'],
        domains: ['matrix.org'],
      });
      for (const word of others) {
        below('possible', detector, `@${word}:evil.test`);
        below('possible', detector, `@${word}:evil.test`, word);
        below('possible', detector, `@${word}:matrix.org`, word[0]!.toUpperCase() + word.slice(1));
        below('possible', detector, '@u8472:evil.test', word);
      }
    }
    none();
  });
});
