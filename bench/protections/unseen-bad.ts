import { randomOf } from '../detection/attacks.js';
import { DOMAINS, WORDS } from './bad.js';
import { HOUR, MINUTE, Script, type Stream } from './world.js';

/** Harm in texts and forms that were written down after the protections: nothing was tuned on them. */
export function unseenBad(seed: number): Stream[] {
  return [scripts, deceptions, pictures, captions, sprinkled, pings, trickles].map((kind, at) =>
    kind(new Script(kind.name, randomOf(seed * 137 + at))),
  );
}

const mapped = (from: string, to: string) => {
  const [letters, signs] = [[...from], [...to]];
  return (word: string) => [...word].map((letter) => signs[letters.indexOf(letter)] ?? letter).join('');
};
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';
const shifted = (first: number) =>
  mapped(ALPHABET, String.fromCodePoint(...Array.from({ length: 26 }, (_, at) => first + at)));

/** Ways to write a word so that people read it and a list does not. */
const WRITINGS: readonly ((word: string, script: Script) => string)[] = [
  mapped(ALPHABET, 'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡxʏᴢ'),
  shifted(0x1f170),
  shifted(0x24d0),
  shifted(0x1d552),
  mapped('aeiocsvrnt', 'αеіοсѕνгпт'),
  mapped('aeiou', 'àéíöû'),
  (word) => word.replace(/(?<=\S)(?=\S)/g, '\u2060'),
  (word) => word.replace(/(?<=\S)(?=\S)/g, '\u200d\ufeff'),
  (word) => word.replace(/(?<=\S)(?=\S)/g, '.'),
  (word) => word.replace(/(?<=\S)(?=\S)/g, '_'),
  (word) => word.replaceAll('i', '1').replaceAll('t', '7').replaceAll('e', '€').replaceAll('s', '5'),
  (word) => word.replace(/[aeiou]/, (letter) => letter.repeat(4)),
  (word, script) => [...word].map((letter) => (script.chance(0.5) ? letter.toUpperCase() : letter)).join(''),
  (word) => [...word].map((letter) => `${letter}\u0301\u0323`).join(''),
  (word) => word.replace(/(?<=\S)(?=\S)/, '\u00ad'),
];

/** Listed words in fifteen more disguises; some in bold halves, in a spoiler, a thread, a poll, a reaction. */
function scripts(script: Script): Stream {
  const latin = WORDS.filter((word) => /^[a-z ]+$/.test(word));
  for (let n = 0; n < 180; n++) {
    const who = script.harm(`@writer${n}:y.test`);
    const at = n * 3 * MINUTE;
    const word = WRITINGS[n % WRITINGS.length]!(script.pick(latin), script);
    script.join(at, script.room(), who, script.pick(['Lena', 'Omar', 'Yuki']));
    const text = `so happy, ${word} changed my life, ask me`;
    const relation = { rel_type: 'm.thread', event_id: '$root' };
    const html = (formatted: string) => ({ format: 'org.matrix.custom.html', formatted_body: formatted });
    const form = Math.floor(n / WRITINGS.length) % 6;
    if (form === 0) script.say(at + 4_000, script.room(), who, text);
    if (form === 1) script.say(at + 4_000, script.room(), who, text, { 'm.relates_to': relation });
    if (form === 2)
      script.say(at + 4_000, script.room(), who, 'see', html(`<span data-mx-spoiler="psst">${text}</span>`));
    if (form === 3)
      script.add(at + 4_000, script.room(), who, 'org.matrix.msc3381.poll.start', {
        content: {
          'org.matrix.msc3381.poll.start': {
            question: { 'org.matrix.msc1767.text': 'Which one?' },
            answers: [{ id: 'a', 'org.matrix.msc1767.text': text }],
          },
        },
      });
    if (form === 4)
      script.add(at + 4_000, script.room(), who, 'm.reaction', {
        content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$x', key: word } },
      });
    if (form === 5) script.join(at + 4_000, script.room(), who, `Lena ${word}`);
  }
  return script.done('listed words in fifteen more scripts and disguises, in six places', 9, ['WordList']);
}

/** Links that show one address and lead to another, or hide where they lead. */
function deceptions(script: Script): Stream {
  const [domain = ''] = DOMAINS;
  const html = (shown: string, to: string) => ({
    body: shown,
    format: 'org.matrix.custom.html',
    formatted_body: `<a href="${to}">${shown}</a>`,
  });
  const forms: Record<string, unknown>[] = [
    { body: `[https://github.com/matrix](https://${domain}/matrix)` },
    html('https://github.com/matrix', `https://${domain}/matrix`),
    html('the docs', `https://github.com.${domain}/`),
    { body: `https://github.com%2Flogin@${domain}/` },
    { body: `http://${domain}\\@github.com/` },
    { body: `https://www.google.com/url?q=https://${domain}/` },
    { body: `HTTPS://${domain.toUpperCase()}./x` },
    { body: `https://${domain}:8443/x` },
    { body: `//${domain}/x` },
    { body: `https://ｅｖｉｌ．ｃｏｍ/` },
    { body: `https://𝐞𝐯𝐢𝐥.𝐜𝐨𝐦/` },
    { body: `e\u00advil\u2024com is great` },
    { body: `evil(.)com or evil{dot}com` },
    html('&#x65;vil&period;com', 'https://&#101;vil.com'),
    { body: `https://evil.com?https://github.com` },
  ];
  for (let n = 0; n < 90; n++) {
    const who = script.harm(`@guide${n}:y.test`);
    script.join(n * 4 * MINUTE, script.room(), who);
    script.say(n * 4 * MINUTE + 7_000, script.room(), who, 'x', forms[n % forms.length]);
  }
  return script.done('links to a denied domain that show another one, or hide theirs in fifteen ways', 6, [
    'LinkFilter',
  ]);
}

/** One picture in several rooms, or again and again. */
function pictures(script: Script): Stream {
  for (let n = 0; n < 30; n++) {
    const who = script.harm(`@painter${n}:y.test`);
    for (let time = 0; time < 5; time++) {
      const room = script.room(n % 2 === 0 ? time : 0);
      if (n % 2 === 0 || time === 0) script.join(n * 10 * MINUTE + time * 5_000, room, who);
      script.add(n * 10 * MINUTE + time * 8_000 + 9_000, room, who, 'm.room.message', {
        content: { msgtype: 'm.image', body: `photo${time}.png`, url: `mxc://y.test/${n}` },
      });
    }
  }
  return script.done('one picture in five rooms, or five times in one', 5, ['RepeatedMessage']);
}

/** Many accounts, each its own upload, the same words under it. */
function captions(script: Script): Stream {
  for (let n = 0; n < 8; n++)
    for (let account = 0; account < 9; account++) {
      const who = script.harm(`@poster${n}x${account}:y${account}.test`);
      const at = n * HOUR + account * 70_000;
      script.join(at, script.room(account % 3), who, script.pick(['Sofia', 'Daniel', 'Mei', 'Tom']) + account);
      script.add(at + 20_000, script.room(account % 3), who, 'm.room.message', {
        content: {
          msgtype: 'm.image',
          filename: `payout${account}.png`,
          body: `My withdrawal of round ${n} arrived today, thanks to Coach Beatrice, write to her and start now!`,
          url: `mxc://y.test/${n}x${account}`,
        },
      });
    }
  return script.done('eight campaigns of nine accounts: each its own picture, the same words under it', 8, [
    'Campaign',
  ]);
}

/** One advertisement with other words around it each time, five times in four minutes. */
function sprinkled(script: Script): Stream {
  const around = ['hey', 'guys', 'wow', 'look at this', 'seriously', 'trust me', '🔥🔥', 'finally'];
  for (let n = 0; n < 40; n++) {
    const who = script.harm(`@sprinkler${n}:y.test`);
    script.join(n * 10 * MINUTE, script.room(), who);
    for (let time = 0; time < 6; time++)
      script.say(
        n * 10 * MINUTE + 5_000 + time * 40_000,
        script.room(),
        who,
        `${script.pick(around)}, premium accounts for every streaming service at one tenth of the price, message me ${script.pick(around)}`,
      );
  }
  return script.done('one advertisement with other words around it, six times in four minutes', 7, ['RepeatedMessage']);
}

/** Many people named where they are not seen. */
function pings(script: Script): Stream {
  for (let n = 0; n < 40; n++) {
    const who = script.harm(`@pinger${n}:y.test`);
    const ids = Array.from({ length: script.between(11, 40) }, (_, at) => `@member${at}:a.test`);
    script.join(n * MINUTE, script.room(), who);
    const forms: [string, Record<string, unknown>][] = [
      ['m.room.encrypted', { ciphertext: 'x', 'm.mentions': { user_ids: ids } }],
      ['m.room.message', { msgtype: 'm.text', body: ids.map((id) => `[‎](https://matrix.to/#/${id})`).join('') }],
      [
        'm.room.message',
        {
          msgtype: 'm.text',
          body: 'x',
          format: 'org.matrix.custom.html',
          formatted_body: `<span data-mx-spoiler>${ids.join(' ')}</span>`,
        },
      ],
      ['m.room.message', { msgtype: 'm.image', url: 'mxc://y.test/z', filename: 'a.png', body: ids.join('\n') }],
    ];
    const [type, content] = forms[n % forms.length]!;
    script.add(n * MINUTE + 3_000, script.room(), who, type, { content });
  }
  return script.done('11 to 40 people named in encrypted events, empty links, spoilers, captions', 1, ['MentionLimit']);
}

/** One event every six seconds for minutes: just over the limit, now a text, now a reaction, now a sticker. */
function trickles(script: Script): Stream {
  for (let n = 0; n < 40; n++) {
    const who = script.harm(`@trickle${n}:y.test`);
    const began = n * 10 * MINUTE;
    script.join(began, script.room(), who);
    for (let i = 0; i < 40; i++) {
      const at = began + 3_000 + i * 5_400;
      if (i % 3 === 0) script.say(at, script.room(), who, `${i} ${script.pick(['ok', 'so', 'well', 'and'])}`);
      else if (i % 3 === 1)
        script.add(at, script.room(), who, 'm.sticker', { content: { body: 'x', url: `mxc://y.test/${i}`, info: {} } });
      else
        script.add(at, script.room(), who, 'm.reaction', {
          content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: `$t${i}`, key: '🙃' } },
        });
    }
  }
  return script.done('an event every 5.4 seconds for minutes, texts, stickers and reactions in turn', 7, [
    'BasicFlooding',
  ]);
}
