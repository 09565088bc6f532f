/**
 * What is promised of every protected name: at least this for impostors (floors), at most that for honest people
 * (ceilings), in many scripts. The names are made up here and stand in no list.
 */
import { describe, expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import { createDetector, type Detector, type ProtectedIdentity, type VerdictLevel } from '../../src/detection/index.js';

const rules = loadRules();
const RANK: readonly VerdictLevel[] = ['none', 'possible', 'likely', 'certain'];
const SOMEBODY = '@j.moreno:elsewhere.example';

function protect(userId: string, displayName: string, domains?: readonly string[]): ProtectedIdentity {
  const server = userId.slice(userId.indexOf(':') + 1);
  return { userId, displayNames: [displayName], domains: domains ?? [server], avatars: [], rooms: [], variants: [] };
}
/** An identity that has nothing but its name. */
const named = (displayName: string) => protect('@zq9:home.example', displayName, []);

const detectors = new Map<ProtectedIdentity, Detector>();
const detectorOf = (who: ProtectedIdentity) =>
  detectors.get(who) ?? detectors.set(who, createDetector([who], rules)).get(who)!;

const wrong: string[] = [];
function check(
  isLeast: boolean,
  level: VerdictLevel,
  who: ProtectedIdentity,
  name: string | null,
  userId: string,
): void {
  const { verdict, evidence } = detectorOf(who).inspect({ userId, displayName: name });
  const difference = RANK.indexOf(verdict) - RANK.indexOf(level);
  if (isLeast ? difference < 0 : difference > 0)
    wrong.push(`${verdict} instead of ${level}: ${name} ${userId} <- ${who.displayNames[0]}`);
  if (verdict !== 'none' && verdict !== 'official' && evidence.length === 0) wrong.push(`no evidence: ${name}`);
}
const atLeast = (level: VerdictLevel, who: ProtectedIdentity, name: string | null, userId = SOMEBODY) =>
  check(true, level, who, name, userId);
const atMost = (level: VerdictLevel, who: ProtectedIdentity, name: string | null, userId = SOMEBODY) =>
  check(false, level, who, name, userId);
const none = () => expect(wrong.splice(0)).toEqual([]);

/** An official name and its brand. */
const BRANDS: readonly (readonly [ProtectedIdentity, string])[] = [
  [protect('@lumora:lumora.example', 'Lumora'), 'Lumora'],
  [protect('@press:cobaltridge.example', 'Cobalt Ridge Bank'), 'Cobalt Ridge Bank'],
  [protect('@mayak:mayak.example', 'Северный Маяк Поддержка'), 'Северный Маяк'],
  [protect('@aigaio:aigaio.example', 'Αιγαίο Τράπεζα'), 'Αιγαίο Τράπεζα'],
  [protect('@nakheel:nakheel.example', 'بنك النخيل الدعم'), 'بنك النخيل'],
  [protect('@carmel:carmel.example', 'קופת הכרמל תמיכה'), 'קופת הכרמל'],
  [protect('@minato:minato.example', 'みなと信用金庫 お客様サポート'), 'みなと信用金庫'],
  [protect('@donghai:donghai.example', '东海证券官方客服'), '东海证券'],
  [protect('@pureun:pureun.example', '푸른은행 고객센터'), '푸른은행'],
  [protect('@ganga:ganga.example', 'गंगा ग्रामीण बैंक सहायता'), 'गंगा ग्रामीण बैंक'],
  [protect('@mali:mali.example', 'ธนาคารมะลิ'), 'ธนาคารมะลิ'],
  [protect('@ararat:ararat.example', 'Արարատ Բանկ'), 'Արարատ Բանկ'],
  [protect('@tak:tak.example', 'Tak'), 'Tak'],
];

describe('at least', () => {
  it('likely is a brand beside a word that claims authority, in many languages, with words that no list has', () => {
    const phrases = [
      'Premium Client Support Lead',
      'Technische Unterstützung',
      'Ihr Sicherheitsteam Nord',
      "Équipe d'assistance en ligne",
      'Mesa de soporte en línea',
      'Equipe de suporte oficial',
      'Ufficio assistenza clienti',
      'Afdeling klantenservice',
      'Officiell kundtjänst',
      'Offisiell kundestøtte',
      'Virallinen asiakaspalvelu',
      'Ametlik klienditugi',
      'Klientu atbalsts',
      'Klientų aptarnavimas',
      'Dział obsługi klienta',
      'Oddělení bezpečnosti',
      'Korisnička podrška',
      'Hivatalos ügyfélszolgálat',
      'Serviciul de asistență',
      'Resmi destek hattı',
      'Служба технической поддержки',
      'Служба підтримки клієнтів',
      'Техническа поддръжка',
      'Корисничка подршка',
      'Επίσημη υποστήριξη πελατών',
      'فريق الدعم الفني',
      'צוות התמיכה',
      'پشتیبانی فنی',
      'ग्राहक सहायता केंद्र',
      'গ্রাহক সহায়তা',
      'வாடிக்கையாளர் ஆதரவு',
      'ฝ่ายสนับสนุนลูกค้า',
      'Bộ phận hỗ trợ khách hàng',
      'Layanan pelanggan',
      'お客様サポート',
      '技术支持',
      '보안팀',
      'ტექნიკური მხარდაჭერა',
      'Հաճախորդների աջակցություն',
      'Huduma kwa wateja',
    ];
    for (const [who, brand] of BRANDS)
      for (const phrase of phrases) {
        atLeast('likely', who, `${brand} ${phrase}`);
        atLeast('likely', who, `${phrase} | ${brand} (Mona)`);
      }
    none();
  });

  it('likely is a role glued to a brand where a script does that', () => {
    const glued: readonly (readonly [string, string])[] = [
      ['みなと信用金庫 お客様サポート', '【公式】みなと信用金庫'],
      ['みなと信用金庫 お客様サポート', 'みなと信用金庫サポート'],
      ['东海证券官方客服', '官方客服东海证券'],
      ['东海证券官方客服', '东海证券在线客服'],
      ['푸른은행 고객센터', '푸른은행고객센터'],
      ['ธนาคารมะลิ', 'ฝ่ายบริการลูกค้าธนาคารมะลิ'],
    ];
    for (const [official, name] of glued) atLeast('likely', named(official), name);
    none();
  });

  it('possible is the name itself, the brand with a badge, beside a department, or as the second account', () => {
    for (const [who, brand] of BRANDS) {
      atLeast('possible', who, who.displayNames[0]!);
      atLeast('possible', who, `${brand} ✔`);
      for (const words of ['Press Office', 'Billing Department', 'backup account', '(real)'])
        atLeast('possible', who, `${brand} ${words}`);
    }
    none();
  });

  it('likely is the official name with the official localpart; a namesake is possible', () => {
    for (const [who] of BRANDS) {
      const localpart = who.userId.slice(1, who.userId.indexOf(':'));
      atLeast('likely', who, `✅ ${who.displayNames[0]!}`, `@${localpart}:else.example`);
    }
    atLeast('possible', protect('@tessaro:home.example', 'Tessaro', []), 'Téssaro', '@tessaro:else.example');
    none();
  });

  it('likely is a name that holds the official id, certain one that is it or has the official name besides', () => {
    for (const [who] of BRANDS) {
      atLeast('likely', who, `hey https://matrix.to/#/${who.userId}`);
      atLeast('certain', who, who.userId);
      atLeast('certain', who, `${who.displayNames[0]!} ${who.userId}`);
    }
    const idn = protect('@info:xn--e1afmkfd.xn--p1ai', 'Пример Банк', ['пример.рф']);
    for (const name of ['@info:пример.рф', '@info:xn--e1afmkfd.xn--p1ai', 'Поддержка пример.рф'])
      atLeast('likely', idn, name);
    none();
  });

  it('certain is a name of several words in front of padding, or in a disguise that nobody makes by accident', () => {
    for (const [who] of BRANDS) {
      const name = who.displayNames[0]!;
      if (name.includes(' ')) atLeast('certain', who, `${name}${' '.repeat(40)}and what nobody sees`);
      if (name.length > 6) atLeast('likely', who, `${name.slice(0, 2)}\u200b${name.slice(2)}`);
    }
    for (const disguised of [
      'Cоbalt Ridge Bank',
      '𝐂𝐨𝐛𝐚𝐥𝐭 𝐑𝐢𝐝𝐠𝐞 𝐁𝐚𝐧𝐤',
      'Cobalt Ri\u2060dge Bank',
      '\u202eknaB egdiR tlaboC',
    ])
      atLeast('certain', named('Cobalt Ridge Bank'), disguised);
    for (const disguised of ['Lumоra', '𝗟𝘂𝗺𝗼𝗿𝗮', 'Lum\u200bora', '\u202earomuL', 'Lumоra fan', '𝗟𝘂𝗺𝗼𝗿𝗮 wallet'])
      atLeast('likely', named('Lumora'), disguised);
    none();
  });

  it('reads servers: other spellings of the official one, its label amid words, under another ending', () => {
    const who = protect('@info:elbewerk.example', 'Elbewerk');
    for (const server of ['Elbewerk.example', 'elbewerk.example:8448', 'elbewerk.example.']) {
      atLeast('possible', who, null, `@anna:${server}`);
      atLeast('likely', who, null, `@info:${server}`);
    }
    for (const server of ['myelbewerk.org', 'elbewrek.example', 'elbewerk-chat.org', 'e1bewerk.example'])
      atLeast('possible', who, null, `@anna:${server}`);
    for (const server of ['elbewerk.org', 'elbewerk-chat.org', 'chat-elbewerk.org'])
      atLeast('likely', who, null, `@info:${server}`);
    const word = protect('@info:table.example', 'Tabelo');
    atLeast('possible', word, null, '@info:table.org');
    atLeast('likely', word, 'Tabelo', '@info:table.org');
    none();
  });
});

describe('at most', () => {
  it('possible is another person, also where one letter makes another name', () => {
    const people: readonly (readonly [string, string])[] = [
      ['דן שמיר', 'דן שמי'],
      ['אורן גל', 'אורי גל'],
      ['ケンジ 森', 'ケンタ 森'],
      ['さや 大野', 'さやか 大野'],
      ['王小明', '王小民'],
      ['김지현', '김지연'],
      ['이하나', '이하늘'],
      ['سامر حداد', 'سامي حداد'],
      ['فرهاد کریمی', 'فرزاد کریمی'],
      ['Ольга Белова', 'Олеся Белова'],
      ['Іван Франко', 'Іванна Франко'],
      ['Νίκη Δήμου', 'Βίκη Δήμου'],
      ['Արամ Խաչատրյան', 'Արամ Խաչիկյան'],
      ['ნინო ლომიძე', 'ნანა ლომიძე'],
      ['रीना वर्मा', 'रीमा वर्मा'],
      ['কবির দাস', 'কবিতা দাস'],
      ['รัตนา สุขใจ', 'รัตนี สุขใจ'],
      ['Lê Văn Tú', 'Lê Văn Tư'],
      ['Đỗ Thị Hoa', 'Đỗ Thị Hòa'],
      ['Li Wei', 'Li Wen'],
      ['Kim Su-bin', 'Kim Soo-bin'],
      ['Peter Lang', 'Peter Lange'],
      ['Maria Rossi', 'Mario Rossi'],
    ];
    for (const [one, other] of people) {
      atMost('possible', named(one), other);
      atMost('possible', named(other), one);
    }
    none();
  });

  it('possible is another organisation of the same trade', () => {
    const organisations: readonly (readonly [string, string])[] = [
      ['Wave Support', 'Cave Support'],
      ['Mint Help Desk', 'Mine Help Desk'],
      ['银河证券官方客服', '银海证券官方客服'],
      ['みどり銀行 サポート', 'みなと銀行 サポート'],
      ['하늘은행 고객센터', '하나은행 고객센터'],
      ['بنك النيل الدعم', 'بنك الجيل الدعم'],
      ['בנק הצפון תמיכה', 'בנק הדרום תמיכה'],
      ['गंगा बैंक सहायता', 'यमुना बैंक सहायता'],
      ['Банк Восток Поддержка', 'Банк Восход Поддержка'],
    ];
    for (const [one, other] of organisations) {
      atMost('possible', named(one), other);
      atMost('possible', named(other), one);
    }
    none();
  });

  it('possible is who says where they belong or what they like, and likely a chapter on a server of its own', () => {
    for (const [who, brand] of BRANDS)
      for (const words of [
        'fan of X',
        'not X',
        'ex-X',
        'Anna (X)',
        'Jan | X',
        'X fan',
        'beware of fake X',
        'X is a scam',
        'Анна (X)',
        'X ファン',
        'X Graz',
      ])
        atMost('possible', who, words.replace('X', brand));
    const club = protect('@lumen:lumenhaus.example', 'Lumenhaus Stiftung');
    for (const name of ['bob from lumenhaus.example', 'lumenhaus example org', 'Freunde der Lumenhaus Stiftung'])
      atMost('possible', club, name);
    atMost('likely', club, 'Lumenhaus Stiftung Graz', '@lumen:lumenhaus-graz.example');
    atMost('likely', club, 'Lumenhaus Stiftung Graz', '@graz:lumenhaus.org');
    atMost('likely', club, 'Lumenhaus Graz Support', '@lumen:lumenhaus-graz.org');
    none();
  });

  it('possible are words that spell an id or domain without its dot or colon', () => {
    const who = protect('@help:kestrel.im', 'Kestrel (Official)');
    for (const name of [
      'help kestrel.im',
      'Help - kestrel.im',
      'help: kestrel.im',
      'Kestrel im Wind',
      'kestrel, im back',
    ])
      atMost('possible', who, name);
    none();
  });

  it('likely is an official name of words for roles and plain words only', () => {
    for (const name of [
      'Server Notices',
      'IT Support',
      'Help Desk',
      'Service Desk',
      'サポートチーム',
      'Служба поддержки',
    ])
      atMost('likely', protect('@zq9:home.example', name), name, '@info:other.example');
    none();
  });

  it('nothing is a member of another server under the same long ending, and a label that is a word', () => {
    const who = protect('@info:nova.community', 'Nova Community Team');
    for (const server of ['node.community', 'look.community', 'beta.community'])
      atMost('none', who, 'Anna', `@anna:${server}`);
    atMost('none', protect('@admin:maple.org', 'Maple Org'), 'Anna', '@anna:table.org');
    none();
  });
});

describe('a sentence', () => {
  const told = (official: string, name: string) =>
    createDetector([protect('@lumen:lumenhaus.example', official)], rules).inspect({
      userId: SOMEBODY,
      displayName: name,
    }).evidence[0]?.sentence;

  it('says "is exactly" only of the same code points, and names the words that claim authority', () => {
    expect(told('Lumenhaus Stiftung', 'Lumenhaus Stiftung')).toBe(
      'The display name "Lumenhaus Stiftung" is exactly the official display name of @lumen:lumenhaus.example.',
    );
    for (const name of ['Lumenhaus  Stiftung', 'LUMENHAUS Stiftung', 'Lumenhaus Stiftung ✅', 'Lumenhаus Stiftung'])
      expect(told('Lumenhaus Stiftung', name)).not.toContain('exactly');
    expect(told('Lumenhaus', 'Lumenhaus (Technical Support)')).toBe(
      'The display name "Lumenhaus (Technical Support)" has "Lumenhaus" beside "Technical Support", a word that claims authority.',
    );
    expect(told('Lumenhaus Stiftung', '\u202egnutfitS suahnemuL')).toContain('stored in another order');
  });
});
