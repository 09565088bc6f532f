import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostOfLink, linksOf, mentionsOf, withDots } from '../../src/protections/links.js';
import { Places } from '../../src/protections/places.js';
import { SeenIds } from '../../src/protections/seen-ids.js';

/** Texts made of pieces that mean something to whoever reads them, mixed as nobody would. */
const madeOf = (pieces: readonly string[], most = 12) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: most }).map((list) => list.join(''));

describe('the quick reading of what most people write says the same as the slow one', () => {
  it('of the host of a link: as a browser reads it', () => {
    const asBrowsersDo = (link: string): string | undefined => {
      try {
        const { hostname } = new URL(link);
        return hostname === '' ? undefined : hostname.toLowerCase().replace(/\.$/, '');
      } catch {
        return undefined;
      }
    };
    const pieces = 'a b.c evil.com . - -- xn-- xn--p1ai 1 127.0.0.1 com :80 @ / \\ ? # %61 é ｅ \t A _ ..'.split(' ');
    const link = fc
      .tuple(fc.constantFrom('http://', 'https://'), madeOf(pieces, 8))
      .map(([scheme, rest]) => scheme + rest.trim());
    fc.assert(
      fc.property(link, (written) => {
        expect(hostOfLink(written)).toBe(asBrowsersDo(written));
      }),
      { numRuns: 3_000, seed: 17 },
    );
    expect(hostOfLink('https://news.example.org/2026?x=1')).toBe('news.example.org');
    expect(hostOfLink('https://xn--a.com/')).toBe(asBrowsersDo('https://xn--a.com/'));
  });

  it.each([
    ['evil dot example', 'evil.example'],
    ['evil (dot) example', 'evil.example'],
    ['evil[.]example', 'evil.example'],
    ['evil .example', 'evil.example'],
    ['evil DOT example', 'evil.example'],
    ['evil точка рф', 'evil.рф'],
    ['a dotted line. And more', undefined],
    ['nothing here', undefined],
  ])('of dots that are spelled: %s', (text, dotted) => expect(withDots([text])).toEqual(dotted ? [dotted] : []));

  it('of texts without any link or name', () => {
    expect(linksOf(['hello there'], [])).toEqual([]);
    expect(linksOf(['hello there'], ['https://a.test'])).toEqual(['https://a.test']);
    expect(linksOf(['hello', 'www.a.test'], [])).toEqual(['www.a.test']);
    expect(linksOf(['matrix:u/a:b.test'], [])).toEqual(['matrix:u/a:b.test']);
    expect([...mentionsOf(['hello'], [])]).toEqual([]);
    expect([...mentionsOf(['hello'], ['matrix:u/a:b.test'])]).toEqual(['@a:b.test']);
    expect([...mentionsOf(['hello', 'and @c:d.test'], [])]).toEqual(['@c:d.test']);
  });
});

describe('what is remembered of events and people', () => {
  it('knows each of the latest 4,096 ids again, and none that is new', () => {
    const seen = new SeenIds();
    const wrong: string[] = [];
    for (let number = 0; number < 20_000; number++) {
      if (seen.note(`$event${number}`)) wrong.push(`${number} is new`);
      const before = number - 4_095;
      if (before >= 0 && !seen.note(`$event${before}`)) wrong.push(`${before} is known`);
    }
    expect(wrong).toEqual([]);
    // ids that end alike are told apart
    expect(['$a:same.end', '$b:same.end', '$a:same.end'].map((id) => seen.note(id))).toEqual([false, false, true]);
  });

  it('names the place of a person in a room, however many there are of both', () => {
    const places = new Places();
    const check = (room: string, user: string) => {
      const place = places.of(room, user);
      expect(place).toMatchObject({ roomId: room, userId: user, key: `${room}|${user}` });
      return place;
    };
    const first = check('!a:x', '@u:x');
    for (let number = 0; number < 20; number++) check(`!r${number}:x`, '@u:x');
    for (let number = 0; number < 20; number++) check(`!r${number}:x`, '@u:x');
    expect(check('!a:x', '@u:x').key).toBe(first.key);
    const second = check('!a:x', '@v:x');
    // the same texts again, as copies
    expect(places.of(['!a', 'x'].join(':'), ['@v', 'x'].join(':'))).toBe(second);
    for (let number = 0; number < 30_000; number++) places.of(`!room${number}:x`, `@user${number}:x`);
    check('!a:x', '@u:x');
    check('!room29999:x', '@user29999:x');
    check('!room1:x', '@user1:x');
  });
});
