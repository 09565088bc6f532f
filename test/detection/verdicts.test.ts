/** The sentences of the contract about verdicts, one test each, and the names that must be left in peace. */
import { describe, expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import { createDetector, type ProtectedIdentity, type Sighting, type VerdictLevel } from '../../src/detection/index.js';

const rules = loadRules();
const MATRIX: ProtectedIdentity = {
  userId: '@server:matrix.org',
  displayNames: ['Matrix.org (Official Account)'],
  avatars: ['mxc://matrix.org/official'],
  domains: ['matrix.org'],
  rooms: [],
  variants: ['@server-staging:matrix.org'],
};
const RANK: readonly VerdictLevel[] = ['none', 'possible', 'likely', 'certain'];

function protect(...identities: (Partial<ProtectedIdentity> & { userId: string })[]) {
  return createDetector(
    identities.map((identity) => ({
      displayNames: [],
      avatars: [],
      domains: [identity.userId.split(':')[1] ?? ''],
      rooms: [],
      variants: [],
      ...identity,
    })),
    rules,
  );
}
const detector = protect(MATRIX);

function verdict(userId: string, displayName?: string | null, more: Partial<Sighting> = {}): VerdictLevel {
  return detector.inspect({ userId, displayName, ...more }).verdict;
}
function atLeast(level: VerdictLevel, ...sighting: Parameters<typeof verdict>): void {
  const found = detector.inspect({ userId: sighting[0], displayName: sighting[1] });
  expect(RANK.indexOf(found.verdict) >= RANK.indexOf(level) ? level : { level, sighting, ...found }).toBe(level);
}
function below(level: VerdictLevel, ...sighting: Parameters<typeof verdict>): void {
  const found = detector.inspect({ userId: sighting[0], displayName: sighting[1] });
  expect(RANK.indexOf(found.verdict) < RANK.indexOf(level) ? `below ${level}` : { sighting, ...found }).toBe(
    `below ${level}`,
  );
}

describe('the official account', () => {
  it('is official byte for byte, whatever its display name, and so are its variants', () => {
    expect(detector.inspect({ userId: '@server:matrix.org', displayName: 'Mаtrix.org (Official Account)' })).toEqual({
      verdict: 'official',
      score: 0,
      protected: '@server:matrix.org',
      evidence: [],
    });
    expect(detector.inspect({ userId: '@server-staging:matrix.org' })).toMatchObject({
      verdict: 'official',
      protected: '@server:matrix.org',
    });
  });

  it('is imitated by another case, a port or a trailing dot', () => {
    for (const id of [
      '@Server:matrix.org',
      '@SERVER:matrix.org',
      '@server:Matrix.org',
      '@server:MATRIX.ORG',
      '@server:matrix.org:8448',
      '@server:matrix.org.',
      '@server:matrix.org:443',
    ])
      atLeast('likely', id);
  });
});

describe('verdicts', () => {
  it('name the protected identity and give evidence unless they are none or official', () => {
    const found = detector.inspect({ userId: '@x:evil.test', displayName: 'Mаtrix.org (Official Account)' });
    expect(found).toMatchObject({ verdict: 'certain', protected: '@server:matrix.org' });
    expect(found.evidence[0]).toMatchObject({
      field: 'display_name',
      protected: '@server:matrix.org',
      disguise: 'homoglyph',
      weight: expect.any(Number),
      sentence: expect.stringContaining('U+0430'),
    });
    expect(detector.inspect({ userId: '@anna:evil.test', displayName: 'Anna' })).toEqual({
      verdict: 'none',
      score: 0,
      protected: null,
      evidence: [],
    });
  });

  it('do not depend on how many others are protected', () => {
    const others = Array.from({ length: 50 }, (_, index) => ({
      userId: `@helper${index}:site${index}.example`,
      displayNames: [`Helper Number ${index}`],
    }));
    const many = protect(...others, MATRIX);
    for (const [userId, displayName] of [
      ['@sеrvеr:evil.test', undefined],
      ['@x:evil.test', 'Matrix.org (Offical Account)'],
      ['@server:rnatrix.org', undefined],
      ['@helper7:evil.test', 'Anna'],
    ] as const) {
      const alone = [detector, ...others.map((other) => protect(other))].map((one) =>
        one.inspect({ userId, displayName }),
      );
      const strongest = alone.reduce((best, one) =>
        RANK.indexOf(one.verdict) > RANK.indexOf(best.verdict) ||
        (one.verdict === best.verdict && one.score > best.score)
          ? one
          : best,
      );
      expect(many.inspect({ userId, displayName })).toEqual(strongest);
    }
  });

  it('take historical ids, any server name, and names that are null or endless', () => {
    for (const id of [
      '@:b.test',
      '@UPPER:b.test',
      '@имя:b.test',
      '@a:b.test:8448',
      '@a:B.TEST.',
      '@a:[::1]:8448',
      '@a:1.2.3.4',
      '@a b:b.test',
      '@a:localhost',
      '@a:xn--',
      '@a:xn--a-ecp.ru',
    ])
      expect(verdict(id, 'n'.repeat(70_000))).toBe('none');
    expect(verdict('@anna:b.test', null)).toBe('none');
    expect(verdict('@anna:b.test', '')).toBe('none');
  });
});

describe('the localpart', () => {
  it('of the official account on an unrelated server is never likely by itself', () => {
    for (const server of ['evil.test', 'tchncs.de', '1.2.3.4', 'matrix.example.net']) {
      below('likely', `@server:${server}`);
      below('likely', `@server:${server}`, 'Server');
    }
  });

  it('of the official account on a visually disguised server is at least likely', () => {
    for (const server of [
      'rnatrix.org',
      'matr1x.org',
      'xn--mtrix-4ve.org',
      'xn--mtr-6cd1i9d.org',
      'matrlx.org',
      'rnatrix.org:8448',
      'matrix.0rg',
      'MATR1X.org',
      'matirx.org',
      'mаtrix.org',
    ])
      atLeast('likely', `@server:${server}`);
  });

  it('is found in every disguise, and more so on our own server', () => {
    for (const localpart of [
      'sеrvеr',
      's\u200berver',
      'ｓｅｒｖｅｒ',
      '𝓼𝓮𝓻𝓿𝓮𝓻',
      'ѕеrvеr',
      's3rver',
      'serv3r',
      '5erver',
      'sevrer',
      'serverr',
      'servr',
      'ser.ver',
      'server_',
      's.e.r.v.e.r',
      'sërvër',
      '🅂🄴🅁🅅🄴🅁',
      'ɹǝʌɹǝs',
    ]) {
      atLeast('possible', `@${localpart}:evil.test`);
      atLeast('possible', `@${localpart}:matrix.org`, 'Anna');
    }
    for (const localpart of ['sеrvеr', 's\u200berver', 'SERVER', 'ｓｅｒｖｅｒ'])
      atLeast('likely', `@${localpart}:matrix.org`);
  });

  it('in leet on our own server is at least possible with any name, however short it is', () => {
    for (const name of [undefined, null, 'Anna', 'Server', '@s3rver:matrix.org'])
      atLeast('possible', '@s3rver:matrix.org', name);
    const ops = protect({ userId: '@ops:matrix.org' }, { userId: '@bot:matrix.org' });
    for (const id of ['@0ps:matrix.org', '@b0t:matrix.org', '@op5:matrix.org'])
      expect(ops.inspect({ userId: id, displayName: 'Anna' }).verdict).not.toBe('none');
    for (const id of ['@0ps:evil.test', '@opt:matrix.org', '@bod:matrix.org', '@oops:evil.test', '@bots:evil.test'])
      expect(ops.inspect({ userId: id }).verdict).toBe('none');
  });

  it('that is two edits away from a short one, or merely contains it, is none', () => {
    for (const localpart of [
      'observer',
      'silver',
      'serverless',
      'fever',
      'webserver',
      'conserver',
      'serverfarm',
      'sayver',
      'sliver',
      'deserver',
      'driver',
      'servers',
      'xserver',
      'server2',
      'myserver',
      'gameserver',
      'server-room',
      'severe',
    ]) {
      expect([localpart, verdict(`@${localpart}:evil.test`)]).toEqual([localpart, 'none']);
      expect([localpart, verdict(`@${localpart}:evil.test`, localpart)]).toEqual([localpart, 'none']);
      expect([localpart, verdict(`@${localpart}:matrix.org`, localpart)]).toEqual([localpart, 'none']);
    }
  });

  it('that spells the official id or domain is seen', () => {
    atLeast('likely', '@server_matrix.org:evil.test');
    atLeast('likely', '@server-matrix-org:evil.test');
    atLeast('possible', '@matrix.org:evil.test');
    atLeast('likely', '@matrix.org_official_account:evil.test');
  });
});

describe('the display name', () => {
  it('that is an exact visual twin of an official one of two words or more is certain', () => {
    for (const name of [
      'Matrix.org (Official Account)',
      'Mаtrix.org (Official Account)',
      'Matrix․org (Official Acc0unt)',
      'Matrix.org\u200b (Official Account)',
      'Ｍatrix.org (Official Account)',
      'Matrix.org (Officiаl Accоunt)',
      'Matrix.org  (Official Account) ✅',
      '\u202e)tnuoccA laiciffO( gro.xirtaM',
    ]) {
      expect([name, verdict('@x:evil.test', name)]).toEqual([name, 'certain']);
      expect([name, verdict('@anna:matrix.org', name)]).toEqual([name, 'certain']);
    }
  });

  it('that is nearly an official one is likely, and never certain by edits alone', () => {
    for (const name of [
      'Matrix.org (Offical Account)',
      'Matrix.org (Oficial Acount)',
      'Matrix org Official Account',
      'M4trix.0rg (0ff1c14l 4cc0unt)',
      'Official Account Matrix.org',
      'Mätrix.org (Official Account)',
      '🔒 Matrix.org (Official Account) 🔒 verified',
      'Matrix.org [Official Account] team',
    ])
      atLeast('likely', '@x:evil.test', name);
    below('certain', '@x:evil.test', 'Matrix.org (Offical Account)');
  });

  it('that holds the official id or domain is near certain, bare, linked or disguised', () => {
    for (const name of [
      '@server:matrix.org',
      'server:matrix.org',
      'https://matrix.to/#/@server:matrix.org',
      'matrix:u/server:matrix.org',
      'https://matrix.to/#/%40server%3Amatrix.org',
      'I am @server:matrix.org',
      '@sеrver:mаtrix.org',
      '@server:matrix․org',
      'matrix.org',
      'Matrix.org Support',
      'mаtrix.org',
      'm4trix.org',
    ])
      atLeast('likely', '@x:evil.test', name);
  });

  it('that speaks of the official domain is possible: people say where they are from', () => {
    for (const name of ['visit matrix.org now', 'Anna (matrix.org)', 'frank · matrix.org', 'matrix.org status feed']) {
      atLeast('possible', '@x:evil.test', name);
      below('likely', '@x:evil.test', name);
    }
  });

  it('that is its own user id on the official server is below likely', () => {
    for (const name of [
      '@anna:matrix.org',
      'anna:matrix.org',
      'Anna (matrix.org)',
      'https://matrix.to/#/@anna:matrix.org',
    ])
      below('likely', '@anna:matrix.org', name);
    below('likely', '@anna:evil.test', '@anna:matrix.org');
    below('likely', '@anna:evil.test', 'Anna (@anna:matrix.org)');
  });

  it('with matrix.<any domain> or a link to matrix.to says nothing about matrix.org', () => {
    for (const name of [
      'matrix.example.com',
      'Anna on matrix.example.com',
      'https://matrix.to/#/@anna:example.com',
      'matrix.to',
      'https://matrix.to',
      'https://matrix.to/#/#room:example.com',
      '@anna:matrix.example.com',
    ])
      expect([name, verdict('@anna:matrix.example.com', name)]).toEqual([name, 'none']);
    for (const server of ['matrix.example.com', 'matrix.to', 'matrix.debian.social', 'matrix.im.example'])
      expect([server, verdict(`@anna:${server}`)]).toEqual([server, 'none']);
  });

  it('that puts the brand beside a role is seen, in any language', () => {
    const example = protect({ userId: '@help:exampla.org', displayNames: ['Exampla'] });
    for (const name of [
      'Exampla Support',
      'Official Exampla',
      'ExamplaSupport',
      'Exampla Поддержка',
      'Exampla公式',
      'Soporte Exampla',
      'Еxampla Support',
      'Exampla Kundendienst',
      'Exampla 客服',
      'EXAMPLA ADMIN',
      'Exampla | Security Team',
    ]) {
      const found = example.inspect({ userId: '@x:evil.test', displayName: name });
      expect([name, found.verdict]).toEqual([name, expect.stringMatching(/likely|certain/)]);
    }
    for (const name of ['Exampla News', 'Exmapla Support', 'Exampla Suport', 'Exampla bot'])
      expect([name, example.inspect({ userId: '@x:evil.test', displayName: name }).verdict]).toEqual([
        name,
        expect.stringMatching(/possible|likely/),
      ]);
    for (const name of ['Exampla fan', 'Anna from Exampla', 'Support', 'Official'])
      expect([name, example.inspect({ userId: '@x:evil.test', displayName: name }).verdict]).toEqual([name, 'none']);
  });
});

describe('honest people', () => {
  it('called Server or Sérver are left in peace', () => {
    for (const name of ['Server', 'Sérver', 'server', 'SERVER', 'Serveur', 'Servér', 'Silver', 'Observer'])
      expect([name, verdict('@anna:evil.test', name), verdict('@anna:matrix.org', name)]).toEqual([
        name,
        'none',
        'none',
      ]);
  });

  it('who bear a name that a community shares stay below likely', () => {
    const element = protect({ userId: '@element:element.io', displayNames: ['Element'] }, MATRIX);
    for (const [userId, displayName] of [
      ['@element:evil.test', 'Element'],
      ['@anna:evil.test', 'Element'],
      ['@matrix:evil.test', undefined],
      ['@matrix:evil.test', 'matrix'],
      ['@matrix:evil.test', 'Matrix'],
      ['@x:evil.test', 'Matrix Bot'],
      ['@bot:evil.test', 'Element Bot'],
    ] as const) {
      const found = element.inspect({ userId, displayName });
      expect({ userId, displayName, verdict: found.verdict, evidence: found.evidence }).toMatchObject({
        verdict: expect.stringMatching(/none|possible/),
      });
    }
  });

  it('who share a first name or a surname with somebody protected are left in peace', () => {
    const staff = protect(
      { userId: '@anna:matrix.org', displayNames: ['Anna (Moderator)', 'Jean-Luc'], domains: [] },
      { userId: '@smith:smith.example', displayNames: ['Christiansen LLC'] },
    );
    for (const name of ['Anna', 'anna', 'Christiansen', 'Hanna', 'Jean'])
      expect([name, staff.inspect({ userId: '@u:evil.test', displayName: name }).verdict]).toEqual([name, 'none']);
    expect(staff.inspect({ userId: '@u:evil.test', displayName: 'Jean-Luc' }).verdict).not.toMatch(/likely|certain/);
    expect(staff.inspect({ userId: '@u:evil.test', displayName: 'Anna (Moderator)' }).verdict).toBe('certain');
  });

  it('with the official localpart on a host below the official domain are not likely', () => {
    expect(verdict('@server:staging.matrix.org')).toBe('possible');
  });

  it('with whole names in other scripts are no disguise', () => {
    for (const name of [
      'Анна Каренина',
      'Сервер',
      'サーバー',
      'محمد علي',
      'Σωκράτης',
      'שרה',
      '服务器',
      'Շուշան',
      'ანა',
      'Ольга',
      'Вера',
    ])
      expect([name, verdict('@u:evil.test', name)]).toEqual([name, 'none']);
  });
});

describe('across fields', () => {
  it('a second sign that fits raises the verdict', () => {
    atLeast('likely', '@s3rver:matrix.org', 'Matrix Official');
    atLeast('likely', '@server:evil.test', 'Matrix Support');
    atLeast('certain', '@server:rnatrix.org', 'Matrix.org Support');
    expect(detector.inspect({ userId: '@server:evil.test', avatarUrl: 'mxc://matrix.org/official' }).verdict).toBe(
      'likely',
    );
    expect(detector.inspect({ userId: '@anna:evil.test', avatarUrl: 'mxc://matrix.org/official' }).verdict).toBe(
      'possible',
    );
    expect(detector.inspect({ userId: '@anna:evil.test', roomName: 'Matrix.org (Official Account)' }).verdict).toBe(
      'possible',
    );
  });

  it('servers of a letter or two are not slips of one another', () => {
    for (const [official, other] of [
      ['a.test', 'b.test'],
      ['hs1.test', 'hs2.test'],
      ['x.org', 'y.org'],
    ] as const) {
      const short = protect({ userId: `@server:${official}`, displayNames: ['Asgard (Official Account)'] });
      expect([other, short.inspect({ userId: `@anna:${other}`, displayName: 'Anna' }).verdict]).toEqual([
        other,
        'none',
      ]);
      expect(short.inspect({ userId: `@server:${other}` }).verdict).toBe('possible');
    }
  });

  it('a server that names nobody is still its own name', () => {
    const nobody = protect({ userId: '@shop:matrix.org', displayNames: ['My Little Shop'], domains: [] });
    expect(nobody.inspect({ userId: '@x:evil.test', displayName: 'matrix.org' }).verdict).toBe('none');
    expect(nobody.inspect({ userId: '@x:evil.test', displayName: 'Matrix Support' }).verdict).toBe('none');
    expect(nobody.inspect({ userId: '@shop:rnatrix.org' }).verdict).toMatch(/likely|certain/);
  });
});

describe('one letter in another shape', () => {
  const shops = protect(
    { userId: '@kraken:kraken.example', displayNames: ['Kraken'] },
    { userId: '@valve:valve.example', displayNames: ['Valve'] },
    { userId: '@nova:nova.example', displayNames: ['Nova'] },
  );
  const level = (localpart: string, displayName?: string) =>
    shops.inspect({ userId: `@${localpart}:evil.test`, displayName }).verdict;

  it('is seen in names of five letters and more, also where the shape has another reading in the table', () => {
    // ɢ folds to g and is meant as c; ฅ, 𐪉 and 𖼏 fold to nothing Latin
    for (const text of [
      'kꝵaken',
      'ꞣraken',
      'krꞻken',
      'kraᛕen',
      'krakꬳn',
      'krakeꬻ',
      'kra𐊺en',
      'vaꟾve',
      'ⱱalve',
      'valꝟe',
      'vꓯlve',
      'vɑlve',
      'v𐪉lve',
      'ɢalve',
      'kraꝥen',
      'ฅraken',
    ]) {
      expect([text, level(text)]).not.toEqual([text, 'none']);
      expect([text, level('u8472', text)]).not.toEqual([text, 'none']);
    }
  });

  it('is seen in four letters when it comes from another script', () => {
    for (const text of ['ꓠova', 'n᠐va', 'nօva', 'noᐯa', 'noⱱꓮ', 'no𐊼a', 'ɴоva'])
      expect([text, level(text)]).not.toEqual([text, 'none']);
  });

  it('accuses nobody who writes in their own alphabet, or is called something else of four letters', () => {
    for (const name of [
      'Nåva',
      'Nóva',
      'Nøva',
      'Noŋa',
      'Нова',
      'Нина',
      'Краков',
      'Кракен',
      'Валя',
      'Вальтер',
      'Þórva',
      'Đặng',
      'Łukasz',
      'Ɛkow',
      'ნოდარ',
      'กรกนก',
      'כרמית',
      'Նարեկ',
    ]) {
      const found = shops.inspect({ userId: '@u8472:evil.test', displayName: name });
      expect([name, RANK.indexOf(found.verdict) < RANK.indexOf('likely')]).toEqual([name, true]);
      if (!/[Кк]ракен|N[åóø]va|Нова/.test(name)) expect([name, found.verdict]).toEqual([name, 'none']);
    }
  });
});
