import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { ATTACKS, randomOf } from '../../bench/detection/attacks.js';
import { hundred, SIX } from '../../bench/detection/corpora.js';
import { freshAccounts } from '../../bench/detection/fresh.js';
import { loadRules } from '../../src/config/rules.js';
import { AccountText, createDetector, type ProtectedIdentity } from '../../src/detection/index.js';
import { contract } from '../../src/detection/fold/drawn.js';
import { fold } from '../../src/detection/fold/fold.js';
import { Folded } from '../../src/detection/fold/folded.js';
import { InsideScreen } from '../../src/detection/index/inside-screen.js';
import { LetterScreen } from '../../src/detection/index/letter-screen.js';
import { LONGEST_NEAR, NearIndex } from '../../src/detection/index/near.js';
import { Spans } from '../../src/detection/index/spans.js';
import { Texts } from '../../src/detection/index/texts.js';
import { countSubdomains, parseServerName } from '../../src/detection/server-name.js';
import { parseUserId } from '../../src/matrix/identifiers.js';

const foldedOf = (text: string) => fold(text, new Folded());
/** Letters that are drawn together among them. */
const word = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom('r', 'n', 'c', 'l', 'v', 'e', 'm', 'd', 'w', 'x'), minLength: 1, maxLength });

function textsOf(names: readonly string[]): Texts {
  const texts = new Texts();
  for (const name of names) {
    const { codes, length } = foldedOf(name);
    texts.addInside(texts.add(codes.slice(0, length)));
  }
  return texts;
}

describe('what strangers are told by', () => {
  it.each([64, 0])('no part of a text that is close to a name is passed over where it stands (few: %i)', (few) => {
    let close = 0;
    fc.assert(
      fc.property(
        fc.array(word(20), { minLength: 1, maxLength: 6 }),
        word(9),
        word(9),
        fc.nat(),
        (names, a, b, cut) => {
          const texts = textsOf(names);
          const near = new NearIndex(texts, few);
          for (let id = 0; id < texts.size; id++) near.add(id);
          const name = names[cut % names.length]!;
          const at = cut % (name.length + 1);
          const slip = name.slice(0, at) + b.slice(0, cut % 3) + name.slice(at + 1 + (cut % 2));
          for (const part of [name, slip, `${slip.slice(0, -1)}x`, b]) {
            const [whole, alone] = [foldedOf(a + part + b), foldedOf(part)];
            const found: number[] = [];
            near.find(alone, found);
            if (found.length === 0) continue;
            close++;
            expect([part, near.mayFind(whole, a.length, a.length + part.length)]).toEqual([part, true]);
          }
        },
      ),
      { numRuns: 3000, seed: 1129 },
    );
    expect(close).toBeGreaterThan(1000);
  });

  it.each(['姜炫明', 'もりた さくら', 'ปวิณา จินดาพล', '기예빈', 'l3c0xauqsf', 'ekCIzBJ8A', 'Илья Яшин'])(
    'clears strangers whose names are written without blanks, or may be read otherwise, at the first look: %s',
    (displayName) => {
      const account = new AccountText();
      account.localpart.read('qwzvj');
      account.serverName.read('hs.example');
      account.displayName.read(displayName);
      const official = {
        userId: '@support:kelvora.example',
        displayNames: ['Kelvora Haus'],
        domains: ['kelvora.example'],
      };
      const detector = createDetector([{ ...official, avatars: [], rooms: [], variants: [] }], loadRules());
      expect(detector.isStranger(account)).toBe(true);
      expect(detector.inspect({ userId: '@qwzvj:hs.example', displayName }).verdict).toBe('none');
      // an impostor who uses these scripts is not cleared
      expect(detector.inspect({ userId: '@qwzvj:hs.example', displayName: 'Kelvora公式サポート' }).verdict).toBe(
        'likely',
      );
    },
  );

  it('counts the labels before what somebody registered as the parser of server names does', () => {
    for (const host of [
      ...['matrix.org', 'matrix.example.co.uk', 'a.b.c.github.io', 'github.io', 'co.uk', 'localhost', 'x.localhost'],
      ...['1.2.3.4', '1.2.3', 'matrix.1.2.3.4', '1234.1.1.1', 'www.ck', 'a.www.ck', 'a.b.ck', 'chat.city.kawasaki.jp'],
      ...['m.s3.amazonaws.com', `${'a'.repeat(64)}.chat.example.org`, 'a.b.unknownending'],
      ...freshAccounts(500, 29).map(({ userId }) => parseUserId(userId)!.serverName),
    ])
      expect([host, countSubdomains(host)]).toEqual([host, parseServerName(host).subdomains.length]);
  });

  it('no screen of letters turns away a text that holds a name or is a few slips away from one', () => {
    fc.assert(
      fc.property(fc.array(word(16), { minLength: 1, maxLength: 6 }), word(24), fc.nat(), (names, rest, cut) => {
        const texts = textsOf(names);
        const ids = Array.from({ length: texts.size }, (_, id) => id);
        const screen = new LetterScreen(texts, ids, LONGEST_NEAR);
        const near = new NearIndex(texts);
        for (const id of ids) near.add(id);
        const name = names[cut % names.length]!;
        const at = cut % (name.length + 1);
        for (const text of [
          rest,
          name,
          name.slice(0, at) + name.slice(at + 1),
          rest + name,
          `${name.slice(1)} ${rest}`,
        ]) {
          const folded = foldedOf(text);
          const drawn = contract(folded, new Folded());
          for (const form of [folded, drawn]) {
            const close: number[] = [];
            near.find(form, close);
            const inside = new Spans();
            texts.inside(form, inside);
            const isIt = close.length > 0 || inside.count > 0;
            if (!isIt) continue;
            expect([text, screen.mayResemble(folded.letterSet, folded.length)]).toEqual([text, true]);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('turns away a text that has other letters, and one that is too short', () => {
    const screen = new LetterScreen(textsOf(['steamcommunity']), [0], LONGEST_NEAR);
    const asks = (text: string) => screen.mayResemble(foldedOf(text).letterSet, foldedOf(text).length);
    expect(asks('steamcommunlty support')).toBe(true);
    expect(asks('big hairy wizard fish')).toBe(false);
    expect(asks('steamcomun')).toBe(false);
  });

  it('finds every place where a text may begin', () => {
    fc.assert(
      fc.property(fc.array(word(9), { minLength: 1, maxLength: 6 }), word(30), (names, text) => {
        const texts = textsOf(names);
        const screen = new InsideScreen(Array.from({ length: texts.size }, (_, id) => texts.letters(id)));
        const folded = foldedOf(text);
        const places: number[] = [];
        for (let at = screen.next(folded, 0); at >= 0; at = screen.next(folded, at + 1)) places.push(at);
        const found = new Spans();
        texts.inside(folded, found);
        for (let index = 0; index < found.count; index++) expect(places).toContain(found.starts[index]);
      }),
      { numRuns: 500 },
    );
  });

  it('a verdict is the same whether few names are protected or so many that they are looked for otherwise', () => {
    const victims = ['steamcommunity.com', 'novapost.org', 'vesna.example', 'clarinn.de'];
    const identity = (domain: string, name: string): ProtectedIdentity => {
      const localpart = domain.slice(0, domain.indexOf('.'));
      return {
        userId: `@${localpart}:${domain}`,
        displayNames: [name],
        domains: [domain],
        avatars: [],
        rooms: [],
        variants: [],
      };
    };
    const few = victims.map((domain) => identity(domain, `${domain.slice(0, domain.indexOf('.'))} Support`));
    // names of letters that no other name has stand beside them, and change no verdict
    const others = Array.from({ length: 60 }, (_, index) => {
      const letters = String.fromCodePoint(0x13a0 + index) + String.fromCodePoint(0x13a1 + ((index * 7) % 60));
      return identity(`xqzj${index}qjxz.example`, letters.repeat(4));
    });
    const rules = loadRules();
    const [ofFew, ofMany] = [createDetector(few, rules), createDetector([...few, ...others], rules)];
    const random = randomOf(7);
    const attacks = Object.values(ATTACKS);
    const attacked = (text: string) => attacks[Math.floor(random() * attacks.length)]!(text, random) ?? text;
    let caught = 0;
    for (const { userId, displayName } of freshAccounts(300, 3)) {
      const victim = few[Math.floor(random() * few.length)]!;
      const server = victim.domains[0]!;
      const localpart = userId.slice(1, userId.indexOf(':'));
      for (const sighting of [
        { userId, displayName },
        { userId: `@${localpart}:${attacked(server)}`, displayName },
        { userId: `@${localpart}:chat.${attacked(server)}`, displayName: attacked(victim.displayNames[0]!) },
        { userId: `@${attacked(localpart)}:${server.slice(0, -2)}`, displayName: attacked(victim.displayNames[0]!) },
      ]) {
        const verdict = ofFew.inspect(sighting);
        if (verdict.verdict !== 'none') caught++;
        expect([sighting, ofMany.inspect(sighting)]).toEqual([sighting, verdict]);
      }
    }
    expect(caught).toBeGreaterThan(200);
  });

  it('no verdict is another when an account is looked at in full', () => {
    const rules = loadRules();
    const random = randomOf(11);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const attacks = Object.values(ATTACKS);
    const attacked = (text: string) => pick(attacks)(text, random) ?? text;
    const cut = (text: string) => {
      const at = Math.floor(random() * text.length);
      return pick([text.slice(0, at) + text.slice(at + 1), `${text.slice(0, at)}e${text.slice(at)}`]);
    };
    // the name of a room that is longer than any that is told apart quickly, and resembles nothing
    const inFull = 'z'.repeat(300);
    const caught = new Set<string>();
    for (const identities of [SIX, hundred()]) {
      const detector = createDetector(identities, rules);
      for (const { userId, displayName } of freshAccounts(400, 5)) {
        const victim = pick(identities);
        const [localpart, server] = [parseUserId(userId)!.localpart, parseUserId(userId)!.serverName];
        const [theirs, theirServer] = [parseUserId(victim.userId)!.localpart, parseUserId(victim.userId)!.serverName];
        const name = victim.displayNames[0] ?? theirs;
        for (const sighting of [
          { userId, displayName },
          { userId, displayName: attacked(cut(name)) },
          { userId, displayName: `${displayName ?? ''} ${cut(name)} ${pick(['Support', 'dot com', '✨', ''])}` },
          { userId: `@${cut(cut(theirs))}:${server}`, displayName },
          { userId: `@${attacked(theirs)}:${server}`, displayName },
          { userId: `@${localpart}:${pick(['chat.', 'matrix.', 'my-', ''])}${cut(theirServer)}`, displayName },
          { userId: `@${localpart}:${cut(theirServer.replace('.', pick(['', '-login.'])))}.co.uk` },
          { userId: `@${theirServer.slice(0, 5)}:${theirServer.slice(5)}` },
        ]) {
          const verdict = detector.inspect({ ...sighting, roomName: inFull });
          caught.add(verdict.verdict);
          expect([sighting, detector.inspect(sighting)]).toEqual([sighting, verdict]);
        }
      }
    }
    expect([...caught].sort()).toEqual(['certain', 'likely', 'none', 'possible']);
  });
});
