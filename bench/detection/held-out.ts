/**
 * Names and edits that nothing was tuned on: real companies, products, processes and institutions, and ways to misspell
 * them that bench/detection/attacks.ts does not have. They show whether a rule holds by its reason or only for the
 * names it was made with.
 */
import type { Attack } from './attacks.js';

const words = (text: string) => text.trim().split(/\s+/);

/** Six letters and more: what the target of 99 % is about. */
export const LONG_NAMES = words(`
  spoolsv taskhostw dllhost rundll32 conhost wininit regsvr32 wscript cscript msiexec searchindexer audiodg taskmgr wuauclt trustedinstaller iexplore msedge teamviewer anydesk vmtoolsd
  mysqld postgres apache systemd kubelet dockerd containerd googleupdate adobearm jusched itunes quicktime winrar notepad winword powerpnt battlenet epicgames
  amazon google facebook twitter linkedin pinterest tiktok snapchat reddit wikipedia alibaba aliexpress walmart costco airbnb booking expedia tripadvisor marriott hilton lufthansa ryanair easyjet
  citibank wellsfargo bankofamerica barclays santander deutschebank commerzbank sparkasse revolut stripe westernunion moneygram americanexpress mastercard kraken bitfinex bitstamp gemini blockchain
  trezor opensea uniswap samsung huawei xiaomi lenovo toshiba siemens philips toyota hyundai mercedes volkswagen porsche ferrari vodafone telekom verizon tmobile comcast telefonica
  github gitlab bitbucket atlassian salesforce oracle nvidia vmware redhat digitalocean cloudflare fastly akamai godaddy namecheap wordpress squarespace shopify mailchimp zendesk hubspot docusign autodesk
  protonmail tutanota fastmail threema wechat roblox minecraft fortnite valorant blizzard nintendo playstation twitch kickstarter patreon zalando adidas louisvuitton starbucks mcdonalds dominos nestle unilever
  pfizer novartis mayoclinic harvard stanford oxford unesco unicef redcross greenpeace office365 web3auth 1password 7eleven`);

/** Five letters: one edit is an imitation unless it is another word. */
export const FIVE_LETTERS = words(
  'lsass csrss mshta nginx skype slack teams steam uplay yahoo delta fedex chase monzo venmo zelle bosch honda tesla intel cisco adobe viber kakao gucci rolex bayer',
);

/** Four letters and fewer: an edit of these never counts by itself. */
export const SHORT_NAMES = words(
  'smss dwm java sshd zoom ebay ikea uber lyft dhl ups usps hsbc visa line xbox etsy asos nike jira',
);

export const TWO_WORD_NAMES = [
  'Google Support',
  'Deutsche Bank',
  'Bank of America',
  'Ledger Live',
  'Trust Wallet',
  'Telegram Notifications',
  'Red Cross',
  'Gitcoin Grants',
  'Proton Mail',
  'Uniswap Labs',
  'Coinbase Help Center',
  'Phantom Wallet',
  'Open Collective',
  'Signal Messenger',
  'FOSDEM Organizers',
  'Chaos Computer Club',
  'Wikimedia Stewards',
  'The Tor Project',
  'Freie Universität Berlin',
  'Crédit Agricole',
];

type Random = () => number;
const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)]!;

const KEYS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
/** Keys beside a key on a QWERTY keyboard. */
function neighbours(letter: string): string[] {
  const row = KEYS.findIndex((keys) => keys.includes(letter));
  if (row < 0) return [];
  const column = KEYS[row]!.indexOf(letter);
  return [
    KEYS[row]![column - 1],
    KEYS[row]![column + 1],
    KEYS[row - 1]?.[column],
    KEYS[row - 1]?.[column + 1],
    KEYS[row + 1]?.[column],
    KEYS[row + 1]?.[column - 1],
  ].filter((key): key is string => key !== undefined);
}

/** One place of a list of replacements, taken at random. */
function oneOf(replacements: readonly (readonly [string, string])[]): Attack {
  return (text, random) => {
    const places = replacements.flatMap(([from, to]) =>
      [...text.toLowerCase()].flatMap((_, at) =>
        text.toLowerCase().startsWith(from, at) ? [[at, from.length, to] as const] : [],
      ),
    );
    if (places.length === 0) return undefined;
    const [at, length, to] = pick(places, random);
    return text.slice(0, at) + to + text.slice(at + length);
  };
}

function atRandom(edit: (text: string, at: number, random: Random) => string | undefined, first = 0): Attack {
  return (text, random) => edit(text, first + Math.floor(random() * (text.length - first)), random);
}

const both = (pairs: readonly (readonly [string, string])[]) =>
  pairs.flatMap(
    ([a, b]) =>
      [
        [a, b],
        [b, a],
      ] as const,
  );

/** What a person would call an imitation, one edit each. */
export const EDITS: Readonly<Record<string, Attack>> = {
  'keyboard neighbour': atRandom((text, at, random) =>
    neighbours(text[at]!).length === 0
      ? undefined
      : text.slice(0, at) + pick(neighbours(text[at]!), random) + text.slice(at + 1),
  ),
  'keyboard neighbour too': atRandom((text, at, random) =>
    neighbours(text[at]!).length === 0
      ? undefined
      : text.slice(0, at + 1) + pick(neighbours(text[at]!), random) + text.slice(at + 1),
  ),
  phonetic: oneOf(
    both([
      ['ph', 'f'],
      ['c', 'k'],
      ['s', 'z'],
      ['y', 'i'],
      ['x', 'ks'],
      ['ai', 'ay'],
      ['ee', 'ea'],
      ['ou', 'oo'],
      ['c', 's'],
      ['ck', 'k'],
    ]),
  ),
  'look-alike pair': oneOf([
    ...both([
      ['rn', 'm'],
      ['vv', 'w'],
      ['cl', 'd'],
      ['nn', 'm'],
      ['l', 'i'],
      ['l', '1'],
      ['i', '1'],
      ['o', '0'],
      ['s', '5'],
      ['b', '6'],
      ['b', '8'],
      ['z', '2'],
      ['g', '9'],
      ['g', 'q'],
      ['u', 'v'],
      ['a', 'o'],
      ['e', 'c'],
      ['h', 'b'],
      ['n', 'h'],
      ['f', 't'],
      ['i', 'j'],
      ['lo', 'b'],
      ['ci', 'd'],
      ['ri', 'n'],
      ['ln', 'h'],
      ['m', 'nn'],
      ['w', 'uu'],
      ['t', '7'],
      ['a', '4'],
      ['e', '3'],
    ]),
  ]),
  doubled: atRandom((text, at) => text.slice(0, at + 1) + text[at]! + text.slice(at + 1)),
  dropped: atRandom((text, at) => text.slice(0, at) + text.slice(at + 1)),
  'dropped vowel': (text, random) => {
    const places = [...text].flatMap((letter, at) => (at > 0 && 'aeiou'.includes(letter) ? [at] : []));
    if (places.length === 0) return undefined;
    const at = pick(places, random);
    return text.slice(0, at) + text.slice(at + 1);
  },
  swapped: atRandom((text, at) =>
    at + 1 < text.length && text[at] !== text[at + 1]
      ? text.slice(0, at) + text[at + 1]! + text[at]! + text.slice(at + 2)
      : undefined,
  ),
  'other vowel': (text, random) => {
    const places = [...text].flatMap((letter, at) => ('aeiou'.includes(letter) ? [at] : []));
    if (places.length === 0) return undefined;
    const at = pick(places, random);
    return (
      text.slice(0, at) +
      pick(
        [...'aeiou'].filter((vowel) => vowel !== text[at]),
        random,
      ) +
      text.slice(at + 1)
    );
  },
  plural: (text) => `${text}s`,
  'digit behind': (text, random) => `${text}${Math.floor(random() * 10)}`,
  'two digits behind': (text, random) => `${text}${10 + Math.floor(random() * 90)}`,
  'letter behind': (text, random) => text + pick([...'abcdefghijklmnopqrstuvwxyz'], random),
  'hyphen inside': atRandom((text, at) => `${text.slice(0, at)}-${text.slice(at)}`, 1),
  'role behind': (text, random) =>
    text + pick(['-support', '_official', '.help', '-team', 'support', 'official', '-security', '_admin'], random),
  'role in front': (text, random) => pick(['official-', 'support_', 'real.', 'the-', 'help-', 'team'], random) + text,
};
/** Edits of one letter's weight that leave the name readable; two of them make "two at once". */
export const LIGHT = [
  'keyboard neighbour',
  'phonetic',
  'look-alike pair',
  'doubled',
  'dropped',
  'dropped vowel',
  'swapped',
  'other vowel',
];

/** Letters for letters as Unicode tables beyond UTS 39 have them: any mark, any bar, hook, tail or turned form. */
export const GLYPHS: Readonly<Record<string, string>> = {
  a: 'ạảấầẩẫậắằẳẵặǎȁȃȧḁẚɐαа',
  b: 'ḃḅḇɓƀƃьЬвβ',
  c: 'ćĉċčƈçḉȼсϲ',
  d: 'ďđɗḋḍḏḑḓԁժ',
  e: 'ẹẻẽếềểễệęěȅȇȩḕḗḙḛḝеё℮',
  f: 'ḟƒꞙϝſ',
  g: 'ĝğġģǧǵḡɠԍɡց',
  h: 'ĥħȟḣḥḧḩḫẖհһ',
  i: 'ĩīĭįǐȉȋḭḯỉịіїɩı',
  j: 'ĵǰɉјյ',
  k: 'ķǩḱḳḵƙκк',
  l: 'ĺļľŀłḷḹḻḽƚӏɫ',
  m: 'ḿṁṃɱм',
  n: 'ńņňŉŋǹṅṇṉṋηոռп',
  o: 'ŏőǒǫǭȍȏȯṍṏṑṓọỏốồổỗộớờởỡợơоοօ',
  p: 'ṕṗƥрρ',
  q: 'ԛɋզ',
  r: 'ŕŗřȑȓṙṛṝṟɍгᴦ',
  s: 'ŝşšșṡṣṥṧṩѕʂ',
  t: 'ţťŧțṫṭṯṱẗƫτт',
  u: 'ũŭůűųǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữựưυս',
  v: 'ṽṿνѵʋ',
  w: 'ŵẁẃẅẇẉẘԝшω',
  x: 'ẋẍхχҳ',
  y: 'ŷȳẏẙỳỵỷỹуүγ',
  z: 'źżžẑẓẕƶʐ',
};

/** Some letters replaced by glyphs, at least one. */
export function withGlyphs(text: string, share: number, random: Random): string | undefined {
  const places = [...text].flatMap((letter, at) => (GLYPHS[letter] === undefined ? [] : [at]));
  if (places.length === 0) return undefined;
  const chosen = new Set(places.filter(() => random() < share));
  chosen.add(pick(places, random));
  return [...text].map((letter, at) => (chosen.has(at) ? pick([...GLYPHS[letter]!], random) : letter)).join('');
}

/** Ways to squat a domain, on its first label and ending. */
export const SQUATS: Readonly<Record<string, (label: string, ending: string, random: Random) => string | undefined>> = {
  'bit flip': (label, ending, random) => {
    const flips = [...label].flatMap((letter, at) =>
      [1, 2, 4, 8, 16]
        .map((bit) => String.fromCharCode(letter.charCodeAt(0) ^ bit))
        .filter((other) => /[a-z0-9-]/.test(other))
        .map((other) => label.slice(0, at) + other + label.slice(at + 1)),
    );
    const flipped = pick(
      flips.filter((other) => !/^-|-$/.test(other)),
      random,
    );
    return `${flipped}.${ending}`;
  },
  hyphen: (label, ending, random) => {
    const at = 1 + Math.floor(random() * (label.length - 1));
    return `${label.slice(0, at)}-${label.slice(at)}.${ending}`;
  },
  omission: (label, ending, random) => `${EDITS.dropped!(label, random)}.${ending}`,
  doubling: (label, ending, random) => `${EDITS.doubled!(label, random)}.${ending}`,
  swap: (label, ending, random) =>
    EDITS.swapped!(label, random) === undefined ? undefined : `${EDITS.swapped!(label, random)}.${ending}`,
  keyboard: (label, ending, random) =>
    EDITS['keyboard neighbour']!(label, random) === undefined
      ? undefined
      : `${EDITS['keyboard neighbour']!(label, random)}.${ending}`,
  'look-alike': (label, ending, random) =>
    EDITS['look-alike pair']!(label, random) === undefined
      ? undefined
      : `${EDITS['look-alike pair']!(label, random)}.${ending}`,
  'omission, other ending': (label, _, random) =>
    `${EDITS.dropped!(label, random)}.${pick(['net', 'co', 'xyz', 'ru'], random)}`,
  'other ending': (label, ending, random) =>
    `${label}.${pick(
      ['net', 'co', 'xyz', 'info', 'ru', 'top', 'app'].filter((other) => other !== ending),
      random,
    )}`,
  'in a sub-domain': (label, ending, random) =>
    `${label}.${ending}.${pick(['login.xyz', 'evil.example', 'secure-chat.top'], random)}`,
  'brand as sub-domain': (label, _, random) =>
    `${label}.${pick(['login.xyz', 'evil.example', 'secure-chat.top'], random)}`,
  'word added': (label, ending, random) =>
    `${pick([`${label}-login`, `secure-${label}`, `${label}support`, `${label}-help`, `my${label}`, `${label}-official`, `get-${label}`, `${label}app`], random)}.${pick([ending, 'net', 'xyz'], random)}`,
  'dot left out': (label, ending) => `${label}${ending}.com`,
  plural: (label, ending) => `${label}s.${ending}`,
  'digit behind': (label, ending, random) => `${label}${1 + Math.floor(random() * 9)}.${ending}`,
};
