/** Tables of the names and edits that nothing was tuned on (held-out.ts). */
import { domainToASCII } from 'node:url';
import { createDetector, type ProtectedIdentity } from '../../src/detection/index.js';
import { randomOf } from './attacks.js';
import { EDITS, FIVE_LETTERS, LIGHT, LONG_NAMES, SHORT_NAMES, SQUATS, TWO_WORD_NAMES, withGlyphs } from './held-out.js';
import { heading, print, rules, Tally } from './tally.js';

const ROUNDS = 4;
const identity = (userId: string, displayNames: string[], domains: string[]): ProtectedIdentity => ({
  userId,
  displayNames,
  domains,
  avatars: [],
  rooms: [],
  variants: [],
});
const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)]!;

/**
 * Localparts and display names of one word, edited once and twice. The account's server bears another name, so that
 * only the field itself can tell.
 */
function editTables(): void {
  for (const [title, names] of [
    ['six letters and more', LONG_NAMES],
    ['five letters', FIVE_LETTERS],
    ['four letters and fewer', SHORT_NAMES],
  ] as const) {
    heading(`Held out: edited company, product and process names of ${title}, one field alone (wanted: possible)`);
    const random = randomOf(77);
    const kinds: [string, string[]][] = Object.keys(EDITS).map((kind) => [kind, [kind]]);
    for (let count = 0; count < 12; count++)
      kinds.push(['two light edits', [pick(LIGHT, random), pick(LIGHT, random)]]);
    const tallies = new Map<string, [Tally, Tally, Tally]>();
    for (const name of names) {
      const detector = createDetector(
        [identity(`@${name}:home.example`, [name[0]!.toUpperCase() + name.slice(1)], [])],
        rules,
      );
      for (const [label, kind] of kinds) {
        for (let round = 0; round < ROUNDS; round++) {
          const text = kind.reduce<string | undefined>(
            (result, one) => (result === undefined ? undefined : EDITS[one]!(result, random)),
            name,
          );
          if (text === undefined || text === name) continue;
          for (const group of [
            label,
            kind.length === 1 ? 'all single edits' : 'all double edits',
            ...(/behind|front|hyphen|plural/.test(label) ? [] : ['substituted, doubled, dropped, swapped: 1 or 2']),
          ]) {
            const [localpart, display, own] =
              tallies.get(group) ?? tallies.set(group, [new Tally(), new Tally(), new Tally()]).get(group)!;
            localpart.add(detector, { userId: `@${text}:evil.test` }, 'possible');
            display.add(detector, { userId: '@u8472:evil.test', displayName: text }, 'possible');
            own.add(detector, { userId: `@${text}:home.example`, displayName: 'Anna' }, 'possible');
          }
        }
      }
    }
    for (const [label, [localpart, display, own]] of tallies) {
      print(`${label}: localpart`, localpart);
      print(`${label}: display name`, display);
      print(`${label}: localpart, our server`, own);
    }
  }
}

function twoWordTable(): void {
  heading('Held out: display names of two words and more, edited, on a foreign server (wanted: possible)');
  const random = randomOf(78);
  for (const count of [1, 2, 3]) {
    const tally = new Tally();
    for (const name of TWO_WORD_NAMES) {
      const detector = createDetector([identity('@account7:home.example', [name], [])], rules);
      for (let round = 0; round < 40; round++) {
        let text: string | undefined = name;
        for (let edit = 0; edit < count && text !== undefined; edit++) text = EDITS[pick(LIGHT, random)]!(text, random);
        if (text !== undefined && text !== name)
          tally.add(detector, { userId: '@u8472:evil.test', displayName: text }, 'possible');
      }
    }
    print(`${count} edits`, tally);
  }
}

/** Homographs of a domain, written in Unicode and as xn--, and the same glyphs in localparts and display names. */
function glyphTables(): void {
  heading('Held out: letters replaced by glyphs of Latin, Cyrillic, Greek and Armenian (wanted: possible)');
  const random = randomOf(79);
  const [one, many, encoded, fitting, localpart, display] = [
    new Tally(),
    new Tally(),
    new Tally(),
    new Tally(),
    new Tally(),
    new Tally(),
  ];
  for (const name of [...LONG_NAMES, ...FIVE_LETTERS]) {
    const domain = `${name}.com`;
    const detector = createDetector(
      [identity(`@server:${domain}`, [`${name[0]!.toUpperCase()}${name.slice(1)} Support`], [domain])],
      rules,
    );
    const ofName = createDetector([identity(`@${name}:home.example`, [name], [])], rules);
    for (let round = 0; round < ROUNDS; round++) {
      const [few, lots] = [withGlyphs(name, 0, random)!, withGlyphs(name, 0.5, random)!];
      one.add(detector, { userId: `@anna:${few}.com` }, 'possible');
      many.add(detector, { userId: `@anna:${lots}.com` }, 'possible');
      const ascii = domainToASCII(`${lots}.com`);
      if (ascii !== '') encoded.add(detector, { userId: `@anna:${ascii}` }, 'possible');
      if (ascii !== '') fitting.add(detector, { userId: `@server:${ascii}` }, 'likely');
      localpart.add(ofName, { userId: `@${few}:evil.test` }, 'possible');
      display.add(ofName, { userId: '@u8472:evil.test', displayName: few }, 'possible');
    }
  }
  print('server name, one letter', one);
  print('server name, about half of the letters', many);
  print('the same as xn--', encoded);
  print('the same with the official localpart (likely)', fitting);
  print('localpart, one letter', localpart);
  print('display name, one letter', display);
}

function squatTables(): void {
  heading('Held out: squatted domains, with the official localpart (wanted: likely)');
  const random = randomOf(80);
  const rows = new Map<string, [Tally, Tally, Tally]>();
  for (const name of LONG_NAMES) {
    const ending = pick(['com', 'org', 'de', 'co.uk'], random);
    const brand = name[0]!.toUpperCase() + name.slice(1);
    const detector = createDetector(
      [identity(`@server:${name}.${ending}`, [`${brand} (Official Account)`], [`${name}.${ending}`])],
      rules,
    );
    for (const [kind, squat] of Object.entries(SQUATS)) {
      for (let round = 0; round < 2; round++) {
        const host = squat(name, ending, random);
        if (host === undefined || host === `${name}.${ending}` || host.startsWith('undefined')) continue;
        for (const label of [kind, 'all']) {
          const [official, named, alone] =
            rows.get(label) ?? rows.set(label, [new Tally(), new Tally(), new Tally()]).get(label)!;
          official.add(detector, { userId: `@server:${host}` }, 'likely');
          named.add(detector, { userId: `@help:${host}`, displayName: brand }, 'likely');
          alone.add(detector, { userId: `@anna:${host}`, displayName: 'Anna' }, 'possible');
        }
      }
    }
  }
  for (const [kind, [official]] of rows) print(kind, official);
  heading('Held out: the same, no official localpart but the brand as display name (wanted: likely)');
  for (const [kind, [, named]] of rows) print(kind, named);
  heading('Held out: the same, with no fitting name at all (wanted: possible)');
  for (const [kind, [, , alone]] of rows) print(kind, alone);
}

export function heldOutTables(): void {
  editTables();
  twoWordTable();
  glyphTables();
  squatTables();
}
