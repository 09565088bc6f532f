import { randomOf } from '../detection/attacks.js';
import { DOMAINS, WORDS } from './bad.js';
import { HOUR, MINUTE, Script, sentence, type Stream } from './world.js';

/** Harm of the kinds that the other streams lack. Committed before the protections were measured on it. */
export function laterBad(seed: number): Stream[] {
  return [returning, shifting, corners, masks, turned, swarm, openers, crowded, gates, shattered].map((kind, at) =>
    kind(new Script(kind.name, randomOf(seed * 157 + at))),
  );
}

const html = (formatted: string) => ({ format: 'org.matrix.custom.html', formatted_body: formatted });

/** Floods whose sender leaves and joins again in the middle, in a room or two. */
function returning(script: Script): Stream {
  for (let n = 0; n < 40; n++) {
    const who = script.harm(`@again${n}:y.test`);
    const began = n * 10 * MINUTE;
    for (let part = 0; part < 3; part++) {
      const at = began + part * 14_000;
      script.join(at, script.room(), who);
      for (let i = 0; i < 6; i++) script.say(at + 1000 + i * 1500, script.room(), who, `${sentence(script)} ${i}`);
      script.add(at + 12_000, script.room(), who, 'm.room.member', {
        state_key: who,
        content: { membership: 'leave' },
        unsigned: { prev_content: { membership: 'join' } },
      });
    }
  }
  return script.done('eighteen messages in forty seconds, with two leaves and joins between them', 7, [
    'BasicFlooding',
  ]);
}

/** One advertisement, in each copy other numbers, look-alike letters, unseen ones, order, place and form. */
function shifting(script: Script): Stream {
  const text = 'Earn five thousand euros a week from home, no experience needed, write to Mister Gordon today';
  for (let n = 0; n < 50; n++) {
    const who = script.harm(`@gordon${n}:y.test`);
    const began = n * 10 * MINUTE;
    script.join(began, script.room(), who);
    for (let copy = 0; copy < 6; copy++) {
      const at = began + 5000 + copy * 45_000;
      const words = text
        .replaceAll('e', copy % 2 === 0 ? 'е' : 'e')
        .replace(' ', ` ${'\u200b'.repeat(copy)}`)
        .concat(` ${script.between(1000, 9999)}`);
      if (n % 3 === 0) script.say(at, script.room(), who, words);
      else if (n % 3 === 1)
        script.say(at, script.room(), who, words, { 'm.relates_to': { rel_type: 'm.thread', event_id: `$t${copy}` } });
      else
        script.say(at, script.room(), who, `> <@a${copy}:a.test> ${sentence(script)}\n\n${words}`, {
          'm.relates_to': { 'm.in_reply_to': { event_id: `$r${copy}` } },
        });
    }
  }
  return script.done('six copies in five minutes: other numbers, letters, threads, in answer to others', 9, [
    'RepeatedMessage',
  ]);
}

/** Listed words in the corners of events: files, places, names of a message, ends of polls, leaves, bold halves. */
function corners(script: Script): Stream {
  const words = WORDS.filter((word) => /^[a-z ]+$/.test(word));
  for (let n = 0; n < 120; n++) {
    const who = script.harm(`@corner${n}:y.test`);
    const at = n * 4 * MINUTE;
    const word = script.pick(words);
    const half = Math.floor(word.length / 2);
    script.join(at, script.room(), who, 'Sam');
    const forms: [string, Record<string, unknown>][] = [
      ['m.room.message', { msgtype: 'm.file', body: `${word}.pdf`, url: 'mxc://y.test/f' }],
      ['m.room.message', { msgtype: 'm.location', body: word, geo_uri: 'geo:1,2' }],
      ['m.room.message', { msgtype: 'm.text', body: 'hi', 'com.beeper.per_message_profile': { displayname: word } }],
      ['org.matrix.msc3381.poll.end', { 'org.matrix.msc1767.text': `${word} has won` }],
      [
        'm.room.message',
        { msgtype: 'm.text', body: 'hi', ...html(`${word.slice(0, half)}<b></b>${word.slice(half)}`) },
      ],
      ['m.room.message', { msgtype: 'm.text', body: 'hi', ...html(`<img src="mxc://y.test/i" alt="${word}">`) }],
      [
        'm.room.message',
        { msgtype: 'm.gallery', body: '', itemtypes: [{ itemtype: 'm.image', body: word, url: 'mxc://y.test/g' }] },
      ],
      ['m.room.message', { msgtype: 'm.text', body: `so \u202e${[...word].reverse().join('')}\u202c there` }],
      ['m.room.message', { msgtype: 'm.emote', body: `loves ${[...word].join('\u200c')}` }],
      ['m.sticker', { body: word, url: 'mxc://y.test/s', info: {} }],
    ];
    const [type, content] = forms[n % forms.length]!;
    script.add(at + 4000, script.room(), who, type, { content });
  }
  return script.done('listed words in file names, places, names of one message, ends of polls, stickers', 8, [
    'WordList',
  ]);
}

/** Nothing is written: a listed word comes as a new name, in the reason of a leave, or of a knock. */
function masks(script: Script): Stream {
  const words = WORDS.filter((word) => /^[a-z ]+$/.test(word));
  for (let n = 0; n < 60; n++) {
    const who = script.harm(`@mask${n}:y.test`);
    const at = n * 4 * MINUTE;
    const word = script.pick(words);
    const member = (content: Record<string, unknown>, before: Record<string, unknown> | undefined) =>
      script.add(at + 9000, script.room(), who, 'm.room.member', {
        state_key: who,
        content,
        ...(before === undefined ? {} : { unsigned: { prev_content: before } }),
      });
    if (n % 3 === 2) {
      member({ membership: 'knock', reason: `let me in for ${word}` }, undefined);
      continue;
    }
    script.join(at, script.room(), who, 'Sam');
    const before = { membership: 'join', displayname: 'Sam' };
    if (n % 3 === 0) member({ membership: 'join', displayname: `✅ ${word.toUpperCase()} ✅` }, before);
    else member({ membership: 'leave', reason: `${word} at my profile` }, before);
  }
  return script.done('listed words in a later name, in the reason of a leave or a knock', 4, ['WordList']);
}

/** Denied domains turned around, in captions, polls and reactions, in full-width letters and by redirects. */
function turned(script: Script): Stream {
  const [domain = ''] = DOMAINS;
  const forms: [string, Record<string, unknown>][] = [
    ['m.room.message', { msgtype: 'm.text', body: `\u202e${[...`https://${domain}`].reverse().join('')}` }],
    ['m.room.message', { msgtype: 'm.image', filename: 'a.png', body: `see ${domain}/x`, url: 'mxc://y.test/1' }],
    [
      'm.poll.start',
      {
        'm.poll': {
          question: { 'm.text': [{ body: 'ok?' }] },
          answers: [{ 'm.id': 'a', 'm.text': [{ body: domain }] }],
        },
      },
    ],
    ['m.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$x', key: domain } }],
    ['m.room.message', { msgtype: 'm.text', body: `https://archive.example.org/https://${domain}/` }],
    ['m.room.message', { msgtype: 'm.text', body: `${domain.replace('.', ' . ')} is best` }],
    ['m.room.message', { msgtype: 'm.text', body: `www.${domain.replace('.', '。')}` }],
    ['m.room.message', { msgtype: 'm.text', body: 'x', ...html(`<a href="//${domain}/x">docs</a>`) }],
    ['m.room.message', { msgtype: 'm.text', body: `ftp://${domain}/x and hxxps://${domain}` }],
  ];
  for (let n = 0; n < 90; n++) {
    const who = script.harm(`@turner${n}:y.test`);
    script.join(n * 4 * MINUTE, script.room(), who);
    const [type, content] = forms[n % forms.length]!;
    script.add(n * 4 * MINUTE + 5000, script.room(), who, type, { content });
  }
  return script.done('denied domains turned around, in captions, polls, reactions, by redirects', 6, ['LinkFilter']);
}

/** Many accounts of many servers, each one short advertisement with the same link, in four rooms. */
function swarm(script: Script): Stream {
  const shown = ['Join now:', 'Join now ->', 'JOIN NOW', 'Join now!!'];
  for (let n = 0; n < 10; n++)
    for (let account = 0; account < 12; account++) {
      const who = script.harm(`@bee${n}x${account}:y${account}.test`);
      const at = n * HOUR + account * 40_000;
      script.join(at, script.room(account % 4), who, script.pick(['Ivy', 'Lou', 'Kit']));
      script.say(at + 9000, script.room(account % 4), who, `${shown[n % 4]!} https://t.me/gains${n}`);
    }
  return script.done('ten swarms of twelve accounts: a short advertisement with one link, once each', 10, ['Campaign']);
}

/** A picture first, after what is no message: a reaction, a name, a vote, an edit of nothing. */
function openers(script: Script): Stream {
  for (let n = 0; n < 60; n++) {
    const who = script.harm(`@opener${n}:y.test`);
    const at = n * 4 * MINUTE;
    script.join(at, script.room(), who, 'Sam');
    const firsts: (() => void)[] = [
      () =>
        script.add(at + 2000, script.room(), who, 'm.reaction', {
          content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$x', key: '👍' } },
        }),
      () => script.join(at + 2000, script.room(), who, 'Samuel'),
      () => script.add(at + 2000, script.room(), who, 'm.room.redaction', { content: { redacts: '$x' } }),
    ];
    firsts[n % firsts.length]!();
    const image = { msgtype: 'm.image', body: 'x.png', url: 'mxc://y.test/x' };
    const shows: Record<string, unknown>[] = [
      image,
      { msgtype: 'm.file', body: 'x.jpeg', url: 'mxc://y.test/x' },
      { msgtype: 'm.gallery', body: 'look', itemtypes: [{ itemtype: 'm.video', body: 'x', url: 'mxc://y.test/x' }] },
      { msgtype: 'm.notice', body: 'x', ...html('<p><IMG src="mxc://y.test/x"></p>') },
    ];
    script.add(at + 5000, script.room(), who, 'm.room.message', { content: shows[n % shows.length]! });
  }
  return script.done('a picture as the first message, after a reaction, a name or a redaction', 4, [
    'FirstMessageIsImage',
  ]);
}

/** Many people named by URIs, in topics of polls, in stickers and in both the text and the mark. */
function crowded(script: Script): Stream {
  for (let n = 0; n < 48; n++) {
    const who = script.harm(`@crowd${n}:y.test`);
    const names = Array.from({ length: script.between(12, 30) }, (_, at) => `member${at}:a.test`);
    const ids = names.map((name) => `@${name}`);
    const forms: [string, Record<string, unknown>][] = [
      ['m.room.message', { msgtype: 'm.text', body: names.map((name) => `matrix:u/${name}`).join(' ') }],
      ['m.poll.start', { 'm.poll': { question: { 'm.text': [{ body: ids.join(' ') }] }, answers: [] } }],
      ['m.sticker', { body: 's', url: 'mxc://y.test/s', info: {}, 'm.mentions': { user_ids: ids } }],
      [
        'm.room.message',
        { msgtype: 'm.text', body: ids.slice(0, 7).join(','), 'm.mentions': { user_ids: ids.slice(5) } },
      ],
    ];
    const [type, content] = forms[n % forms.length]!;
    script.join(n * MINUTE, script.room(), who);
    script.add(n * MINUTE + 3000, script.room(), who, type, { content });
  }
  return script.done('12 to 30 people named by URIs, in polls, stickers, half in the text', 1, ['MentionLimit']);
}

/** Waves of joins: slow ones just over the limit, and accounts that leave at once. */
function gates(script: Script): Stream {
  for (let n = 0; n < 8; n++) {
    const room = script.room(n);
    script.bad.add(room);
    for (let account = 0; account < 54; account++) {
      const who = `@gate${n}x${account}:y${account}.test`;
      const at = n * 2 * HOUR + account * (n % 2 === 0 ? 60_000 : 2000);
      script.join(at, room, who);
      if (n % 4 > 1)
        script.add(at + 1000, room, who, 'm.room.member', {
          state_key: who,
          content: { membership: 'leave' },
          unsigned: { prev_content: { membership: 'join' } },
        });
    }
  }
  return script.done('54 joins in two to fifty-four minutes, from as many servers, some leave at once', 16, [
    'JoinWaveShortCircuit',
  ]);
}

/** Contents of wrong types in more places, and HTML without end. */
function shattered(script: Script): Stream {
  const contents: [string, Record<string, unknown>][] = [
    ['m.room.message', { msgtype: 'm.text', body: 'x', ...html('<div>'.repeat(900)) }],
    ['m.room.message', { msgtype: 'm.text', body: 'x', 'm.relates_to': [] }],
    ['m.room.message', { msgtype: 'm.location', body: 'x', geo_uri: {} }],
    ['m.sticker', { body: 's', url: 7, info: {} }],
    ['m.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$x', key: ['x'] } }],
    ['m.room.message', { msgtype: 'm.video', body: 'x', url: 'mxc://a/b', info: { duration: 'long' } }],
  ];
  for (let n = 0; n < 48; n++) {
    const who = script.harm(`@shard${n}:y.test`);
    script.join(n * MINUTE, script.room(), who);
    const [type, content] = contents[n % contents.length]!;
    script.add(n * MINUTE + 3000, script.room(), who, type, { content });
  }
  return script.done('contents of wrong types in six more places, HTML nine hundred deep', 1, ['InvalidEvent']);
}
