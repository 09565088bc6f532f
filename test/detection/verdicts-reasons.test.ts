/** Each rule by its reason: which attack it stops, and which honest name it leaves in peace. */
import { describe, expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import { createDetector, type ProtectedIdentity, type Verdict } from '../../src/detection/index.js';
import { mixesScripts, rawSignals, restrictionLevel } from '../../src/detection/score/scripts.js';

const rules = loadRules();
function protect(...identities: (Partial<ProtectedIdentity> & { userId: string })[]) {
  return createDetector(
    identities.map((identity) => ({
      displayNames: [],
      avatars: [],
      domains: [],
      rooms: [],
      variants: [],
      ...identity,
    })),
    rules,
  );
}
const MATRIX = {
  userId: '@server:matrix.org',
  displayNames: ['Matrix.org (Official Account)'],
  domains: ['matrix.org'],
};
const NOVA = { userId: '@novapost:novapost.example', displayNames: ['Novapost'], domains: ['novapost.example'] };
const look = (detector: ReturnType<typeof protect>, userId: string, displayName?: string): Verdict =>
  detector.inspect({ userId, displayName });
const views = ({ evidence }: Verdict) => evidence.map(({ field, view, disguise }) => `${field} ${view} ${disguise}`);

describe('every hit says which view found it', () => {
  const detector = protect(MATRIX, NOVA);

  it('as it stands, by skeleton, by our fold, printed, without separators, by its words, by the server, across fields', () => {
    expect(views(look(detector, '@novapost:evil.test'))).toEqual(['localpart raw brand']);
    expect(views(look(detector, '@n\u043evapost:evil.test'))).toEqual([
      'localpart skeleton homoglyph',
      'localpart raw mixed_scripts',
    ]);
    expect(views(look(detector, '@n0vap0st:evil.test'))).toEqual(['localpart skeleton lookalike']);
    expect(views(look(detector, '@nov4post:evil.test'))).toEqual(['localpart fold leet']);
    expect(views(look(detector, '@novvapost:evil.test'))[0]).toBe('localpart fold edit');
    expect(views(look(detector, '@nova.post:evil.test'))).toEqual(['localpart compact spacing']);
    expect(views(look(detector, '@novapost-support:evil.test'))[0]).toMatch(/^localpart token/);
    expect(views(look(detector, '@x:evil.test', '\u202etsopavoN'))[0]).toMatch(/^display_name visual_order/);
    expect(views(look(detector, '@anna:novapoost.example'))).toEqual(['server_name server typo_domain']);
    expect(views(look(detector, '@matrix:org-official.test'))).toEqual(['user_id across split']);
    expect(views(look(detector, '@Server:matrix.org'))[0]).toBe('user_id across id_variant');
  });
});

describe('what is hidden in the text itself', () => {
  it('is told beside a resemblance, and is nothing without one', () => {
    const detector = protect(NOVA);
    for (const [hidden, signal] of [
      ['\u202d', 'bidi_control'],
      ['\u{e0061}', 'tag'],
      ['\ufe01', 'variation_selector'],
      ['\u2800', 'blank'],
      ['\u3164', 'blank'],
      ['\u115f', 'blank'],
      ['\uffa0', 'blank'],
      ['\u0335\u0301\u0323', 'mark_run'],
      ['\u200b', 'invisible'],
      ['\u2063', 'invisible'],
    ] as const) {
      const found = look(detector, '@x:evil.test', `Nova${hidden}post`);
      expect([
        hidden,
        found.verdict === 'none',
        found.evidence.some(({ view, disguise }) => view === 'raw' && disguise === signal),
      ]).toEqual([hidden, false, true]);
      expect([hidden, look(detector, '@x:evil.test', `Ann${hidden}a`).verdict]).toEqual([hidden, 'none']);
    }
    expect(rawSignals('Anna 👩‍👩‍👧 ✌️ ☎︎')).toEqual([]);
    expect(rawSignals('Österreich Café')).toEqual([]);
  });

  it('is judged by the restriction levels of UTS 39', () => {
    expect(['Anna 22', 'Österreich', 'Анна', '東京タワー', '한국', 'אנה', 'ไทย'].map(restrictionLevel)).toEqual([
      'ascii',
      'single',
      'single',
      'single',
      'single',
      'single',
      'single',
    ]);
    expect(['東京Tokyo', '김Kim', 'Bopomofoㄅ漢'].map(restrictionLevel)).toEqual(['highly', 'highly', 'highly']);
    expect(['Annaא', 'sერver'].map(restrictionLevel)).toEqual(['moderately', 'moderately']);
    expect(['sеrver', 'sεrver', 'Анנа'].map(restrictionLevel)).toEqual(['minimally', 'minimally', 'minimally']);
    expect(['sᎬrver', 'ꓢerver'].map(restrictionLevel)).toEqual(['unrestricted', 'unrestricted']);
  });

  it('lets people write two scripts side by side', () => {
    for (const name of [
      'Анна Smith',
      '東京Tokyo',
      'Kim 김',
      'Anna (Анна)',
      'Мария_Maria',
      'Ἀθῆναι Athens',
      'math 𝛼',
      'naïve',
      '①②',
    ])
      expect([name, mixesScripts(name)]).toEqual([name, false]);
    for (const name of ['Аnna', 'pаypal', 'Gοοgle', 'ᏢayPal']) expect([name, mixesScripts(name)]).toEqual([name, true]);
  });
});

describe('a name split over localpart and server', () => {
  it('is seen where the server begins with just the rest', () => {
    const detector = protect(MATRIX, NOVA);
    for (const id of [
      '@matrix:org-official.test',
      '@matr:ix.org',
      '@mаtrix:org.test',
      '@nova:post.test',
      '@novap:ost.evil.test',
      '@novapost:example.evil.test',
    ])
      expect([id, look(detector, id).verdict]).toEqual([id, 'possible']);
  });

  it('is nothing where the server is a word of its own', () => {
    const detector = protect(MATRIX, NOVA);
    for (const id of [
      '@matrix:organic.test',
      '@nova:postal.test',
      '@nov:apostrophe.test',
      '@anna:org.test',
      '@no:vapost.test',
    ])
      expect([id, views(look(detector, id)).some((view) => view.includes('split'))]).toEqual([id, false]);
    expect(look(detector, '@novapost:novapost.example').verdict).toBe('official');
    expect(look(protect({ userId: '@x:element.io', domains: ['element.io'] }), '@ele:ment.test').verdict).toBe('none');
  });
});

describe('links', () => {
  it('to the official id are near certain, however they are written', () => {
    const detector = protect(MATRIX);
    for (const name of [
      'https://matrix.to/#/@server:matrix.org',
      'https://matrix.to/#/%40server%3Amatrix.org',
      'https://matrix.to/#/%40s%D0%B5rver%3Amatrix.org',
      'matrix:u/server:matrix.org',
      'matrix.to/#/@sеrver:mаtrix.org',
      '@server:matrix․org',
    ])
      expect([name, look(detector, '@x:evil.test', name).verdict]).toEqual([name, 'certain']);
    for (const name of [
      'https://matrix.to/#/@server:matrix.org?via=evil.test',
      'write to @server:matrix.org',
      'https://matrix.to/#/@server:rnatrix.org',
    ])
      expect([name, look(detector, '@x:evil.test', name).verdict]).toEqual([
        name,
        expect.stringMatching(/likely|certain/),
      ]);
    for (const name of [
      'https://matrix.to/#/%40anna%3Aexample.net',
      '%E0%A4%A',
      '100%',
      'https://matrix.to/#/#matrix:example.net',
    ])
      expect([name, look(detector, '@x:evil.test', name).verdict]).toEqual([name, 'none']);
  });
});

describe('a rare name', () => {
  const detector = protect(NOVA);

  it('is meant by whatever holds it beside numbers, fillers and bait', () => {
    for (const localpart of [
      'novapost2',
      'novaposts',
      'the-novapost',
      'novapost2024',
      'novapostapp',
      'mynovapost',
      'novapostsupport',
      'teamnovapost',
      'novapots',
      'novpaost',
    ])
      expect([localpart, look(detector, `@${localpart}:evil.test`).verdict]).toEqual([localpart, 'possible']);
    for (const name of ['The Novapost', 'Novapost 24', 'Novapost App', 'Nova-post', 'Novaposst'])
      expect([name, look(detector, '@x:evil.test', name).verdict]).toEqual([name, 'possible']);
  });

  it('is meant by its domain, in any field, disguised or with a slip', () => {
    for (const domain of ['novapost.example', 'novapоst.example', 'novapots.example', 'nowapost.example']) {
      expect([domain, look(detector, `@${domain}:evil.test`).verdict]).not.toEqual([domain, 'none']);
      expect([domain, look(detector, '@x:evil.test', domain).verdict]).not.toEqual([domain, 'none']);
    }
  });

  it('is not meant by ids that bridges give, nor by whole other words beside it', () => {
    for (const id of [
      '@_novapost_123456789012345678:evil.test',
      '@novapost-fan:evil.test',
      '@postnova:evil.test',
      '@nova:evil.test',
    ])
      expect([id, look(detector, id).verdict]).toEqual([id, 'none']);
    for (const name of ['_novapost_123456789012345678', 'Novapost fan', 'Anna from Novapost', 'I love Novapost'])
      expect([name, look(detector, '@x:evil.test', name).verdict]).toEqual([name, 'none']);
  });

  it('under another ending or below another domain counts beside a name that fits, and is nothing to its other members', () => {
    for (const server of ['novapost.ru', 'novapost.evil.test', 'novapost-login.mooo.com']) {
      expect([server, look(detector, `@novapost:${server}`).verdict]).toEqual([server, 'likely']);
      expect([server, look(detector, `@help:${server}`, 'Novapost').verdict]).toEqual([server, 'likely']);
    }
    for (const server of ['novapost.ru', 'novapost.evil.test'])
      expect([server, look(detector, `@anna:${server}`, 'Anna').verdict]).toEqual([server, 'none']);
    expect(look(protect(MATRIX), '@server:matrix.ru').verdict).toBe('possible');
  });
});

describe('names that people bear', () => {
  it('are no slips of one another', () => {
    const staff = protect(
      { userId: '@anna:home.example', displayNames: ['Anna Schmidt'] },
      { userId: '@felix:home.example', displayNames: ['Felix'] },
      { userId: '@martin:home.example', displayNames: ['Martin (Moderator)'] },
    );
    for (const name of [
      'Hanna',
      'Anne',
      'Max Schmidt',
      'Anna Schmitt',
      'Felicia',
      'Helix',
      'Feliz',
      'Marvin',
      'Mardin',
      'Martin',
      'martin2',
    ])
      expect([name, look(staff, '@u8472:evil.test', name).verdict]).toEqual([name, 'none']);
    for (const localpart of ['hanna', 'anna2', 'marvin', 'martina', 'martin44', 'felicia'])
      expect([localpart, look(staff, `@${localpart}:evil.test`).verdict]).toEqual([localpart, 'none']);
    expect(look(staff, '@u8472:evil.test', 'Felix').verdict).toBe('possible');
    expect(look(staff, '@u8472:evil.test', 'Anna Schmidt').verdict).toBe('certain');
    expect(look(staff, '@u8472:evil.test', 'Маrtin').verdict).not.toBe('none');
  });

  it('are not near because the words for a role beside them are the same', () => {
    const support = protect({ userId: '@blizzard:home.example', displayNames: ['Blizzard Support'] });
    expect(look(support, '@x:evil.test', 'Bilford Support').verdict).not.toMatch(/likely|certain/);
    expect(look(support, '@x:evil.test', 'Lizzy Support').verdict).toBe('none');
    for (const name of ['Blizard Support', 'Blizzard Suport', 'Bllizzard Support'])
      expect([name, look(support, '@x:evil.test', name).verdict]).toEqual([name, 'likely']);
    // another letter may make another name, which no list need know
    expect(look(support, '@x:evil.test', 'Blizzarb Support').verdict).toBe('possible');
  });

  it('in a server accuse none of its members when it is two slips away', () => {
    const systemd = protect({
      userId: '@server:systemd.com',
      displayNames: ['Systemd (Official Account)'],
      domains: ['systemd.com'],
    });
    expect(look(systemd, '@anna:systemli.org', 'Anna').verdict).toBe('none');
    expect(look(systemd, '@server:systemli.org').verdict).not.toBe('certain');
    expect(look(systemd, '@anna:systemmd.com', 'Anna').verdict).toBe('possible');
  });

  it('of up to four letters only add to a second field', () => {
    const ops = protect({ userId: '@kube:kube.example', displayNames: ['Kube Operations'], domains: ['kube.example'] });
    for (const id of ['@kuve:evil.test', '@kubr:evil.test', '@kub:evil.test', '@kubee:evil.test'])
      expect([id, look(ops, id).verdict]).toEqual([id, 'none']);
    expect(look(ops, '@kubr:kub3.example').evidence.map(({ field }) => field)).toEqual(['localpart', 'server_name']);
  });

  it('of networks are borne by their bots and ghosts', () => {
    const discord = protect({ userId: '@discord:discord.com', displayNames: ['Discord'], domains: ['discord.com'] });
    for (const [id, name] of [
      ['@discordbot:evil.test', 'discordbot'],
      ['@discord-bot:evil.test', 'Discord Bot'],
      ['@_discord_123456789012345678:evil.test', 'Anna'],
      ['@x:evil.test', 'Discord bridge bot'],
    ] as const)
      expect([id, look(discord, id, name).verdict]).toEqual([id, 'none']);
    expect(look(discord, '@x:evil.test', 'Discord Support').verdict).toBe('likely');
    expect(look(discord, '@discord:evil.test', 'Discord').verdict).toBe('possible');
  });

  it('are one sign when the display name only repeats the localpart, two when trouble was taken twice', () => {
    const detector = protect(NOVA);
    for (const [id, name] of [
      ['@novapost:evil.test', 'Novapost'],
      ['@novaposst:evil.test', 'novaposst'],
    ] as const)
      expect([id, look(detector, id, name).verdict]).toEqual([id, 'possible']);
    for (const [id, name] of [
      ['@n0v4post:evil.test', 'N0v4post'],
      ['@nova.post:evil.test', 'Nova Post'],
      ['@NOVAPOST:evil.test', 'NOVAPOST'],
      ['@~novapost~:evil.test', '~Novapost~'],
    ] as const)
      expect([id, look(detector, id, name).verdict]).toEqual([id, 'likely']);
  });
});

describe('certain', () => {
  it('never comes of names that are borne openly: a sister under another ending is not banned', () => {
    const detector = protect(NOVA);
    for (const [id, name] of [
      ['@novapost:novapost.ru', 'Novapost Support'],
      ['@novapost:novapost.ru', 'Novapost'],
      ['@server:novapost.ru', 'NOVAPOST'],
    ] as const)
      expect([id, look(detector, id, name).verdict]).not.toEqual([id, 'certain']);
    expect(look(detector, '@novapost:novapоst.example', 'Novapost Support').verdict).toBe('certain');
  });

  it('never comes of slips alone, in one field or in all', () => {
    const detector = protect(MATRIX, { ...NOVA, displayNames: ['Novapost Support'] });
    for (const [id, name] of [
      ['@novapots:novapoost.example', 'Novapots Suport'],
      ['@novpost:novaposst.example', 'Novapst Support'],
      ['@x:evil.test', 'Novapost Suport'],
      ['@servr:matrlx.test', 'Matrix.org (Offical Acount)'],
    ] as const)
      expect([id, look(detector, id, name).verdict]).not.toEqual([id, 'certain']);
  });
});
