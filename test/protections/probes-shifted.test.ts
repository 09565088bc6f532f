import { describe, expect, it } from '@jest/globals';
import { wordList } from '../../src/protections/kinds/word-list.js';
import { Judge } from './judging.js';

const LISTED = [
  'free btc',
  'kill yourself',
  'hot girls',
  'easy money',
  'pump signal',
  'loan offer',
  'send nudes',
  'the rapist',
  'now here',
  'car pet',
  'mens wear',
  'chooses pain',
  'speedo fart',
  'porn star',
  'kid sex change',
  'casino',
  'viagra',
];
const isHit = (body: string) => new Judge(wordList, { words: LISTED }).say(body).length > 0;

// prettier-ignore
const BAD = [
  // a sign in the first word of a phrase
  'k!ll yourself', 'K!LL YOURSELF', 'k!ll  yourself', 'just k!ll yourself now', 'k|ll yourself', 'ki!l yourself',
  'h@t girls', 'e@sy money', 'e@$y money', 'fr€e btc', 'l@an offer', 's€nd nudes', 'ea$y money', 'ca$ino',
  'p.u.mp signal', 'p_ump signal', 'k*ill yourself', 'ki*ll yourself',
  // a hyphen or another joint in it
  'ki-ll yourself', 'k-ill yourself', 'kil-l yourself', 'Ki-ll Yourself', 'ki-ll-yourself', 'fr-ee btc', 'ho-t girls',
  'ea-sy money', 'ea–sy money', 'ki.ll yourself', 'ki_ll yourself', 'ki/ll yourself', 'ki~ll yourself',
  'se-nd nudes', 'se-nd nu-des', 'lo-an offer', 'lo-an off-er', 'pu-mp signal', 'p-ump signal', 'pum-p sig-nal',
  'free b-tc', 'kill your-self', 'you should ki-ll yourself today', 'ki-ll your-self',
  // blanks that are elsewhere
  'fre ebtc', 'fr eebtc', 'get fre ebtc here', 'FRE EBTC', 'kil lyourself', 'ki llyourself', 'killy ourself',
  'pum psignal', 'pumps ignal', 'hotg irls', 'sen dnudes', 'sendn udes', 'loa noffer', 'freeb tc now',
];
// prettier-ignore
const HONEST = [
  'my therapist', 'therapist', 'the therapist', 'The-rapy', 'nowhere', 'no where', 'now where', 'nowhere else',
  'be tc', 'will be tc tomorrow', 'free to be', 'we are free, btw', 'fre', 'fr', 'fr fr', 'ebtc', 'btc', 'free',
  'carp et al', 'carp et', 'the carpets', 'mens rea', 'men swear a lot', 'choose Spain', 'choose spain',
  'speed of art', 'the speed of article one', 'porns', 'porn', 'starboard', 'kids exchange', 'our kids exchange cards',
  'skill yourself', 'skill-yourself', 'ski-ll', 'to kill your-selves', 
  'a k!ll switch', 'ki-ll', 'k-ill', 'hot-girl', 'hot girl-power', 'easy-going money',
  'pump the signal', 'pump-signals', 'sig-nal pump', 'loan-offering', 'loaned offer', 'alone offer', 'a-lone offer',
  'Loa Noffer', 'my name is Loa Noffer', 'Fre Ebtcson', 'Hotg Irlson', 'send new designs',
  'https://ki-ll.example/yourselves', 'see https://fre.example/ebtc', '`fre+ebtc`',
  'const fre = ebtc;', 'x = fre|ebtc', 'fre: ebtc', 'fre, ebtc', 'fre (ebtc)',
  '10 an offer', '1oan 0ffers', 'e a s y', 'p u m p',  
  'der Kill-Befehl', 'das ist frei', 'les hot-dogs', 'él mata', 'свободно', 'бесплатно и быстро', '無料', '免费',
  'mon amie easy', 'Casi no llego', 'casi no', 'vi agradable', 'occasion', 'via graph', 'le cas inouï', 'cas ino',
  'kilometres yourself', 'free time, btc later', 'ki-ller yourself', 'easy mon-day', 'lo-an offered',
  'pump! the signal', 'pump sig-nals', 'hot! my girls', 'ki ll', 'll yourself', 'shell yourself', 'I will yourself',
  'k! ll yourselfie',
];

/** Not to be told from other words without a dictionary ("kids exchange" for "kid sex change"); `@` is an a. */
const MISSED = ['h@t girls', 'l@an offer', 'killy ourself', 'pumps ignal', 'sen dnudes', 'sendn udes', 'loa noffer'];

describe('a listed phrase with a sign in its first word, or with its blanks elsewhere', () => {
  it('is seen, but for seven', () => expect(BAD.filter((text) => !isHit(text))).toEqual(MISSED));
  it('is in none of the honest words that look like it', () => {
    expect(HONEST.length).toBeGreaterThanOrEqual(BAD.length);
    expect(HONEST.filter(isHit)).toEqual([]);
  });
});
