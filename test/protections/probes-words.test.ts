import { describe, expect, it } from '@jest/globals';
import { ROOMS, World } from './world.js';

/** What is sent, whether it is found, and how. */
type Probe = [what: string, isFound: boolean, send: (world: World) => readonly unknown[]];

const WORDS = ['free btc', 'casino', 'viagra', 'сука', 'telegram', '加密货币', 'rug pull', 'scheiße', 'kys'];
const MINUTE = 60_000;

// prettier-ignore
const DISGUISED = [
  'casino', 'CASINO', 'Casino!', '(casino)', '"casino"', 'the casino,viagra', 'casino\nfoo', '#casino', '@casino',
  '_casino_', '**casino**', '~~casino~~', '`casino`', 'ca\u200bsino', 'c-a-s-i-n-o', 'c.a.s.i.n.o', 'c a s i n o',
  'c_a_s_i_n_o', 'ca$ino', 'c4sino', 'cаsino', 'ⓒⓐⓢⓘⓝⓞ', '🅲🅰🆂🅸🅽🅾', '𝓬𝓪𝓼𝓲𝓷𝓸', 'ｃａｓｉｎｏ', 'c̶a̶s̶i̶n̶o̶', 'cásínó',
  'caaasino', 'cas1n0', 'ouısɐɔ', 'ᴄᴀsɪɴᴏ', 'ᶜᵃˢⁱⁿᵒ', 'ca\u00adsino', 'casino-royale', '🇨🇦🇸🇮🇳🇴', '🇨 🇦 🇸 🇮 🇳 🇴',
  '🇨\u200b🇦\u200b🇸\u200b🇮\u200b🇳\u200b🇴', 'c@$1n0', 'c\u2800a\u2800s\u2800i\u2800n\u2800o', 'cas\u034fino',
  'cas\u3164ino', 'c*a*s*i*n*o', 'c|a|s|i|n|o', 'c/a/s/i/n/o', 'c~a~s~i~n~o', 'c  a  s  i  n  o', 'C.A.S.I.N.O now',
  'win at the c a s i n o today', 'casin0', 'ςαsιηο', 'casino🎰', '🎰casino🎰', 'casino…', "casino's", 'casino’s',
  '\u202eonisac', 'сasіnо', 'c a s 1 n 0', '[casino](https://x.org)', 'c\ta\ts\ti\tn\to', 'ⓒasino', 'ca5ino',
  'cа5іno', 'ca\u0336sino', '!casino', 'casino.', 'CaSiNo', 'c̈äs̈ïn̈ö', 'casinoooo', 'c.a.s.i.n.o.', 'kys', 'k.y.s',
  'k y s', 'KYS', 'kуs', 'k¥s', 'free   btc', 'free-btc', 'free_btc', 'free\nbtc', 'free b t c', 'FREE.BTC',
  'fr33 btc', 'free\u00a0btc', 'free ₿tc', 'FREE BTC!!!', 'fREE 𝗕𝗧𝗖', 'ｆｒｅｅ　ｂｔｃ', 'f r e e b t c', 'f r e e   b t c',
  'free… btc', 'free 💰 btc', 'free/btc', 'free btc.com', 'ꜰʀᴇᴇ ʙᴛᴄ', 'frее btс', 'сука', 'СУКА', 'с у к а', 'сук@',
  'cука', '加密货币', '买加密货币吧', '加 密 货 币', '加·密·货·币', '加密貨幣', 'scheiße', 'scheisse', 'SCHEISSE', 'rug pull', 'rug-pull',
  'RUG  PULL', 'rugpull', 'telegrаm', 'te1egram', 'teIegram', 'v1agra', 'vi@gra', 'v.i.a.g.r.a', 'víagra', 'v!agra',
  'VIAGRA', 'viаgrа',
];
// prettier-ignore
const HONEST = [
  'cassino', 'casinos', 'occasion', 'Casio', 'carefree btc', 'btc free', 'free beer, btcpay', 'sugar',
  'Monte Cassino', 'telegrams', 'key skills', 'keys', 'skyscraper', 'sky', 'the sky s blue', 'rug pulled',
  'via grade', 'via Grande', 'a freebie', 'freed btcs', 'наука', 'барсука', 'see cas in ops', 'I can c a sin or two',
  'in case in order', 'k is y as s', 'Cas in Oslo', 'ok, y so', 'shi', 'schießen', 'fall', '2024-10-12', '1234567890',
  'C A S E', 'the @casino:example.org said', 'ask @casino:example.org', 'join #casino:example.org please',
  'https://matrix.to/#/@casino:example.org', 'matrix:u/casino:example.org is their id',
  'https://matrix.to/#/%40casino:example.org',
];

const poll = (type: string, key: string, value: unknown) => (x: World) => x.send({ type, content: { [key]: value } });

const PLACES: Probe[] = [
  [
    'pill whose text is the localpart',
    false,
    (x) => x.html('<a href="https://matrix.to/#/@casino:example.org">casino</a>: hello', 'casino: hello'),
  ],
  [
    'pill whose text is the id',
    false,
    (x) =>
      x.html(
        '<a href="https://matrix.to/#/@casino:example.org">@casino:example.org</a>: hello',
        '@casino:example.org: hello',
      ),
  ],
  [
    'pill with @name',
    false,
    (x) => x.html('hi <a href="https://matrix.to/#/@casino:example.org">@casino</a>', 'hi @casino'),
  ],
  ['pill matrix uri', false, (x) => x.html('hi <a href="matrix:u/casino:example.org">casino</a>', 'hi casino')],
  [
    'pill with casino and word beside',
    true,
    (x) => x.html('<a href="https://matrix.to/#/@casino:example.org">casino</a>: try viagra', 'casino: try viagra'),
  ],
  [
    'pill with casino and same word beside',
    true,
    (x) => x.html('<a href="https://matrix.to/#/@casino:example.org">casino</a>: best casino', 'casino: best casino'),
  ],
  [
    'pill to bob with text casino',
    true,
    (x) => x.html('<a href="https://matrix.to/#/@bob:example.org">best casino</a>', 'best casino'),
  ],
  [
    'pill with text disguised',
    true,
    (x) => x.html('<a href="https://matrix.to/#/@casino:example.org">c4s1no</a>', 'c4s1no'),
  ],
  ['markdown pill', false, (x) => x.say('hi [casino](https://matrix.to/#/@casino:example.org)')],
  [
    'room alias pill',
    false,
    (x) =>
      x.html(
        'see <a href="https://matrix.to/#/#casino:example.org">#casino:example.org</a>',
        'see #casino:example.org',
      ),
  ],
  ['html entity dec', true, (x) => x.html('&#99;asino')],
  ['html entity hex', true, (x) => x.html('&#x63;asino')],
  ['html shy', true, (x) => x.html('ca&shy;sino')],
  ['html named entities &Scaron;', true, (x) => x.html('&ccedil;asino')],
  ['html comment inside', true, (x) => x.html('ca<!-- hi -->sino')],
  ['html empty span', true, (x) => x.html('ca<span></span>sino')],
  ['html wbr', true, (x) => x.html('ca<wbr>sino')],
  ['html bold letters', true, (x) => x.html('<b>c</b><i>a</i><u>s</u>ino')],
  ['html font', true, (x) => x.html('<font color="#f00">ca</font>sino')],
  ['html blocks', false, (x) => x.html('<p>ca</p><p>sino</p>')],
  ['html spoiler', true, (x) => x.html('<span data-mx-spoiler>casino</span>')],
  ['html spoiler reason', true, (x) => x.html('<span data-mx-spoiler="casino">y</span>')],
  ['html spoiler unquoted', true, (x) => x.html('<span data-mx-spoiler=casino>y</span>')],
  ['html img alt', true, (x) => x.html('<img src="mxc://a/b" alt="casino">')],
  ['html img title', true, (x) => x.html('<img src="mxc://a/b" title="casino">')],
  ['html details', true, (x) => x.html('<details><summary>casino</summary>y</details>')],
  ['html maths', true, (x) => x.html('<span data-mx-maths="\\text{casino}">y</span>')],
  ['html ruby', true, (x) => x.html('<code>casino</code>')],
  ['html mx-reply without a reply', true, (x) => x.html('<mx-reply>casino</mx-reply>hello')],
  [
    'html mx-reply in an edit',
    true,
    (x) =>
      x.say('* x', {
        'm.new_content': {
          msgtype: 'm.text',
          body: 'x',
          format: 'org.matrix.custom.html',
          formatted_body: '<mx-reply>casino</mx-reply>hello',
        },
        'm.relates_to': { rel_type: 'm.replace', event_id: '$o' },
      }),
  ],
  [
    'html mx-reply of a reply',
    false,
    (x) =>
      x.say('hello', {
        format: 'org.matrix.custom.html',
        formatted_body: '<mx-reply><blockquote>casino</blockquote></mx-reply>hello',
        'm.relates_to': { 'm.in_reply_to': { event_id: '$x' } },
      }),
  ],
  ['html many empty tags first', true, (x) => x.html('<b></b>'.repeat(300) + 'ca<i></i>sino')],
  ['html 13000 chars first', true, (x) => x.html('<b>word</b> '.repeat(1200) + 'casino')],
  ['html unclosed tag', true, (x) => x.html('<b casino')],
  ['html script', true, (x) => x.html('a < casino > b')],
  [
    'body quote with reply',
    false,
    (x) => x.say('> <@a:b> casino\n\nhello', { 'm.relates_to': { 'm.in_reply_to': { event_id: '$x' } } }),
  ],
  [
    'body quote with reply, two lines',
    false,
    (x) => x.say('> <@a:b> hi\n> casino\n\nhello', { 'm.relates_to': { 'm.in_reply_to': { event_id: '$x' } } }),
  ],
  [
    'body quote emote reply',
    false,
    (x) => x.say('> * <@a:b> casino\n\nhello', { 'm.relates_to': { 'm.in_reply_to': { event_id: '$x' } } }),
  ],
  ['body quote without a relation', true, (x) => x.say('> <@a:b> casino\n\nhello')],
  [
    'own words in a reply',
    true,
    (x) => x.say('> <@a:b> hi\n\ncasino', { 'm.relates_to': { 'm.in_reply_to': { event_id: '$x' } } }),
  ],
  [
    'reply in a thread',
    true,
    (x) =>
      x.say('casino', {
        'm.relates_to': {
          rel_type: 'm.thread',
          event_id: '$t',
          is_falling_back: true,
          'm.in_reply_to': { event_id: '$x' },
        },
      }),
  ],
  [
    'edit',
    true,
    (x) =>
      x.say('* x', {
        'm.new_content': { msgtype: 'm.text', body: 'casino' },
        'm.relates_to': { rel_type: 'm.replace', event_id: '$o' },
      }),
  ],
  [
    'edit formatted only',
    true,
    (x) =>
      x.say('* x', {
        'm.new_content': {
          msgtype: 'm.text',
          body: 'x',
          format: 'org.matrix.custom.html',
          formatted_body: 'ca<b>s</b>ino',
        },
        'm.relates_to': { rel_type: 'm.replace', event_id: '$o' },
      }),
  ],
  ['edit fallback only', true, (x) => x.say('* casino', { 'm.relates_to': { rel_type: 'm.replace', event_id: '$o' } })],
  [
    'edit body bad, new content fine',
    false,
    (x) =>
      x.say('* hello', {
        'm.new_content': { msgtype: 'm.text', body: 'hello' },
        'm.relates_to': { rel_type: 'm.replace', event_id: '$o' },
      }),
  ],
  [
    'new_content without a relation',
    false,
    (x) => x.say('hello', { 'm.new_content': { msgtype: 'm.text', body: 'casino' } }),
  ],
  ['caption', true, (x) => x.say('casino', { msgtype: 'm.image', filename: 'x.png', url: 'mxc://a/b' })],
  ['file name', true, (x) => x.say('x', { msgtype: 'm.file', filename: 'casino.pdf', url: 'mxc://a/b' })],
  ['file name with underscores', true, (x) => x.say('casino_bonus_2026.png', { msgtype: 'm.image', url: 'mxc://a/b' })],
  ['emote', true, (x) => x.say('loves casino', { msgtype: 'm.emote' })],
  ['notice', true, (x) => x.say('casino', { msgtype: 'm.notice' })],
  ['location', true, (x) => x.say('casino', { msgtype: 'm.location', geo_uri: 'geo:1,2' })],
  [
    'location desc',
    true,
    (x) =>
      x.say('x', {
        msgtype: 'm.location',
        geo_uri: 'geo:1,2',
        'org.matrix.msc3488.location': { description: 'casino' },
      }),
  ],
  ['sticker', true, (x) => x.send({ type: 'm.sticker', content: { body: 'casino', url: 'mxc://a/b', info: {} } })],
  [
    'reaction',
    true,
    (x) =>
      x.send({
        type: 'm.reaction',
        content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$x', key: 'casino' } },
      }),
  ],
  [
    'reaction shortcode',
    true,
    (x) =>
      x.send({
        type: 'm.reaction',
        content: {
          shortcode: 'casino',
          'm.relates_to': { rel_type: 'm.annotation', event_id: '$x', key: 'mxc://a/b' },
        },
      }),
  ],
  [
    'poll unstable question',
    true,
    poll('org.matrix.msc3381.poll.start', 'org.matrix.msc3381.poll.start', {
      question: { 'org.matrix.msc1767.text': 'casino?' },
      answers: [],
    }),
  ],
  [
    'poll unstable question body',
    true,
    poll('org.matrix.msc3381.poll.start', 'org.matrix.msc3381.poll.start', {
      question: { body: 'casino?' },
      answers: [],
    }),
  ],
  [
    'poll unstable answer',
    true,
    poll('org.matrix.msc3381.poll.start', 'org.matrix.msc3381.poll.start', {
      question: { body: 'x' },
      answers: [{ id: '1', 'org.matrix.msc1767.text': 'casino' }],
    }),
  ],
  ['poll stable', true, poll('m.poll.start', 'm.poll', { question: { 'm.text': [{ body: 'casino?' }] }, answers: [] })],
  [
    'poll stable answer',
    true,
    poll('m.poll.start', 'm.poll', {
      question: { 'm.text': [{ body: 'x' }] },
      answers: [{ 'm.id': 'a', 'm.text': [{ body: 'casino' }] }],
    }),
  ],
  [
    'poll m.poll.start key',
    true,
    poll('m.poll.start', 'm.poll.start', { question: { 'm.text': 'casino?' }, answers: [] }),
  ],
  [
    'poll v2',
    true,
    poll('org.matrix.msc3381.v2.poll.start', 'org.matrix.msc3381.v2.poll', {
      question: { 'org.matrix.msc1767.text': [{ body: 'casino?' }] },
      answers: [],
    }),
  ],
  [
    'poll both names, the second bad',
    true,
    (x) =>
      x.send({
        type: 'org.matrix.msc3381.poll.start',
        content: {
          'm.poll': { question: { body: 'x' }, answers: [] },
          'org.matrix.msc3381.poll.start': { question: { body: 'casino' }, answers: [] },
        },
      }),
  ],
  [
    'poll edit',
    true,
    (x) =>
      x.send({
        type: 'org.matrix.msc3381.poll.start',
        content: {
          'org.matrix.msc3381.poll.start': { question: { body: 'x' }, answers: [] },
          'm.new_content': { 'org.matrix.msc3381.poll.start': { question: { body: 'casino' }, answers: [] } },
          'm.relates_to': { rel_type: 'm.replace', event_id: '$o' },
        },
      }),
  ],
  ['poll fallback text', true, (x) => x.send({ type: 'm.poll.start', content: { 'm.text': [{ body: 'casino' }] } })],
  [
    'poll end text',
    true,
    (x) =>
      x.send({
        type: 'm.poll.end',
        content: { 'm.text': [{ body: 'casino' }], 'm.relates_to': { rel_type: 'm.reference', event_id: '$x' } },
      }),
  ],
  ['extensible m.text', true, (x) => x.send({ type: 'm.message', content: { 'm.text': [{ body: 'casino' }] } })],
  [
    'extensible html only',
    true,
    (x) => x.send({ type: 'm.message', content: { 'm.text': [{ mimetype: 'text/html', body: 'ca<b>s</b>ino' }] } }),
  ],
  [
    'extensible 1767 text string',
    true,
    (x) =>
      x.send({
        type: 'm.room.message',
        content: { msgtype: 'm.text', body: 'x', 'org.matrix.msc1767.text': 'casino' },
      }),
  ],
  [
    'extensible 1767 message',
    true,
    (x) =>
      x.send({
        type: 'm.room.message',
        content: {
          msgtype: 'm.text',
          body: 'x',
          'org.matrix.msc1767.message': [{ mimetype: 'text/plain', body: 'casino' }],
        },
      }),
  ],
  [
    'extensible html string',
    true,
    (x) => x.send({ type: 'm.message', content: { 'org.matrix.msc1767.html': '<b>casino</b>' } }),
  ],
  ['emote extensible', true, (x) => x.send({ type: 'm.emote', content: { 'm.text': [{ body: 'casino' }] } })],
  [
    'gallery caption',
    true,
    (x) => x.say('x', { msgtype: 'm.gallery', itemtypes: [{ itemtype: 'm.image', body: 'casino', url: 'mxc://a/b' }] }),
  ],
  [
    'gallery unstable',
    true,
    (x) =>
      x.say('x', {
        msgtype: 'dm.filament.gallery',
        itemtypes: [{ itemtype: 'm.image', body: 'casino', url: 'mxc://a/b' }],
      }),
  ],
  [
    'gallery formatted caption of an item',
    true,
    (x) =>
      x.say('x', {
        msgtype: 'm.gallery',
        itemtypes: [
          {
            itemtype: 'm.image',
            body: 'x',
            format: 'org.matrix.custom.html',
            formatted_body: 'ca<b>s</b>ino',
            url: 'mxc://a/b',
          },
        ],
      }),
  ],
  [
    'voice caption',
    true,
    (x) => x.say('casino', { msgtype: 'm.audio', filename: 'v.ogg', 'org.matrix.msc3245.voice': {}, url: 'mxc://a/b' }),
  ],
  [
    'per message profile',
    true,
    (x) => x.say('x', { 'com.beeper.per_message_profile': { id: 'a', displayname: 'casino' } }),
  ],
  ['name at join', true, (x) => x.join('@new:a.test', ROOMS[0], { displayname: 'CASINO bonus' })],
  ['name disguised', true, (x) => x.join('@new:a.test', ROOMS[0], { displayname: 'ᑕᗩՏIᑎO' })],
  ['name honest', false, (x) => x.join('@new:a.test', ROOMS[0], { displayname: 'Cassie' })],
  ['localpart only', false, (x) => x.join('@casino:a.test', ROOMS[0], { displayname: 'Ann' })],
  [
    'rename',
    true,
    (x) => {
      x.say('hi');
      return x.send({
        type: 'm.room.member',
        state_key: '@new:a.test',
        content: { membership: 'join', displayname: 'Casino' },
        unsigned: { prev_content: { membership: 'join' } },
      });
    },
  ],
  [
    'knock reason',
    true,
    (x) =>
      x.send({ type: 'm.room.member', state_key: '@new:a.test', content: { membership: 'knock', reason: 'casino' } }),
  ],
  [
    'leave reason',
    true,
    (x) => {
      x.say('hi');
      return x.send({
        type: 'm.room.member',
        state_key: '@new:a.test',
        content: { membership: 'leave', reason: 'casino' },
      });
    },
  ],
  [
    'topic by a newcomer who may',
    true,
    (x) => {
      x.say('hi');
      return x.send({ type: 'm.room.topic', state_key: '', content: { topic: 'casino' } });
    },
  ],
  [
    'after 31 minutes',
    false,
    (x) => {
      x.say('hi');
      x.now += 31 * MINUTE;
      return x.say('casino');
    },
  ],
  [
    'after 28 minutes',
    true,
    (x) => {
      x.say('hi');
      x.now += 28 * MINUTE;
      return x.say('casino');
    },
  ],
  ['staff', false, (x) => x.say('casino', {}, { sender: '@staff:a.test' })],
  ['mod', false, (x) => x.say('casino', {}, { sender: '@mod:a.test' })],
  ['bridge ghost', false, (x) => x.say('casino', {}, { sender: '@ghost_1:a.test' })],
  ['middle of 10k chars', true, (x) => x.say('lorem ipsum '.repeat(500) + 'casino' + ' dolor sit'.repeat(500))],
  ['middle of 60k chars', true, (x) => x.say('lorem ipsum '.repeat(2500) + 'c4sino' + ' dolor sit'.repeat(2500))],
  ['end of 60k', true, (x) => x.say('lorem ipsum '.repeat(5000) + 'casino')],
  ['after 50k of one letter', true, (x) => x.say('a'.repeat(50000) + ' casino ' + 'b'.repeat(5000))],
  ['after 3000 newlines', true, (x) => x.say('hi' + '\n'.repeat(3000) + 'casino' + '\n'.repeat(3000) + 'yo')],
];

describe('WordList', () => {
  const world = () => new World({ WordList: { words: WORDS } });
  it('sees a listed word', () => expect(DISGUISED.filter((text) => world().say(text).length !== 1)).toEqual([]));
  it('sees none in honest texts', () => expect(HONEST.filter((text) => world().say(text).length > 0)).toEqual([]));
  it.each(PLACES)('looks where people read: %s (%j)', (_, isFound, send) =>
    expect(send(world()).length > 0).toBe(isFound),
  );
});
