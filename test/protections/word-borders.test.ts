import { describe, expect, it } from '@jest/globals';
import { Lexicon } from '../../src/protections/lexicon.js';
import { TextScan } from '../../src/protections/text-scan.js';
import { isShifted } from '../../src/protections/word-borders.js';

const LISTED = [
  'the rapist',
  'now here',
  'kill yourself',
  'to get her',
  'an ally',
  'in famous',
  'pen is',
  'god is now here',
  'car pet',
  'be head',
  'so lace',
  'miss ion',
  'hot girls',
  'easy money',
  'pump signal',
  'loan offer',
  'he art',
];
const words = new Lexicon(LISTED, 'words');
const hit = (text: string) => words.find(new TextScan([text])) !== undefined;

// prettier-ignore
const HONEST = [
  'my therapist says so', 'Therapist wanted', 'a good therapist, really', 'thera-pist', 'the thera-\npist wrote',
  'my therapist’s office', 'therapists', 'THERAPIST', 'physiotherapist', 'speech therapist near me',
  'nowhere to go', 'no where to be seen', 'Nowhere', 'from no-where', 'out of nowhere', 'NOWHERE', 'nowhere else',
  'skill yourself up', 'upskill yourself', 'skills yourself', 'kills yourselves', 'skill yourselves in it',
  'let us meet together', 'toge ther', 'to gether', 'together we can', 'altogether fine',
  'annually', 'ana lly', 'anally', 'any ally', 'a nally',
  'infamous for it', 'an infamous bug', 'info famous', 'inf amous', 'penis', 'pens island', 'pe nis', 'open issue',
  'god is no where', 'god is nowadays here', 'carp et al', 'carp et', 'the carpets', 'carpe tomorrow', 'car petrol',
  'behead', 'beh ead', 'solace in music', 'sola ce', 'find solace', 'mission', 'missi on', 'the mission statement',
  'hotgirlsummer', 'hotter girls', 'uneasy money', 'easy moneybag', 'pump signals', 'pumps ignal',
  'loan offered', 'loa noffer', 'heart', 'hear t', 'the heart of it', 'hearts',
];
// prettier-ignore
const DISGUISED = [
  'the rapist', 'THE RAPIST', 'the-rapist', 'the  rapist', 'theRapist', 'TheRapist', 't h e r a p i s t', 'the_rapist',
  'the rаpist', 'the r@pist', 'the rap1st', 'thе rарist', 'the.rapist', 'the r a p i s t',
  'ｔｈｅ ｒａｐｉｓｔ', 'the/rapist',
  'kill yourself', 'killyourself', 'kill-yourself', 'k i l l yourself', 'k i l l y o u r s e l f', 'kіll yourself',
  'ki11 yourself', 'kill y0urself', 'KILL YOURSELF', 'k.i.l.l yourself', 'kill\nyourself', 'ki\u200bll yourself',
  'kill yоurself', 'kill ÿourself', 'k-i-l-l yourself', 'kill your-self', 'kíll yourself', 'KillYourself',
  'h\u0336o\u0336t\u0336 \u0336g\u0336i\u0336r\u0336l\u0336s\u0336',
  'hotgirls', 'hot gir1s', 'h0t girls', 'HOT GIRLS', 'hot-girls', 'hоt girls', 'h.o.t girls',
  'hot g i r l s',
  'easymoney', 'easy m0ney', 'e a s y money', 'easy mоney', 'easy.money', 'easy ~ money', 'easy 💰 money', '𝓮𝓪𝓼𝔂 money',
  'pum psignal', 'pumpsignal', 'pump s1gnal', 'pump-signal', 'pump sіgnal', 'p u m p signal', 'pump\u00adsignal',
  'loanoffer', 'l0an offer', 'loan оffer', 'loan o-f-f-e-r', 'l.o.a.n offer', 'god is now here', 'god is nоw here',
];

describe('a listed phrase', () => {
  it('has at least sixty probes of each kind', () =>
    expect(Math.min(HONEST.length, DISGUISED.length)).toBeGreaterThanOrEqual(60));
  it('is not in honest words with the same letters and other borders', () => expect(HONEST.filter(hit)).toEqual([]));
  it('is seen in its disguises', () => expect(DISGUISED.filter((text) => !hit(text))).toEqual([]));
});

describe('a phrase whose blank has moved', () => {
  // prettier-ignore
  const WORDS = [
    ['wing lad', 'win glad'], ['past ring', 'pa string'], ['set heat', 'seth eat'], ['catch air', 'cat chair'],
    ['sin german', 'singer man'], ['too knight', 'took night'], ['seek new', 'see knew'], ['took now', 'too know'],
    ['farm other', 'far mother'], ['bob lack', 'bo black'], ['skip laying', 'ski playing'], ['monk nights', 'mon knights'],
    ['against art', 'again start'], ['latest rip', 'late strip'], ['dumps terrace', 'dumpster race'],
  ] as const;
  // prettier-ignore
  const DISGUISES = [
    ['free btc', 'fre ebtc'], ['free btc', 'fr eebtc'], ['kill yourself', 'kil lyourself'], ['free btc', 'freeb tc'],
    ['kill yourself', 'ki llyourself'], ['pump signal', 'pum psignal'], ['hot girls', 'hotg irls'],
    ['cheap watches', 'chea pwatches'], ['work from home', 'wor kfrom home'],
  ] as const;

  it('is other words where these may begin and end so, but for three with a short name', () =>
    expect(WORDS.filter(([phrase, written]) => isShifted(written, phrase)).map(([, written]) => written)).toEqual([
      'pa string',
      'seth eat',
      'bo black',
    ]));
  it('is the phrase where they may not', () =>
    expect(DISGUISES.filter(([phrase, written]) => !isShifted(written, phrase))).toEqual([]));
});
