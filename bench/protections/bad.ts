import { randomOf } from '../detection/attacks.js';
import { HOUR, MINUTE, Script, sentence, type Stream } from './world.js';

/** Words and domains that moderators have listed. */
export const WORDS = ['free btc', 'casino', 'viagra', '免费比特币', 'бесплатно'];
export const DOMAINS = ['evil.com', 'bit.ly'];

/** What people do who mean harm, each kind with those whom a good protection hits. */
export function badStreams(seed: number): Stream[] {
  return KINDS.map((kind, index) => kind(new Script(kind.name, randomOf(seed * 31 + index))));
}

const KINDS = [
  floods,
  drips,
  mentions,
  words,
  openings,
  links,
  copies,
  campaigns,
  domains,
  waves,
  restless,
  broken,
] as const;

/** Eleven to sixty events within a minute: texts, reactions, edits, encrypted ones. */
function floods(script: Script): Stream {
  for (let n = 0; n < 60; n++) {
    const who = script.harm(`@flood${n}:x.test`);
    const at = n * 10 * MINUTE;
    script.join(at, script.room(), who);
    const count = script.between(11, 60);
    for (let i = 0; i < count; i++) {
      const time = at + MINUTE + (i * 50_000) / count;
      const kind = n % 4;
      if (kind === 0) script.say(time, script.room(), who, `${sentence(script)} ${i}`);
      else if (kind === 1)
        script.add(time, script.room(), who, 'm.reaction', {
          content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: `$x${i}`, key: '👎' } },
        });
      else if (kind === 2) script.add(time, script.room(), who, 'm.room.encrypted', { content: { ciphertext: 'x' } });
      else
        script.say(time, script.room(), who, `* x${i}`, {
          'm.new_content': { msgtype: 'm.text', body: `x${i}` },
          'm.relates_to': { rel_type: 'm.replace', event_id: '$one' },
        });
    }
  }
  return script.done('11 to 60 events within a minute: texts, reactions, encrypted, edits', 10, ['BasicFlooding']);
}

/** Nine events a minute for an hour, nearly the same text: below every rate. */
function drips(script: Script): Stream {
  for (let n = 0; n < 20; n++) {
    const who = script.harm(`@drip${n}:x.test`);
    script.join(n * HOUR, script.room(), who);
    for (let i = 0; i < 60; i++)
      script.say(
        n * HOUR + MINUTE + i * 20_000,
        script.room(),
        who,
        `Earn a thousand a day with our team, number ${i}`,
      );
  }
  return script.done('three events a minute for 20 minutes, nearly the same text', 20, ['RepeatedMessage']);
}

function mentions(script: Script): Stream {
  for (let n = 0; n < 60; n++) {
    const who = script.harm(`@bomb${n}:x.test`);
    const ids = Array.from({ length: script.between(12, 300) }, (_, i) => `@victim${i}:a.test`);
    const links = ids.map((id) => `<a href="https://matrix.to/#/${encodeURIComponent(id)}">x</a>`).join(' ');
    const more = [
      { 'm.mentions': { user_ids: ids } },
      { body: ids.join(' ') },
      { format: 'org.matrix.custom.html', formatted_body: links },
      {
        'm.new_content': { msgtype: 'm.text', body: 'hi', 'm.mentions': { user_ids: ids } },
        'm.relates_to': { rel_type: 'm.replace', event_id: '$one' },
      },
    ][n % 4];
    script.join(n * MINUTE, script.room(), who);
    script.say(n * MINUTE + 5_000, script.room(), who, 'hi all', more);
  }
  return script.done('12 to 300 people named: in m.mentions, text, pills, an edit', 1, ['MentionLimit']);
}

const DISGUISES: readonly ((word: string) => string)[] = [
  (word) => word,
  (word) => word.toUpperCase(),
  (word) => word.replaceAll('e', '3').replaceAll('o', '0').replaceAll('a', '4'),
  (word) => word.replaceAll('c', 'с').replaceAll('a', 'а').replaceAll('o', 'о'),
  (word) => [...word].join('\u200b'),
  (word) =>
    [...word]
      .map((letter) => (letter === ' ' ? '  ' : `${letter} `))
      .join('')
      .trim(),
  (word) => word.replace(/[a-z]/g, (letter) => String.fromCodePoint(0x1d41a + letter.charCodeAt(0) - 97)),
  (word) => word.replace(/[a-z]/g, (letter) => String.fromCharCode(0xff41 + letter.charCodeAt(0) - 97)),
  (word) => word.replaceAll('s', '$').replaceAll('a', '@').replaceAll('i', '!'),
  (word) => [...word].map((letter) => `${letter}\u0336`).join(''),
];

/** Listed words of newcomers, plain and disguised, in a text, an edit, a caption, a name. */
function words(script: Script): Stream {
  for (let n = 0; n < 100; n++) {
    const who = script.harm(`@word${n}:x.test`);
    const text = `come and get ${script.pick(DISGUISES)(script.pick(WORDS))} here`;
    const at = n * 5 * MINUTE;
    script.join(at, script.room(), who, n % 5 === 4 ? text : 'Ann');
    if (n % 5 === 0 || n % 5 === 1) script.say(at + 5_000, script.room(), who, text);
    if (n % 5 === 2)
      script.say(at + 5_000, script.room(), who, '* x', {
        'm.new_content': { msgtype: 'm.text', body: text },
        'm.relates_to': { rel_type: 'm.replace', event_id: '$one' },
      });
    if (n % 5 === 3)
      script.say(at + 5_000, script.room(), who, text, { msgtype: 'm.image', filename: 'x.png', url: 'mxc://x/y' });
  }
  return script.done('listed words, plain and in nine disguises, in texts, edits, captions, names', 9, ['WordList']);
}

/** Newcomers whose first word is a picture or a link. */
function openings(script: Script): Stream {
  for (let n = 0; n < 60; n++) {
    const who = script.harm(`@first${n}:x.test`);
    const at = n * 5 * MINUTE;
    script.join(at, script.room(), who);
    const url = `mxc://x.test/${n}`;
    const forms: [string, Record<string, unknown>][] = [
      ['m.room.message', { msgtype: 'm.image', body: 'x', url }],
      ['m.room.message', { msgtype: 'm.file', body: 'x.png', url, info: { mimetype: 'image/png' } }],
      [
        'm.room.message',
        { msgtype: 'm.text', body: 'x', format: 'org.matrix.custom.html', formatted_body: `<img src="${url}">` },
      ],
      ['m.room.message', { msgtype: 'dm.filament.gallery', body: 'x', itemtypes: [{ itemtype: 'm.image', url }] }],
    ];
    const [type, content] = forms[n % forms.length] ?? ['m.room.message', {}];
    script.add(at + 3_000, script.room(), who, type, { content });
  }
  return script.done('newcomers who show a picture first: as such, as a file, in a text, in a gallery', 5, [
    'FirstMessageIsImage',
  ]);
}

/** Newcomers whose first word is a link. */
function links(script: Script): Stream {
  const forms = [
    'https://x.example/a',
    'see www.x.com',
    'x.com',
    'http://1.2.3.4/x',
    't.me/joinus',
    'https://matrix.to/#/#spam:x.test',
  ];
  for (let n = 0; n < 60; n++) {
    const who = script.harm(`@linked${n}:x.test`);
    script.join(n * 5 * MINUTE, script.room(), who);
    script.say(n * 5 * MINUTE + 4_000, script.room(), who, `look here: ${forms[n % forms.length]} now`);
  }
  return script.done('newcomers whose first word is a link, in six forms', 5, ['FirstMessageIsLink']);
}

/** One person, the same text in many rooms. */
function copies(script: Script): Stream {
  for (let n = 0; n < 40; n++) {
    const who = script.harm(`@copy${n}:x.test`);
    const text = `${sentence(script)}: our coins are the best of all coins, write to us number ${n}`;
    for (let room = 0; room < 6; room++) {
      script.join(n * 10 * MINUTE, script.room(room), who);
      script.say(
        n * 10 * MINUTE + 10_000 * (room + 1),
        script.room(room),
        who,
        room % 2 === 0 ? text : `${text} ${room}`,
      );
    }
  }
  return script.done('one person, nearly the same text in six rooms within a minute', 7, ['RepeatedMessage']);
}

/** Many accounts, one text, each once. */
function campaigns(script: Script): Stream {
  for (let n = 0; n < 10; n++)
    for (let account = 0; account < 12; account++) {
      const who = script.harm(`@camp${n}x${account}:x${account % 3}.test`);
      const room = script.room(account % 4);
      const at = n * HOUR + account * 20_000;
      script.join(at, room, who, `Crypto Anna ${account}`);
      script.say(
        at + 10_000,
        room,
        who,
        `Dear friends, group ${n} pays daily, join at https://pay${n}.example.net/r/${account}`,
      );
    }
  return script.done('ten campaigns of twelve accounts, each writes the same once', 10, ['Campaign']);
}

/** Links to denied domains, disguised. */
function domains(script: Script): Stream {
  const forms = [
    'https://evil.com/x',
    'www.evil.com',
    'еvil.com',
    'https://ev%69l.com/',
    'evil(dot)com',
    'evil [.] com',
    'hxxp://evil.com',
    'https://user@evil.com/',
    'a.b.evil.com',
    'https://bit.ly/abc',
    'evil。com',
    'ev\u200bil.com',
  ];
  for (let n = 0; n < 60; n++) {
    const who = script.harm(`@link${n}:x.test`);
    script.join(n * 5 * MINUTE, script.room(), who);
    script.say(n * 5 * MINUTE + 9_000, script.room(), who, `please see ${forms[n % forms.length]} soon`);
  }
  return script.done('denied domains, plain and in eleven disguises', 5, ['LinkFilter']);
}

/** Sixty to two hundred accounts join one room within twenty minutes. */
function waves(script: Script): Stream {
  for (let n = 0; n < 10; n++) {
    const room = script.room(n);
    script.harm(room);
    const count = script.between(60, 200);
    for (let i = 0; i < count; i++)
      script.join(n * 3 * HOUR + (i * 20 * MINUTE) / count, room, `@wave${n}x${i}:x.test`);
  }
  return script.done('60 to 200 joins within 20 minutes', 30, ['JoinWaveShortCircuit']);
}

/** Somebody joins and leaves, or changes the name, again and again. */
function restless(script: Script): Stream {
  for (let n = 0; n < 30; n++) {
    const who = script.harm(`@rest${n}:x.test`);
    for (let i = 0; i < 15; i++) {
      if (n % 2 === 0) script.join(n * 20 * MINUTE + i * 20_000, script.room(), who, `name ${i}`);
      else
        script.add(n * 20 * MINUTE + i * 20_000, script.room(), who, 'm.room.member', {
          state_key: who,
          content: { membership: i % 2 === 0 ? 'join' : 'leave' },
        });
    }
  }
  return script.done('fifteen joins, leaves or names within five minutes', 10, ['MembershipChange']);
}

/** Events that make clients fail. */
function broken(script: Script): Stream {
  const contents: Record<string, unknown>[] = [
    { msgtype: 'm.text', body: {} },
    { msgtype: 'm.text', body: 'x', 'm.relates_to': 'x' },
    { msgtype: 'm.text', body: 'x', 'm.mentions': [] },
    { msgtype: 'm.image', body: 'x', info: { w: '1' } },
    { msgtype: 'm.image', body: 'x', info: 'x', url: 5 },
    { msgtype: 'm.audio', body: 'x', 'org.matrix.msc1767.audio': { waveform: 'x' } },
  ];
  for (let n = 0; n < 30; n++) {
    const who = script.harm(`@broken${n}:x.test`);
    script.join(n * MINUTE, script.room(), who);
    script.add(n * MINUTE + 5_000, script.room(), who, 'm.room.message', {
      content: contents[n % contents.length] ?? {},
    });
  }
  return script.done('contents of wrong types', 1, ['InvalidEvent']);
}
