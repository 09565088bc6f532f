import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { hostOfLink, linksOf, mentionsOf, withDots, withoutEscapes } from '../../src/protections/links.js';
import { Lexicon } from '../../src/protections/lexicon.js';
import { SeenIds } from '../../src/protections/seen-ids.js';
import { AT, DOMAIN, FOREIGN, LINK, signsOf } from '../../src/protections/signs.js';
import { TextScan } from '../../src/protections/text-scan.js';

const DENIED = new Lexicon(['evil.com', 'a.b', 'b.a', 'com.evil'], 'domains');

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

  it('of what a text may hold: without a sign of it, there is none', () => {
    const pieces =
      'a b evil com www. . : / // https:// hxxp matrix: u/ @ # ! [ ] ( ) { } < > dot DOT punkt Point % 2e %2E \t \n _ , é 。 ．'.split(
        ' ',
      );
    fc.assert(
      fc.property(madeOf([...pieces, ' ', ' '], 14), (text) => {
        const signs = signsOf(text);
        if ((signs & LINK) === 0) expect(linksOf([text], [])).toEqual([]);
        if ((signs & (LINK | AT)) === 0) expect([...mentionsOf([text], [])]).toEqual([]);
        if ((signs & (LINK | DOMAIN)) === 0) expect([withDots([text]), withoutEscapes([text])]).toEqual([[], []]);
        if ((signs & (LINK | DOMAIN)) === 0) expect(DENIED.find(new TextScan([text]))).toBeUndefined();
        expect((signs & FOREIGN) === 0).toBe(/^[\0-\x7f]*$/.test(text));
      }),
      { numRuns: 3_000, seed: 19 },
    );
  });
});
