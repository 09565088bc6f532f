/**
 * Views and rules that nothing else holds in place: each of these was broken on purpose (`npm run mutate`) and no test
 * had noticed. One attack or one honest name each.
 */
import { describe, expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import { nativeDistance, nativeOf } from '../../src/detection/native.js';
import { createDetector, type Detector, type ProtectedIdentity, type Verdict } from '../../src/detection/index.js';

const rules = loadRules();
const protect = (userId: string, displayName: string, more: Partial<ProtectedIdentity> = {}): Detector =>
  createDetector(
    [{ userId, displayNames: [displayName], domains: [], avatars: [], rooms: [], variants: [], ...more }],
    rules,
  );
const look = (detector: Detector, userId: string, displayName?: string): Verdict =>
  detector.inspect({ userId, displayName });
const named = (detector: Detector, displayName: string) => look(detector, '@u8472:evil.test', displayName).verdict;

describe('letters drawn together', () => {
  it('are a twin whichever side has the pair: m for rn is as good as rn for m', () => {
    for (const [official, twin] of [
      ['Barnaby Bank', 'Bamaby Bank'],
      ['Mammon Bank', 'Marnrnon Bank'],
      ['Clever Bank', 'Dever Bank'],
      ['Savvy Bank', 'Sawy Bank'],
    ] as const) {
      const found = look(protect('@zorbax:home.example', official), '@x:evil.test', twin);
      expect([twin, found.verdict, found.evidence[0]?.disguise]).toEqual([twin, 'certain', 'lookalike']);
    }
    expect(
      look(protect('@zorbax:home.example', 'Barnaby Bank'), '@x:evil.test', 'Bamaby Bank').evidence[0]?.sentence,
    ).toContain('"m" for "rn"');
  });

  it('are no slips in a short word beside a slip in another', () => {
    const bank = protect('@zorbax:home.example', 'Max Kreditbank');
    expect(['Rnax Kreditbamk', 'Trax Kreditbamk'].map((name) => named(bank, name) === 'none')).toEqual([false, true]);
  });

  it('are seen where words for a role stand amid the name', () => {
    expect(named(protect('@zorbax:home.example', 'Megapost'), 'Rnega Support Post')).toBe('likely');
  });
});

describe('a word that is wholly in another script', () => {
  it('is no slip of a Latin name, in whatever field: Ракета is a rocket and not Paketo', () => {
    for (const detector of [
      protect('@paketo:paketo.example', 'Paketo', { domains: ['paketo.example'] }),
      protect('@paketo:home.example', 'Zorbax'),
      protect('@zorbax:home.example', 'Paketo'),
    ]) {
      expect(named(detector, 'Ракета')).toBe('none');
      expect(look(detector, '@ракета:evil.test').verdict).toBe('none');
      expect(named(detector, 'Раketa')).toBe('possible');
    }
    expect(named(protect('@zorbax:home.example', 'Paketo Base'), 'Ракета Васе')).toBe('none');
  });
});

describe('text that is turned around', () => {
  const detector = protect('@server:matrix.org', 'Matrix.org (Official Account)', { domains: ['matrix.org'] });

  it('is read as it is printed, up to where the turning ends, over whatever is nested in it', () => {
    for (const name of [
      '\u202exirtaM\u202c.org (Official Account)',
      'Matrix.org (\u202elaiciffO\u202c Account)',
      '\u202e)tnuoccA\u2066\u2069 laiciffO( gro.xirtaM',
      '\u202e)tnuoccA \u202blaiciffO\u202c( gro.xirtaM',
    ])
      expect([name, named(detector, name)]).toEqual([name, 'certain']);
  });
});

describe('evidence', () => {
  it('says where in a field the disguise is, in code points', () => {
    expect(
      look(protect('@zorbax:home.example', 'Chess Club'), '@x:evil.test', '⭐ 𝐂hеss Club').evidence[0]?.position,
    ).toEqual({ start: 2, end: 5 });
  });
});

describe('where a name ends inside a longer one', () => {
  it('is told by capitals and digits, so that a short brand is found without spaces around it', () => {
    const acme = protect('@zorbax:home.example', 'Acme');
    expect(['AcmeSupport', 'Acme2Support', 'acmesupport', 'Pacmesupport'].map((name) => named(acme, name))).toEqual([
      'likely',
      'likely',
      'none',
      'none',
    ]);
    const club = protect('@zorbax:home.example', 'Chess Club');
    expect(['theChessClub', 'thechessclub'].map((name) => named(club, name))).toEqual(['likely', 'none']);
  });

  it('needs no space in scripts that are written without: 公式 (official) before a Japanese name', () => {
    for (const [official, name] of [
      ['さくら銀行', '公式さくら銀行'],
      ['さくら銀行', 'さくら銀行サポート'],
      ['東京銀行', '東京銀行公式'],
      ['みずほ', '公式みずほ'],
    ] as const)
      expect([name, named(protect('@zorbax:home.example', official), name)]).toEqual([name, 'likely']);
    expect(named(protect('@zorbax:home.example', 'さくら銀行'), '私とさくら銀行員')).toBe('none');
  });
});

describe('how a letter differs', () => {
  const club = protect('@zorbax:home.example', 'Chess Club');
  const nova = protect('@help:novapost.example', 'Novapost', { domains: ['novapost.example'] });

  it('by its shape only: a reader may see it, so it is no twin', () => {
    const found = look(club, '@x:evil.test', 'ƈhɛss ƈlub');
    expect([found.verdict, found.evidence[0]?.disguise]).toEqual(['likely', 'shape']);
  });

  it('by marks drawn over all of it, boxes or small capitals: a style that nobody uses by accident', () => {
    for (const [name, verdict] of [
      ['C\u0335h\u0335e\u0335s\u0335s\u0335 C\u0335l\u0335u\u0335b\u0335', 'certain'],
      ['🅲🅷🅴🆂🆂 🅲🅻🆄🅱', 'certain'],
    ] as const)
      expect([name, look(club, '@x:evil.test', name).verdict]).toEqual([name, verdict]);
    for (const name of ['N\u0332o\u0332v\u0332a\u0332p\u0332o\u0332s\u0332t\u0332', 'ɴᴏᴠᴀᴘᴏꜱᴛ', '🅝🅞🅥🅐🅟🅞🅢🅣 Mike']) {
      const found = look(nova, '@x:evil.test', name);
      expect([name, found.verdict, found.evidence[0]?.disguise]).toEqual([name, 'likely', 'style']);
    }
    // an accent or two are honest spelling
    expect(look(nova, '@x:evil.test', 'Nóvapöst').evidence[0]?.disguise).toBe('accent');
  });

  it('by its style is a disguise that nobody makes by accident', () => {
    for (const name of ['Ｎｏｖａｐｏｓｔ', '𝓝𝓸𝓿𝓪𝓹𝓸𝓼𝓽'])
      expect([name, look(nova, '@x:evil.test', name).evidence[0]]).toMatchObject([
        name,
        { disguise: 'style', weight: rules.weights.word_disguised },
      ]);
  });

  it('is nothing deliberate where the whole name is in another script', () => {
    // полка is a shelf
    expect(look(protect('@zorbax:home.example', 'Nonka'), '@x:evil.test', 'Полка').evidence[0]).toMatchObject({
      weight: rules.weights.word_readable,
    });
  });
});

describe('a server', () => {
  it('given away below a public host is seen with a slip in its name, and nothing when it is called otherwise', () => {
    const nova = protect('@help:novapost.example', 'Novapost', { domains: ['novapost.example'] });
    expect(['novapots.evil.test', 'novapaint.evil.test'].map((host) => look(nova, `@anna:${host}`).verdict)).toEqual([
      'possible',
      'none',
    ]);
  });

  it('with a twin of the brand under another ending is told as one, and no slip', () => {
    const nova = protect('@help:novapost.example', 'Novapost', { domains: ['novapost.example'] });
    expect(['n0vapost.ru', 'novaposst.ru'].map((host) => look(nova, `@anna:${host}`).evidence[0]?.disguise)).toEqual([
      'lookalike_domain',
      'typo_domain',
    ]);
  });

  it('is what somebody registered, whatever is in front; below a public host everybody has a name of their own', () => {
    const matrix = protect('@server:matrix.org', 'Zorbax', { domains: ['matrix.org'] });
    expect(look(matrix, '@anna:chat.m\u0430trix.org').evidence.map(({ disguise }) => disguise)).toContain('homograph');
    const pages = protect('@help:novapost.github.io', 'Zorbax', { domains: ['novapost.github.io'] });
    expect(['GitHub Support', 'Novapost Support'].map((name) => named(pages, name))).toEqual(['none', 'likely']);
  });

  it('with a slip in the brand and bait glued to it is seen', () => {
    const nova = protect('@help:novapost.example', 'Novapost', { domains: ['novapost.example'] });
    expect(
      ['novapotslogin.test', 'loginnovapots.test', 'novapotskaffee.test'].map(
        (host) => look(nova, `@anna:${host}`).verdict,
      ),
    ).toEqual(['possible', 'possible', 'none']);
  });

  const matrix = protect('@server:matrix.org', 'Matrix.org (Official Account)', { domains: ['matrix.org'] });

  it('whose first label says what runs there adds nothing, even beside the official localpart', () => {
    for (const host of ['matrix.example.net', 'matrix.evil.test'])
      expect([host, look(matrix, `@server:${host}`).evidence.map(({ field }) => field)]).toEqual([host, ['localpart']]);
    expect(
      look(
        protect('@server:novapost.example', 'Zorbax', { domains: ['novapost.example'] }),
        '@server:novapost.evil.test',
      ).evidence.map(({ field }) => field),
    ).toEqual(['localpart', 'server_name']);
  });

  it('that stands in for the official one makes a localpart that everybody has mean ours', () => {
    const detector = protect('@admin:novapost.example', 'Zorbax', { domains: ['novapost.example'] });
    expect(
      ['@admin:novapots.example', '@admin:evil.test', '@admin:zorbax.example'].map((id) => look(detector, id).verdict),
    ).toEqual(['likely', 'none', 'none']);
  });
});

describe('a localpart that is a word', () => {
  it('is not meant by one that merely adds to it, on no list of words either; a doubled letter is a slip', () => {
    const detector = protect('@server:matrix.org', 'Zorbax');
    expect(
      ['serverq', 'qserver', 'zserver', 'serverr', 'sserver'].map(
        (localpart) => look(detector, `@${localpart}:evil.test`).verdict,
      ),
    ).toEqual(['none', 'none', 'none', 'possible', 'possible']);
  });
});

describe('how far a slip goes', () => {
  it('letters of other scripts and shapes stand for whatever is expected there, so that two are hardly a slip', () => {
    expect(named(protect('@zorbax:home.example', 'Kraken'), 'ɢraɢen')).toBe('possible');
    expect(
      ['Chฅss Clฅb', 'Chqss Clxb', 'Ch漢ss Cl字b'].map((name) =>
        named(protect('@zorbax:home.example', 'Chess Club'), name),
      ),
    ).toEqual(['likely', 'possible', 'possible']);
  });

  it('letters that look alike, vowels and doubled letters are hardly seen, so that two count even around a word', () => {
    const server = protect('@server:matrix.org', 'Zorbax');
    expect(
      ['sorvor', 'serrvver', 'survor', 'sarvar', 'serqvber'].map(
        (localpart) => look(server, `@${localpart}:evil.test`).verdict,
      ),
    ).toEqual(['possible', 'possible', 'possible', 'none', 'none']);
  });

  it('two letters that resemble nothing, one of them the first, make another name of six', () => {
    expect(['kraqqn', 'qrakqn'].map((name) => named(protect('@zorbax:home.example', 'Kraken'), name))).toEqual([
      'possible',
      'none',
    ]);
  });

  it('a few letters of another script, and nothing else, are as good as a twin', () => {
    const bank = protect('@zorbax:home.example', 'Bank of Zorbax');
    expect(['Banκ of Zorbax', 'Bånk of Zorbax', 'B4nk 0f Zorbax'].map((name) => named(bank, name))).toEqual([
      'certain',
      'likely',
      'likely',
    ]);
  });
});

describe('the view', () => {
  it('is the words where a name stands amid others', () => {
    const matrix = protect('@server:matrix.org', 'Matrix.org (Official Account)', { domains: ['matrix.org'] });
    expect(look(matrix, '@x:evil.test', 'visit matrix.org now').evidence).toMatchObject([
      { view: 'token', disguise: 'embedded_domain' },
    ]);
  });
});

describe('a name that is a word', () => {
  it('for a role is the same in its other forms, also in those of other languages', () => {
    const blizzard = protect('@zorbax:home.example', 'Blizzard Support');
    expect(['Blizzard Soporte', 'Blizzard Suport', 'Blizzard Bakery'].map((name) => named(blizzard, name))).toEqual([
      'likely',
      'likely',
      'none',
    ]);
  });

  it('of the language is possible at most, as it stands and in disguise', () => {
    const desk = protect('@zorbax:home.example', 'Helpdesk');
    expect(['Helpdesk', 'HELPDESK', 'H\u0435lpdesk'].map((name) => named(desk, name))).toEqual([
      'possible',
      'possible',
      'possible',
    ]);
  });

  it('in Greek ends in either sigma', () => {
    expect(nativeDistance(nativeOf('Σωκράτης')!, 'Σωκράτησ')).toBe(0);
  });
});

describe('what says nothing by itself', () => {
  const nova = protect('@help:novapost.example', 'Novapost', { domains: ['novapost.example'] });

  it('is the name of one’s own server as a display name', () => {
    expect(look(nova, '@anna:novapots.example', 'novapots.example').evidence.map(({ field }) => field)).toEqual([
      'server_name',
    ]);
    expect(look(nova, '@anna:novapots.example', 'novapost.example').evidence.map(({ field }) => field)).toEqual([
      'server_name',
      'display_name',
    ]);
  });

  it('is a picture like the official one; beside a name it counts', () => {
    const bears = (userId: string) =>
      nova.inspect({
        userId,
        avatarUrl: 'mxc://evil.test/a',
        avatarLike: [{ protected: '@help:novapost.example', likeness: 'same' }],
      }).verdict;
    expect(['@anna:evil.test', '@novapost:evil.test'].map(bears)).toEqual(['none', 'likely']);
    // a slip in a short name raises no question by itself
    const kube = protect('@kube:kube.example', 'Kube Operations');
    expect(
      kube.inspect({
        userId: '@kubr:evil.test',
        avatarUrl: 'mxc://evil.test/a',
        avatarLike: [{ protected: '@kube:kube.example', likeness: 'same' }],
      }).verdict,
    ).toBe('none');
  });
});

describe('what is said of a name', () => {
  const nova = protect('@help:novapost.example', 'Novapost', { domains: ['novapost.example'] });

  it('bait beside a brand in a server is told as bait', () => {
    expect(
      ['novapost-login.test', 'novapost-knitting.test'].map(
        (host) => look(nova, `@anna:${host}`).evidence[0]?.disguise,
      ),
    ).toEqual(['brand_bait', 'brand_inside']);
  });

  it('twice in letters of another script is trouble taken twice', () => {
    expect(look(nova, '@n\u043evapost:evil.test', 'N\u043evapost').verdict).toBe('certain');
  });

  it('a surname is not a firm of two short words: Farina, Fay Inc', () => {
    const fay = protect('@zorbax:home.example', 'Fay Inc');
    expect(['Farina', 'Fayinc'].map((name) => named(fay, name) === 'none')).toEqual([true, false]);
  });

  it('a letter that no table knows in the official localpart, as a display name, is a disguise even where that is a word', () => {
    const server = protect('@server:matrix.org', 'Zorbax');
    expect(['serฅer', 'serqer'].map((name) => named(server, name))).toEqual(['possible', 'none']);
  });
});
